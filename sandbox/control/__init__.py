"""The control API: what tests, demos and people use to play the outside world."""
