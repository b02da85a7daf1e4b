"""What payments hold about a person: amounts and references; what a gateway said of them is in encrypted payloads."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from aarokya.common.clock import ist_day, rfc3339
from aarokya.common.personal_data import Kept
from payments.models import Mandate, Order, WebhookInbox

BOOKS_KEPT_FOR = timedelta(days=8 * 366)  # books of account: eight years (Companies Act 2013, section 128)


class PaymentData:
    """See `aarokya.common.personal_data.Holder`."""

    name = "payments"

    def export(self, user_id: UUID) -> dict[str, Any]:
        orders = Order.objects.filter(user_id=user_id).prefetch_related("refunds").order_by("id")
        mandates = Mandate.objects.of(user_id).order_by("id")
        return {
            "orders": [exported(order) for order in orders],
            "mandates": [exported_mandate(mandate) for mandate in mandates],
        }

    def waits_for(self, user_id: UUID) -> list[str]:
        orders = [order for order in Order.objects.filter(user_id=user_id) if order.is_open]
        mandates = Mandate.objects.of(user_id).live()
        return [
            *(f"Payment {order.order_id} is not finished" for order in orders),
            *(f"The permission to debit ({mandate.frequency}) is {mandate.status}: cancel it first" for mandate in mandates),
        ]

    def kept(self, user_id: UUID, *, today: date) -> list[Kept]:
        newest = Order.objects.filter(user_id=user_id).order_by("-opened_at").values_list("opened_at", flat=True).first()
        until = ist_day(newest) + BOOKS_KEPT_FOR if newest else today
        return [Kept("payments and their receipts", "books of account", until)] if until > today else []

    def erase(self, user_id: UUID, *, spare: frozenset[UUID], now: datetime) -> None:  # noqa: ARG002 (the protocol's signature)
        """Blank what gateways sent: it carries numbers and addresses of the payer."""
        orders = Order.objects.filter(user_id=user_id)
        WebhookInbox.objects.filter(order_id__in=orders.values("order_id")).update(body="")
        orders.update(payload=None, last_modified_at=now)


def exported(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "type": order.type,
        "opened_at": rfc3339(order.opened_at),
        "amount": order.amount.paise,
        "currency": order.currency,
        "status": order.public_status.value,
        "description": order.description,
        "refunds": [{"amount": refund.amount.paise, "status": refund.status} for refund in order.refunds.all()],
    }


def exported_mandate(mandate: Mandate) -> dict[str, Any]:
    return {
        "id": str(mandate.pk),
        "type": mandate.type,
        "amount": mandate.amount.paise,
        "frequency": mandate.frequency,
        "status": mandate.status,
        "activated_at": rfc3339(mandate.activated_at),
        "ended_at": rfc3339(mandate.ended_at),
    }


HOLDER = PaymentData()
