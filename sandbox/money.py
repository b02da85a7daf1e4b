"""Amounts as partners write them, and as the books keep them: integer paise."""

import re
from decimal import Decimal

_RUPEES = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_INDIAN_GROUPS = re.compile(r"(?<=\d)(?=(\d\d)+\d$)")


def paise_from_rupees(text: object) -> int | None:
    """Paise of a text like `"100"` or `"100.15"`; None for anything else (a number, three decimals, a sign, zero)."""
    if not isinstance(text, str) or not _RUPEES.fullmatch(text):
        return None
    return int(Decimal(text) * 100) or None


def rupees_text(paise: int) -> str:
    """`10050` → `"100.50"`."""
    return f"{paise // 100}.{paise % 100:02}"


def rupees_number(paise: int) -> float:
    """The JSON number of Juspay's answers, whose writing varies (`1.0`, but `2`).

    Division of an integer by 100 gives the double nearest to the two-decimal value, and it prints as just that value.
    """
    return paise // 100 if paise % 200 == 0 else paise / 100


def indian_rupees(paise: int) -> str:
    """`12345678` → `"₹1,23,456.78"`."""
    grouped = _INDIAN_GROUPS.sub(",", str(paise // 100))
    return f"₹{grouped}.{paise % 100:02}"
