"""The question graph: which questions there are, in which order, and what an answer to them implies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

QUESTIONS = Path(__file__).with_name("data") / "questions.json"


@dataclass(frozen=True, slots=True)
class Question:
    """One node. `when`: asked only after one of these findings; `if_yes`, `if_no`: findings that a bare yes or no stands for."""

    id: str
    kind: str  # text, follow_up, duration, severity, list or yes_no
    ask: Mapping[str, str]
    field: str = ""
    when: frozenset[str] = frozenset()
    if_yes: frozenset[str] = frozenset()
    if_no: frozenset[str] = frozenset()
    when_may_be_pregnant: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """One version of the questions and phrases."""

    version: str
    questions: tuple[Question, ...]
    phrases: Mapping[str, Mapping[str, str]]
    follow_ups_max: int
    retries_max: int

    def question(self, question_id: str) -> Question:
        return next(each for each in self.questions if each.id == question_id)

    def phrase(self, name: str, language: str) -> str:
        return self.phrases[name][language]


@cache
def graph() -> Graph:
    """Load the current version once per process."""
    document = json.loads(QUESTIONS.read_text(encoding="utf-8"))
    return Graph(
        version=document["version"],
        questions=tuple(parsed(each) for each in document["questions"]),
        phrases=document["phrases"],
        follow_ups_max=document["follow_ups_max"],
        retries_max=document["retries_max"],
    )


def parsed(document: Mapping[str, Any]) -> Question:
    fields: dict[str, Any] = dict(document)
    for name in {"when", "if_yes", "if_no"} & fields.keys():
        fields[name] = frozenset(fields[name])
    return Question(**fields)
