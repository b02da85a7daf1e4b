"""Finding or registering members as patients, and their numbers.

The intent is written before the provider is called and its answer after; nothing is called inside a transaction. So
whatever breaks in between, the next try repeats the same request and no patient is registered twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from aarokya.common import audit, failpoints, ids, state
from accounts.models import Dependant, Gender
from insurance.errors import GenderNotAccepted, PatientRegistrationFailed
from insurance.gateways.base import GatewayError, Patient, PatientGateway, Person
from insurance.models import BenefitProvider, PatientRegistration, RegistrationStatus
from insurance.services import mrns

CALLS_AT_ONCE = 8
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The provider's answer about one person: one patient, or several of which none may be guessed."""

    patient: Patient | None
    candidates: tuple[Patient, ...] = ()


def find_or_register(
    *, members: Sequence[Dependant], provider: BenefitProvider, phone: str, gateway: PatientGateway, now: datetime
) -> dict[UUID, dict[str, str]]:
    """Return the external MRN of each member without an active one here, by dependant id; asks the provider in parallel.

    GenderNotAccepted (IP-1013); PatientRegistrationFailed (IP-1014) when any member could not be found or registered:
    what the provider answered about the others is remembered.
    """
    refuse_other_gender(members)
    missing = mrns.without_number(members, provider)
    rows = intents(missing, provider)
    failpoints.reach("patient.intended")
    waiting = [row for row in rows if row.status != RegistrationStatus.REGISTERED]
    problems = ask(waiting, {member.pk: member for member in missing}, phone=phone, gateway=gateway, now=now)
    if problems:
        raise PatientRegistrationFailed(problems[0])
    return {row.dependant_id: row.external_mrn for row in rows if row.external_mrn is not None}


def refuse_other_gender(members: Iterable[Dependant]) -> None:
    other = next((member for member in members if member.gender == Gender.OTHER), None)
    if other is not None:
        raise GenderNotAccepted(f"The gender of member {other.pk} is other: Narayana requires male or female")


def intents(members: Sequence[Dependant], provider: BenefitProvider) -> list[PatientRegistration]:
    """Return the row of each member, written now if there was none."""
    new = (
        PatientRegistration(dependant=member, provider=provider, request_id=ids.effect_id(f"patient:{provider.pk}:{member.pk}"))
        for member in members
    )
    PatientRegistration.objects.bulk_create(new, ignore_conflicts=True)
    return list(PatientRegistration.objects.filter(dependant__in=members, provider=provider))


def ask(
    rows: Sequence[PatientRegistration], members: Mapping[UUID, Dependant], *, phone: str, gateway: PatientGateway, now: datetime
) -> list[str]:
    """Ask about all rows at once, keep each answer as it comes, and return what went wrong, in words."""
    problems: list[str] = []
    with ThreadPoolExecutor(max_workers=CALLS_AT_ONCE) as threads:
        calls = {threads.submit(call, person(row, members[row.dependant_id], phone), gateway): row for row in rows}
        for finished in as_completed(calls):
            try:
                found = finished.result()
                failpoints.reach("patient.registered")
                problem = remember(calls[finished], found, now=now)
            except GatewayError as error:
                logger.warning("patient.registration_failed", registration_id=str(calls[finished].pk), problem=str(error))
                problem = f"{PatientRegistrationFailed.message}; nothing was bought, try again"
            problems += [problem] if problem else []
    return problems


def call(who: Person, gateway: PatientGateway) -> Found:
    """Ask the provider about one person; runs in a thread of its own and touches no database."""
    candidates = gateway.search(who)
    if len(candidates) > 1:
        return Found(patient=None, candidates=tuple(candidates))
    return Found(patient=candidates[0] if candidates else gateway.register(who))


def person(row: PatientRegistration, member: Dependant, phone: str) -> Person:
    return Person(
        request_id=row.request_id,
        first_name=member.first_name,
        last_name=member.last_name,
        born_on=member.date_of_birth,
        gender=member.gender,
        phone=phone,
    )


def remember(row: PatientRegistration, found: Found, *, now: datetime) -> str | None:
    """Keep the answer; return why it does not help, if so."""
    if found.patient is None:
        keep(row, RegistrationStatus.AMBIGUOUS, now=now, candidates=[each.as_json() for each in found.candidates])
        if row.status == RegistrationStatus.REGISTERED:
            return None
        return f"The provider knows {len(found.candidates)} patients of this name and birthday; our staff will choose"
    keep(row, RegistrationStatus.REGISTERED, now=now, external_mrn=found.patient.as_json(), candidates=[])
    return None


def keep(row: PatientRegistration, status: RegistrationStatus, *, now: datetime, **fields: Any) -> None:
    """Move the row, unless another process kept an answer about the same member first: then that one counts."""
    moved = PatientRegistration.objects.filter(pk=row.pk).exclude(status=RegistrationStatus.REGISTERED)
    moved.update(status=status, last_modified_at=now, **fields)
    row.refresh_from_db()


@transaction.atomic
def choose(row: PatientRegistration, *, external_mrn: dict[str, str], actor: str, reason: str, now: datetime) -> None:
    """Settle an ambiguous registration by hand: this is the patient."""
    before = {"status": str(row.status)}
    state.move(row, RegistrationStatus.REGISTERED, external_mrn=external_mrn, last_modified_at=now)
    audit.record(actor=actor, action="patient.chosen", obj=row, before=before, after=external_mrn, reason=reason, now=now)
