"""The enrolment form's data from rows; rendering is the document's business."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from aarokya.common.clock import age_on, ist_day
from accounts.addresses import one_line
from accounts.models import Dependant, User
from insurance import documents
from insurance.errors import PolicyNotIssued
from insurance.models import Benefit, PlanVariant, Policy
from insurance.nominees import DependantNominee, ExternalNominee, Nominee, from_json
from insurance.selectors.quotes import Quote
from insurance.services import mrns


def preview_form(offer: Quote, *, now: datetime) -> documents.EnrollmentForm:
    """Return the form of a policy that is not bought yet. Reads only what the quote has loaded."""
    return documents.EnrollmentForm(
        prepared_at=now,
        applicant=applicant(offer.user, offer.members[0]),
        coverage=coverage(offer.benefit, offer.variant),
        members=tuple(member(each, day=offer.day) for each in offer.members),
        premium=documents.Premium(daily=offer.variant.daily_premium.paise, annual=offer.variant.annual_premium.paise),
        nominee=nominee(offer.nominee, offer.nominee_dependant),
    )


def issued_form(policy: Policy, *, now: datetime) -> documents.EnrollmentForm:
    """Return the form of a policy as its insurer has issued it just now: people as they are today, prices as they were sold."""
    return printed(policy, issued=issue(policy), now=now)


def pending_form(policy: Policy, *, now: datetime) -> documents.EnrollmentForm:
    """Return the form a clerk lays beside the insurer's paper before the policy is issued."""
    return printed(policy, issued=None, now=now)


def printed(policy: Policy, *, issued: documents.Issue | None, now: datetime) -> documents.EnrollmentForm:
    people = [row.dependant for row in policy.members.select_related("dependant")]
    numbers = {row.dependant_id: str(row) for row in mrns.active(people, policy.provider)}
    return documents.EnrollmentForm(
        prepared_at=now,
        applicant=applicant(policy.primary_user, people[0]),
        coverage=coverage(policy.benefit, policy.variant),
        members=tuple(member(each, day=ist_day(now), numbers=numbers) for each in people),
        premium=documents.Premium(daily=policy.premium_amounts["daily"], annual=policy.premium_amounts["annual"]),
        nominee=nominee_of(policy),
        policy_id=policy.pk,
        is_preview=issued is None,
        issue=issued,
    )


def issue(policy: Policy) -> documents.Issue:
    if policy.external_policy_id is None or policy.start_date is None or policy.end_date is None:
        raise PolicyNotIssued
    return documents.Issue(policy.external_policy_id, policy.start_date, policy.end_date)


def applicant(user: User, policyholder: Dependant) -> documents.Applicant:
    return documents.Applicant(
        name=full_name(policyholder),
        gender=words(policyholder.gender),
        date_of_birth=policyholder.date_of_birth,
        phone=user.phone,
        address=one_line(user.address) or "",
        email=user.email or "",
    )


def coverage(benefit: Benefit, variant: PlanVariant) -> documents.Coverage:
    return documents.Coverage(
        provider=benefit.provider.name,
        benefit=benefit.name,
        plan_code=variant.plan_code,
        sum_insured=variant.coverage.paise,
        term=term_in_words(variant),
        grace_period_days=variant.grace_period_days,
        description=variant.description,
    )


def member(person: Dependant, *, day: date, numbers: Mapping[UUID, str] | None = None) -> documents.Member:
    return documents.Member(
        name=full_name(person),
        relationship=words(person.relationship),
        date_of_birth=person.date_of_birth,
        age=age_on(day, born_on=person.date_of_birth),
        gender=words(person.gender),
        record_number=(numbers or {}).get(person.pk, ""),
    )


def nominee(named: Nominee | None, person: Dependant | None) -> documents.Nominee | None:
    """Return the nominee: `person` when it is a dependant."""
    if person is not None:
        return nominee_from_family(person)
    return nominee_written_out(named) if isinstance(named, ExternalNominee) else None


def nominee_of(policy: Policy) -> documents.Nominee | None:
    named = from_json(policy.nominee_details) if policy.nominee_details else None
    person = Dependant.objects.get(pk=named.dependant_id) if isinstance(named, DependantNominee) else None
    return nominee(named, person)


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
    """Return `Father-in-law` for FATHER_IN_LAW."""
    return value.replace("_", "-").capitalize()


def term_in_words(variant: PlanVariant) -> str:
    """Return `1 year` or `90 days`."""
    unit = variant.duration_unit.lower()
    return f"{variant.duration_length} {unit.removesuffix('s') if variant.duration_length == 1 else unit}"
