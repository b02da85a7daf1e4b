"""The words of documents in the languages of our customers. English is the key; every other language has one file."""

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

from babel.dates import format_date

ENGLISH = "en"
LANGUAGES = (ENGLISH, "hi", "kn", "ta")
FOLDER = Path(__file__).parent


@cache
def dictionary(language: str) -> dict[str, str]:
    """Return English → `language`; empty for English."""
    if language == ENGLISH:
        return {}
    found: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return found


def say(text: str, language: str, **values: object) -> str:
    """Return `text` in `language`, its `{names}` replaced; a text without translation stays English."""
    said = dictionary(language).get(text, text)
    return said.format(**values) if values else said


def day(value: date, language: str) -> str:
    """Return `20 November 2026` with the month in `language` and Latin digits, as forms in India have them."""
    return str(format_date(value, "d MMMM y", locale=language))


def counted(number: int, one: str, many: str, language: str) -> str:
    """Return `1 adult` or `2 adults` in `language`."""
    return f"{number} {say(one if number == 1 else many, language)}"


def duration(text: str, language: str) -> str:
    """Return `12 months` in `language`."""
    number, _, unit = text.partition(" ")
    return f"{number} {say(unit, language)}"


def plan(plan_code: str, language: str) -> str:
    """Return `2 adults, 1 child` for `2A1C`; the code itself when it is not of that shape."""
    counts = re.fullmatch(r"(\d+)A(?:(\d+)C)?", plan_code)
    if counts is None:
        return plan_code
    adults = counted(int(counts[1]), "adult", "adults", language)
    return adults if counts[2] is None else f"{adults}, {counted(int(counts[2]), 'child', 'children', language)}"
