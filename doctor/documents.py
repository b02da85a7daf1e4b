"""The summary on paper: for the patient in their language, for the doctor in English with the patient's words beside."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from aarokya.common.clock import ist_day
from aarokya.common.documents import render_pdf
from doctor.models import Session
from doctor.selectors import Identity

TEMPLATE = "pdf/doctor_summary.html"
LABELS = Path(__file__).with_name("intake") / "data" / "labels.json"
LISTS = ("associated_symptoms", "existing_conditions", "medications", "allergies")
DAYS_FROM_H = 72  # longer spans are shown in days


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is, what was understood, and the patient's own words."""

    label: str
    value: str
    said: str


@dataclass(frozen=True, slots=True)
class SummaryDocument:
    """All that the page shows. `seal` is empty before submission."""

    prepared_at: datetime
    labels: dict[str, str]
    patient: str
    facts: tuple[Fact, ...]
    follow_ups: tuple[tuple[str, str], ...]
    additions: tuple[str, ...]
    addenda: tuple[str, ...]
    cover: str
    doctor: str
    reference: str
    seal: str

    @property
    def prepared_on(self) -> date:
        """Day in India."""
        return ist_day(self.prepared_at)


@cache
def labels() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(LABELS.read_text(encoding="utf-8"))
    return found


def render_summary(session: Session, who: Identity, *, for_doctor: bool) -> bytes:
    """Return the PDF of a session with a summary; the same session gives the same bytes. OSError when Pango is missing."""
    language = "en" if for_doctor else session.language
    document = compose(session, who, words=labels()[language])
    return render_pdf(TEMPLATE, document, title=labels()[language]["title"], created_at=document.prepared_at, language=language)


def compose(session: Session, who: Identity, *, words: dict[str, str]) -> SummaryDocument:
    summary = session.summary or {}
    assignment = getattr(session, "assignment", None)
    doctor = f"{assignment.doctor_name} ({assignment.registration_number})" if assignment and assignment.doctor_name else ""
    return SummaryDocument(
        prepared_at=session.submitted_at or session.last_message_at,
        labels=words,
        patient=", ".join(filter(None, (who.name, str(who.age) if who.age is not None else "", who.gender.lower()))),
        facts=tuple(facts(summary, words)),
        follow_ups=tuple((each["question"], each["answer"]) for each in summary.get("follow_ups", [])),
        additions=tuple(summary.get("additions", [])),
        addenda=tuple(row.text for row in session.addenda.order_by("number")),
        cover=(session.cover or {}).get("title", ""),
        doctor=doctor,
        reference=str(session.pk),
        seal=session.seal,
    )


def facts(summary: dict[str, Any], words: dict[str, str]) -> list[Fact]:
    complaint, since, severity = (summary[name] for name in ("chief_complaint", "onset_and_duration", "severity"))
    score = words["unknown"] if severity["score"] is None else str(severity["score"])
    found = [
        Fact(words["chief_complaint"], complaint["text"], complaint["said"]),
        Fact(words["onset_and_duration"], span(since["hours"], words), since["said"]),
        Fact(words["severity"], score, severity["said"]),
    ]
    found += [Fact(words[name], ", ".join(summary[name]["items"]) or words["none"], summary[name]["said"]) for name in LISTS]
    pregnancy = summary["pregnancy"]
    return found + ([Fact(words["pregnancy"], words[pregnancy["status"]], pregnancy["said"])] if pregnancy else [])


def span(hours: float | None, words: dict[str, str]) -> str:
    """Return `48 hours` or `5 days`."""
    if hours is None:
        return words["unknown"]
    return f"{hours / 24:.0f} {words['days']}" if hours >= DAYS_FROM_H else f"{hours:.0f} {words['hours']}"
