"""Pausing, resuming and cancelling a mandate, and cancelling one debit: the gateway first, then our books."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from aarokya.common import audit, failpoints, state
from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import InvalidTransition, UpstreamError
from payments.errors import DebitTooClose, MandateWornOut
from payments.gateways.base import GatewayRefused
from payments.gateways.mandates import MandateCommand, MandateGateway
from payments.models import ENDED_MANDATE, ExecutionStatus, Mandate, MandateExecution, MandateStatus, PauseCause
from payments.services.mandates import following, registering

logger = structlog.get_logger(__name__)


def pause(*, mandate: Mandate, actor: str, gateway: MandateGateway, now: datetime) -> Mandate:
    """No debits until `resume`; a debit under way at the bank fails there. Pausing twice changes nothing."""
    if mandate.status == MandateStatus.PAUSED:
        return mandate
    allow(mandate, MandateStatus.PAUSED)
    order(mandate, MandateCommand.PAUSE, gateway=gateway, now=now)
    with transaction.atomic():
        locked = lock(mandate)
        if locked.status == MandateStatus.ACTIVE:
            following.pause(locked, cause=PauseCause.CUSTOMER, now=now)
            keep(locked, "mandate.paused", actor=actor, now=now)
    return locked


def resume(*, mandate: Mandate, actor: str, gateway: MandateGateway, now: datetime) -> Mandate:
    """Debit again from the next possible day on. MandateWornOut after nine failures: the tenth would revoke it anyway."""
    if mandate.status == MandateStatus.ACTIVE:
        return mandate
    if mandate.failures >= following.STOP_AFTER:
        raise MandateWornOut
    if mandate.status != MandateStatus.PAUSED:
        raise InvalidTransition(f"A mandate that is {mandate.status} cannot be resumed")
    order(mandate, MandateCommand.RESUME, gateway=gateway, now=now)
    with transaction.atomic():
        locked = lock(mandate)
        if locked.status == MandateStatus.PAUSED:
            following.resume(locked, now=now)
            keep(locked, "mandate.resumed", actor=actor, now=now)
    return locked


def cancel(*, mandate: Mandate, actor: str, gateway: MandateGateway, now: datetime) -> Mandate:
    """End it for good, at the bank too. One that nobody agreed to yet just ends."""
    if mandate.status == MandateStatus.CANCELLED:
        return mandate
    allow(mandate, MandateStatus.CANCELLED)
    if mandate.external_id:
        order(mandate, MandateCommand.REVOKE, gateway=gateway, now=now)
    with transaction.atomic():
        locked = lock(mandate)
        if locked.status not in ENDED_MANDATE:
            following.end(locked, MandateStatus.CANCELLED, reason=f"cancelled by {actor}", now=now)
            keep(locked, "mandate.cancelled", actor=actor, now=now)
    return locked


def obey(*, mandate_id: UUID, command: MandateCommand, gateway: MandateGateway, now: datetime) -> None:
    """Carry out what was decided in a transaction. A refusal means that the gateway knows better: look."""
    mandate = Mandate.objects.get(pk=mandate_id)
    if not mandate.external_id:
        return
    try:
        gateway.command_mandate(mandate.external_id, command, customer_id=str(mandate.user_id))
    except GatewayRefused as refused:
        logger.warning("mandate.command_refused", mandate_id=str(mandate_id), command=command.value, problem=str(refused))
        if mandate.status not in ENDED_MANDATE:
            registering.learn(mandate, gateway=gateway, now=now)


def order(mandate: Mandate, command: MandateCommand, *, gateway: MandateGateway, now: datetime) -> None:
    """Give the gateway a command on somebody's behalf. UpstreamError when it does not answer or does not obey."""
    try:
        gateway.command_mandate(mandate.external_id, command, customer_id=str(mandate.user_id))
        failpoints.reach("mandate.commanded")
    except GatewayRefused as refused:
        registering.refresh(mandate, gateway=gateway, now=now)
        if mandate.status not in ENDED_MANDATE:
            raise UpstreamError from refused
        if command != MandateCommand.REVOKE:
            raise InvalidTransition("The mandate has ended at the bank") from refused
    except PartnerError as error:
        raise UpstreamError from error


def cancel_debit(*, execution: MandateExecution, actor: str, gateway: MandateGateway, now: datetime) -> MandateExecution:
    """Stop one debit. DebitTooClose (ME-1209) when the bank is about to make it or has made it."""
    if execution.status == ExecutionStatus.CANCELLED:
        return execution
    if execution.order is not None:
        stop_at_bank(execution, gateway=gateway)
    with transaction.atomic():
        locked = MandateExecution.objects.select_for_update(no_key=True).get(pk=execution.pk)
        if locked.order_id != execution.order_id:  # it was dispatched a moment ago
            raise DebitTooClose("The debit is being handed to the bank; try again")
        if ExecutionStatus.CANCELLED not in MandateExecution.MOVES[locked.status]:
            raise DebitTooClose
        state.move(locked, ExecutionStatus.CANCELLED, finished_at=now, next_step_at=None, reason=f"cancelled by {actor}"[:200])
        audit.record(actor=actor, action="debit.cancelled", obj=locked, after={"due_on": str(locked.due_on)}, now=now)
    return locked


def stop_at_bank(execution: MandateExecution, *, gateway: MandateGateway) -> None:
    mandate = execution.mandate
    number = execution.order.order_id if execution.order else ""
    try:
        gateway.cancel_debit(mandate.external_id, order_id=number, customer_id=str(mandate.user_id))
    except GatewayRefused as refused:
        raise DebitTooClose from refused
    except PartnerError as error:
        raise UpstreamError from error


def allow(mandate: Mandate, to: MandateStatus) -> None:
    if to not in Mandate.MOVES[mandate.status]:
        raise InvalidTransition(f"A mandate cannot go from {mandate.status} to {to}")


def lock(mandate: Mandate) -> Mandate:
    return Mandate.objects.select_for_update(no_key=True).get(pk=mandate.pk)


def keep(mandate: Mandate, action: str, *, actor: str, now: datetime) -> None:
    audit.record(actor=actor, action=action, obj=mandate, after=following.facts(mandate), now=now)
