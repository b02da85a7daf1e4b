"""Reading a patient's words for emergencies: findings, then rules over findings. Deterministic, versioned, no model involved."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from doctor.safety.context import Cues, Sentence
from doctor.safety.patterns import Pattern, Term, compiled
from doctor.safety.words import Word, fold, words

DATA = Path(__file__).with_name("data")
FILES = ("findings_en", "findings_hi_latn", "findings_hi", "findings_kn", "findings_ta")


@dataclass(frozen=True, slots=True)
class Rule:
    """Findings that together are an emergency. `together`: they must stand in one sentence."""

    id: str
    findings: frozenset[str]
    together: bool
    source: str


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One version of the rules."""

    version: str
    findings: Mapping[str, tuple[Pattern, ...]]
    diagnoses: frozenset[str]  # names of illnesses: of the past more often than now
    momentary: frozenset[str]  # meaningful only beside what they describe; never remembered
    rules: tuple[Rule, ...]
    cues: Cues
    breaks: frozenset[str]
    openings: Mapping[Term, tuple[tuple[str, Pattern], ...]]  # by the first place of each pattern: most never begin


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a text means: rules that fired, and the findings to remember for the rest of the conversation."""

    rules: tuple[str, ...] = ()
    findings: frozenset[str] = field(default_factory=frozenset)
    denied: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_emergency(self) -> bool:
        return bool(self.rules)


@cache
def rule_book() -> RuleBook:
    """Load the current version once per process; ValueError when a rule names a finding that does not exist."""
    document = read("rules")
    patterns: dict[str, list[Pattern]] = {}
    for name in FILES:
        for finding, lines in read(name).items():
            patterns.setdefault(finding, []).extend(compiled(line) for line in lines)
    rules = tuple(parsed(each) for each in document["rules"])
    unknown = {name for rule in rules for name in rule.findings} - patterns.keys()
    if unknown:
        raise ValueError(f"rules name findings that no language describes: {sorted(unknown)}")
    return RuleBook(
        version=document["version"],
        findings={finding: tuple(each) for finding, each in patterns.items()},
        diagnoses=frozenset(document["diagnoses"]),
        momentary=frozenset(document["momentary"]),
        rules=rules,
        cues=Cues.from_data(document["cues"]),
        breaks=frozenset(fold(word) for word in document["breaks"]),
        openings=by_opening(patterns),
    )


def by_opening(patterns: Mapping[str, Iterable[Pattern]]) -> Mapping[Term, tuple[tuple[str, Pattern], ...]]:
    found: dict[Term, list[tuple[str, Pattern]]] = {}
    for finding, each in patterns.items():
        for pattern in each:
            found.setdefault(pattern.terms[0], []).append((finding, pattern))
    return {term: tuple(entries) for term, entries in found.items()}


def read(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def parsed(document: Mapping[str, Any]) -> Rule:
    findings = frozenset(document["all"])
    return Rule(document["id"], findings, bool(document.get("together", False)), document["source"])


def assess(text: str, *, known: Iterable[str] = (), implied: Iterable[str] = (), book: RuleBook | None = None) -> Assessment:
    """Read one text. `known` are findings of earlier messages, `implied` those a bare yes or no stands for; both count for rules
    that need no nearness.
    """
    book = book or rule_book()
    fired: list[str] = []
    present: set[str] = set(implied)
    denied: set[str] = set()
    for sentence in sentences(text, book):
        found, refused = findings_of(sentence, book)
        fired += [rule.id for rule in book.rules if rule.together and rule.findings <= found]
        present |= found
        denied |= refused
    everything = present | set(known)
    # A rule fires for what is new: the conversation after an answered card does not begin with it again.
    fired += [rule.id for rule in book.rules if not rule.together and rule.findings <= everything and rule.findings & present]
    kept = frozenset(present - book.momentary)
    return Assessment(tuple(dict.fromkeys(fired)), kept, frozenset(denied - present))


def sentences(text: str, book: RuleBook) -> list[Sentence]:
    found = words(text, breaks=book.breaks)
    return [Sentence(list(group), book.cues) for _, group in groupby(found, key=sentence_number)]


def sentence_number(word: Word) -> int:
    return word.sentence


def findings_of(sentence: Sentence, book: RuleBook) -> tuple[set[str], set[str]]:
    """Return the findings that are there, and those that are denied."""
    spans: dict[str, list[tuple[int, ...]]] = {}
    for term in sentence.hits.found:
        for finding, pattern in book.openings.get(term, ()):
            spans.setdefault(finding, []).extend(pattern.spans(sentence.hits))
    taken = frozenset(place for found in spans.values() for span in found for place in span)
    present: set[str] = set()
    denied: set[str] = set()
    for finding, found in spans.items():
        if not found or is_elsewhere(finding, sentence, book):
            continue
        there = any(not sentence.is_denied(span, taken=taken) for span in found)
        (present if there else denied).add(finding)
    return present, denied


def is_elsewhere(finding: str, sentence: Sentence, book: RuleBook) -> bool:
    """In the past, in somebody's life story, or in a question about illness in general."""
    diagnosis = finding in book.diagnoses
    return sentence.is_history(diagnosis=diagnosis) or sentence.is_asking(diagnosis=diagnosis)
