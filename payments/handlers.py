"""Messages of the outbox: load by id, one service call."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog

from aarokya.common.clients.http import PartnerError
from aarokya.common.money import Money
from accounts.services import notices
from payments.errors import DebitTooClose
from payments.gateways import gateway
from payments.gateways.base import GatewayRefused
from payments.gateways.mandates import MandateCommand
from payments.models import OrderEvent, RefundStatus, SettlementOutcome
from payments.services import inbox, receipts, refunds, syncing
from payments.services.mandates import commanding, debiting

logger = structlog.get_logger(__name__)


def process_webhook(payload: dict[str, Any], *, now: datetime) -> None:
    """`webhook.received {inbox_id, amount?}`. A failure is raised: the outbox repeats it, then sets it aside."""
    claimed = Money(payload["amount"]) if "amount" in payload else None
    is_replay = bool(payload.get("is_replay"))
    inbox.process(inbox_id=payload["inbox_id"], gateway=gateway(), now=now, is_replay=is_replay, claimed=claimed)


def check_order(payload: dict[str, Any], *, now: datetime) -> None:
    """`payment.check_due {order_id}`. A gateway that is down is no failure of the message: the order keeps its own schedule."""
    try:
        syncing.sync_order(order_id=payload["order_id"], cause=OrderEvent.Cause.SWEEP, gateway=gateway(), now=now)
    except (PartnerError, GatewayRefused) as error:
        logger.warning("payment.check_failed", order_id=payload["order_id"], problem=str(error))


def execute_refund(payload: dict[str, Any], *, now: datetime) -> None:
    """`payment.refund_due {refund_id}`. The refund keeps its own schedule, like an order.

    Where the gateway does not do it, the order itself may have changed there: it may be reversed.
    """
    try:
        refund = refunds.execute(refund_id=UUID(payload["refund_id"]), gateway=gateway(), now=now)
        if refund.status == RefundStatus.MANUAL_REVIEW:
            syncing.sync_order(order_id=refund.order.order_id, cause=OrderEvent.Cause.SWEEP, gateway=gateway(), now=now)
    except (PartnerError, GatewayRefused) as error:
        logger.warning("refund.send_failed", refund_id=payload["refund_id"], problem=str(error))


def issue_receipt(payload: dict[str, Any], *, now: datetime) -> None:
    """`payment.settled {order_id, outcome}`. Not in the settlement itself: there all payments would queue for the next number."""
    if payload["outcome"] == SettlementOutcome.DONE:
        receipts.issue(order_id=payload["order_id"], now=now)


def step_debit(payload: dict[str, Any], *, now: datetime) -> None:
    """`mandate.step_due {execution_id}`. The debit keeps its own schedule, like an order."""
    try:
        debiting.step(execution_id=UUID(payload["execution_id"]), gateway=gateway(), now=now)
    except PartnerError as error:
        logger.warning("mandate.step_failed", execution_id=payload["execution_id"], problem=str(error))


def command_mandate(payload: dict[str, Any], *, now: datetime) -> None:
    """`mandate.command_due {mandate_id, command}`. A gateway that is down makes the outbox repeat it."""
    command = MandateCommand(payload["command"])
    commanding.obey(mandate_id=UUID(payload["mandate_id"]), command=command, gateway=gateway(), now=now)


def text_pause(payload: dict[str, Any], *, now: datetime) -> None:
    """`mandate.paused {mandate_id, user_id, at}`, after failures: owe the customer a text."""
    tell_of_mandate("mandate_paused", payload, now=now)


def text_end(payload: dict[str, Any], *, now: datetime) -> None:
    """`mandate.ended {mandate_id, user_id, at}`: owe the customer a text."""
    tell_of_mandate("mandate_ended", payload, now=now)


def text_debit_ahead(payload: dict[str, Any], *, now: datetime) -> None:
    """`mandate.debit_announced {execution_id, user_id, amount, due_on}`: owe the customer a text."""
    tell_of_debit("debit_ahead", payload, now=now)


def text_debit_failed(payload: dict[str, Any], *, now: datetime) -> None:
    """`mandate.debit_failed {execution_id, user_id, amount, due_on}`, before the third in a row: owe the customer a text."""
    tell_of_debit("debit_failed", payload, now=now)


def tell_of_debit(template: str, payload: dict[str, Any], *, now: datetime) -> None:
    values = {"amount": f"Rs {Money(payload['amount']).as_rupees()}", "date": f"{date.fromisoformat(payload['due_on']):%d-%m-%Y}"}
    key = f"{template}:{payload['execution_id']}"
    notices.owe(user_id=UUID(payload["user_id"]), template=template, business_key=key, values=values, now=now)


def tell_of_mandate(template: str, payload: dict[str, Any], *, now: datetime) -> None:
    key = f"{template}:{payload['mandate_id']}:{payload['at']}"
    notices.owe(user_id=UUID(payload["user_id"]), template=template, business_key=key, values={}, now=now)


def cancel_debit(payload: dict[str, Any], *, now: datetime) -> None:
    """`mandate.debit_cancel_due {execution_id, reason}`. A debit that the bank is about to make goes its way."""
    execution = debiting.load(UUID(payload["execution_id"]))
    try:
        commanding.cancel_debit(execution=execution, actor="system:mandates", gateway=gateway(), now=now)
    except DebitTooClose as late:
        logger.info("mandate.debit_not_stopped", execution_id=payload["execution_id"], problem=late.text)
