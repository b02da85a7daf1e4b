"""Red flags and the guard of replies: pure functions over text, and the data they go by."""
