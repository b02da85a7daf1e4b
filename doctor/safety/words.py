"""Text as the rules see it: letters folded so that spellings of one word meet, words, and where sentences end."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

TEXT_MAX = 4000  # characters; nothing beyond is read, and the API accepts no more
WORD = re.compile(r"[\w\u0900-\u097f\u0b80-\u0bff\u0c80-\u0cff]+|[.!?;:\n\u0964\u0965,()\[\]\u2014\u2013]")
HARD = frozenset(".!?;\n\u0964\u0965[]")
SOFT = frozenset(",:()\u2014\u2013")
# Invisible characters that split words for a machine and for nobody else.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
APOSTROPHES = dict.fromkeys(map(ord, "'\u2019\u2018`\u00b4"))
# Long and short vowels, nasal signs and dots below are mixed up in typing; the rules do not tell them apart.
INDIC = str.maketrans(
    {
        "\u0940": "\u093f", "\u0942": "\u0941", "\u0901": "\u0902", "\u093c": None, "\u0908": "\u0907", "\u090a": "\u0909",
        "\u0cc0": "\u0cbf", "\u0cc2": "\u0cc1", "\u0cc7": "\u0cc6", "\u0ccb": "\u0cca",
        "\u0bc0": "\u0bbf", "\u0bc2": "\u0bc1", "\u0bc7": "\u0bc6", "\u0bcb": "\u0bca",
    }
)  # fmt: skip
# Romanised Hindi has no fixed spelling: seene, sine and seenay are one word.
LATIN = (("ee", "i"), ("oo", "u"), ("aa", "a"), ("ph", "f"), ("w", "v"), ("z", "j"), ("ck", "k"))
DOUBLED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word. `sentence` and `clause` number the stretches between hard and soft stops; `plain` is the unfolded text."""

    text: str
    plain: str
    sentence: int
    clause: int


def normal(text: str) -> str:
    """Return the text in one form: compatibility letters composed, case and invisible characters gone."""
    shown = unicodedata.normalize("NFKC", text[:TEXT_MAX]).translate(INVISIBLE).translate(APOSTROPHES)
    return unicodedata.normalize("NFC", shown.casefold())


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Return the form in which spellings of one word meet."""
    if not word.isascii():
        return unicodedata.normalize("NFC", word).translate(INDIC)
    if word.isdigit():
        return word
    for spelling, folded in LATIN:
        word = word.replace(spelling, folded)
    return DOUBLED.sub(r"\1", word)


def words(text: str, *, breaks: frozenset[str] = frozenset()) -> list[Word]:
    """Split into folded words; `breaks` are folded words ("but") that end a sentence."""
    found: list[Word] = []
    sentence = clause = 0
    for plain in WORD.findall(normal(text)):
        folded = fold(plain)
        if plain in HARD or folded in breaks:
            sentence += 1
            clause += 1
        elif plain in SOFT:
            clause += 1
        else:
            found.append(Word(folded, plain, sentence, clause))
    return found


def distance_within(first: str, second: str, limit: int) -> bool:
    """Whether at most `limit` letters must be added, dropped, changed or swapped with their neighbour."""
    if abs(len(first) - len(second)) > limit:
        return False
    before: list[int] = []
    last = list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        current = [row]
        for column, other in enumerate(second, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, last = last, current
    return last[-1] <= limit
