"""Giving money back from an order's page: alone up to the limit of one's role, above it with a second person."""

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from aarokya.common import clock, ids
from aarokya.common.money import Money
from aarokya.common.office.base import ActionPage, Effect, actor_of
from aarokya.common.office.forms import ReasonForm, RupeesField
from approvals import authority
from approvals.models import Kind
from payments.models import Order, RefundDestination, RefundStatus
from payments.services import approving, refunds


class RefundForm(ReasonForm):
    """How much, and where to. `key` makes a second submit the same refund."""

    amount = RupeesField(label="Amount in rupees")
    destination = forms.ChoiceField(choices=RefundDestination.choices, widget=UnfoldAdminSelectWidget())
    key = forms.CharField(max_length=64, widget=forms.HiddenInput())
    field_order = ("amount", "destination", "reason", "key")


def refunding(request: HttpRequest, order: Order) -> ActionPage:
    """The page of the act."""
    actor = actor_of(request)

    def needs_second(amount: Money) -> bool:
        return authority.needs_second_person(kind=Kind.REFUND, amount=amount, actor=actor)

    def effects(asked: dict[str, Any]) -> list[Effect]:
        amount, left = asked["amount"], refunds.refundable(order)
        refunds.check_budget(order, amount)
        where = "the customer's wallet" if asked["destination"] == RefundDestination.WALLET else "where it was paid from"
        second = "needed: it is above what you may give back alone" if needs_second(amount) else "not needed: it happens at once"
        return [
            Effect(name="Money", after=f"{amount} goes back to {where}"),
            Effect(name="Left to refund", before=str(left), after=str(left - amount)),
            Effect(name="Second person", after=second, warning=needs_second(amount)),
        ]

    def perform(asked: dict[str, Any]) -> str:
        refund = approving.request(
            order_id=order.order_id,
            amount=asked["amount"],
            note=asked["reason"],
            destination=RefundDestination(asked["destination"]),
            actor=actor,
            idempotency_key=asked["key"],
            now=clock.now(),
        )
        if refund.status == RefundStatus.AWAITING_APPROVAL:
            return f"{refund.amount} waits for a second person, under Approvals."
        return f"{refund.amount} goes back."

    facts = [
        ("Order", order.order_id),
        ("Paid for", order.type.replace("_", " ").lower()),
        ("Captured", str(order.captured)),
        ("Left to refund", str(refunds.refundable(order))),
    ]
    return ActionPage(
        title=f"Refund: {order.order_id}",
        verb="Refund",
        row=order,
        form=RefundForm(request.POST or None, initial={"key": str(ids.uuid7())}),
        effects=effects,
        perform=perform,
        facts=facts,
        advice="What the money had become is undone first: a top-up leaves the wallet, so a spent one cannot go back whole.",
        danger=True,
    )
