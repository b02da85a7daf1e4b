"""Settling with providers: every movement once, two people, and a statement that adds up."""

import csv
import io
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from wallets import services, tasks
from wallets.models import ContraSnapshot, Settlement, SettlementLine
from wallets.services import settlements
from wallets.tests.builders import (
    NOW,
    broken_invariants,
    grocer,
    hospital,
    make_holder,
    outcome_of,
    pay,
    refund,
    staff_client,
    together,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def drawn_up(**changes: Any) -> Settlement:
    wanted: dict[str, Any] = {"settlement_id": uuid7(), "contra_id": hospital().id, "actor": "staff:fatima", "now": LATER}
    return settlements.draw_up(**wanted | changes)


def confirmed(settlement: Settlement, *, by: str, reference: str = "UTR1") -> tuple[int, str]:
    body = {"bank_reference": reference}
    answer = staff_client("finance", name=by).post(f"/settlements/{settlement.pk}/confirm", body, format="json")
    return answer.status_code, answer.json().get("status") or answer.json()["error"]


def test_a_settlement_takes_every_movement_once_less_refunds() -> None:
    holder = make_holder(own=5_000, others=1_000)
    first, _ = pay(holder, 2_000), pay(holder, 1_000)
    refund(first.transfer_id, 500)

    settlement = drawn_up()

    assert (settlement.transfers, settlement.amount) == (3, Money(2_500))
    assert outcome_of(drawn_up) == "Conflict"  # nothing is left
    pay(holder, 100)
    assert drawn_up().amount == Money(100)


def test_what_may_still_be_committing_waits_for_the_next_one() -> None:
    holder = make_holder(own=5_000)
    pay(holder, 2_000)

    assert outcome_of(partial(drawn_up, now=NOW + timedelta(minutes=10))) == "Conflict"
    assert drawn_up(now=NOW + timedelta(minutes=11)).amount == Money(2_000)


def test_more_refunds_than_payments_wait_until_there_is_something_to_pay() -> None:
    holder = make_holder(own=5_000)
    paid = pay(holder, 2_000)
    drawn_up()
    refund(paid.transfer_id, 2_000)

    assert outcome_of(drawn_up) == "Conflict"
    pay(holder, 2_500)
    assert drawn_up().amount == Money(500)


def test_two_people_and_one_bank_reference() -> None:
    holder = make_holder(own=5_000)
    pay(holder, 2_000)
    first = drawn_up()
    pay(holder, 100)
    second = drawn_up()

    assert confirmed(first, by="fatima") == (403, "FORBIDDEN")
    assert confirmed(first, by="george") == (200, "PAID")
    assert confirmed(first, by="george") == (409, "INVALID_TRANSITION")
    assert confirmed(second, by="george") == (409, "CONFLICT")
    with pytest.raises(IntegrityError, match="needs a second person"), transaction.atomic():
        Settlement.objects.filter(pk=second.pk).update(status="PAID", paid_by="staff:fatima", bank_reference="U2")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        SettlementLine.objects.all().delete()


def test_the_statement_adds_up_names_nobody_and_runs_nothing() -> None:
    holder = make_holder(own=5_000)
    paid = pay(holder, 2_000)
    refund(paid.transfer_id, 500)
    services.pay_payee(
        user_id=holder.user_id,
        payee_id=hospital().id,
        amount=Money(300),
        purpose="HOSPITAL",
        reference_id="=HYPERLINK()",
        business_key="formula",
        now=NOW,
    )
    settlement = drawn_up()

    answer = staff_client("finance").get(f"/settlements/{settlement.pk}/statement")

    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer["Content-Type"].startswith("text/csv")
    assert sorted(line["amount_inr"] for line in lines[:-1]) == ["-5.00", "20.00", "3.00"]
    assert (lines[-1]["transfer_id"], lines[-1]["amount_inr"]) == ("TOTAL", "18.00")
    assert "'=HYPERLINK()" in {line["reference_id"] for line in lines}
    assert str(holder.user_id) not in answer.content.decode()


def test_over_the_api() -> None:
    pay(make_holder(own=5_000), 2_000)
    finance = staff_client("finance")

    with time_machine.travel(LATER, tick=False):
        made = finance.post("/settlements", {"account_id": str(hospital().id)}, format="json")

    assert (made.status_code, made.json()["payee"], made.json()["amount"]) == (201, "City Hospital", 2_000)
    assert finance.get("/settlements", {"status": "drawn_up"}).json()["total"] == 1
    assert finance.post("/settlements", {"account_id": str(uuid7())}, format="json").status_code == 404
    sponsor = services.contra("sponsor", "acme")
    assert finance.post("/settlements", {"account_id": str(sponsor.id)}, format="json").status_code == 404
    assert staff_client("ops").get("/settlements").status_code == 403
    assert finance.get(f"/settlements/{uuid7()}/statement").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_settlements_drawn_up_at_once_share_no_movement() -> None:
    holder = make_holder(own=50_000)
    for _ in range(20):
        pay(holder, 100)

    outcomes = together([partial(outcome_of, drawn_up) for _ in range(6)], threads=6)

    assert outcomes.count("done") >= 1
    assert set(outcomes) <= {"done", "Conflict"}
    assert SettlementLine.objects.count() == 20
    assert sum(settlement.amount.paise for settlement in Settlement.objects.all()) == 2_000


def test_snapshots_carry_the_sums_and_are_verified() -> None:
    holder = make_holder(own=5_000)
    pay(holder, 2_000)
    settlements.take_snapshots(now=LATER)
    pay(holder, 300)  # asked for before the snapshot was taken, committed after it: only a slow transaction can do this

    assert settlements.balance_of(hospital().id) == Money(2_000)
    assert {code for code in broken_invariants() if code == "I12"} == {"I12"}


def test_later_snapshots_start_from_earlier_ones() -> None:
    holder, clinic = make_holder(own=5_000), hospital()
    pay(holder, 2_000)
    with time_machine.travel(LATER, tick=False):
        tasks.take_snapshots()
        tasks.take_snapshots()
    spent: dict[str, Any] = {"user_id": holder.user_id, "purpose": "HOSPITAL", "reference_type": "T", "reference_id": "1"}
    services.pay(payee=clinic, amount=Money(300), business_key="later", **spent, now=LATER)
    assert settlements.balance_of(clinic.id) == Money(2_300)

    settlements.take_snapshots(now=LATER + timedelta(hours=1))

    newest = ContraSnapshot.objects.filter(contra_id=clinic.id).order_by("until")
    assert [(snapshot.balance, snapshot.transfers) for snapshot in newest] == [(Money(2_000), 1), (Money(2_300), 2)]
    assert settlements.balance_of(clinic.id) == Money(2_300)
    assert settlements.balance_of(grocer().id) == Money(0)
    assert "I12" not in broken_invariants()
