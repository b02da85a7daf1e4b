"""Wallets with money in them, made through the services; threads that share nothing but the database."""

import itertools
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import connection
from django.utils.text import slugify
from rest_framework.test import APIClient

from aarokya.common.api.principals import Customer, StaffMember
from aarokya.common.errors import DomainError
from aarokya.common.ids import effect_id, uuid7
from aarokya.common.money import Money
from accounts.models import Staff, User
from wallets import services
from wallets.models import IssuerStatus, Pot, ProvisioningStatus, Sponsor, SponsorKind, Tier, Wallet
from wallets.services import ContraRef, Posted, opening, sponsors, verification

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
PHONES = itertools.count(7_000_000_000)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Holder:
    user_id: UUID
    wallet_id: UUID

    def wallet(self) -> Wallet:
        return Wallet.objects.get(pk=self.wallet_id)

    def pools(self) -> tuple[int, int]:
        """Own and others' money, in paise."""
        wallet = self.wallet()
        return wallet.own_balance.paise, wallet.others_balance.paise

    def held(self) -> tuple[int, int]:
        wallet = self.wallet()
        return wallet.own_held.paise, wallet.others_held.paise


def make_user() -> User:
    return User.objects.create(phone=f"+91{next(PHONES)}")


def make_holder(*, own: int = 0, others: int = 0, tier: Tier = Tier.FULL_KYC) -> Holder:
    """A user whose wallet holds `own` and `others` paise."""
    user = make_user()
    opening.open_wallet(user_id=user.pk, now=NOW)
    holder = Holder(user.pk, Wallet.objects.of(user.pk).get().pk)
    if tier != Tier.SMALL:
        services.set_tier(wallet_id=holder.wallet_id, tier=tier, actor="system:test", reason="test", now=NOW)
    if own:
        adjust(holder, own)
    if others:
        contribute(holder, others)
    return holder


def adjust(holder: Holder, amount: int, *, key: str = "") -> Posted:
    """Own money from suspense: a top-up without the gateway's order that belongs to one."""
    return services.credit(
        user_id=holder.user_id,
        source=services.contra("suspense", "tests", name="Tests"),
        amount=Money(amount),
        purpose="ADJUSTMENT",
        business_key=key or f"test:{uuid7()}",
        reference_type="TEST",
        reference_id="test",
        now=NOW,
    )


def make_sponsor(*, pot: int = 0, name: str = "Acme Logistics") -> Sponsor:
    """An active sponsor with `pot` paise; the same one for the same name."""
    sponsor_id = effect_id(f"test:sponsor:{name}")
    sponsor = Sponsor.objects.filter(pk=sponsor_id).first()
    if sponsor is None:
        fields = {"kind": SponsorKind.ORGANISATION, "name": name, "slug": slugify(name), "details": {"phone": "+919876543210"}}
        made = sponsors.insert(sponsor_id, fields, actor="system:test", now=NOW)
        sponsor = sponsors.activate(made, f"wlm_{name}", actor="system:test", now=NOW)
    if pot:
        deposit(sponsor, pot)
    return sponsor


def deposit(sponsor: Sponsor, amount: int, *, gateway_ref: str = "") -> None:
    sponsors.deposit(
        sponsor_id=sponsor.pk, deposit_id=uuid7(), amount=Money(amount), gateway_ref=gateway_ref, actor="system:test", now=NOW
    )


def pot_of(sponsor: Sponsor) -> int:
    """What is left, in paise."""
    return Pot.objects.get(contra=sponsor.contra_id).balance.paise


def contribute(holder: Holder, amount: int, *, key: str = "") -> Posted:
    """Others' money, paid in by a sponsor for the purpose."""
    sponsor = make_sponsor(pot=amount)
    return services.contribute(
        sponsor_id=sponsor.pk, user_id=holder.user_id, amount=Money(amount), reference=key or f"test:{uuid7()}", now=NOW
    )


def pay(
    holder: Holder, amount: int, *, key: str = "", payee: ContraRef | None = None, purpose: str = "HOSPITAL", note: str = ""
) -> Posted:
    return services.pay(
        user_id=holder.user_id,
        payee=payee or hospital(),
        amount=Money(amount),
        purpose=purpose,
        business_key=key or f"test:{uuid7()}",
        reference_type="TEST",
        reference_id="bill",
        now=NOW,
        note=note,
    )


def refund(transfer_id: UUID, amount: int, *, key: str = "") -> Posted:
    return services.refund(transfer_id=transfer_id, amount=Money(amount), business_key=key or f"test:{uuid7()}", now=NOW)


def hospital() -> ContraRef:
    return merchant(2, "8062", "City Hospital")


def grocer() -> ContraRef:
    return merchant(3, "5411", "Corner Grocer")


def merchant(number: int, category: str, name: str) -> ContraRef:
    return services.register_payee(payee_id=UUID(int=number), name=name, city="Bengaluru", merchant_category=category)


def broken_invariants() -> dict[str, tuple[verification.Difference, ...]]:
    """Every invariant that does not hold, with its differences. Mirroring is not under test where this is asked."""
    return {finding.code: finding.differences for finding in verification.verify(now=NOW) if finding.count}


def outcome_of(work: Callable[[], object]) -> str:
    """The name of the refusal, or "done"."""
    try:
        work()
    except DomainError as refused:
        return type(refused).__name__
    return "done"


def together(works: Sequence[Callable[[], Result]], *, threads: int) -> list[Result]:
    """Run all works on `threads` threads that start at the same moment, each on a connection of its own."""
    start = threading.Barrier(threads)

    def share(number: int) -> list[Result]:
        try:
            start.wait()
            return [work() for work in works[number::threads]]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return [result for results in pool.map(share, range(threads)) for result in results]


def client_of(user_id: UUID) -> APIClient:
    """A client that is this customer; tokens themselves are tested where they are made."""
    client = APIClient()
    client.force_authenticate(cast("Any", Customer(user_id=user_id, session_id=uuid7(), status="ACTIVE")))
    return client


def provisioned(*, own: int = 0, others: int = 0) -> tuple[Holder, str, APIClient]:
    """A holder whose wallet the issuer knows, its id there, and their client."""
    holder = make_holder(own=own, others=others)
    issuer_id = f"wlm_{holder.wallet_id.hex[:20]}"
    Wallet.objects.filter(pk=holder.wallet_id).update(
        status=ProvisioningStatus.COMPLETED, transcorp_wallet_id=issuer_id, issuer_status=IssuerStatus.ACTIVE
    )
    return holder, issuer_id, client_of(holder.user_id)


def staff_client(*groups: str, name: str = "fatima") -> APIClient:
    """A client that is this member of staff, who exists: what a role may approve is asked of the database."""
    client = APIClient()
    person, _ = Staff.objects.get_or_create(username=name, defaults={"is_staff": True})
    person.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    member = StaffMember(staff_id=1, username=name, groups=frozenset(groups), is_superuser=False)
    client.force_authenticate(cast("Any", member))
    return client
