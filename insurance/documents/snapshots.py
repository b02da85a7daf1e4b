"""An enrolment form as JSON and back, so that what was issued can be printed again exactly."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from insurance.documents.enrollment import Applicant, Coverage, EnrollmentForm, Issue, Member, Nominee, Premium


def as_json(form: EnrollmentForm) -> dict[str, Any]:
    """Return the form as JSON; days, moments and ids as text."""
    return {name: plain(value) for name, value in asdict(form).items()}


def plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, UUID) else value


def from_json(found: dict[str, Any]) -> EnrollmentForm:
    """Return the form that `as_json` wrote."""
    return EnrollmentForm(
        prepared_at=datetime.fromisoformat(found["prepared_at"]),
        applicant=Applicant(**born(found["applicant"])),
        coverage=Coverage(**found["coverage"]),
        members=tuple(Member(**born(each)) for each in found["members"]),
        premium=Premium(**found["premium"]),
        nominee=Nominee(**born(found["nominee"])) if found["nominee"] else None,
        policy_id=UUID(found["policy_id"]),
        is_preview=found["is_preview"],
        issue=issue(found["issue"]) if found["issue"] else None,
    )


def born(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "date_of_birth": date.fromisoformat(found["date_of_birth"])}


def issue(found: dict[str, str]) -> Issue:
    return Issue(found["external_policy_id"], date.fromisoformat(found["start_date"]), date.fromisoformat(found["end_date"]))
