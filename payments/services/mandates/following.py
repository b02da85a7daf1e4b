"""What an order's end and the gateway's word mean for mandates and debits. Runs inside the settlement's transaction."""

from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, transaction

from aarokya.common import outbox, state
from aarokya.common.clock import ist_day, rfc3339
from payments.gateways.base import GatewayMandate, GatewayMandateState
from payments.gateways.mandates import MandateCommand
from payments.models import (
    ENDED_MANDATE,
    UNPAID_END,
    ExecutionStatus,
    Mandate,
    MandateExecution,
    MandateRole,
    MandateStatus,
    Order,
    OrderStatus,
    PauseCause,
)
from payments.services.mandates import times

PAUSE_AFTER = 3  # failed debits in a row
STOP_AFTER = 9  # the bank revokes at ten
ENDS: dict[GatewayMandateState, MandateStatus] = {
    GatewayMandateState.REVOKED: MandateStatus.CANCELLED,
    GatewayMandateState.FAILURE: MandateStatus.FAILED,
    GatewayMandateState.EXPIRED: MandateStatus.COMPLETED,
}
logger = structlog.get_logger(__name__)


def follow(order: Order, truth: GatewayMandate | None, *, now: datetime) -> None:
    """Draw the conclusions of what was just learnt about a registration or a debit."""
    mandate = mandate_of(order)
    if mandate is None:
        return
    if truth is not None:
        take_word(mandate, truth, now=now)
    if order.mandate_role == MandateRole.REGISTRATION:
        if order.status in UNPAID_END and mandate.status in {MandateStatus.INITIATED, MandateStatus.PENDING}:
            end(mandate, MandateStatus.FAILED, reason="the customer did not agree", now=now)
        return
    conclude(order, mandate, now=now)


def mandate_of(order: Order) -> Mandate | None:
    """Return the mandate that the order registers or draws on, locked."""
    by = {"registration": order} if order.mandate_role == MandateRole.REGISTRATION else {"executions__order": order}
    return Mandate.objects.select_for_update(no_key=True).filter(**by).first()


def take_word(mandate: Mandate, truth: GatewayMandate, *, now: datetime) -> None:
    """Bring the mandate to what the gateway says of it; an unknown word is kept and changes nothing."""
    remember(mandate, external_id=truth.mandate_id, external_status=truth.gateway_status)
    particulars = {
        "external_token": truth.token,
        "payment_method": truth.payment_method[:40],
        "payment_method_type": truth.payment_method_type[:40],
    }
    remember(mandate, **{name: value for name, value in particulars.items() if value})
    match truth.state:
        case GatewayMandateState.ACTIVE:
            take_active(mandate, now=now)
        case GatewayMandateState.PAUSED:
            if mandate.status == MandateStatus.ACTIVE:
                pause(mandate, cause=PauseCause.BANK, now=now)
        case GatewayMandateState.REVOKED | GatewayMandateState.FAILURE | GatewayMandateState.EXPIRED:
            if mandate.status not in ENDED_MANDATE:
                end(mandate, ENDS[truth.state], reason=f"the bank says {truth.gateway_status}", now=now)
        case GatewayMandateState.CREATED:
            pass
        case GatewayMandateState.OTHER:
            logger.error("mandate.unknown_status", mandate_id=str(mandate.pk), gateway_status=truth.gateway_status)


def take_active(mandate: Mandate, *, now: datetime) -> None:
    """The customer agreed, or went on at the bank. What we paused ourselves stays paused until we resume it."""
    if mandate.status in {MandateStatus.INITIATED, MandateStatus.PENDING}:
        activate(mandate, now=now)
    elif mandate.status == MandateStatus.PAUSED and mandate.pause_cause == PauseCause.BANK:
        resume(mandate, now=now)
    elif mandate.status in ENDED_MANDATE:  # agreed to after we had given up, or revoked without the bank hearing of it
        command_later(mandate, MandateCommand.REVOKE, now=now)


def activate(mandate: Mandate, *, now: datetime) -> None:
    """Start debiting with the next possible day. If another mandate of the user lives already, this one is revoked."""
    try:
        with transaction.atomic():
            state.move(mandate, MandateStatus.ACTIVE, activated_at=now, **schedule(mandate, now=now))
    except IntegrityError:
        mandate.status = MandateStatus.INITIATED
        end(mandate, MandateStatus.FAILED, reason="another mandate was faster", now=now)
        command_later(mandate, MandateCommand.REVOKE, now=now)
        return
    outbox.emit("mandate.activated", key=f"user:{mandate.user_id}", payload={**facts(mandate), "at": rfc3339(now)}, now=now)


def schedule(mandate: Mandate, *, now: datetime) -> dict[str, Any]:
    """Return when the next debit is and when it is planned. The registration paid for its own day."""
    began_on = ist_day(mandate.activated_at or now)
    after = times.next_day(began_on, mandate.frequency)
    wanted = max(after, mandate.next_debit_on or after)
    day = times.first_possible_day(wanted, mandate.pk, now=now)
    return {"next_debit_on": day, "next_plan_at": times.plan_time(day, mandate.pk)}


