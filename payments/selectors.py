"""Fetching orders for whoever may see them."""

from uuid import UUID

from django.db.models import QuerySet

from aarokya.common.errors import NotFound
from payments.models import Order


def order_of(*, user_id: UUID, order_id: str) -> Order:
    """Return the user's order; NotFound for somebody else's as for one that does not exist."""
    order = Order.objects.visible_to(user_id).filter(order_id=order_id).first()
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
