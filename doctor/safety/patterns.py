"""The small language in which findings are written, compiled once and matched against words.

`chest|breast pain*|hurt*` - all words within one sentence, close together, in any order; `*` matches any ending.
`> not breath*` - in this order. `= heart attack` - side by side in this order. `!test` - unless this word is near.
Words of five letters and more are found with a typing error in them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from doctor.safety.words import Word, distance_within, fold

SLACK = 4  # other words that may stand among the words of an unordered pattern
GAP = 2  # and between neighbours of an ordered one
TYPO_LETTERS = 5
TWO_TYPOS_LETTERS = 9
KNOWN_MAX = 50_000  # words remembered


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One place of a pattern: any of these words, the second kind with any ending. Compiled once, so compared by identity."""

    exact: frozenset[str]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `gap` is None when the order does not matter."""

    terms: tuple[Term, ...]
    excluded: tuple[Term, ...]
    gap: int | None
    source: str

    def spans(self, hits: "Hits") -> Iterable[tuple[int, ...]]:
        """Yield the positions of each occurrence in the sentence."""
        if not all(term in hits.found for term in self.terms):
            return
        places = [hits.of(term) for term in self.terms]
        find = self.ordered if self.gap is not None else self.unordered
        for start in places[0]:
            span = find(start, places[1:])
            if span is not None and not self.is_excluded(span, hits):
                yield span

    def ordered(self, start: int, rest: list[list[int]]) -> tuple[int, ...] | None:
        span = [start]
        for places in rest:
            following = [place for place in places if span[-1] < place <= span[-1] + 1 + (self.gap or 0)]
            if not following:
                return None
            span.append(following[0])
        return tuple(span)

    def unordered(self, start: int, rest: list[list[int]]) -> tuple[int, ...] | None:
        span = [start]
        reach = len(rest) + SLACK
        for places in rest:
            near = [place for place in places if abs(place - start) <= reach and place not in span]
            if not near:
                return None
            span.append(min(near, key=lambda place: abs(place - start)))
        return tuple(span)

    def is_excluded(self, span: tuple[int, ...], hits: "Hits") -> bool:
        low, high = min(span) - 2, max(span) + 2
        return any(low <= place <= high for term in self.excluded for place in hits.of(term))


class Vocabulary:
    """Every term of the data, found by the word that matches it: a message costs by its words, not by the rules."""

    def __init__(self) -> None:
        self.by_letter: dict[str, list[tuple[str, bool, Term]]] = {}
        self.known: dict[str, tuple[Term, ...]] = {}

    def add(self, term: Term) -> None:
        self.known.clear()
        entries = [(word, False) for word in term.exact] + [(stem, True) for stem in term.stems]
        for text, is_stem in entries:
            self.by_letter.setdefault(text[:1], []).append((text, is_stem, term))

    def terms_of(self, word: str) -> tuple[Term, ...]:
        """Return the terms that `word` matches, typing errors allowed; remembered, because people use the same words."""
        found = self.known.get(word)
        if found is None:
            if len(self.known) > KNOWN_MAX:
                self.known.clear()
            entries = self.by_letter.get(word[:1], ())
            found = tuple(dict.fromkeys(term for text, is_stem, term in entries if is_meant(word, text, is_stem=is_stem)))
            self.known[word] = found
        return found


def is_meant(word: str, text: str, *, is_stem: bool) -> bool:
    if is_stem:
        return word.startswith(text) or is_misspelt(word[: len(text)], text)
    return word == text or is_misspelt(word, text)


VOCABULARY = Vocabulary()


class Hits:
    """Where the terms of patterns occur in one sentence."""

    def __init__(self, sentence: Sequence[Word]) -> None:
        self.found: dict[Term, list[int]] = {}
        for place, word in enumerate(sentence):
            for term in VOCABULARY.terms_of(word.text):
                self.found.setdefault(term, []).append(place)

    def of(self, term: Term) -> list[int]:
        return self.found.get(term, [])


def matches(term: Term, word: str) -> bool:
    return term in VOCABULARY.terms_of(word)


@lru_cache(maxsize=100_000)
def is_misspelt(word: str, meant: str) -> bool:
    """Whether `word` may be `meant` with one typing error, or two in a long word. The first letter is rarely wrong."""
    if len(meant) < TYPO_LETTERS or len(word) < TYPO_LETTERS - 1 or word[:1] != meant[:1]:
        return False
    return distance_within(word, meant, 2 if len(meant) >= TWO_TYPOS_LETTERS else 1)


@cache
def term(text: str) -> Term:
    """Compile `chest|breast|thorac*`."""
    alternatives = text.split("|")
    exact = frozenset(fold(word) for word in alternatives if not word.endswith("*"))
    made = Term(exact, tuple(fold(word[:-1]) for word in alternatives if word.endswith("*")))
    VOCABULARY.add(made)
    return made


def compiled(source: str) -> Pattern:
    """Compile one line of the data."""
    parts = source.casefold().split()
    gap = {">": GAP, "=": 0}.get(parts[0])
    if gap is not None:
        parts = parts[1:]
    terms = tuple(term(part) for part in parts if not part.startswith("!"))
    excluded = tuple(term(part[1:]) for part in parts if part.startswith("!"))
    if not terms or any(part in {">", "="} for part in parts):
        raise ValueError(f"not a pattern: {source!r}")
    return Pattern(terms, excluded, gap, source)
