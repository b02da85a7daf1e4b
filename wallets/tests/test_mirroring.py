"""The issuer's books follow ours: each transfer once, in its own kind, whatever is lost on the way."""

from datetime import timedelta

import pytest

from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import NotFound
from aarokya.common.ids import uuid7
from aarokya.common.models import OutboxMessage
from aarokya.common.outbox import RetryAt
from wallets import handlers
from wallets.models import IssuerPosting, ProvisioningStatus, Wallet
from wallets.services import mirroring, opening, verification
from wallets.tests.builders import NOW, Holder, adjust, contribute, make_holder, pay, refund
from wallets.tests.issuers import Desk, Died, MortalIssuer

pytestmark = pytest.mark.django_db


def opened(desk: Desk, *, own: int = 0) -> Holder:
    holder = make_holder(own=own)
    opening.provision(wallet_id=holder.wallet_id, issuer=desk.issuer, now=NOW)
    return holder


def deliver_all() -> None:
    """What the relay would hand out, in order."""
    listeners = {"wallet.credited": handlers.load_issuer, "wallet.debited": handlers.debit_issuer}
    for message in OutboxMessage.objects.filter(topic__in=listeners).order_by("id"):
        listeners[message.topic](message.payload, now=NOW)


def test_the_issuers_balance_follows_ours(desk: Desk) -> None:
    holder = opened(desk)
    adjust(holder, 50_000)
    contribute(holder, 20_000)
    paid = pay(holder, 30_000)
    refund(paid.transfer_id, 10_000)

    deliver_all()
    deliver_all()

    assert desk.books()["total"] == holder.wallet().balance.paise == 50_000
    assert sorted(IssuerPosting.objects.values_list("operation", flat=True)) == ["debit", "load", "load", "reversal"]


def test_a_topup_taken_back_is_taken_back_there_too(desk: Desk) -> None:
    holder = opened(desk)
    credit = adjust(holder, 50_000)
    refund(credit.transfer_id, 20_000)

    deliver_all()

    assert desk.books()["total"] == 30_000


@pytest.mark.parametrize("point", ["before:load", "after:load"])
def test_a_crash_around_the_call_posts_once(desk: Desk, point: str) -> None:
    holder = opened(desk)
    transfer_id = adjust(holder, 50_000).transfer_id
    mortal = MortalIssuer(desk.issuer, point)

    with pytest.raises(Died):
        mirroring.mirror(transfer_id=transfer_id, issuer=mortal, now=NOW)
    mirroring.mirror(transfer_id=transfer_id, issuer=mortal, now=NOW)

    assert desk.books()["total"] == 50_000


def test_a_wallet_not_open_yet_is_waited_for(desk: Desk) -> None:
    holder = make_holder()
    transfer_id = adjust(holder, 50_000).transfer_id

    with pytest.raises(RetryAt) as soon:
        mirroring.mirror(transfer_id=transfer_id, issuer=desk.issuer, now=NOW)
    Wallet.objects.filter(pk=holder.wallet_id).update(status=ProvisioningStatus.FAILED)
    with pytest.raises(RetryAt) as later:
        mirroring.mirror(transfer_id=transfer_id, issuer=desk.issuer, now=NOW)

    assert soon.value.moment < later.value.moment
    assert not IssuerPosting.objects.exists()


def test_a_refusal_of_the_issuer_is_an_error_that_repeating_cannot_help(desk: Desk) -> None:
    holder = opened(desk, own=1_000)
    transfer_id = pay(holder, 500).transfer_id

    with pytest.raises(PartnerError) as refused:  # its load has not arrived there
        mirroring.mirror(transfer_id=transfer_id, issuer=desk.issuer, now=NOW)

    assert refused.value.permanent
    assert not IssuerPosting.objects.exists()


def test_unknown_transfers_are_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        mirroring.mirror(transfer_id=uuid7(), issuer=desk.issuer, now=NOW)


def test_what_the_issuer_does_not_have_after_an_hour_is_counted(desk: Desk) -> None:
    adjust(opened(desk), 50_000)

    def missing(after: timedelta) -> int:
        return {finding.code: finding.count for finding in verification.verify(now=NOW + after)}["I9"]

    assert (missing(timedelta(minutes=59)), missing(timedelta(minutes=61))) == (0, 1)
    deliver_all()
    assert missing(timedelta(minutes=61)) == 0
