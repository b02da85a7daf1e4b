"""Own money back to the holder's bank: never others', never twice, never by one person alone."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.test import Client

from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from accounts.models import Staff
from approvals.models import Request
from wallets.models import Account, AccountStatus, Tier, Withdrawal
from wallets.services import withdrawals
from wallets.tests.builders import (
    NOW,
    Holder,
    broken_invariants,
    client_of,
    make_holder,
    make_sponsor,
    outcome_of,
    staff_client,
    together,
)

pytestmark = pytest.mark.django_db
BANK = {"account_type": "savings", "account_details": {"ifsc_code": "HDFC0001234"}, "external_account_id": "50100123456789"}


def added(holder: Holder, **changes: Any) -> Any:
    return client_of(holder.user_id).post(f"/users/{holder.user_id}/accounts", BANK | changes, format="json")


def verified(holder: Holder) -> str:
    account_id: str = added(holder).json()["id"]
    answer = staff_client("ops").patch(f"/accounts/{account_id}", {"status": "ACTIVE"}, format="json")
    assert answer.json()["status"] == "ACTIVE"
    return account_id


def asked(holder: Holder, account_id: str, amount: int) -> Any:
    body = {"account_id": account_id, "amount": amount}
    return client_of(holder.user_id).post("/wallet/withdrawals", body, format="json", headers={"Idempotency-Key": str(uuid7())})


def decide(withdrawal_id: str, how: str, *, by: str = "fatima", **body: Any) -> tuple[int, str]:
    answer = staff_client("finance", name=by).post(f"/withdrawals/{withdrawal_id}/{how}", body or None, format="json")
    return answer.status_code, answer.json().get("status") or answer.json()["error"]


def test_own_money_goes_to_the_bank_after_two_people_looked() -> None:
    holder = make_holder(own=5_000, others=3_000)
    made = asked(holder, verified(holder), 4_000)

    assert (made.status_code, made.json()["status"], holder.held()) == (201, "REQUESTED", (4_000, 0))
    withdrawal_id = made.json()["id"]
    assert decide(withdrawal_id, "approve") == (200, "APPROVED")
    assert (holder.pools(), holder.held()) == ((1_000, 3_000), (0, 0))
    assert decide(withdrawal_id, "confirm", bank_reference="UTR1") == (403, "FORBIDDEN")
    assert decide(withdrawal_id, "confirm", by="george", bank_reference="UTR1") == (200, "PAID")
    assert decide(withdrawal_id, "fail", reason="x") == (409, "INVALID_TRANSITION")
    assert client_of(holder.user_id).get("/wallet/withdrawals").json()["data"][0]["bank_reference"] == "UTR1"
    assert broken_invariants() == {}


def test_others_money_cannot_be_withdrawn() -> None:
    holder = make_holder(own=100, others=5_000)

    answer = asked(holder, verified(holder), 101)

    assert (answer.status_code, answer.json()["error"]) == (402, "INSUFFICIENT_BALANCE")
    assert not Withdrawal.objects.exists()


def test_a_returned_withdrawal_is_own_money_again() -> None:
    holder = make_holder(own=5_000)
    withdrawal_id = asked(holder, verified(holder), 4_000).json()["id"]
    decide(withdrawal_id, "approve")

    assert decide(withdrawal_id, "fail", reason="account closed") == (200, "FAILED")

    assert holder.pools() == (5_000, 0)
    assert broken_invariants() == {}


@pytest.mark.parametrize("how", ["reject", "cancel"])
def test_a_request_that_ends_frees_the_money(how: str) -> None:
    holder = make_holder(own=5_000)
    withdrawal_id = asked(holder, verified(holder), 4_000).json()["id"]

    if how == "reject":
        assert decide(withdrawal_id, "reject", reason="wrong name") == (200, "REJECTED")
    else:
        answer = client_of(holder.user_id).post(f"/wallet/withdrawals/{withdrawal_id}/cancel")
        assert (answer.status_code, answer.json()["status"]) == (200, "CANCELLED")

    assert (holder.pools(), holder.held()) == ((5_000, 0), (0, 0))
    assert decide(withdrawal_id, "approve") == (409, "INVALID_TRANSITION")


def test_a_small_wallet_pays_nothing_out() -> None:
    holder = make_holder(own=5_000, tier=Tier.SMALL)

    answer = asked(holder, verified(holder), 100)

    assert (answer.status_code, answer.json()["error"]) == (403, "FORBIDDEN")


def test_only_to_a_verified_account_of_ones_own() -> None:
    holder, stranger = make_holder(own=5_000), make_holder(own=5_000)
    unverified = added(holder).json()["id"]

    assert asked(holder, unverified, 100).json()["error"] == "AE-805"
    assert asked(stranger, verified(make_holder()), 100).json()["error"] == "AE-801"
    assert asked(holder, str(uuid7()), 100).json()["error"] == "AE-801"


def test_strangers_do_not_see_or_cancel() -> None:
    holder = make_holder(own=5_000)
    withdrawal_id = asked(holder, verified(holder), 100).json()["id"]
    stranger = client_of(make_holder().user_id)

    assert stranger.post(f"/wallet/withdrawals/{withdrawal_id}/cancel").status_code == 404
    assert stranger.get("/wallet/withdrawals").json()["total"] == 0
    assert staff_client("ops").post(f"/withdrawals/{withdrawal_id}/approve").status_code == 403
    assert staff_client("ops").get("/withdrawals", {"status": "requested"}).json()["total"] == 1


def test_the_database_refuses_one_person_for_both() -> None:
    holder = make_holder(own=5_000)
    withdrawal_id = asked(holder, verified(holder), 100).json()["id"]
    decide(withdrawal_id, "approve")

    with pytest.raises(IntegrityError, match="needs a second person"), transaction.atomic():
        Withdrawal.objects.update(status="PAID", settled_by="staff:george", bank_reference="U")


def test_a_bank_reference_confirms_one() -> None:
    holder = make_holder(own=5_000)
    account_id = verified(holder)
    ids = [asked(holder, account_id, 100).json()["id"] for _ in range(2)]
    for withdrawal_id in ids:
        decide(withdrawal_id, "approve")

    outcomes = [decide(withdrawal_id, "confirm", by="george", bank_reference="UTR9") for withdrawal_id in ids]

    assert outcomes == [(200, "PAID"), (409, "CONFLICT")]


@pytest.mark.django_db(transaction=True)
def test_approval_and_cancellation_race_to_one_outcome() -> None:
    holder = make_holder(own=5_000)
    ids = [UUID(asked(holder, verified(holder), 100).json()["id"])]
    account_id = Account.objects.get().pk
    ids += [uuid7() for _ in range(9)]
    for number in ids[1:]:
        withdrawals.request(withdrawal_id=number, user_id=holder.user_id, account_id=account_id, amount=Money(100), now=NOW)

    works: list[Any] = []
    for number in ids:
        works.append(partial(withdrawals.approve, withdrawal_id=number, actor="staff:a", now=NOW))
        works.append(partial(withdrawals.cancel, withdrawal_id=number, user_id=holder.user_id, now=NOW))
    outcomes = together([partial(outcome_of, work) for work in works], threads=8)

    assert (outcomes.count("done"), outcomes.count("InvalidTransition")) == (10, 10)
    approved = Withdrawal.objects.filter(status="APPROVED").count()
    assert (holder.pools(), holder.held()) == ((5_000 - 100 * approved, 0), (0, 0))
    assert broken_invariants() == {}


def test_accounts_are_listed_shown_and_closed() -> None:
    holder = make_holder()
    account_id = verified(holder)
    mine = client_of(holder.user_id)

    assert (
        mine.get(f"/users/{holder.user_id}/accounts", {"status": "active"})
        .json()["data"][0]["external_account_id"]
        .endswith("6789")
    )
    assert mine.get(f"/users/{holder.user_id}/accounts/{account_id}").json()["holder"] == f"user:{holder.user_id}"
    shown = staff_client("ops").get(f"/accounts/{account_id}").json()
    assert shown["external_account_id"] == "XXXXXXXXXX6789"
    assert staff_client("ops").delete(f"/accounts/{account_id}").json()["status"] == "INACTIVE"
    assert added(holder).status_code == 201  # the number is free again
    assert Account.objects.filter(status=AccountStatus.INACTIVE).count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account_type": "SPONSOR", "account_details": {}}, "AE-807"),
        ({"account_details": {}}, "AE-803"),
        ({"account_details": {"ifsc_code": "hdfc"}}, "AE-803"),
        ({"external_account_id": "12 34"}, "AE-803"),
        ({"account_type": "HSA"}, "AE-803"),
        ({"account_type": "CASH"}, "VALIDATION_ERROR"),
        ({"colour": "red"}, "VALIDATION_ERROR"),
    ],
)
def test_odd_accounts_are_refused(changes: dict[str, Any], code: str) -> None:
    assert added(make_holder(), **changes).json()["error"] == code


def test_the_same_account_twice() -> None:
    holder = make_holder()
    added(holder)

    assert (added(holder).status_code, added(holder).json()["error"]) == (409, "AE-802")


@pytest.mark.parametrize(
    ("asked_for", "found"),
    [
        ({"holder_kind": "sponsor"}, 1),
        ({"holder_kind": "user"}, 1),
        ({"account_type": "savings"}, 1),
        ({"holder_kind": "user", "account_type": "SPONSOR"}, "AE-807"),
        ({"holder": "user:1"}, "AE-804"),
    ],
)
def test_staff_filter_accounts(asked_for: dict[str, str], found: int | str) -> None:
    make_sponsor()
    added(make_holder())

    answer = staff_client("finance").get("/accounts", asked_for).json()

    assert answer.get("total", answer.get("error")) == found


def test_accounts_by_holder() -> None:
    holder = make_holder()
    added(holder)
    listed = staff_client("finance")

    assert listed.get("/accounts", {"holder": f"user:{holder.user_id}"}).json()["total"] == 1
    assert listed.get("/accounts", {"holder_kind": "user", "holder_id": str(holder.user_id)}).json()["total"] == 1
    assert listed.get("/accounts", {"holder_id": str(uuid7())}).json()["total"] == 0


def test_others_accounts_do_not_exist() -> None:
    holder = make_holder()
    account_id = added(holder).json()["id"]
    stranger = make_holder()
    theirs = client_of(stranger.user_id)

    assert theirs.get(f"/users/{holder.user_id}/accounts").status_code == 404
    assert theirs.get(f"/users/{stranger.user_id}/accounts/{account_id}").json()["error"] == "AE-801"
    assert theirs.get("/accounts").status_code == 403


def test_balance_and_ledger_by_user_id() -> None:
    holder = make_holder(own=300, others=200)
    path = f"/users/{holder.user_id}"

    balance = client_of(holder.user_id).get(f"{path}/balance").json()
    ledger = staff_client("support").get(f"{path}/ledger").json()

    assert (balance["balance"], balance["own_balance"], balance["others_balance"]) == (500, 300, 200)
    assert (balance["available_balance"], balance["withdrawable_balance"]) == (500, 300)
    assert [row["number"] for row in ledger["data"]] == [2, 1]
    assert client_of(make_holder().user_id).get(f"{path}/balance").status_code == 404
    assert client_of(make_holder().user_id).get(f"{path}/ledger").status_code == 404


def test_a_withdrawal_goes_through_the_back_office_by_two_people() -> None:
    holder = make_holder(own=5_000)
    withdrawal_id = asked(holder, verified(holder), 4_000).json()["id"]
    desks = {}
    for name in ("fatima", "george"):
        staff_client("finance", name=name)
        person = Staff.objects.get(username=name)
        person.user_permissions.set(Permission.objects.filter(codename__in=["view_withdrawal", "view_request"]))
        desks[name] = Client()
        desks[name].force_login(person)
    path = f"/admin/wallets/withdrawal/{withdrawal_id}/take-out/"

    assert "on its way to the bank" in desks["fatima"].post(path, {"reason": "looks right"}).content.decode()
    assert holder.pools() == (5_000, 0)
    desks["fatima"].post(path, {"reason": "looks right", "confirm": "1"})
    approval = f"/admin/approvals/request/{Request.objects.get().pk}/approve/"
    paid = {"bank_reference": "UTR7", "reason": "seen in the statement", "confirm": "1"}
    desks["fatima"].post(approval, paid)
    assert Withdrawal.objects.get().status == "APPROVED"
    without = desks["george"].post(approval, paid | {"bank_reference": ""}).content.decode()
    desks["george"].post(approval, paid)

    assert "required" in without
    assert (Withdrawal.objects.get().status, Withdrawal.objects.get().settled_by) == ("PAID", "staff:george")
