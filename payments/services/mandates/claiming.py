"""Claiming a mandate's next debit from outside, by an id that stays the same over all tries of one firing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import Conflict, InvalidTransition, NotFound, UpstreamError
from payments.gateways.mandates import MandateGateway
from payments.models import Mandate, MandateExecution, MandateStatus
from payments.services.mandates import debiting, planning


@dataclass(frozen=True, slots=True)
class Claimed:
    """The debit, and whether this call made it."""

    execution: MandateExecution
    is_new: bool


def execute(*, mandate_id: UUID, key: str, gateway: MandateGateway, now: datetime) -> Claimed:
    """Claim the debit and take its next step. A repeat of `key` resumes. NotFound; InvalidTransition when it is not active;
    Conflict when nothing is owed; UpstreamError when the gateway does not answer (the due table tries again by itself)."""
    claimed = claim(mandate_id=mandate_id, key=key, now=now)
    try:
        debiting.step(execution_id=claimed.execution.pk, gateway=gateway, now=now)
    except PartnerError as error:
        raise UpstreamError from error
    return claimed


@transaction.atomic
def claim(*, mandate_id: UUID, key: str, now: datetime) -> Claimed:
    mandate = Mandate.objects.select_for_update(no_key=True).filter(pk=mandate_id).first()
    if mandate is None:
        raise NotFound
    existing = MandateExecution.objects.filter(mandate=mandate, job_execution_id=key).first()
    if existing is not None:
        return Claimed(existing, is_new=False)
    if mandate.status != MandateStatus.ACTIVE:
        raise InvalidTransition(f"A mandate that is {mandate.status} is not debited")
    execution = planning.plan(mandate, now=now, key=key)
    if execution is None:
        raise Conflict("Nothing is owed that could be debited")
    return Claimed(execution, is_new=True)
