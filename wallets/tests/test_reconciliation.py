"""Our balances beside the issuer's: what differs becomes a row, and two people set it right."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from aarokya.common.ids import uuid7
from aarokya.common.metrics import ALERTS
from aarokya.common.models import AuditEntry, OutboxMessage
from aarokya.common.money import Money
from wallets import handlers, tasks
from wallets.models import Adjustment, Difference, IssuerCheck, Transfer, Wallet
from wallets.services import mirroring, opening, reconciling
from wallets.services.reconciling import Verdict
from wallets.tests.builders import NOW, Holder, adjust, broken_invariants, contribute, make_holder, outcome_of, pay, staff_client
from wallets.tests.issuers import Desk

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


def mirrored(desk: Desk, *, own: int = 50_000) -> Holder:
    """A holder whose money is on both books."""
    holder = make_holder()
    opening.provision(wallet_id=holder.wallet_id, issuer=desk.issuer, now=NOW)
    if own:
        mirroring.mirror(transfer_id=adjust(holder, own).transfer_id, issuer=desk.issuer, now=NOW)
    return holder


def strayed(desk: Desk, gap: int) -> Holder:
    """A holder of whom the issuer has `gap` paise more than we do."""
    holder = mirrored(desk)
    post = desk.issuer.load if gap > 0 else desk.issuer.debit
    post(operation_id=uuid7(), wallet_id=holder.wallet().transcorp_wallet_id or "", amount=Money(abs(gap)))
    compare(desk, holder)
    return holder


def compare(desk: Desk, holder: Holder) -> Verdict:
    return reconciling.compare(wallet_id=holder.wallet_id, issuer=desk.issuer, now=LATER).verdict


def difference_of(holder: Holder) -> Difference:
    return Difference.objects.get(wallet_id=holder.wallet_id)


def asked(holder: Holder, book: str, *, pool: str = "OWN", by: str = "fatima") -> UUID:
    path = f"/reconciliation/differences/{difference_of(holder).pk}/adjustments"
    answer = staff_client("finance", name=by).post(path, {"book": book, "pool": pool, "reason": "See ticket 7"}, format="json")
    assert answer.status_code == 201, answer.json()
    return UUID(answer.json()["id"])


def decide(adjustment_id: UUID, *, by: str = "george", how: str = "approve") -> tuple[int, str]:
    body = {"reason": "no"} if how == "reject" else None
    path = f"/reconciliation/adjustments/{adjustment_id}/{how}"
    answer = staff_client("finance", name=by).post(path, body, format="json")
    return answer.status_code, answer.json().get("status") or answer.json()["error"]


def told(issuer_handler: str) -> None:
    for message in OutboxMessage.objects.filter(handler=issuer_handler).order_by("id"):
        getattr(handlers, issuer_handler.rsplit(".", 1)[1])(message.payload, now=LATER)


def test_equal_balances_leave_no_row_but_the_time(desk: Desk) -> None:
    holder = mirrored(desk)

    assert compare(desk, holder) == Verdict.AGREES
    assert not Difference.objects.exists()
    assert IssuerCheck.objects.get(wallet=holder.wallet_id).at == LATER


def test_a_difference_is_one_row_that_follows_and_closes_by_itself(desk: Desk) -> None:
    alerts = ALERTS.labels(kind="issuer_difference")._value.get()
    holder = strayed(desk, -300)
    compare(desk, holder)

    found = difference_of(holder)
    assert (found.ours, found.theirs, found.gap, found.status) == (Money(50_000), Money(49_700), Money(-300), "OPEN")
    assert ALERTS.labels(kind="issuer_difference")._value.get() == alerts + 1

    desk.issuer.load(operation_id=uuid7(), wallet_id=holder.wallet().transcorp_wallet_id or "", amount=Money(300))
    assert compare(desk, holder) == Verdict.AGREES
    assert difference_of(holder).status == "AGREED"


def test_a_wallet_is_left_alone_while_its_money_is_on_the_way_and_no_longer_than_an_hour(desk: Desk) -> None:
    holder = mirrored(desk)
    adjust(holder, 100)

    early = reconciling.compare(wallet_id=holder.wallet_id, issuer=desk.issuer, now=NOW + timedelta(minutes=59))

    assert early.verdict == Verdict.BUSY
    assert compare(desk, holder) == Verdict.DIFFERS


def test_the_issuers_status_is_mirrored_on_the_way(desk: Desk) -> None:
    holder = mirrored(desk)
    desk.control("POST", f"wallets/{holder.wallet().transcorp_wallet_id}", {"status": "BLOCKED"})
    assert outcome_of(lambda: pay(holder, 1)) == "done"  # nobody has said so yet

    compare(desk, holder)

    assert holder.wallet().issuer_status == "BLOCKED"
    assert outcome_of(lambda: pay(holder, 1)) == "WalletNotUsable"
    desk.control("POST", f"wallets/{holder.wallet().transcorp_wallet_id}", {"status": "ACTIVE"})
    compare(desk, holder)
    assert outcome_of(lambda: pay(holder, 2)) == "done"


def test_a_wallet_unknown_to_the_issuer_is_a_difference_nobody_can_adjust(desk: Desk) -> None:
    holder = mirrored(desk)
    Wallet.objects.filter(pk=holder.wallet_id).update(transcorp_wallet_id="wlm_nobody")

    assert compare(desk, holder) == Verdict.DIFFERS
    assert not difference_of(holder).known_there
    path = f"/reconciliation/differences/{difference_of(holder).pk}/adjustments"
    answer = staff_client("finance").post(path, {"book": "LEDGER", "reason": "x"}, format="json")
    assert answer.json()["error"] == "CONFLICT"


def test_an_issuer_that_is_down_stops_the_sweep(desk: Desk) -> None:
    holders = [mirrored(desk, own=0) for _ in range(3)]
    desk.fault("http_500")

    swept = reconciling.sweep(issuer=desk.issuer, now=LATER, limit=10)

    assert [one.verdict for one in swept] == [Verdict.UNREACHABLE]
    assert not IssuerCheck.objects.exists()
    assert len(holders) == 3


def test_the_longest_not_compared_come_first_and_all_come_within_a_day(desk: Desk) -> None:
    first, second, third = (mirrored(desk, own=0) for _ in range(3))
    compare(desk, first)
    make_holder()  # not open at the issuer: nothing to compare

    assert set(reconciling.due(now=LATER)) == {second.wallet_id, third.wallet_id}
    assert reconciling.due(now=LATER + timedelta(hours=21))[-1] == first.wallet_id
    assert reconciling.due(now=LATER, everything=True)[-1] == first.wallet_id


def test_our_book_is_corrected_and_the_issuer_not_told_again(desk: Desk) -> None:
    holder = strayed(desk, -300)

    assert decide(asked(holder, "LEDGER")) == (200, "DONE")

    told("wallets.handlers.debit_issuer")
    assert holder.pools() == (49_700, 0)
    assert desk.books()["total"] == 49_700
    assert compare(desk, holder) == Verdict.AGREES
    assert difference_of(holder).status == "RESOLVED"
    assert Transfer.objects.get(purpose="ADJUSTMENT", direction=-1).reference_id == str(difference_of(holder).pk)
    assert [entry.actor for entry in AuditEntry.objects.filter(action__startswith="adjustment.").order_by("id")] == [
        "staff:fatima",
        "staff:george",
    ]


def test_others_money_can_be_corrected_too(desk: Desk) -> None:
    holder = strayed(desk, 700)

    decide(asked(holder, "LEDGER", pool="OTHERS"))

    assert holder.pools() == (50_000, 700)


def test_the_issuers_book_is_corrected_once_however_often_it_is_told(desk: Desk) -> None:
    holder = strayed(desk, -300)

    assert decide(asked(holder, "ISSUER")) == (200, "APPROVED")
    told("wallets.handlers.correct_issuer")
    told("wallets.handlers.correct_issuer")

    assert desk.books()["total"] == 50_000 == holder.pools()[0]
    assert (Adjustment.objects.get().status, difference_of(holder).status) == ("DONE", "RESOLVED")


def test_nobody_approves_what_they_asked_for(desk: Desk) -> None:
    adjustment_id = asked(strayed(desk, -300), "LEDGER")

    assert decide(adjustment_id, by="fatima") == (403, "FORBIDDEN")
    with pytest.raises(IntegrityError, match="needs a second person"), transaction.atomic():
        Adjustment.objects.filter(pk=adjustment_id).update(status="DONE", decided_by="staff:george")
    assert Adjustment.objects.get().status == "REQUESTED"


@pytest.mark.parametrize("column", ["requested_by", "amount", "reason"])
def test_what_was_asked_for_cannot_be_rewritten(desk: Desk, column: str) -> None:
    asked(strayed(desk, -300), "LEDGER")

    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Adjustment.objects.update(**{column: 1})


def test_a_rejected_adjustment_leaves_the_difference_open_for_another(desk: Desk) -> None:
    holder = strayed(desk, -300)
    first = asked(holder, "LEDGER")
    path = f"/reconciliation/differences/{difference_of(holder).pk}/adjustments"
    again = staff_client("finance").post(path, {"book": "ISSUER", "reason": "x"}, format="json")

    assert (again.status_code, again.json()["error"]) == (409, "CONFLICT")
    assert decide(first, by="fatima", how="reject") == (200, "REJECTED")
    assert decide(first) == (409, "INVALID_TRANSITION")
    assert decide(asked(holder, "ISSUER"))[0] == 200


def test_an_adjustment_of_another_difference_than_the_present_one_is_not_carried_out(desk: Desk) -> None:
    holder = strayed(desk, -300)
    adjustment_id = asked(holder, "LEDGER")
    desk.issuer.debit(operation_id=uuid7(), wallet_id=holder.wallet().transcorp_wallet_id or "", amount=Money(50))
    compare(desk, holder)

    assert decide(adjustment_id) == (409, "CONFLICT")
    assert holder.pools() == (50_000, 0)


@pytest.mark.parametrize("groups", [(), ("ops",), ("auditor",)])
def test_only_finance_adjusts(desk: Desk, groups: tuple[str, ...]) -> None:
    holder = strayed(desk, -300)
    path = f"/reconciliation/differences/{difference_of(holder).pk}/adjustments"

    answer = staff_client(*groups).post(path, {"book": "LEDGER", "reason": "x"}, format="json")

    assert answer.status_code == 403


def test_the_lists(desk: Desk) -> None:
    holder = strayed(desk, -300)
    asked(holder, "LEDGER")

    differences = staff_client("ops").get("/reconciliation/differences", {"status": "open"}).json()
    adjustments = staff_client("auditor").get("/reconciliation/adjustments", {"status": "REQUESTED"}).json()

    assert (differences["total"], differences["data"][0]["theirs"], differences["data"][0]["status"]) == (1, 49_700, "OPEN")
    assert (adjustments["data"][0]["amount"], adjustments["data"][0]["direction"]) == (300, "DEBIT")
    assert staff_client("ops").get("/reconciliation/differences", {"status": "agreed"}).json()["total"] == 0


def test_the_command_shows_what_differs_and_a_dry_run_keeps_nothing(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    holder = mirrored(desk)
    desk.issuer.load(operation_id=uuid7(), wallet_id=holder.wallet().transcorp_wallet_id or "", amount=Money(1))

    call_command("ledger", "reconcile", "--dry-run")
    assert "1 wallets: 1 differs" in capsys.readouterr().out
    assert not Difference.objects.exists()

    call_command("ledger", "reconcile", "--limit", "5")
    assert difference_of(holder).gap == Money(1)


def test_the_task_sweeps_and_broken_invariants_raise_an_alert(desk: Desk) -> None:
    holder = mirrored(desk)
    tasks.reconcile_issuer()
    assert IssuerCheck.objects.filter(wallet=holder.wallet_id).exists()

    contribute(holder, 1_000)
    pay(holder, 500)
    assert broken_invariants() == {}
