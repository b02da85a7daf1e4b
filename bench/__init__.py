"""Side-by-side measurements: ours beside a baseline in the same run, medians of five, ratios. `make bench`."""
