"""What can go wrong before the product runs; each is one line for the person at the terminal."""


class EmbeddedError(Exception):
    """An embedded server or a process of `up` cannot be run; the text is one line that says what to do."""
