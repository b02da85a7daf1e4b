"""One debit, step by step: notice, order, debit, status. Each step is committed before and after its call."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from aarokya.common import failpoints, ids, outbox, state
from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import DomainError, InvalidTransition
from payments.gateways.base import GatewayRefused, GatewayState
from payments.gateways.mandates import DebitNotice, DebitRequest, MandateGateway, NoticeState
from payments.models import ExecutionStatus, Frequency, MandateExecution, MandateStatus, Order, OrderEvent, OrderStatus
from payments.services import settling, syncing
from payments.services.mandates import following, planning, times
from payments.services.mandates.orders import open_debit
from payments.services.moves import Why, advance, note, whereabouts

NOTICES_MAX = 2
TRY_AGAIN = timedelta(minutes=5)
logger = structlog.get_logger(__name__)


def step(*, execution_id: UUID, gateway: MandateGateway, now: datetime) -> MandateExecution:
    """Do whatever comes next for this debit, once or many times. PartnerError when nobody answered; it is then due again."""
    execution = load(execution_id)
    if execution.status == ExecutionStatus.INITIATED:
        prepare(execution, gateway=gateway, now=now)
    elif execution.status == ExecutionStatus.PENDING:
        check(execution, gateway=gateway, now=now)
    else:
        remember(execution, next_step_at=None)
    return load(execution_id)


def load(execution_id: UUID) -> MandateExecution:
    return MandateExecution.objects.select_related("mandate", "order").get(pk=execution_id)


def prepare(execution: MandateExecution, *, gateway: MandateGateway, now: datetime) -> None:
    """Tell the customer, then ask for the debit."""
    try:
        if execution.order_id is None and execution.mandate.status != MandateStatus.ACTIVE:
            give_up(execution, f"the mandate is {execution.mandate.status}", now=now)
        elif execution.notified_at is not None or tell(execution, gateway=gateway, now=now):
            dispatch(execution, gateway=gateway, now=now)
    except PartnerError:
        remember(execution, next_step_at=now + TRY_AGAIN)
        raise
    except GatewayRefused as refused:
        logger.warning("mandate.refused", execution_id=str(execution.pk), problem=str(refused))
        give_up(execution, str(refused), now=now)


def tell(execution: MandateExecution, *, gateway: MandateGateway, now: datetime) -> bool:
    """Have the customer told; whether they were. A notice that fails is issued once more under a new reference."""
    if now > execution.execute_at - times.NOTICE_AT_LEAST:
        give_up(execution, "the customer could not be told in time", now=now)
        return False
    match announce(execution, gateway=gateway):
        case NoticeState.SUCCESS:
            told(execution, now=now)
            return True
        case NoticeState.PENDING:
            remember(execution, next_step_at=now + TRY_AGAIN)
        case NoticeState.FAILURE if execution.notice_number < NOTICES_MAX:
            remember(execution, notice_number=execution.notice_number + 1, notice_sent=False, next_step_at=now)
        case NoticeState.FAILURE:
            give_up(execution, "the bank could not tell the customer", now=now)
    return False


@transaction.atomic
def told(execution: MandateExecution, *, now: datetime) -> None:
    """The bank has told the customer. Of a debit that does not come every day we remind them ourselves too."""
    remember(execution, notified_at=now)
    if execution.mandate.frequency != Frequency.DAILY:
        key = f"user:{execution.mandate.user_id}"
        outbox.emit("mandate.debit_announced", key=key, payload=following.debit_facts(execution), now=now)


def announce(execution: MandateExecution, *, gateway: MandateGateway) -> NoticeState:
    mandate = execution.mandate
    reference, customer_id = notice_reference(execution), str(mandate.user_id)
    if execution.notice_sent:
        return gateway.notice_state(reference, customer_id=customer_id)
    description = f"Aarokya debit of {execution.due_on:%d %b %Y}"
    notice = DebitNotice(reference, execution.amount, execution.execute_at, description)
    found = gateway.notify_debit(mandate.external_id, notice, customer_id=customer_id)
    failpoints.reach("debit.told")
    remember(execution, notice_sent=True)
    return found


def notice_reference(execution: MandateExecution) -> str:
    """Return 25 letters and digits, the same for each try of the same notice."""
    return ids.effect_id(f"notice:{execution.pk}:{execution.notice_number}").hex[:25].upper()


def dispatch(execution: MandateExecution, *, gateway: MandateGateway, now: datetime) -> None:
    """Write the order, then ask for the debit. An order that exists may be known to the gateway: the id makes it one debit."""
    order = execution.order or open_order(execution, now=now)
    if order is None:
        return
    failpoints.reach("debit.ordered")
    if now >= execution.execute_at:  # too late to ask for it, but an earlier try may have got through
        look(order, execution, gateway=gateway, now=now)
        return
    mandate = execution.mandate
    request = DebitRequest(order.order_id, order.gateway_amount, notice_reference(execution), execution.execute_at)
    try:
        gateway.debit(mandate.external_id, request, customer_id=str(mandate.user_id))
    except GatewayRefused:
        look(order, execution, gateway=gateway, now=now)
        return
    failpoints.reach("debit.asked")
    dispatched(execution, order, now=now)


@transaction.atomic
def open_order(execution: MandateExecution, *, now: datetime) -> Order | None:
    """Write the debit's order under the execution's lock; None when the debit was cancelled or cannot be paid any more."""
    locked = MandateExecution.objects.select_for_update(no_key=True).select_related("mandate").get(pk=execution.pk)
    if locked.status != ExecutionStatus.INITIATED:
        return None
    try:
        instalment = planning.instalment(locked.mandate, now=now)
    except DomainError as gone:
        give_up(locked, gone.text, now=now)
        return None
    if instalment.owed < locked.amount:  # paid by other means meanwhile
        give_up(locked, "less is owed than was announced", now=now)
        return None
    order = open_debit(locked, instalment.prepared, now=now)
    remember(execution, order=order)
    return order


@transaction.atomic
def dispatched(execution: MandateExecution, order: Order, *, now: datetime) -> None:
    """The gateway has it; from here on its order status decides, which a webhook may have told already."""
    locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if locked.status == OrderStatus.CREATED:
        advance(locked, OrderStatus.PENDING, why=Why(OrderEvent.Cause.SESSION, now))
        note(locked, expires_at=times.last_check(now), next_check_at=times.last_check(now))
    first_check = now + times.FIRST_CHECK_AFTER
    try:
        state.move(execution, ExecutionStatus.PENDING, dispatched_at=now, next_step_at=first_check)
    except InvalidTransition:
        logger.info("mandate.debit_overtaken", execution_id=str(execution.pk))


def look(order: Order, execution: MandateExecution, *, gateway: MandateGateway, now: datetime) -> None:
    """Refused or late: only if the gateway has never heard of it, this debit will not come."""
    truth = gateway.fetch_order(whereabouts(order))
    if truth.state is GatewayState.ABSENT:
        void(order, execution, now=now)
        return
    dispatched(execution, order, now=now)
    settling.apply(order_id=order.order_id, truth=truth, cause=OrderEvent.Cause.SWEEP, now=now)


@transaction.atomic
def void(order: Order, execution: MandateExecution, *, now: datetime) -> None:
    """End an order that the gateway never took."""
    locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if locked.is_open:
        advance(locked, OrderStatus.EXPIRED, why=Why(OrderEvent.Cause.SWEEP, now), next_check_at=None)
        settling.free(locked, now=now)
    give_up(execution, "the gateway did not take the debit", now=now)


def check(execution: MandateExecution, *, gateway: MandateGateway, now: datetime) -> None:
    """Ask what became of the debit; after the last of the tries it is unknown, and its order goes on as any other."""
    if execution.order is None:
        raise RuntimeError(f"debit {execution.pk} is pending without an order")
    try:
        syncing.sync_order(order_id=execution.order.order_id, cause=OrderEvent.Cause.POLL, gateway=gateway, now=now)
    except (PartnerError, GatewayRefused) as error:
        logger.warning("mandate.check_failed", execution_id=str(execution.pk), problem=str(error))
    execution.refresh_from_db()
    if execution.status != ExecutionStatus.PENDING:
        return
    remember(execution, checks=execution.checks + 1, next_step_at=now + times.CHECK_EVERY)
    if execution.checks >= times.CHECKS_MAX:
        state.move(execution, ExecutionStatus.STATUS_UNKNOWN, next_step_at=None, reason="the bank did not say in time")
        logger.error("mandate.status_unknown", execution_id=str(execution.pk), order_id=execution.order.order_id)


def look_now(execution: MandateExecution, *, gateway: MandateGateway, now: datetime) -> None:
    """Ask on somebody's word, whatever the schedule; a debit whose end is known costs no call."""
    if execution.status == ExecutionStatus.PENDING:
        check(execution, gateway=gateway, now=now)
    elif execution.status == ExecutionStatus.STATUS_UNKNOWN and execution.order is not None:
        syncing.poll(order=execution.order, cause=OrderEvent.Cause.POLL, gateway=gateway, now=now)


def give_up(execution: MandateExecution, reason: str, *, now: datetime) -> None:
    """This debit will not come. No failure of the customer's account, so it is not counted."""
    try:
        state.move(execution, ExecutionStatus.FAILED, reason=reason[:200], finished_at=now, next_step_at=None)
    except InvalidTransition:
        logger.info("mandate.debit_overtaken", execution_id=str(execution.pk), reason=reason)


def remember(execution: MandateExecution, **fields: Any) -> None:
    MandateExecution.objects.filter(pk=execution.pk).update(**fields)
    for name, value in fields.items():
        setattr(execution, name, value)
