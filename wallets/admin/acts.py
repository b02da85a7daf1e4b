"""What finance does here: asks for an adjustment, takes a withdrawal out of the wallet, refuses it, notes its return."""

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from aarokya.common import clock
from aarokya.common.office.base import ActionPage, Effect, actor_of
from aarokya.common.office.forms import ReasonForm
from wallets.models import AdjustedPool, Book, Difference, Withdrawal
from wallets.services import adjusting, withdrawals


class AdjustForm(ReasonForm):
    """Whose book was wrong."""

    book = forms.ChoiceField(choices=Book.choices, label="Whose book is corrected", widget=UnfoldAdminSelectWidget())
    pool = forms.ChoiceField(
        choices=AdjustedPool.choices, help_text="Of ours; the issuer knows one balance.", widget=UnfoldAdminSelectWidget()
    )
    field_order = ("book", "pool", "reason")


def adjustment(request: HttpRequest, difference: Difference) -> ActionPage:
    def effects(asked: dict[str, Any]) -> list[Effect]:
        ours = asked["book"] == Book.LEDGER
        before, after = (difference.ours, difference.theirs) if ours else (difference.theirs, difference.ours)
        return [
            Effect(name="Now", after="nothing changes; a second person looks at this first"),
            Effect(name=f"{Book(asked['book']).label} balance", before=str(before), after=str(after), warning=True),
        ]

    def perform(asked: dict[str, Any]) -> str:
        adjusting.request(
            difference_id=difference.pk,
            book=Book(asked["book"]),
            pool=AdjustedPool(asked["pool"]),
            reason=asked["reason"],
            actor=actor_of(request),
            now=clock.now(),
        )
        return "Somebody else has to agree, under Approvals."

    facts = [
        ("Wallet", str(difference.wallet_id)),
        ("Ours", str(difference.ours)),
        ("The issuer's", str(difference.theirs)),
        ("Found", clock.ist_text(difference.found_at)),
    ]
    return ActionPage(
        title="Ask for an adjustment",
        verb="Ask",
        row=difference,
        form=AdjustForm(request.POST or None),
        effects=effects,
        perform=perform,
        facts=facts,
        advice="First find the movement one book misses: a load or debit that hangs passes by itself within a day.",
    )


def facts_of(row: Withdrawal) -> list[tuple[str, str]]:
    return [("Amount", str(row.amount)), ("State", row.get_status_display()), ("Taken out by", row.approved_by)]


def release(request: HttpRequest, row: Withdrawal) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [
            Effect(name="Money", before="held in the wallet", after=f"{row.amount} out of the wallet, on its way to the bank"),
            Effect(name="Next", after="a second person pays it at the bank and brings the reference, under Approvals"),
        ]

    def perform(_asked: dict[str, Any]) -> str:
        withdrawals.approve(withdrawal_id=row.pk, actor=actor_of(request), now=clock.now())
        return "It is out of the wallet. Somebody else pays it, under Approvals."

    return page(request, row, "Take out", effects, perform)


def refusal(request: HttpRequest, row: Withdrawal) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [Effect(name="Money", before="held", after=f"{row.amount} free in the wallet again; the customer is told why")]

    def perform(asked: dict[str, Any]) -> str:
        withdrawals.reject(withdrawal_id=row.pk, reason=asked["reason"], actor=actor_of(request), now=clock.now())
        return "The withdrawal is refused."

    return page(request, row, "Refuse", effects, perform)


def returning(request: HttpRequest, row: Withdrawal) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [Effect(name="Money", before="with the bank", after=f"{row.amount} own money in the wallet again")]

    def perform(asked: dict[str, Any]) -> str:
        withdrawals.fail(withdrawal_id=row.pk, reason=asked["reason"], actor=actor_of(request), now=clock.now())
        return "The money is back in the wallet."

    return page(request, row, "Came back", effects, perform)


def page(request: HttpRequest, row: Withdrawal, verb: str, effects: Any, perform: Any) -> ActionPage:
    return ActionPage(
        title=f"{verb}: {row}",
        verb=verb,
        row=row,
        form=ReasonForm(request.POST or None),
        effects=effects,
        perform=perform,
        facts=facts_of(row),
        danger=verb == "Refuse",
        advice="Own money alone may leave, and only to the holder's verified account: both were checked when it was asked for.",
    )
