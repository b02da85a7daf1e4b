"""An address as it is stored: parts (`line1 line2 city state pincode country`), or one `text` that was given whole."""


def one_line(address: dict[str, str] | None) -> str | None:
    """Return `14, 3rd Cross, Bengaluru, Karnataka 560010`; a text that was given whole comes back as it was."""
    if address is None:
        return None
    if "text" in address:
        return address["text"]
    parts = ", ".join(address[name] for name in ("line1", "line2", "city", "state") if address.get(name))
    return f"{parts} {address['pincode']}"
