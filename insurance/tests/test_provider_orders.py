"""Premiums paid out of the wallet to the provider, and sponsors who give to the holder of a policy."""

from typing import Any
from uuid import UUID

import pytest

from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from accounts.models import User
from insurance.models import Policy, PremiumPayment
from insurance.services import premiums
from insurance.tests.builders import NOW, make_policy, make_user, staff_client
from wallets import services
from wallets.models import ProviderOrder, Tier, Transfer, Wallet
from wallets.services import opening
from wallets.tests.builders import Holder, adjust, broken_invariants, make_sponsor, pot_of

pytestmark = pytest.mark.django_db


def insured(*, own: int) -> tuple[Policy, Holder]:
    """A pending policy and its holder's wallet with `own` paise."""
    user: User = make_user()
    opening.open_wallet(user_id=user.pk, now=NOW)
    holder = Holder(user.pk, Wallet.objects.of(user.pk).get().pk)
    services.set_tier(wallet_id=holder.wallet_id, tier=Tier.FULL_KYC, actor="staff:x", reason="x", now=NOW)
    if own:
        adjust(holder, own)
    return make_policy(user), holder


def order(policy_id: UUID, key: str = "k") -> Any:
    body = {"benefit_entity_id": f"insurance_policy:{policy_id}"}
    path = "/benefit_provider_orders"
    return staff_client("ops").post(path, body, format="json", headers={"Idempotency-Key": key})


def sync(order_id: str) -> Any:
    return staff_client("ops").patch(f"/benefit_provider_orders/{order_id}/sync").json()


def test_the_premium_goes_from_the_wallet_to_the_provider_and_the_policy_is_paid() -> None:
    policy, holder = insured(own=10_000_000)
    owed = policy.premium_owed.paise

    made, again = order(policy.pk), order(policy.pk)

    shown = made.json()
    assert (made.status_code, shown["status"], shown["amount"], shown["user_id"]) == (201, "SUCCESS", owed, str(holder.user_id))
    assert again.json() == shown
    transfer = Transfer.objects.get(purpose="INSURANCE_PREMIUM")
    assert shown["wallet_txn_data"] == f"success:{transfer.pk}"
    assert transfer.contra.code == f"insurer_payable:{policy.provider_id}"
    assert holder.pools() == (10_000_000 - owed, 0)
    policy.refresh_from_db()
    assert policy.premium_status == "PAID"
    assert PremiumPayment.objects.get().order_id == shown["order_number"]
    assert order(policy.pk, key="other").json()["error"] == "CONFLICT"  # nothing is owed any more
    assert sync(shown["id"]) == shown
    assert broken_invariants() == {}


def test_an_empty_wallet_fails_the_order_and_sync_pays_it_once_there_is_money() -> None:
    policy, holder = insured(own=0)
    owed = policy.premium_owed.paise

    failed = order(policy.pk).json()
    adjust(holder, owed)
    paid = sync(failed["id"])

    assert (failed["status"], failed["wallet_txn_data"], failed["refusal"]) == ("FAILED", "failed", "InsufficientBalance")
    assert (paid["status"], paid["refusal"]) == ("SUCCESS", "")
    assert holder.pools() == (0, 0)


def test_a_premium_paid_otherwise_meanwhile_takes_nothing_from_the_wallet() -> None:
    policy, holder = insured(own=0)
    failed = order(policy.pk).json()
    premiums.receive(policy.pk, order_id="GATEWAYORDER", amount=policy.premium_owed, now=NOW)
    adjust(holder, 10_000_000)

    again = sync(failed["id"])

    assert (again["status"], again["refusal"]) == ("FAILED", "Conflict")
    assert holder.pools() == (10_000_000, 0)


def test_a_policy_that_is_over_is_not_paid() -> None:
    policy, _ = insured(own=10_000_000)
    Policy.objects.filter(pk=policy.pk).update(status="rejected")

    assert order(policy.pk).json()["error"] == "CONFLICT"
    assert not ProviderOrder.objects.exists()


@pytest.mark.parametrize("name", ["insurance_policy:x", "car:00000000-0000-7000-8000-000000000001", "", "insurance_policy"])
def test_odd_names(name: str) -> None:
    answer = staff_client("ops").post("/benefit_provider_orders", {"benefit_entity_id": name}, format="json")

    assert answer.json()["error"] in {"SPE-1408", "VALIDATION_ERROR"}
    assert order(uuid7()).json()["error"] == "SPE-1408"


def test_lists_and_permissions() -> None:
    policy, _ = insured(own=0)
    made = order(policy.pk).json()
    listed = staff_client("finance")

    assert listed.get(f"/benefit_provider_orders/{made['id']}").json()["status"] == "FAILED"
    assert listed.get("/benefit_provider_orders", {"provider_id": str(policy.provider_id)}).json()["total"] == 1
    assert listed.get("/benefit_provider_orders", {"benefit_entity_id": made["benefit_entity_id"]}).json()["total"] == 1
    assert listed.get("/benefit_provider_orders", {"provider_id": str(uuid7())}).json()["total"] == 0
    assert listed.get(f"/benefit_provider_orders/{uuid7()}").status_code == 404
    assert staff_client("support").get("/benefit_provider_orders").status_code == 403


def test_a_sponsor_gives_to_the_holder_of_a_policy() -> None:
    policy, holder = insured(own=0)
    sponsor = make_sponsor(pot=1_000)
    path, body = f"/sponsors/{sponsor.pk}/contribute", {"amount": 400, "insurance_policy_id": str(policy.pk)}

    given = [staff_client("ops").post(path, body, format="json", headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert given[0].status_code == 201
    assert given[0].json() == given[1].json()
    assert (given[0].json()["user_id"], given[0].json()["status"]) == (str(holder.user_id), "SUCCESS")
    assert (holder.pools(), pot_of(sponsor)) == ((0, 400), 600)
    assert Transfer.objects.get(purpose="CONTRIBUTION").others_amount == Money(400)
