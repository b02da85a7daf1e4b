"""The two parties of a consultation in our words: Nama, who interviews, and Aathma, who has the doctors."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from doctor.models import AssignmentStatus


class NamaUnavailable(Exception):
    """The model is slow, down or says nothing usable: the interviewer speaks instead."""


class AathmaUnavailable(Exception):
    """Aathma gave no usable answer. `permanent`: the same request will be refused again."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        self.permanent = permanent
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation; `role` is PATIENT or NAMA."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """All that a model gets: nothing about who the patient is. `question` is what the interviewer would ask next."""

    language: str
    transcript: tuple[Line, ...]
    missing: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a model says: a reply, facts by field (`{"value", "quote"}`), and whether it sees an emergency."""

    reply: str
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    emergency: bool = False


class Nama(Protocol):
    """A model behind a chat endpoint."""

    def suggest(self, prompt: Prompt) -> Suggestion:
        """Return a well-formed suggestion within 2.5 s; NamaUnavailable otherwise."""
        ...


@dataclass(frozen=True, kw_only=True)
class Consultation:
    """What Aathma is asked for. `id` is ours and the same at every try: one consultation is made however often it is sent."""

    id: UUID
    language: str
    patient: dict[str, Any]
    summary: dict[str, Any]
    fhir: dict[str, Any]
    seal: str
    mrn: dict[str, str] | None


@dataclass(frozen=True, kw_only=True)
class State:
    """What Aathma knows of a consultation. `version` grows with each change."""

    id: UUID
    reference: str
    version: int
    status: AssignmentStatus
    doctor_name: str = ""
    registration_number: str = ""
    slot_at: datetime | None = None
    link: str = ""
    reason: str = ""


class Aathma(Protocol):
    """Doctors. Every method raises AathmaUnavailable and may be repeated: our ids make one effect of it."""

    def request(self, consultation: Consultation) -> State:
        """Ask for a doctor."""
        ...

    def fetch(self, consultation_id: UUID) -> State | None:
        """Return the truth about a consultation; None when Aathma has never heard of it."""
        ...

    def cancel(self, consultation_id: UUID, *, reason: str) -> State:
        """The patient cannot come."""
        ...

    def add(self, consultation_id: UUID, *, addendum_id: UUID, text: str) -> None:
        """Hand over what the patient added."""
        ...

    def rate(self, consultation_id: UUID, *, rating: int, comment: str) -> None:
        """Hand over the patient's feedback."""
        ...

    def alert(self, alert_id: UUID, *, rules: list[str], raised_at: datetime) -> None:
        """Wake the on-call desk. No personal data: whoever takes the alert opens it here."""
        ...
