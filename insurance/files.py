"""What an uploaded file is, by its bytes."""

from insurance.errors import FileTypeRefused

TAIL = 2048  # scanners and mail programs append a little after the end mark
# media type: (first bytes, what must come near the end)
SHAPES = {
    "application/pdf": (b"%PDF-", b"%%EOF"),
    "image/jpeg": (b"\xff\xd8\xff", b"\xff\xd9"),
    "image/png": (b"\x89PNG\r\n\x1a\n", b"IEND"),
}
ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")  # a PDF that does something is no document


def media_type(content: bytes) -> str:
    """Return the media type; FileTypeRefused (CL-1107) for other, cut-off or active files."""
    for found, (head, tail) in SHAPES.items():
        if content.startswith(head):
            if tail not in content[-TAIL:]:
                raise FileTypeRefused("The file is cut off")
            if found == "application/pdf" and any(word in content for word in ACTIVE):
                raise FileTypeRefused("A PDF with scripts or attachments is not taken")
            return found
    raise FileTypeRefused


def safe_name(name: str) -> str:
    """Return a name for display and download: no folders, no control characters, at most 200 letters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in base if letter.isprintable() and letter not in '"<>|:*?')[-200:].strip() or "document"
