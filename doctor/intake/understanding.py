"""What an answer says: how long, how bad, yes or no, which ones. In five languages, whatever they are mixed with."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from doctor.safety.patterns import Term, matches, term
from doctor.safety.words import Word, words

DATA = Path(__file__).with_name("data")
ITEMS_MAX = 20
ITEM_LETTERS = 120
SCRIPTS = (("\u0900", "\u097f", "hi"), ("\u0c80", "\u0cff", "kn"), ("\u0b80", "\u0bff", "ta"))
SEPARATOR = re.compile(r"[,;\n\u0964&+]")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of `words.json`, compiled."""

    numbers: tuple[tuple[int, Term], ...]
    units: tuple[tuple[float, Term], ...]  # hours in a unit
    moments: tuple[tuple[float, Term], ...]  # hours since
    severities: tuple[tuple[int, Term], ...]
    kal: Term  # yesterday or tomorrow
    since: Term
    yes: Term
    no: Term
    greetings: Term
    separators: Term
    fillers: Term
    hindi_latin: Term


@cache
def lexicon() -> Lexicon:
    document = json.loads((DATA / "words.json").read_text(encoding="utf-8"))
    single = {
        name: term(document[name]) for name in ("kal", "since", "yes", "no", "greetings", "separators", "fillers", "hindi_latin")
    }
    return Lexicon(
        numbers=tuple((int(value), term(line)) for value, line in document["numbers"].items()),
        units=tuple((float(value), term(line)) for value, line in document["units_hours"].items()),
        moments=tuple((float(value), term(line)) for value, line in document["moments_hours"].items()),
        severities=tuple((int(value), term(line)) for value, line in document["severity"].items()),
        **single,
    )


def number(word: Word) -> int | None:
    """Return the number a word is, in digits of any script or spelt; None when it is none."""
    if word.plain.isdecimal():
        return int(word.plain) if len(word.plain) <= 4 else None
    known = lexicon().numbers
    return next((value for value, line in known if word.text in line.exact), None)


def duration_h(text: str) -> float | None:
    """Return for how many hours something lasts (`2 din se`: 48.0); None when the text does not say."""
    found = words(text)
    for place, word in enumerate(found):
        hours = first(lexicon().units, word)
        if hours is not None:
            count = count_before(found, place)
            if count is not None:
                return count * hours
    return moment_h(found)


def count_before(found: Sequence[Word], place: int) -> int | None:
    counts = [number(found[near]) for near in (place - 1, place - 2) if near >= 0]
    return next((count for count in counts if count is not None), None)


def moment_h(found: Sequence[Word]) -> float | None:
    """`since morning`, `kal se`."""
    hours = [first(lexicon().moments, word) for word in found]
    known = [each for each in hours if each is not None]
    if any(word.text in lexicon().kal.exact for word in found):
        known.append(24.0)
    return max(known) if known else None


def severity(text: str, *, asked: bool) -> int | None:
    """Return 0 to 10. Without having been asked only `7 out of 10` and its like count."""
    found = words(text)
    values = [(place, value) for place, word in enumerate(found) if (value := number(word)) is not None]
    pairs = [(one, two) for one, two in pairwise(values) if two[0] - one[0] <= 4]
    for (start, one), (end, two) in pairs:
        if 10 in {one, two} and not is_unit(found, start + 1) and not is_unit(found, end + 1):
            return min(one, two)
    if not asked:
        return None
    single = [value for place, value in values if value <= 10 and not is_unit(found, place + 1)]
    if single:
        return single[-1]
    scores = [score for word in found if (score := first(lexicon().severities, word)) is not None]
    return int(max(scores)) if scores else None


def is_unit(found: Sequence[Word], place: int) -> bool:
    return place < len(found) and first(lexicon().units, found[place]) is not None


def first(table: Sequence[tuple[float, Term]], word: Word) -> float | None:
    return next((value for value, line in table if matches(line, word.text)), None)


def yes_no(text: str) -> bool | None:
    """Return whether an answer is a yes or a no; None when it is neither. "ji nahi" is a no."""
    found = words(text)
    opening = found[:2]
    ending = found[-2:]
    no = lexicon().no.exact
    if any(word.text in no for word in opening) or (len(found) <= 6 and any(word.text in no for word in ending)):
        return False
    if any(word.text in lexicon().yes.exact for word in (*opening, *ending)):
        return True
    return None


def items(text: str) -> list[str]:
    """Split an enumeration into what was named, as it was written, without the words around it."""
    parts = [part for stretch in SEPARATOR.split(text) for part in split_at_and(stretch)]
    named = [name for part in parts if (name := trimmed(part))]
    return list(dict.fromkeys(named))[:ITEMS_MAX]


def split_at_and(stretch: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for piece in stretch.split():
        known = words(piece)
        if known and known[0].text in lexicon().separators.exact:
            parts.append([])
        else:
            parts[-1].append(piece)
    return [" ".join(part) for part in parts]


def trimmed(part: str) -> str:
    """Drop filling words from both ends: `I take metformin` leaves `metformin`."""
    pieces = part.strip(" .!?\u0964-").split()
    while pieces and is_filler(pieces[0]):
        pieces.pop(0)
    while pieces and is_filler(pieces[-1]):
        pieces.pop()
    return " ".join(pieces)[:ITEM_LETTERS]


def is_filler(piece: str) -> bool:
    known = words(piece)
    return not known or known[0].text in lexicon().fillers.exact


def is_greeting(text: str) -> bool:
    """Whether nothing but courtesies were said."""
    found = words(text)
    return not found or (len(found) <= 4 and all(word.text in lexicon().greetings.exact for word in found))


def language_of(text: str) -> str:
    """Return `en`, `hi`, `kn`, `ta` or `hi-Latn`, by script and then by common words."""
    counts = {code: sum(low <= letter <= high for letter in text) for low, high, code in SCRIPTS}
    code, most = max(counts.items(), key=lambda each: each[1])
    if most >= 2:
        return code
    found = words(text)
    hits = sum(word.text in lexicon().hindi_latin.exact for word in found)
    return "hi-Latn" if hits >= 2 or (hits == 1 and len(found) <= 3) else "en"
