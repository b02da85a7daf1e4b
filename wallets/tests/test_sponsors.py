"""Sponsors: three steps that survive a lost issuer, and a pot that is never overdrawn."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from wallets import services
from wallets.models import Account, PotEntry, Sponsor, SponsorStatus, Transfer
from wallets.services import sponsors, verification
from wallets.tests.builders import (
    NOW,
    adjust,
    broken_invariants,
    contribute,
    deposit,
    make_holder,
    make_sponsor,
    outcome_of,
    pot_of,
    refund,
    staff_client,
    together,
)
from wallets.tests.issuers import Desk, Died, MortalIssuer

pytestmark = pytest.mark.django_db
ACME = {"kind": "organisation", "name": "Acme Logistics", "slug": "acme", "details": {"phone": "9876543210"}}


def registered(**changes: Any) -> Any:
    return staff_client("ops").post("/sponsors", ACME | changes, format="json")


def paid_in(sponsor_id: str, amount: int, ref: str | None = None, key: str = "d") -> Any:
    body = {"amount": amount, "gateway_ref": ref}
    path = f"/sponsors/{sponsor_id}/deposit"
    return staff_client("finance").post(path, body, format="json", headers={"Idempotency-Key": key})


def test_a_sponsor_is_registered_with_an_account_and_an_empty_pot(desk: Desk) -> None:
    answer = registered()

    made = answer.json()
    assert (answer.status_code, made["status"], made["balance"], made["kind"]) == (201, "ACTIVE", 0, "ORGANISATION")
    assert made["details"] == {"phone": "+919876543210"}
    account = Account.objects.get(holder=f"sponsor:{made['id']}")
    assert (account.account_type, account.external_account_id) == ("SPONSOR", made["provider_account_id"])
    assert made["provider_account_id"] in desk.books()["wallets"]


def test_names_and_slugs_are_taken_until_the_sponsor_is_withdrawn(desk: Desk) -> None:
    sponsor_id = registered().json()["id"]
    assert registered(slug="other").json()["error"] == "SPE-1402"
    assert registered(name="other").json()["error"] == "SPE-1402"
    assert registered(name="ACME logistics", slug="x").json()["error"] == "SPE-1402"

    withdrawn = staff_client("ops").patch(f"/sponsors/{sponsor_id}", {"status": "inactive"}, format="json")

    assert withdrawn.json()["status"] == "INACTIVE"
    assert registered().status_code == 201


def test_a_sponsor_stays_pending_while_the_issuer_is_down_and_sync_goes_on(desk: Desk) -> None:
    desk.fault("http_500")
    pending = registered()
    assert (pending.status_code, pending.json()["status"], pending.json()["provider_account_id"]) == (201, "PENDING", None)
    path = f"/sponsors/{pending.json()['id']}/sync"
    assert staff_client("ops").post(path).json()["error"] == "SPE-1406"
    desk.control("DELETE", "faults")

    first, second = staff_client("ops").post(path), staff_client("ops").post(path)

    assert first.json()["status"] == second.json()["status"] == "ACTIVE"
    assert Account.objects.filter(holder__startswith="sponsor:").count() == 1


@pytest.mark.parametrize(
    "point", ["before:create_customer", "after:create_customer", "before:create_wallet", "after:create_wallet"]
)
def test_a_crash_between_the_steps_leaves_one_account_at_the_issuer(desk: Desk, point: str) -> None:
    mortal = MortalIssuer(desk.issuer, point)
    fields: dict[str, Any] = {"kind": "ORGANISATION", "name": "Acme", "slug": "acme", "details": {"phone": "+919876543210"}}
    wanted = fields | {"sponsor_id": uuid7(), "actor": "staff:x", "now": NOW}

    with pytest.raises(Died):
        sponsors.register(**wanted, issuer=mortal)
    assert Sponsor.objects.get().status == "PENDING"
    sponsors.register(**wanted, issuer=mortal)

    assert Sponsor.objects.get().status == "ACTIVE"
    assert (desk.books()["customers"], len(desk.books()["wallets"])) == (1, 1)


@pytest.mark.parametrize(("old", "new", "code"), [("ACTIVE", "PENDING", "SPE-1407"), ("INACTIVE", "ACTIVE", "SPE-1407")])
def test_a_sponsor_never_goes_back(old: str, new: str, code: str) -> None:
    sponsor = make_sponsor()
    Sponsor.objects.filter(pk=sponsor.pk).update(status=old)

    answer = staff_client("ops").patch(f"/sponsors/{sponsor.pk}", {"status": new}, format="json")

    assert (answer.status_code, answer.json()["error"]) == (409, code)
    synced = staff_client("ops").post(f"/sponsors/{sponsor.pk}/sync")
    assert synced.status_code == (200 if old == "ACTIVE" else 409)


def test_a_deposit_counts_once_by_key_and_by_bank_reference() -> None:
    sponsor = make_sponsor()

    first, again = paid_in(str(sponsor.pk), 5_000, "UTR1"), paid_in(str(sponsor.pk), 5_000, "UTR1")
    other = paid_in(str(sponsor.pk), 5_000, "UTR1", key="e")

    assert (first.status_code, first.json()["status"], first.json()["balance"]) == (201, "SUCCESS", 5_000)
    assert again.json() == first.json()
    assert (other.status_code, other.json()["error"]) == (409, "SPE-1409")
    assert pot_of(sponsor) == 5_000


@pytest.mark.parametrize("amount", [0, -1, 1.5, "100", True, None])
def test_odd_deposits_are_refused(amount: Any) -> None:
    assert paid_in(str(make_sponsor().pk), amount).json()["error"] == "VALIDATION_ERROR"


def test_unknown_and_withdrawn_sponsors() -> None:
    sponsor = make_sponsor()
    sponsors.change_status(sponsor_id=sponsor.pk, status=SponsorStatus.INACTIVE, actor="staff:x", now=NOW)

    assert paid_in(str(uuid7()), 100).json()["error"] == "SPE-1401"
    assert paid_in(str(sponsor.pk), 100, key="e").json()["error"] == "SPE-1404"
    assert staff_client("ops").get(f"/sponsors/{uuid7()}").json()["error"] == "SPE-1401"
    assert [row["status"] for row in staff_client("ops").get("/sponsors").json()["data"]] == ["INACTIVE"]


def test_customers_and_other_staff_keep_out() -> None:
    assert staff_client("support").get("/sponsors").status_code == 403
    assert staff_client("ops").post(f"/sponsors/{uuid7()}/deposit", {"amount": 1}, format="json").status_code == 403


def test_a_contribution_moves_pot_and_others_pool_together_and_back() -> None:
    sponsor, holder = make_sponsor(pot=1_000), make_holder(own=50)

    posted = contribute(holder, 400)
    assert (pot_of(sponsor), holder.pools()) == (1_000, (50, 400))  # the builder paid in what it gave

    refund(posted.transfer_id, 150)
    assert (pot_of(sponsor), holder.pools()) == (1_150, (50, 250))
    kinds = PotEntry.objects.filter(contra=sponsor.contra_id).order_by("number").values_list("kind", "amount", "balance_after")
    assert [(kind, amount.paise, after.paise) for kind, amount, after in kinds] == [
        ("DEPOSIT", 1_000, 1_000),
        ("DEPOSIT", 400, 1_400),
        ("CONTRIBUTION", -400, 1_000),
        ("RETURN", 150, 1_150),
    ]
    assert broken_invariants() == {}


def give(sponsor: Sponsor, user_id: UUID, amount: int, reference: str) -> Any:
    body = {"sponsor_id": str(sponsor.pk), "user_id": str(user_id), "amount": amount, "reference": reference, "note": "Diwali"}
    return staff_client("ops").post("/contributions", body, format="json")


def test_the_api_gives_once_per_reference_and_names_the_source() -> None:
    sponsor, holder = make_sponsor(pot=1_000), make_holder()

    first, again = give(sponsor, holder.user_id, 400, "payroll-1"), give(sponsor, holder.user_id, 400, "payroll-1")
    other = give(sponsor, holder.user_id, 500, "payroll-1")

    assert (first.status_code, first.json()["status"], first.json()["amount"]) == (201, "SUCCESS", 400)
    assert again.json() == first.json()
    assert (other.status_code, other.json()["error"]) == (422, "IDEMPOTENCY_MISMATCH")
    assert pot_of(sponsor) == 600
    transfer = Transfer.objects.get(purpose="CONTRIBUTION")
    assert (transfer.source, transfer.note) == ("Acme Logistics", "Diwali")


def test_an_empty_pot_gives_nothing_and_the_same_reference_works_once_it_is_filled() -> None:
    sponsor, holder = make_sponsor(pot=399), make_holder()

    refused = give(sponsor, holder.user_id, 400, "r")
    deposit(sponsor, 1)
    given = give(sponsor, holder.user_id, 400, "r")

    assert (refused.status_code, refused.json()["error"]) == (402, "SPE-1405")
    assert (given.status_code, pot_of(sponsor), holder.pools()) == (201, 0, (0, 400))


def test_nobody_to_give_to() -> None:
    answer = give(make_sponsor(pot=400), uuid7(), 400, "r")

    assert (answer.status_code, answer.json()["error"]) == (404, "SPE-1408")


def test_a_policy_that_does_not_exist_gets_nothing() -> None:
    body = {"amount": 100, "insurance_policy_id": str(uuid7())}

    answer = staff_client("ops").post(f"/sponsors/{make_sponsor(pot=400).pk}/contribute", body, format="json")

    assert (answer.status_code, answer.json()["error"]) == (404, "SPE-1408")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wallets_pot SET balance = balance + 1",
        "INSERT INTO wallets_pot (contra_id, balance, entries) SELECT contra_id, 1, 0 FROM wallets_pot",
        "DELETE FROM wallets_pot_entry",
        "SELECT ledger_refund_transfer(NULL, NULL, 1, '', now())",
        "SELECT pot_write(contra_id, contra_id, 'DEPOSIT', 1, '', now()) FROM wallets_pot",
    ],
)
def test_the_application_cannot_touch_pots(statement: str) -> None:
    make_sponsor(pot=100)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_no_way_around_the_pot() -> None:
    """The ordinary door too is closed by the pot's CHECK, and for a sponsor's account without a pot altogether."""
    sponsor, holder = make_sponsor(pot=100), make_holder()
    wanted: dict[str, Any] = {"user_id": holder.user_id, "purpose": "CONTRIBUTION", "reference_type": "T", "reference_id": "1"}
    real = services.contra("sponsor", sponsor.pk)

    for source in (real, services.contra("sponsor", "without a pot")):
        with pytest.raises(IntegrityError, match="pot"), transaction.atomic():
            services.credit(source=source, amount=Money(101), business_key=str(source.id), **wanted, now=NOW)
    assert holder.pools() == (0, 0)


def test_the_pot_is_verified() -> None:
    contribute(make_holder(), 100)
    codes = {finding.code for finding in verification.verify(now=NOW)}
    sampled = {finding.code for finding in verification.verify(now=NOW, sample=5)}

    assert "I11" in codes
    assert "I11" not in sampled


@pytest.mark.django_db(transaction=True)
def test_contributions_racing_for_one_pot_and_refunds_beside_them_neither_overdraw_nor_deadlock() -> None:
    sponsor = make_sponsor(pot=10_000)
    holders = [make_holder() for _ in range(8)]
    given = [contribute(holder, 100) for holder in holders]

    def one(number: int) -> str:
        wanted: dict[str, Any] = {"user_id": holders[number % 8].user_id, "amount": Money(500)}
        return outcome_of(lambda: services.contribute(sponsor_id=sponsor.pk, reference=f"r{number}", **wanted, now=NOW))

    works: list[Any] = [partial(one, number) for number in range(64)]
    works += [partial(outcome_of, partial(refund, posted.transfer_id, 50)) for posted in given]
    outcomes = together(works, threads=16)

    done = outcomes.count("done") - len(given)
    assert set(outcomes) == {"done", "PotEmpty"}
    assert done == 20  # the refunds bring 400, too little for one more
    assert pot_of(sponsor) == 10_400 - 500 * done
    assert broken_invariants() == {}


def test_own_money_is_none_of_the_pots_business() -> None:
    sponsor, holder = make_sponsor(pot=100), make_holder()
    refund(adjust(holder, 500).transfer_id, 200)

    assert pot_of(sponsor) == 100
