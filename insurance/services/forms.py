"""The enrolment form's data from rows; rendering is the document's business."""

from datetime import datetime

from aarokya.common.clock import age_on
from accounts.models import Dependant, User
from insurance import documents
from insurance.models import PlanVariant
from insurance.nominees import ExternalNominee
from insurance.selectors.quotes import Quote


def preview_form(offer: Quote, *, now: datetime) -> documents.EnrollmentForm:
    """Return the form of a policy that is not bought yet. Reads only what the quote has loaded."""
    return documents.EnrollmentForm(
        prepared_at=now,
        applicant=applicant(offer.user, offer.members[0]),
        coverage=coverage(offer),
        members=tuple(member(each, offer) for each in offer.members),
        premium=documents.Premium(daily=offer.variant.daily_premium.paise, annual=offer.variant.annual_premium.paise),
        nominee=nominee(offer),
    )


def applicant(user: User, policyholder: Dependant) -> documents.Applicant:
    return documents.Applicant(
        name=full_name(policyholder),
        gender=words(policyholder.gender),
        date_of_birth=policyholder.date_of_birth,
        phone=user.phone,
        address=address_line(user),
        email=user.email or "",
    )


def coverage(offer: Quote) -> documents.Coverage:
    return documents.Coverage(
        provider=offer.benefit.provider.name,
        benefit=offer.benefit.name,
        plan_code=offer.variant.plan_code,
        sum_insured=offer.variant.coverage.paise,
        term=term_in_words(offer.variant),
        grace_period_days=offer.variant.grace_period_days,
    )


def member(person: Dependant, offer: Quote) -> documents.Member:
    return documents.Member(
        name=full_name(person),
        relationship=words(person.relationship),
        date_of_birth=person.date_of_birth,
        age=age_on(offer.day, born_on=person.date_of_birth),
        gender=words(person.gender),
    )


def nominee(offer: Quote) -> documents.Nominee | None:
    if offer.nominee_dependant is not None:
        return nominee_from_family(offer.nominee_dependant)
    if isinstance(offer.nominee, ExternalNominee):
        return nominee_written_out(offer.nominee)
    return None


def nominee_from_family(person: Dependant) -> documents.Nominee:
    return documents.Nominee(
        name=full_name(person),
        relationship=words(person.relationship),
        date_of_birth=person.date_of_birth,
        gender=words(person.gender),
    )


def nominee_written_out(person: ExternalNominee) -> documents.Nominee:
    return documents.Nominee(
        name=person.name,
        relationship=words(person.relationship),
        date_of_birth=person.date_of_birth,
        gender=words(person.gender),
        phone=person.phone,
    )


def full_name(person: Dependant) -> str:
    return f"{words(person.salutation)} {person.first_name} {person.last_name}".strip()


def words(value: str) -> str:
    """Return `Father in law` for FATHER_IN_LAW."""
    return value.replace("_", " ").capitalize()


def term_in_words(variant: PlanVariant) -> str:
    """Return `1 year` or `90 days`."""
    unit = variant.duration_unit.lower()
    return f"{variant.duration_length} {unit.removesuffix('s') if variant.duration_length == 1 else unit}"


def address_line(user: User) -> str:
    """Return the address on one line, whatever parts it has."""
    found = user.address or {}
    parts = found.values() if isinstance(found, dict) else [found]
    return ", ".join(str(part) for part in parts if part)
