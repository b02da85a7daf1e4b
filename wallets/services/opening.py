"""Opening a wallet: a row at once, then the issuer's customer and wallet in steps that survive a crash between any two.

Each step is: read → call → write. The operation ids come from the wallet's id, so a repeated call finds what the first
one made; `next_attempt_at` is a lease while somebody works, so what a crash left behind is taken up when it passes.
"""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from aarokya.common import audit, failpoints, outbox
from aarokya.common.clients.http import PartnerError
from aarokya.common.errors import InvalidTransition, NotFound
from aarokya.common.ids import effect_id, uuid7
from aarokya.common.logging import clean_text
from aarokya.common.state import move
from wallets.gateways.base import Issuer, IssuerCustomer
from wallets.models import HEALTH, IssuerStatus, ProvisioningStatus, Wallet

ATTEMPTS_MAX = 5
BACKOFF_FIRST_S = 3.0
LEASE = timedelta(seconds=60)  # two calls of at most 8 s each, with room
SWEEP_MAX = 100
PICKED_UP: dict[str, ProvisioningStatus] = {
    ProvisioningStatus.CREATED: ProvisioningStatus.PENDING,
    ProvisioningStatus.RETRYING: ProvisioningStatus.IN_PROGRESS,
}
logger = structlog.get_logger(__name__)


def open_wallet(*, user_id: UUID, now: datetime) -> bool:
    """Give the user an empty health wallet; False when there is one already. Its provisioning is somebody else's event."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT opened FROM ledger_open_wallet(%s, %s, %s, %s)", [uuid7(), user_id, HEALTH, now])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def create(*, user_id: UUID, now: datetime) -> bool:
    """Open the user's wallet on request and have it provisioned; False when there is one already."""
    opened = open_wallet(user_id=user_id, now=now)
    if opened:
        ask_for_attempt(Wallet.objects.of(user_id).get(), at=now, now=now)
    return opened


def provision(*, wallet_id: UUID, issuer: Issuer, now: datetime) -> None:
    """Make one attempt to open the wallet at the issuer, if one is due. A failure is stored with the time of the next try."""
    wallet = begin(wallet_id, now=now)
    if wallet is None:
        return
    try:
        register_customer(wallet, issuer, now=now)
        open_at_issuer(wallet, issuer, now=now)
    except PartnerError as error:
        postpone(wallet, error, now=now)


@transaction.atomic
def begin(wallet_id: UUID, *, now: datetime) -> Wallet | None:
    """Take the wallet under a lease and count the attempt; None when nothing is due or somebody else has it."""
    due = (
        Wallet.objects.provisioning_due(now).select_related("user").select_for_update(skip_locked=True, no_key=True, of=("self",))
    )
    wallet = due.filter(pk=wallet_id).first()
    if wallet is None:
        return None
    if wallet.attempts >= ATTEMPTS_MAX:  # every attempt died half-way
        move(wallet, ProvisioningStatus.FAILED, next_attempt_at=None, last_error=wallet.last_error or "interrupted each time")
        return None
    write(wallet, PICKED_UP.get(wallet.status, wallet.status), attempts=wallet.attempts + 1, next_attempt_at=now + LEASE)
    return wallet


def register_customer(wallet: Wallet, issuer: Issuer, *, now: datetime) -> None:
    """Make the issuer's customer unless an earlier attempt did."""
    if wallet.issuer_customer_id:
        return
    user = wallet.user
    person = IssuerCustomer(str(user.pk), user.phone, user.first_name, user.last_name)
    customer_id = issuer.create_customer(operation_id=effect_id(f"issuer:customer:{wallet.pk}"), customer=person)
    failpoints.reach("customer.opened")
    write(wallet, ProvisioningStatus.IN_PROGRESS, issuer_customer_id=customer_id, last_modified_at=now)


def open_at_issuer(wallet: Wallet, issuer: Issuer, *, now: datetime) -> None:
    """Make the issuer's wallet and store its id."""
    opened = issuer.create_wallet(operation_id=effect_id(f"issuer:wallet:{wallet.pk}"), customer_id=wallet.issuer_customer_id)
    failpoints.reach("wallet.opened")
    write(
        wallet,
        ProvisioningStatus.COMPLETED,
        transcorp_wallet_id=opened.wallet_id,
        issuer_status=issuer_status_of(opened.status),
        next_attempt_at=None,
        last_error="",
        last_modified_at=now,
    )


@transaction.atomic
def postpone(wallet: Wallet, error: PartnerError, *, now: datetime) -> None:
    """Store the failure and the time of the next try; after the last one the wallet waits for a person."""
    reason = clean_text(str(error))[:500]
    if wallet.attempts >= ATTEMPTS_MAX:
        logger.error("wallet.provisioning_failed", wallet_id=str(wallet.pk), reason=reason)
        move(wallet, ProvisioningStatus.FAILED, next_attempt_at=None, last_error=reason)
        return
    at = now + timedelta(seconds=backoff_s(wallet.attempts))
    move(wallet, ProvisioningStatus.RETRYING, next_attempt_at=at, last_error=reason)
    ask_for_attempt(wallet, at=at, now=now)


@transaction.atomic
def retry(*, wallet_id: UUID, actor: str, reason: str, now: datetime) -> None:
    """Give a failed wallet five more attempts, at once. NotFound; InvalidTransition unless it has failed."""
    wallet = Wallet.objects.filter(pk=wallet_id).first()
    if wallet is None:
        raise NotFound
    before = {"status": wallet.status, "attempts": wallet.attempts, "last_error": wallet.last_error}
    if wallet.status != ProvisioningStatus.FAILED:
        raise InvalidTransition("Only a wallet that has FAILED is tried again")
    move(wallet, ProvisioningStatus.RETRYING, attempts=0, next_attempt_at=now)
    audit.record(
        actor=actor,
        action="wallet.provisioning_retried",
        obj=wallet,
        before=before,
        after={"status": "RETRYING"},
        reason=reason,
        now=now,
    )
    ask_for_attempt(wallet, at=now, now=now)


def due(*, now: datetime, limit: int = SWEEP_MAX) -> list[UUID]:
    """Ids of wallets whose attempt is due, the longest waiting first."""
    rows = Wallet.objects.provisioning_due(now).order_by("next_attempt_at", "id")
    return list(rows.values_list("id", flat=True)[:limit])


def write(wallet: Wallet, to: str, **fields: Any) -> None:
    """Move the wallet to `to`, or write the fields alone when it is there already."""
    if wallet.status != to:
        move(wallet, to, **fields)
        return
    Wallet.objects.filter(pk=wallet.pk, status=to).update(**fields)
    for name, value in fields.items():
        setattr(wallet, name, value)


def ask_for_attempt(wallet: Wallet, *, at: datetime, now: datetime) -> None:
    payload = {"wallet_id": str(wallet.pk)}
    outbox.emit("wallet.provisioning_due", key=f"wallet:{wallet.pk}", payload=payload, not_before=at, now=now)


def backoff_s(attempts: int) -> float:
    """Seconds to wait after the n-th failure: 3, 6, 12, 24, each ±25 %."""
    pause: float = BACKOFF_FIRST_S * 2 ** (attempts - 1)
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 (spreads retries; guards nothing)


def issuer_status_of(word: str) -> IssuerStatus:
    return IssuerStatus(word) if word in IssuerStatus.values else IssuerStatus.UNKNOWN
