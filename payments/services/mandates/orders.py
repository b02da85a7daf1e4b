"""The orders of mandates: the one that registers, and one for each debit."""

from datetime import datetime
from uuid import UUID

from aarokya.common import ids
from aarokya.common.money import Money
from payments.models import MandateExecution, MandateRole, Order, OrderEvent, PaymentMethod
from payments.purposes.base import Prepared, purpose
from payments.services.mandates import times
from payments.services.moves import Why, note, record
from payments.services.orders import Wish, insert
from payments.services.wallet_parts import Parts


def open_registration(*, user_id: UUID, type: str, prepared: Prepared, mandate_id: UUID, now: datetime) -> Order:  # noqa: A002
    """Write the order by which the customer agrees and pays the first instalment, in the caller's transaction."""
    row_id = ids.effect_id(f"mandate:{mandate_id}:registration")
    return write(user_id=user_id, type=type, prepared=prepared, row_id=row_id, role=MandateRole.REGISTRATION, now=now)


def open_debit(execution: MandateExecution, prepared: Prepared, *, now: datetime) -> Order:
    """Write the order of one debit, in the caller's transaction; one for each execution, however often this is called."""
    mandate = execution.mandate
    row_id = ids.effect_id(f"mandate:{mandate.pk}:debit:{execution.pk}")
    exact = Prepared(
        execution.amount, prepared.reference_type, prepared.reference_id, prepared.description, prepared.payee_reference
    )
    order = write(user_id=mandate.user_id, type=mandate.type, prepared=exact, row_id=row_id, role=MandateRole.DEBIT, now=now)
    after_all = times.last_check(execution.execute_at)  # should everything else fail, somebody asks then
    note(order, expires_at=after_all, next_check_at=after_all)
    MandateExecution.objects.filter(pk=execution.pk).update(order=order)
    return order


def write(*, user_id: UUID, type: str, prepared: Prepared, row_id: UUID, role: MandateRole, now: datetime) -> Order:  # noqa: A002
    wish = Wish(user_id=user_id, type=type, amount=None, policy_id=None, payment_method=PaymentMethod.GATEWAY)
    parts = Parts(wallet=Money(0), gateway=prepared.amount)
    order = insert(wish, prepared, parts, row_id=row_id, now=now, mandate_role=role)
    record(order, why=Why(OrderEvent.Cause.OPENED, now), from_status="")
    purpose(type).reserve(order, now=now)
    return order
