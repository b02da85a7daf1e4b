"""Facts a model offers count only with the patient's own words beside them."""

from collections.abc import Sequence
from typing import Any

from doctor.gateways.base import Line
from doctor.intake.graph import graph
from doctor.intake.memory import Memory
from doctor.models import Role
from doctor.safety.words import normal

LISTS = frozenset({"associated_symptoms", "existing_conditions", "medications", "allergies"})


def accept(memory: Memory, facts: dict[str, dict[str, Any]], transcript: Sequence[Line]) -> bool:
    """Note every fact that is open, well formed and quoted from the patient; True when this answers the pending question."""
    said = [normal(line.text) for line in transcript if line.role == Role.PATIENT]
    open_facts = {name: fact for name, fact in facts.items() if name not in memory.facts}
    for name, fact in open_facts.items():
        value = typed(name, fact["value"])
        if value is not None and is_quoted(fact["quote"], said):
            memory.note(name, value, fact["quote"].strip())
    return bool(memory.pending) and graph().question(memory.pending).field in memory.facts


def is_quoted(quote: str, said: list[str]) -> bool:
    wanted = normal(quote).strip()
    return bool(wanted) and any(wanted in text for text in said)


def typed(name: str, value: Any) -> Any:
    """Return the value as the summary holds it; None when it is of another shape."""
    match name:
        case "chief_complaint":
            return value[:1000] if isinstance(value, str) and value.strip() else None
        case "onset_and_duration":
            return {"hours": float(value)} if is_number(value) and 0 <= value < 10**6 else None
        case "severity":
            return {"score": int(value)} if is_number(value) and 0 <= value <= 10 else None
        case _ if name in LISTS:
            texts = value if isinstance(value, list) else [value]
            return [text[:200] for text in texts if isinstance(text, str) and text.strip()][:20]
        case _:
            return None


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
