"""A month of the wallet on paper, in the holder's language."""

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from aarokya.common.clock import ist_day
from aarokya.common.documents import render_pdf
from wallets.documents.words import WORDS, Words

TEMPLATE = "pdf/statement.html"


@dataclass(frozen=True, slots=True)
class Line:
    """One movement; amounts in paise, `paid_in` or `paid_out` is 0."""

    day: str
    particulars: str
    note: str
    paid_in: int
    paid_out: int
    balance: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What is printed: amounts in paise."""

    words: Words
    prepared_on: date
    prepared_day: str  # the same in the statement's language
    holder: str
    wallet: str
    period: str
    opening: int
    closing: int
    own: int
    others: int
    lines: tuple[Line, ...]

    @property
    def total_in(self) -> int:
        return sum(line.paid_in for line in self.lines)

    @property
    def total_out(self) -> int:
        return sum(line.paid_out for line in self.lines)


def language_of(asked: str) -> str:
    """Return the first of the languages asked for (`kn`, or an Accept-Language header) that we have words for, else `en`."""
    tags = (tag.split(";", maxsplit=1)[0].strip().lower().split("-", maxsplit=1)[0] for tag in asked.split(","))
    return next((tag for tag in tags if tag in WORDS), "en")


def shown_day(day: date, language: str) -> str:
    """Return `20 Nov 2026` in the language."""
    return format_date(day, "d MMM y", locale=language)


def shown_period(first: date, last: date, language: str) -> str:
    return f"{shown_day(first, language)} – {shown_day(last, language)}"


def statement_pdf(statement: Statement, *, language: str, now: datetime) -> bytes:
    """Return the PDF; the same statement on the same day gives the same bytes."""
    return render_pdf(TEMPLATE, statement, title=statement.words.title, created_at=day_of(now), language=language)


def day_of(now: datetime) -> datetime:
    return datetime.combine(ist_day(now), datetime.min.time(), tzinfo=now.tzinfo)
