"""Plans that take two people to be put on sale."""
