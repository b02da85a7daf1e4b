"""The last look at what a model wants to say: no diagnosis, no dose, no link, no comfort in an emergency, no money."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from doctor.safety import red_flags

DATA = Path(__file__).with_name("data") / "guard.json"
FORBIDDEN = ("diagnosis", "dosage", "link", "denial_of_emergency", "money", "prompt")
QUESTION = re.compile(r"[^.!?\u0964\n]*\?")


@dataclass(frozen=True, slots=True)
class Guard:
    """One version of what must not be said."""

    version: str
    letters_max: int
    forbidden: tuple[tuple[str, re.Pattern[str]], ...]
    emergency: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refused`: why a reply must be replaced, empty when it may be said. `rules`: red flags that the reply itself shows."""

    refused: str = ""
    rules: tuple[str, ...] = ()


@cache
def guard() -> Guard:
    document = json.loads(DATA.read_text(encoding="utf-8"))
    return Guard(
        version=document["version"],
        letters_max=document["reply_letters_max"],
        forbidden=tuple((name, any_of(document[name])) for name in FORBIDDEN),
        emergency=any_of(document["emergency"]),
    )


def any_of(lines: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE)


def judge(reply: str) -> Verdict:
    """Judge one reply of a model. An emergency it sees counts even if the rules missed it in the patient's words."""
    current = guard()
    text = unicodedata.normalize("NFKC", reply).replace("\u2019", "'")
    statements = QUESTION.sub(" ", text)  # "do you have chest pain?" states nothing
    rules = red_flags.assess(statements).rules
    if current.emergency.search(statements) and not denies_emergency(current, statements):
        rules = (*rules, "model.emergency")
    return Verdict(refusal(current, text, statements), rules)


def refusal(current: Guard, text: str, statements: str) -> str:
    """Asking "do you have asthma?" is no diagnosis; everything else is forbidden in questions too."""
    if not text.strip() or len(text) > current.letters_max:
        return "length"
    for name, pattern in current.forbidden:
        if pattern.search(statements if name == "diagnosis" else text):
            return name
    return ""


def denies_emergency(current: Guard, text: str) -> bool:
    return any(pattern.search(text) for name, pattern in current.forbidden if name == "denial_of_emergency")
