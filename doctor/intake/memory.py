"""What the interviewer keeps between turns; stored encrypted with the session."""

from dataclasses import dataclass, field
from typing import Any

FIELDS = (
    "chief_complaint",
    "onset_and_duration",
    "severity",
    "associated_symptoms",
    "existing_conditions",
    "medications",
    "allergies",
)


@dataclass(frozen=True, slots=True)
class Patient:
    """Who it is about, as far as questions depend on it. `age` in whole years, None when unknown."""

    age: int | None
    gender: str  # MALE, FEMALE, OTHER or empty

    @property
    def may_be_pregnant(self) -> bool:
        return self.gender == "FEMALE" and (self.age is None or 12 <= self.age <= 55)

    @property
    def is_infant(self) -> bool:
        return self.age is not None and self.age < 2


@dataclass(slots=True)
class Memory:
    """Facts by field (`{"value", "said"}`), findings there and denied, what is being asked, answers to follow-ups, additions."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    findings: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    pending: str = ""
    retries: dict[str, int] = field(default_factory=dict)
    follow_ups: list[dict[str, str]] = field(default_factory=list)
    additions: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Memory":
        return cls(
            facts=dict(document.get("facts", {})),
            findings=set(document.get("findings", ())),
            denied=set(document.get("denied", ())),
            pending=document.get("pending", ""),
            retries=dict(document.get("retries", {})),
            follow_ups=list(document.get("follow_ups", ())),
            additions=list(document.get("additions", ())),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "facts": self.facts,
            "findings": sorted(self.findings),
            "denied": sorted(self.denied),
            "pending": self.pending,
            "retries": self.retries,
            "follow_ups": self.follow_ups,
            "additions": self.additions,
        }

    def missing(self, patient: Patient) -> list[str]:
        """The fields of the summary that are still open, in the order they are asked."""
        wanted = [*FIELDS, "pregnancy"] if patient.may_be_pregnant else FIELDS
        return [name for name in wanted if name not in self.facts]

    def note(self, name: str, value: Any, said: str) -> None:
        self.facts[name] = {"value": value, "said": said}