def pause(mandate: Mandate, *, cause: PauseCause, now: datetime) -> None:
    """Stop planning, and drop the debits that were planned already."""
    state.move(mandate, MandateStatus.PAUSED, pause_cause=cause, next_plan_at=None)
    drop_waiting(mandate, reason="the mandate was paused", now=now)


def resume(mandate: Mandate, *, now: datetime) -> None:
    state.move(mandate, MandateStatus.ACTIVE, pause_cause="", **schedule(mandate, now=now))


def end(mandate: Mandate, to: MandateStatus, *, reason: str, now: datetime) -> None:
    """End the mandate for good."""
    state.move(mandate, to, pause_cause="", ended_at=now, end_reason=reason[:200], next_plan_at=None, next_debit_on=None)
    drop_waiting(mandate, reason="the mandate has ended", now=now)
    outbox.emit("mandate.ended", key=f"user:{mandate.user_id}", payload={**facts(mandate), "at": rfc3339(now)}, now=now)


def drop_waiting(mandate: Mandate, *, reason: str, now: datetime) -> None:
    """Forget debits that the gateway has not heard of, and have the others stopped there.

    A debit of a paused mandate fails, and the bank counts that: our count of failures would fall behind its own.
    """
    rows = MandateExecution.objects.filter(mandate=mandate)
    rows.filter(status=ExecutionStatus.INITIATED, order=None).update(
        status=ExecutionStatus.CANCELLED, reason=reason, next_step_at=None, finished_at=now
    )
    for execution_id in rows.open().filter(execute_at__gt=now).values_list("pk", flat=True):
        outbox.emit("mandate.debit_cancel_due", payload={"execution_id": str(execution_id), "reason": reason}, now=now)


def conclude(order: Order, mandate: Mandate, *, now: datetime) -> None:
    """A debit's order has ended: so has the debit."""
    execution = MandateExecution.objects.select_for_update(no_key=True).get(order=order)
    if order.status == OrderStatus.CHARGED and execution.status != ExecutionStatus.SUCCESS:
        succeeded(execution, mandate, now=now)
    elif order.status in UNPAID_END and ExecutionStatus.FAILED in MandateExecution.MOVES[execution.status]:
        failed(execution, mandate, reason=order.gateway_status, now=now)


def succeeded(execution: MandateExecution, mandate: Mandate, *, now: datetime) -> None:
    if execution.status == ExecutionStatus.INITIATED:  # the webhook was faster than the gateway's reply to us
        state.move(execution, ExecutionStatus.PENDING)
    state.move(execution, ExecutionStatus.SUCCESS, finished_at=now, next_step_at=None, reason="")
    remember(mandate, failures=0)


def failed(execution: MandateExecution, mandate: Mandate, *, reason: str, now: datetime) -> None:
    """Count it; three in a row pause the mandate at the bank too, long before the bank would revoke it."""
    state.move(execution, ExecutionStatus.FAILED, finished_at=now, next_step_at=None, reason=reason[:200])
    if mandate.status != MandateStatus.ACTIVE:  # paused or revoked meanwhile: no fault of the account
        return
    remember(mandate, failures=mandate.failures + 1)
    if mandate.failures % PAUSE_AFTER:
        outbox.emit("mandate.debit_failed", key=f"user:{mandate.user_id}", payload=debit_facts(execution), now=now)
    else:
        pause(mandate, cause=PauseCause.FAILURES, now=now)
        command_later(mandate, MandateCommand.PAUSE, now=now)
        outbox.emit("mandate.paused", key=f"user:{mandate.user_id}", payload={**facts(mandate), "at": rfc3339(now)}, now=now)


def command_later(mandate: Mandate, command: MandateCommand, *, now: datetime) -> None:
    """Have the gateway told after the commit."""
    payload = {"mandate_id": str(mandate.pk), "command": command.value}
    outbox.emit("mandate.command_due", key=f"mandate:{mandate.pk}", payload=payload, now=now)


def remember(mandate: Mandate, **fields: Any) -> None:
    changed = {name: value for name, value in fields.items() if getattr(mandate, name) != value}
    if changed:
        Mandate.objects.filter(pk=mandate.pk).update(**changed)
        for name, value in changed.items():
            setattr(mandate, name, value)


def debit_facts(execution: MandateExecution) -> dict[str, Any]:
    return {
        "execution_id": str(execution.pk),
        "user_id": str(execution.mandate.user_id),
        "amount": execution.amount.paise,
        "due_on": execution.due_on.isoformat(),
    }


def facts(mandate: Mandate) -> dict[str, Any]:
    return {
        "mandate_id": str(mandate.pk),
        "user_id": str(mandate.user_id),
        "status": str(mandate.status),
        "failures": mandate.failures,
    }
