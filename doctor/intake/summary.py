"""The typed summary: what the doctor reads. Every field stands beside the words it was taken from."""

from typing import Any

from jsonschema import Draft202012Validator

from doctor.intake.memory import Memory, Patient

SCHEMA_VERSION = "1"
SAID = {"type": "string", "minLength": 1, "maxLength": 1000}
LANGUAGES = ["en", "hi", "kn", "ta", "hi-Latn"]


def quoted(**properties: Any) -> dict[str, Any]:
    """Return the schema of a field with the patient's words beside it."""
    names = [*properties, "said"]
    return {"type": "object", "properties": properties | {"said": SAID}, "required": names, "additionalProperties": False}


NAMED = quoted(items={"type": "array", "maxItems": 20, "items": {"type": "string", "minLength": 1, "maxLength": 1000}})
PROPERTIES: dict[str, Any] = {
    "schema_version": {"const": SCHEMA_VERSION},
    "language": {"enum": LANGUAGES},
    "chief_complaint": quoted(text={"type": "string", "minLength": 1, "maxLength": 1000}),
    "onset_and_duration": quoted(hours={"type": ["number", "null"], "minimum": 0}),
    "severity": quoted(score={"type": ["integer", "null"], "minimum": 0, "maximum": 10}),
    "associated_symptoms": NAMED,
    "existing_conditions": NAMED,
    "medications": NAMED,
    "allergies": NAMED,
    "pregnancy": {"oneOf": [{"type": "null"}, quoted(status={"enum": ["yes", "no"]})]},
    "follow_ups": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"question": {"type": "string"}, "answer": SAID},
            "required": ["question", "answer"],
            "additionalProperties": False,
        },
    },
    "additions": {"type": "array", "items": SAID},
    "findings": {"type": "array", "items": {"type": "string"}},
    "findings_denied": {"type": "array", "items": {"type": "string"}},
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": PROPERTIES,
    "required": list(PROPERTIES),
    "additionalProperties": False,
}
VALIDATOR = Draft202012Validator(SCHEMA)


class SummaryInvalid(Exception):
    """The facts do not make a summary; says where."""


def compose(memory: Memory, *, language: str, patient: Patient) -> dict[str, Any]:
    """Return the validated summary; SummaryInvalid when a field is missing or malformed."""
    facts = memory.facts
    missing = memory.missing(patient)
    if missing:
        raise SummaryInvalid(f"not known yet: {', '.join(missing)}")
    lists = ("associated_symptoms", "existing_conditions", "medications", "allergies")
    document = {
        "schema_version": SCHEMA_VERSION,
        "language": language,
        "chief_complaint": {"text": facts["chief_complaint"]["value"], "said": facts["chief_complaint"]["said"]},
        "onset_and_duration": facts["onset_and_duration"]["value"] | {"said": facts["onset_and_duration"]["said"]},
        "severity": facts["severity"]["value"] | {"said": facts["severity"]["said"]},
        **{name: {"items": facts[name]["value"], "said": facts[name]["said"]} for name in lists},
        "pregnancy": pregnancy(memory),
        "follow_ups": [{"question": each["question"], "answer": each["answer"]} for each in memory.follow_ups],
        "additions": memory.additions,
        "findings": sorted(memory.findings),
        "findings_denied": sorted(memory.denied - memory.findings),
    }
    return validated(document)


def pregnancy(memory: Memory) -> dict[str, str] | None:
    fact = memory.facts.get("pregnancy")
    return {"status": fact["value"], "said": fact["said"]} if fact else None


def validated(document: dict[str, Any]) -> dict[str, Any]:
    problem = next(iter(VALIDATOR.iter_errors(document)), None)
    if problem is not None:
        raise SummaryInvalid(f"{problem.json_path}: {problem.message[:200]}")
    return document
