"""What the database refuses, whatever the code believes."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from aarokya.common.money import Money
from accounts.models import User
from payments.models import RANKS, Order
from payments.tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("old", list(RANKS))
@pytest.mark.parametrize("new", list(RANKS))
def test_the_database_lets_states_only_move_up(customer: User, old: str, new: str) -> None:
    order = bare_order(customer, status=old)
    allowed = old == new or RANKS[new] > RANKS[old]

    if allowed:
        Order.objects.filter(pk=order.pk).update(status=new)
    else:
        with pytest.raises(IntegrityError, match="cannot go from"), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(status=new)


def test_ranks_in_the_database_are_those_in_the_code() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, payments_rank(status) FROM unnest(%s::text[]) status", [[str(status) for status in RANKS]])
        assert dict(cursor.fetchall()) == {str(status): rank for status, rank in RANKS.items()}


@pytest.mark.parametrize(
    "change", [{"amount": Money(1), "gateway_amount": Money(1)}, {"type": "GIFT"}, {"reference_id": "x"}, {"captured": Money(0)}]
)
def test_what_an_order_is_for_cannot_change(customer: User, change: dict[str, Any]) -> None:
    order = bare_order(customer, captured=Money(5))

    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**change)


def bare_order(user: User, **fields: Any) -> Order:
    facts: dict[str, Any] = {"amount": Money(500), "gateway_amount": Money(500), "reference_type": "wallet", "reference_id": "w"}
    return Order.objects.create(user=user, type="WALLET_TOPUP", opened_at=NOW, expires_at=NOW, **(facts | fields))
