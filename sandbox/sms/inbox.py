"""Where texts land, and the operators' rules on the way."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import clock
from sandbox.sms import registry

DLT_ID = re.compile(r"[0-9]{19}")
_INDIAN_MOBILE = re.compile(r"[6-9][0-9]{9}")


@dataclass(frozen=True, slots=True)
class Text:
    """One SMS on its way; `phone` in any form."""

    phone: str
    text: str
    provider: str
    template_id: str


def national_number(phone: str) -> str | None:
    """`+91 98765-43210` → `9876543210`; None if it is no Indian mobile number."""
    digits = re.sub(r"[^0-9]", "", phone)
    if len(digits) in {11, 12, 14}:
        digits = digits.removeprefix("00").removeprefix("91").removeprefix("0")
    return digits if _INDIAN_MOBILE.fullmatch(digits) else None


def accept(book: sqlite3.Connection, text: Text, *, now: datetime) -> int:
    """Take a text; what is not word for word as registered, operators drop silently while the gateway reports success."""
    is_delivered = registry.is_as_registered(text.template_id, text.text)
    row = book.execute(
        "INSERT INTO messages (at, phone, text, provider, template_id, delivered) VALUES (?,?,?,?,?,?) RETURNING id",
        [
            clock.text(now),
            national_number(text.phone) or text.phone,
            text.text,
            text.provider,
            text.template_id,
            is_delivered,
        ],
    ).fetchone()
    return int(row["id"])


def received(book: sqlite3.Connection, *, phone: str, is_delivered: bool = True) -> list[dict[str, Any]]:
    """What a phone has received, newest first; of every phone, with an empty one."""
    number = national_number(phone) or phone
    rows = book.execute(
        "SELECT phone, text, provider, at, template_id FROM messages"
        " WHERE delivered = ? AND ? IN ('', phone) ORDER BY id DESC LIMIT 500",
        [is_delivered, number],
    )
    return [dict(row) | {"phone": f"+91{row['phone']}"} for row in rows]
