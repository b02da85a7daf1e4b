"""What the pages of the back office share in all apps: rows to look at, acts that show their effect and take a reason."""
