"""How well the rules do on utterances whose right answer is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from doctor.safety import red_flags

FOLDER = Path(__file__).resolve().parents[1] / "golden"
LANGUAGES = ("en", "hi-Latn", "hi", "kn", "ta")
UNSEEN = "unseen"
INTRODUCTION = """# Red flags against the golden set

Rules `{version}`. Written by `manage.py doctor_golden`; a test fails when this page is out of date, when a golden
emergency is missed or when precision on the golden set falls below 0.90. Sources: `doctor/golden/sources.md`.

An *emergency* is an utterance after which the conversation must stop for 112/108. "Chest pain" alone is none: the
interviewer asks at once whether it spreads and what comes with it, and a yes to either is one.

## The golden set

The rules were written against it, so its figures say that the rules do what was intended, not how they do on strangers.
"""
APART = """
## The set apart

Written before the first rule and never used to change one. The author is the same, so it is easier than real speech.
"""
READINGS = """
## First readings of strangers' sets

What the rules of that day made of utterances whose author had not looked at them, before anything was changed. This is
the figure that says how they do on real people. Afterwards the set joins the golden one (kind `stranger`), so that it
can never be missed again, and only the next stranger can tell. Clinicians have not written one yet: they must, before
patients rely on the rules.
"""
READING_HEADINGS = ("day", "rules", "author", "utterances", "emergencies", "found", "false alarms", "recall", "precision")
HEADINGS = ("utterances", "emergencies", "found", "missed", "false alarms", "recall", "precision")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing a patient might say. `kind`: what makes it difficult."""

    is_emergency: bool
    language: str
    kind: str
    text: str


@dataclass(slots=True)
class Score:
    """Counts; `missed` and `false` hold the utterances themselves."""

    found: int = 0
    passed: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        wanted = self.found + len(self.missed)
        return self.found / wanted if wanted else 1.0

    @property
    def precision(self) -> float:
        flagged = self.found + len(self.false)
        return self.found / flagged if flagged else 1.0

    @property
    def count(self) -> int:
        return self.found + self.passed + len(self.missed) + len(self.false)


def golden() -> list[Utterance]:
    """Return the golden set: `expected, kind, text` in one file for each language."""
    found: list[Utterance] = []
    for language in LANGUAGES:
        found += [Utterance(row[0] == "E", language, row[1], row[2]) for row in rows(language)]
    return found


def unseen() -> list[Utterance]:
    """Return the set apart: `expected, language, text`."""
    return [Utterance(row[0] == "E", row[1], "unseen", row[2]) for row in rows(UNSEEN)]


def rows(name: str) -> list[list[str]]:
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def readings() -> list[str]:
    """Return the table of first readings: `day, rules, author, utterances, emergencies, found, false alarms`."""
    lines = [f"| {' | '.join(READING_HEADINGS)} |", f"|---|---|---|{'--:|' * (len(READING_HEADINGS) - 3)}"]
    for *described, utterances, emergencies, found, false in rows("readings"):
        recall, precision = int(found) / int(emergencies), int(found) / (int(found) + int(false))
        counts = f"{utterances} | {emergencies} | {found} | {false}"
        lines.append(f"| {' | '.join(described)} | {counts} | {recall:.3f} | {precision:.3f} |")
    return lines


def judge(utterances: Iterable[Utterance]) -> Score:
    score = Score()
    for each in utterances:
        flagged = red_flags.assess(each.text).is_emergency
        if each.is_emergency and flagged:
            score.found += 1
        elif each.is_emergency:
            score.missed.append(each.text)
        elif flagged:
            score.false.append(each.text)
        else:
            score.passed += 1
    return score


def table(title: str, utterances: Sequence[Utterance], attribute: str) -> list[str]:
    """Return a Markdown table of scores by language or kind."""
    names = sorted({getattr(each, attribute) for each in utterances})
    lines = [f"| {title} | {' | '.join(HEADINGS)} |", f"|---|{'--:|' * len(HEADINGS)}"]
    lines += [row_of(name, judge(each for each in utterances if getattr(each, attribute) == name)) for name in names]
    return [*lines, row_of("**all**", judge(utterances))]


def row_of(name: str, score: Score) -> str:
    emergencies = score.found + len(score.missed)
    counts = f"{score.count} | {emergencies} | {score.found} | {len(score.missed)} | {len(score.false)}"
    return f"| {name} | {counts} | {score.recall:.3f} | {score.precision:.3f} |"


def report() -> str:
    """Return the whole report as Markdown; the same rules and sets give the same text."""
    known, apart = golden(), unseen()
    wrong = judge(apart)
    lines = [
        INTRODUCTION.format(version=red_flags.rule_book().version),
        *table("language", known, "language"),
        "",
        *table("kind", known, "kind"),
        APART,
        *table("language", apart, "language"),
        "\nWrong in the set apart:\n",
        *[f"- missed: {text}" for text in wrong.missed],
        *[f"- false alarm: {text}" for text in wrong.false],
        READINGS,
        *readings(),
    ]
    return "\n".join(lines).rstrip() + "\n"
