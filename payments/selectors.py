"""Fetching orders and mandates for whoever may see them."""

from uuid import UUID

from django.db.models import QuerySet

from aarokya.common.errors import NotFound
from payments.errors import NoLiveMandate
from payments.gateways.base import Landing
from payments.models import Mandate, MandateExecution, MandateStatus, Order, OrderStatus


def order_of(*, user_id: UUID, order_id: str) -> Order:
    """Return the user's order; NotFound for somebody else's as for one that does not exist."""
    order = Order.objects.visible_to(user_id).filter(order_id=order_id).first()
    if order is None:
        raise NotFound
    return order


def order_of_type(*, user_id: UUID, row_id: UUID, type: str) -> Order:  # noqa: A002 (the contract's word)
    """Return the user's order of this type by the id of its row; NotFound for anything else."""
    order = Order.objects.visible_to(user_id).filter(pk=row_id, type=type).first()
    if order is None:
        raise NotFound
    return order


def orders_of(user_id: UUID) -> QuerySet[Order]:
    """Return the user's orders, newest first, without the payloads."""
    return Order.objects.visible_to(user_id).defer("payload").order_by("-id")


def order_by_number(order_id: str) -> Order:
    """Return any order, for staff and for the landing page; NotFound when there is none."""
    order = Order.objects.filter(order_id=order_id).first()
    if order is None:
        raise NotFound
    return order


def order_at(landing: Landing) -> Order:
    """Return the order that a signed landing is about; NotFound when there is none."""
    if landing.order_id:
        return order_by_number(landing.order_id)
    order = Order.objects.filter(gateway_reference=landing.reference).first() if landing.reference else None
    if order is None:
        raise NotFound
    return order


def is_being_paid(reference_type: str, reference_id: UUID) -> bool:
    """Whether money for this is on its way: somebody has begun to pay, and the gateway does not know the end yet."""
    subject = {"reference_type": reference_type, "reference_id": str(reference_id)}
    return Order.objects.filter(**subject, status=OrderStatus.PENDING).exists()


def is_debited(reference_type: str, reference_id: UUID) -> bool:
    """Whether a mandate that is active pays for this."""
    subject = {"reference_type": reference_type, "reference_id": str(reference_id)}
    return Mandate.objects.filter(**subject, status=MandateStatus.ACTIVE).exists()


def mandates_of(user_id: UUID) -> QuerySet[Mandate]:
    """Return the user's mandates, newest first."""
    return Mandate.objects.of(user_id).select_related("registration").order_by("-created_at", "-id")


def mandate_of(*, user_id: UUID, mandate_id: UUID) -> Mandate:
    """Return the user's mandate; NotFound for somebody else's."""
    found = mandates_of(user_id).filter(pk=mandate_id).first()
    if found is None:
        raise NotFound
    return found


def mandate_by_order(*, user_id: UUID, order_id: str) -> Mandate:
    """Return the user's mandate that this order registers; NotFound when it registers none of theirs."""
    found = mandates_of(user_id).filter(registration__order_id=order_id).first()
    if found is None:
        raise NotFound
    return found


def mandate(mandate_id: UUID) -> Mandate:
    """Return any mandate, for staff; NotFound when there is none."""
    found = Mandate.objects.select_related("registration").filter(pk=mandate_id).first()
    if found is None:
        raise NotFound
    return found


def live_mandate(user_id: UUID) -> Mandate:
    """Return the user's one live mandate; NoLiveMandate (ME-1208)."""
    found = Mandate.objects.of(user_id).live().select_related("registration").first()
    if found is None:
        raise NoLiveMandate
    return found


def executions_of(mandate: Mandate) -> QuerySet[MandateExecution]:
    """Return the mandate's debits, newest first."""
    return mandate.executions.select_related("mandate", "order").order_by("-due_on")


def execution_of(mandate: Mandate, execution_id: UUID) -> MandateExecution:
    """Return a debit of this mandate; NotFound for one of another."""
    found = executions_of(mandate).filter(pk=execution_id).first()
    if found is None:
        raise NotFound
    return found
