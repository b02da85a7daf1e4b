"""The summary as a FHIR R4 bundle: what another system can read. Texts are the patient's words; nothing is coded by guessing."""

from typing import Any
from uuid import UUID

from aarokya.common.clock import rfc3339
from aarokya.common.ids import effect_id
from doctor.models import Session
from doctor.selectors import Identity

GENDERS = {"MALE": "male", "FEMALE": "female", "OTHER": "other"}
CLINICAL = "http://terminology.hl7.org/CodeSystem"
ITEMS = ("associated_symptoms", "existing_conditions", "medications", "allergies")


def bundle(session: Session, who: Identity) -> dict[str, Any]:
    """Return Patient, QuestionnaireResponse, Condition, MedicationStatement and AllergyIntolerance of a ready session."""
    summary = session.summary or {}
    patient_url = url(session.pk, "patient")
    subject = {"reference": patient_url}
    said_at = rfc3339(session.submitted_at or session.last_message_at)
    entries = [
        (patient_url, patient(who)),
        (url(session.pk, "answers"), answers(session, summary, subject, said_at)),
        (url(session.pk, "complaint"), complaint(summary, subject, said_at)),
        *many(session.pk, "condition", [condition(name, subject, said_at) for name in items(summary, "existing_conditions")]),
        *many(session.pk, "medication", [medication(name, subject, said_at) for name in items(summary, "medications")]),
        *many(session.pk, "allergy", [allergy(name, subject, said_at) for name in items(summary, "allergies")]),
    ]
    return {
        "resourceType": "Bundle",
        "id": str(session.pk),
        "type": "collection",
        "timestamp": said_at,
        "entry": [{"fullUrl": address, "resource": resource} for address, resource in entries],
    }


def url(session_id: UUID, part: str) -> str:
    """Return a stable address: the same summary always makes the same bundle."""
    return f"urn:uuid:{effect_id(f'fhir:{session_id}:{part}')}"


def many(session_id: UUID, part: str, resources: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(url(session_id, f"{part}:{number}"), resource) for number, resource in enumerate(resources)]


def items(summary: dict[str, Any], name: str) -> list[str]:
    return list(summary.get(name, {}).get("items", []))


def patient(who: Identity) -> dict[str, Any]:
    known = {"gender": GENDERS.get(who.gender), "name": [{"text": who.name}] if who.name else None}
    return {"resourceType": "Patient"} | {name: value for name, value in known.items() if value}


def answers(session: Session, summary: dict[str, Any], subject: dict[str, str], said_at: str | None) -> dict[str, Any]:
    """Every field with the patient's own words; follow-up questions after them."""
    fields = ("chief_complaint", "onset_and_duration", "severity", *ITEMS, "pregnancy")
    stated = [item(name, name.replace("_", " "), summary[name]["said"]) for name in fields if summary.get(name)]
    asked = [item(f"follow_up_{n}", each["question"], each["answer"]) for n, each in enumerate(summary.get("follow_ups", []))]
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"urn:aarokya:intake:{session.graph_version}",
        "status": "completed",
        "subject": subject,
        "authored": said_at,
        "language": session.language,
        "item": stated + asked,
    }


def item(link_id: str, text: str, said: str) -> dict[str, Any]:
    return {"linkId": link_id, "text": text, "answer": [{"valueString": said}]}


def complaint(summary: dict[str, Any], subject: dict[str, str], said_at: str | None) -> dict[str, Any]:
    """The complaint as reported: unconfirmed, because only a doctor confirms."""
    made = condition(summary["chief_complaint"]["text"], subject, said_at)
    made["onsetString"] = summary["onset_and_duration"]["said"]
    score = summary["severity"]["score"]
    if score is not None:
        made["severity"] = {"text": f"{score} of 10, as the patient rates it"}
    return made


def condition(text: str, subject: dict[str, str], said_at: str | None) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "clinicalStatus": coded("condition-clinical", "active"),
        "verificationStatus": coded("condition-ver-status", "unconfirmed"),
        "code": {"text": text},
        "subject": subject,
        "recordedDate": said_at,
    }


def medication(text: str, subject: dict[str, str], said_at: str | None) -> dict[str, Any]:
    return {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": {"text": text},
        "subject": subject,
        "dateAsserted": said_at,
    }


def allergy(text: str, subject: dict[str, str], said_at: str | None) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": coded("allergyintolerance-clinical", "active"),
        "verificationStatus": coded("allergyintolerance-verification", "unconfirmed"),
        "code": {"text": text},
        "patient": subject,
        "recordedDate": said_at,
    }


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{CLINICAL}/{system}", "code": code}]}
