"""Money paths beside payments, each in a process of its own that ends at a failpoint, and what must be true after the repeat."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from django.conf import LazySettings

from aarokya.common import clock
from aarokya.common.ids import uuid7
from doctor.tests.builders import Clinic, Talker, deliver
from insurance import gateways
from insurance.models import Claim, ClaimDocumentKind, Policy
from insurance.services import claims, forwarding, lifecycle, purchases
from insurance.tests import builders as insured
from insurance.tests.test_claims import PDF
from payments.gateways import gateway
from payments.models import Mandate
from payments.services.mandates import debiting, planning
from payments.tests import books
from payments.tests.builders import Bank, make_customer
from payments.tests.mandates import Autopay
from payments.tests.premiums import PURPOSE
from tests import database
from tests.dying import dies
from wallets.gateways import issuer
from wallets.models import ProvisioningStatus, Transfer, Wallet, Withdrawal
from wallets.services import batches, opening
from wallets.tests import builders as held
from wallets.tests import test_withdrawals as bank_accounts

Die = Callable[[Callable[[], object]], None]
MONEY = 100_000


def provisioning(die: Die, clinic: Clinic) -> None:
    user, now = held.make_user(), clock.now()
    opening.open_wallet(user_id=user.pk, now=now)
    wallet = Wallet.objects.of(user.pk).get()

    die(lambda: opening.provision(wallet_id=wallet.pk, issuer=issuer(), now=now))
    opening.provision(wallet_id=wallet.pk, issuer=issuer(), now=now + timedelta(minutes=2))

    books = clinic.control("GET", "books")["issuer"]
    wallet.refresh_from_db()
    assert (wallet.status, books["customers"]) == (ProvisioningStatus.COMPLETED, 1)
    assert list(books["wallets"]) == [wallet.transcorp_wallet_id]


def contributions(die: Die, clinic: Clinic) -> None:
    sponsor, holders = held.make_sponsor(pot=1_000), [held.make_holder() for _ in range(3)]
    rows = [{"user_id": str(holder.user_id), "amount": 100, "reference": f"{holder.user_id}"} for holder in holders]
    body = {"sponsor_id": str(sponsor.pk), "rows": rows, "note": "November"}
    batch_id = UUID(held.staff_client("ops").post("/contributions/bulk", body, format="json").json()["id"])

    die(lambda: batches.give_chunk(batch_id=batch_id, now=clock.now()))
    assert [holder.pools() for holder in holders] == [(0, 0)] * 3
    while batches.give_chunk(batch_id=batch_id, now=clock.now()):
        pass

    assert ([holder.pools() for holder in holders], held.pot_of(sponsor)) == ([(0, 100)] * 3, 700)
    assert held.broken_invariants() == {}


def claim(die: Die, clinic: Clinic) -> None:
    submitted, now = a_submitted_claim(), clock.now()
    forward = {"gateway": gateways.claims(), "store": gateways.store(), "now": now}

    die(lambda: forwarding.forward(submitted.pk, gateway=gateways.claims(), store=gateways.store(), now=now))
    for _ in range(2):
        forwarding.forward(submitted.pk, **forward)  # type: ignore[arg-type]

    [there] = clinic.control("GET", "claims")
    submitted.refresh_from_db()
    assert (there["claim_id"], there["documents"]) == (submitted.external_claim_id, 1)


def a_submitted_claim() -> Claim:
    """Of an active policy, with one document."""
    user, now = insured.make_user(), clock.now()
    policy = insured.make_policy(user)
    lifecycle.activate(policy, external_policy_id="NH-1", start_date=date(2026, 1, 1), actor="staff:x", now=now)
    incident = {
        "incident_date": f"{now.date() - timedelta(days=5)}",
        "hospital_name": "Narayana",
        "description": "Fell",
        "amount": 5_000,
    }
    path = f"/users/{user.pk}/insurance_policies/{policy.pk}/claims"
    found = Claim.objects.get(pk=insured.client_of(user).post(path, incident, format="json").json()["id"])
    document: dict[str, Any] = {"kind": ClaimDocumentKind.BILL, "name": "bill.pdf", "content": PDF, "store": gateways.store()}
    claims.add_document(found, **document, actor=f"user:{user.pk}", now=now)
    claims.submit(found, actor=f"user:{user.pk}", now=now)
    return found


def consultation(die: Die, clinic: Clinic) -> None:
    talker = Talker.new(money=MONEY)
    talker.tell()

    die(talker.submit)
    talker.submitted()
    deliver()

    fees = Transfer.objects.filter(reference_type="DOCTOR_SESSION", reference_id=talker.session_id)
    assert (len(clinic.consultations()), fees.count()) == (1, 1)
    assert talker.see()["status"] == "LOCKED"


def withdrawal(die: Die, clinic: Clinic) -> None:
    holder = held.make_holder(own=5_000)
    body = {"account_id": bank_accounts.verified(holder), "amount": 4_000}
    headers = {"Idempotency-Key": str(uuid7())}

    def ask() -> Any:
        return held.client_of(holder.user_id).post("/wallet/withdrawals", body, format="json", headers=headers)

    die(ask)
    again = ask()

    assert (again.status_code, holder.held(), Withdrawal.objects.count()) == (201, (4_000, 0), 1)
    assert held.broken_invariants() == {}


def purchase(die: Die, clinic: Clinic) -> None:
    user, benefit = insured.make_user(), insured.make_benefit()
    application = purchases.Application(user_id=user.pk, benefit_id=benefit.pk, dependant_ids=[])

    def buy() -> Policy:
        return purchases.buy(application, gateway=gateways.narayana(), actor=f"user:{user.pk}", now=clock.now())

    die(buy)
    policy = buy()

    assert (Policy.objects.get().pk, clinic.control("GET", "books")["patients"]) == (policy.pk, 1)


def registration(die: Die, clinic: Clinic) -> None:
    autopay = a_policy_paid_daily(clinic)

    die(autopay.register)
    registered = autopay.register()
    autopay.agree()

    assert (registered.status_code, autopay.mandate.status, Mandate.objects.count()) == (201, "ACTIVE", 1)
    assert len(clinic.control("GET", "books")["orders"]) == 1


def pause(die: Die, clinic: Clinic) -> None:
    autopay = a_policy_paid_daily(clinic)
    autopay.start()

    die(lambda: autopay.post("pause"))
    paused = autopay.post("pause")

    assert (paused.json()["mandate_status"], autopay.at_bank()) == ("PAUSED", "PAUSED")


def debit(die: Die, clinic: Clinic) -> None:
    autopay = a_policy_paid_daily(clinic)
    autopay.start()
    due_at = autopay.mandate.next_plan_at
    assert due_at is not None
    autopay.move_to(due_at)
    planning.plan_due(now=due_at)
    execution = autopay.execution

    die(lambda: debiting.step(execution_id=execution.pk, gateway=gateway(), now=due_at))
    autopay.work(due_at + timedelta(minutes=6))

    asked = autopay.execution_of(execution)
    assert (asked.status, len(clinic.control("GET", "books")["orders"])) == ("PENDING", 2)
    assert len(clinic.calls("juspay", "txn")) <= 2  # the second one under the same id


def a_policy_paid_daily(clinic: Clinic) -> Autopay:
    PURPOSE.clear()
    return Autopay.of(Bank(clinic.http), make_customer(), PURPOSE)


SCENARIOS: dict[str, Callable[[Die, Clinic], None]] = {
    "customer.opened": provisioning,
    "wallet.opened": provisioning,
    "chunk.given": contributions,
    "patient.intended": purchase,
    "patient.registered": purchase,
    "claim.submitted": claim,
    "consultation.sealed": consultation,
    "consultation.asked": consultation,
    "mandate.written": registration,
    "mandate.commanded": pause,
    "debit.told": debit,
    "debit.ordered": debit,
    "debit.asked": debit,
    "answer.kept": withdrawal,
    "answer.committed": withdrawal,
}


def run(point: str, *, sandbox_url: str, settings: LazySettings, folder: Path) -> None:
    """Let a process die at this point of its scenario, and judge what came of it."""
    settings.FAILPOINTS = str(folder)
    settings.STORAGE_DIR = folder / "files"
    settings.IDEMPOTENCY_LEASE_S = 0

    def die(work: Callable[[], object]) -> None:
        assert dies(work, point, failpoints=folder), f"nobody came by {point}"

    with database.superuser(settings.DATABASES["default"]["NAME"]) as server:
        server.execute("SELECT testing.reset()")  # the scenario before was another world
    with httpx2.Client(base_url=sandbox_url, timeout=30, trust_env=False) as http:
        clinic = Clinic(http)
        clinic.control("POST", "reset")
        SCENARIOS[point](die, clinic)
        books.judge(Bank(http).all_orders())
