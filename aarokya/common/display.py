"""How amounts, dates and phone numbers look to people in India. Pure functions of their arguments."""

import re
from datetime import date

from num2words import num2words

CRORE = 10_000_000
# Written out: strftime("%B") would follow the locale of the process.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
MASK = "•"
SHOWN_DIGITS = 4
MASKABLE_DIGITS = 8  # a shorter number would be half readable with its last four digits shown


def rupees(paise: int) -> str:
    """Return `₹1,23,456.78`: Indian grouping, always two decimals; `-₹0.05` below zero."""
    whole, part = divmod(abs(paise), 100)
    return f"{'-' if paise < 0 else ''}₹{grouped(whole)}.{part:02d}"


def grouped(number: int) -> str:
    """Return a whole number >= 0 in Indian grouping: `12,34,567`."""
    head, tail = divmod(number, 1000)
    if head == 0:
        return str(tail)
    pairs = re.sub(r"(?<=\d)(?=(?:\d\d)+$)", ",", str(head))
    return f"{pairs},{tail:03d}"


def rupees_in_words(paise: int) -> str:
    """Return `Rupees one lakh twenty-three thousand and seventy-eight paise only`.

    English alone: the word lists at hand for Indian languages get lakh and crore wrong, and a wrong amount in words is
    worse than none.
    """
    whole, part = divmod(abs(paise), 100)
    sign = "Minus rupees" if paise < 0 else "Rupees"
    unit = "paisa" if part == 1 else "paise"
    fraction = f" and {number_in_words(part)} {unit}" if part else ""
    return f"{sign} {number_in_words(whole)}{fraction} only"


def number_in_words(number: int) -> str:
    """Return a whole number >= 0 in English with lakh and crore, however large."""
    crores, rest = divmod(number, CRORE)
    if crores == 0:
        return str(num2words(rest, lang="en_IN")).replace(",", "")
    # num2words refuses a thousand crore and more, so crores are counted here.
    return f"{number_in_words(crores)} crore{' ' + number_in_words(rest) if rest else ''}"


def indian_date(day: date) -> str:
    """Return `20 November 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def spaced_phone(phone: str) -> str:
    """Return `+91 98765 43210` for `+919876543210`; any other number as it is."""
    return f"+91 {phone[3:8]} {phone[8:]}" if re.fullmatch(r"\+91\d{10}", phone) else phone


def masked_phone(phone: str) -> str:
    """Return `+91 ••••••3210` for `+919876543210`; a number too short to keep its secret is masked whole."""
    country, number = ("+91 ", phone[3:]) if phone.startswith("+91") else ("", phone)
    shown = number[-SHOWN_DIGITS:] if len(number) >= MASKABLE_DIGITS else ""
    return country + MASK * (len(number) - len(shown)) + shown


def code_words(code: str) -> str:
    """Return `Father-in-law` for `FATHER_IN_LAW`: how a stored code reads in a document."""
    return code.replace("_", "-").capitalize()
