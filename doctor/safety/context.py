"""Whether a finding is said to be there now: not denied, not of the past, not only asked about."""

from collections.abc import Sequence
from dataclasses import dataclass

from doctor.safety.patterns import Hits, Pattern, Term, compiled, matches, term
from doctor.safety.words import Word

BEFORE = 6  # words a denial reaches forward ("no chest pain")
AFTER = 4  # words it reaches back ("dard nahi hai")
AFTER_LIST = 9  # the same across "or"


@dataclass(frozen=True, slots=True)
class Cues:
    """The words that change what a finding means, in all languages at once."""

    denial_before: tuple[Pattern, ...]
    denial_beside: Term  # "not bleeding": of the very next word only
    denial_after: Term
    no_denial: Term  # "no relief", "kam nahi": the word next to it
    listing: Term  # or
    joining: Term  # and
    distant: tuple[Pattern, ...]
    present: tuple[Pattern, ...]
    relative: Term
    died: Term
    had: Term
    asking: tuple[Pattern, ...]  # about an illness
    supposing: tuple[Pattern, ...]  # "if someone has"

    @classmethod
    def from_data(cls, data: dict[str, list[str]]) -> "Cues":
        words = {name: term("|".join(lines)) for name, lines in data.items() if name in WORD_CUES}
        phrases = {name: tuple(compiled(line) for line in lines) for name, lines in data.items() if name not in WORD_CUES}
        return cls(**words, **phrases)  # type: ignore[arg-type]  # the data's names are the fields'


WORD_CUES = frozenset({"denial_beside", "denial_after", "no_denial", "listing", "joining", "relative", "died", "had"})


class Sentence:
    """One sentence with the cues found in it."""

    def __init__(self, words: Sequence[Word], cues: Cues) -> None:
        self.words = words
        self.cues = cues
        self.hits = Hits(words)
        self.denials = [span for pattern in cues.denial_before for span in pattern.spans(self.hits)]

    def has(self, cue: Term) -> bool:
        return bool(self.hits.of(cue))

    def has_any(self, cues: Sequence[Pattern]) -> bool:
        return any(True for pattern in cues for _ in pattern.spans(self.hits))

    @property
    def is_distant(self) -> bool:
        """Told of the past, and not going on."""
        return self.has_any(self.cues.distant) and not self.has_any(self.cues.present)

    def is_history(self, *, diagnosis: bool) -> bool:
        """Whether what this sentence names is over, or happened to somebody who is dead or was ill long ago."""
        if self.is_distant:
            return True
        if self.has_any(self.cues.present):
            return False
        told_of_relative = self.has(self.cues.relative)
        if told_of_relative and self.has(self.cues.died):
            return True
        return diagnosis and told_of_relative and self.has(self.cues.had)

    def is_asking(self, *, diagnosis: bool) -> bool:
        """Whether something is asked in general, and nobody is said to have it."""
        return self.has_any(self.cues.supposing) or (diagnosis and self.has_any(self.cues.asking))

    def is_denied(self, span: tuple[int, ...], *, taken: frozenset[int]) -> bool:
        """Whether the finding at `span` is said not to be there. `taken` are words that belong to findings themselves."""
        return self.denied_before(min(span), taken) or self.denied_after(span, taken)

    def denied_before(self, start: int, taken: frozenset[int]) -> bool:
        if start and self.words[start - 1].clause == self.words[start].clause and self.is_beside(start - 1, taken):
            return True
        for first, *rest in self.denials:
            last = max((first, *rest))
            if first in taken or not 0 < start - last + (1 if rest else 0) <= BEFORE or self.is_no_denial(last):
                continue
            if self.reaches(first, start):
                return True
        return False

    def is_beside(self, place: int, taken: frozenset[int]) -> bool:
        return place not in taken and self.words[place].text in self.cues.denial_beside.exact

    def reaches(self, denial: int, start: int) -> bool:
        """A denial ends at "and" and at a comma, unless a list goes on: "no cough, fever or chest pain"."""
        between = range(denial + 1, start)
        if any(matches(self.cues.joining, self.words[place].text) for place in between):
            return False
        if self.words[denial].clause == self.words[start].clause:
            return True
        clause = self.words[start].clause
        return any(word.clause == clause and matches(self.cues.listing, word.text) for word in self.words)

    def denied_after(self, span: tuple[int, ...], taken: frozenset[int]) -> bool:
        end = max(span)
        reach = AFTER
        for place in range(min(span), min(end + AFTER_LIST + 1, len(self.words))):
            word = self.words[place]
            if word.clause != self.words[end].clause and place > end:
                return False
            if place > end and matches(self.cues.joining, word.text):
                return False
            if matches(self.cues.listing, word.text):
                reach = AFTER_LIST
            is_near = place - end <= reach
            if is_near and place not in taken and word.text in self.cues.denial_after.exact and not self.is_no_denial(place):
                return True
        return False

    def is_no_denial(self, place: int) -> bool:
        """`no relief`, `kam nahi`: the word beside it shows that nothing is denied."""
        beside = [self.words[near].text for near in (place - 1, place + 1) if 0 <= near < len(self.words)]
        return any(word in self.cues.no_denial.exact for word in beside)
