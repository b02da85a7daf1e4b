"""F42: customers, bank, staff, time and trouble in a random order that a seed repeats."""
