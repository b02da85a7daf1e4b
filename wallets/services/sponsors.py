"""Sponsors: registered first, then given an account at the issuer, then usable. Each step may fail and be taken up again.

1. The row, PENDING: its unique name and slug are the gate. 2. The account at the issuer, outside any transaction, under
operation ids made of the row's id: a repeat finds the first one. 3. One transaction: account row, pot, ACTIVE.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, connection, transaction

from aarokya.common import audit
from aarokya.common.clients.http import PartnerError
from aarokya.common.crypto import blind_index
from aarokya.common.errors import Detail
from aarokya.common.ids import effect_id
from aarokya.common.money import Money
from aarokya.common.state import move
from wallets import selectors
from wallets.errors import (
    DepositTaken,
    SponsorAccountFailed,
    SponsorExists,
    SponsorNotActive,
    SponsorTransition,
    error_of,
)
from wallets.gateways.base import Issuer, IssuerCustomer
from wallets.models import Account, AccountStatus, AccountType, PotEntry, Sponsor, SponsorKind, SponsorStatus
from wallets.services.accounts import contra
from wallets.services.external_accounts import ACCOUNT_NUMBER

logger = structlog.get_logger(__name__)


def register(
    *,
    sponsor_id: UUID,
    kind: SponsorKind,
    name: str,
    slug: str,
    details: dict[str, Any],
    issuer: Issuer,
    actor: str,
    now: datetime,
) -> Sponsor:
    """Register a sponsor and open its account; PENDING is returned when the issuer could not be reached. SponsorExists."""
    known = Sponsor.objects.filter(pk=sponsor_id).first()
    sponsor = known or insert(sponsor_id, {"kind": kind, "name": name, "slug": slug, "details": details}, actor=actor, now=now)
    try:
        return sync(sponsor_id=sponsor.pk, issuer=issuer, actor=actor, now=now)
    except SponsorAccountFailed as failed:
        logger.warning("sponsor.pending", sponsor_id=str(sponsor.pk), reason=failed.text)
        return sponsor


def insert(sponsor_id: UUID, fields: dict[str, Any], *, actor: str, now: datetime) -> Sponsor:
    try:
        with transaction.atomic():
            sponsor = Sponsor.objects.create(pk=sponsor_id, **fields)
            after = {"name": sponsor.name, "kind": sponsor.kind}
            audit.record(actor=actor, action="sponsor.registered", obj=sponsor, after=after, now=now)
            return sponsor
    except IntegrityError as error:
        raise SponsorExists from error


def sync(*, sponsor_id: UUID, issuer: Issuer, actor: str, now: datetime) -> Sponsor:
    """Open or find the issuer's account and activate the sponsor; nothing to do when it is ACTIVE.

    SponsorNotFound, SponsorTransition when it is INACTIVE, SponsorAccountFailed when the issuer does not answer.
    """
    sponsor = selectors.sponsor(sponsor_id)
    if sponsor.status == SponsorStatus.ACTIVE:
        return sponsor
    if sponsor.status == SponsorStatus.INACTIVE:
        raise SponsorTransition
    try:
        account_id = account_at(issuer, sponsor)
    except PartnerError as error:
        raise SponsorAccountFailed(details=(Detail("issuer", "upstream", str(error)[:200]),)) from error
    return activate(sponsor, account_id, actor=actor, now=now)


def account_at(issuer: Issuer, sponsor: Sponsor) -> str:
    holder = IssuerCustomer(str(sponsor.pk), sponsor.details["phone"], sponsor.name)
    customer_id = issuer.create_customer(operation_id=effect_id(f"sponsor:customer:{sponsor.pk}"), customer=holder)
    return issuer.create_wallet(operation_id=effect_id(f"sponsor:wallet:{sponsor.pk}"), customer_id=customer_id).wallet_id


@transaction.atomic
def activate(sponsor: Sponsor, account_id: str, *, actor: str, now: datetime) -> Sponsor:
    """Write the account, open the pot and flip to ACTIVE, together."""
    other = contra("sponsor", sponsor.pk, name=sponsor.name)
    move(sponsor, SponsorStatus.ACTIVE, provider_account_id=account_id, contra_id=other.id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pot_open(%s)", [other.id])
    Account.objects.create(
        holder=f"sponsor:{sponsor.pk}",
        account_type=AccountType.SPONSOR,
        external_account_id=account_id,
        external_index=blind_index(account_id, context=ACCOUNT_NUMBER),
        status=AccountStatus.ACTIVE,
    )
    audit.record(actor=actor, action="sponsor.activated", obj=sponsor, after={"status": sponsor.status}, now=now)
    return sponsor


@transaction.atomic
def change_status(*, sponsor_id: UUID, status: SponsorStatus, actor: str, now: datetime) -> Sponsor:
    """Move a sponsor; ACTIVE is reached by `sync` alone. SponsorNotFound, SponsorTransition."""
    sponsor = selectors.sponsor(sponsor_id)
    before = {"status": sponsor.status}
    if sponsor.status == status:
        return sponsor
    if status == SponsorStatus.ACTIVE or status not in Sponsor.MOVES[sponsor.status]:
        raise SponsorTransition(f"A sponsor does not go from {sponsor.status} to {status.value} this way")
    move(sponsor, status)
    audit.record(
        actor=actor, action="sponsor.status_changed", obj=sponsor, before=before, after={"status": status.value}, now=now
    )
    return sponsor


@transaction.atomic
def deposit(*, sponsor_id: UUID, deposit_id: UUID, amount: Money, gateway_ref: str, actor: str, now: datetime) -> PotEntry:
    """Book money that reached us from the sponsor. SponsorNotActive, DepositTaken when the bank reference was booked before."""
    sponsor = active(sponsor_id)
    values = [deposit_id, sponsor.contra_id, amount.paise, gateway_ref, now]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT outcome FROM pot_deposit(%s, %s, %s, %s, %s)", values)
            [outcome] = cursor.fetchone()
    except IntegrityError as error:
        raise DepositTaken from error
    if outcome != "POSTED":
        raise error_of(outcome)
    after = {"amount": amount.paise, "gateway_ref": gateway_ref}
    audit.record(actor=actor, action="sponsor.deposited", obj=sponsor, after=after, now=now)
    return PotEntry.objects.get(id=deposit_id)


def active(sponsor_id: UUID) -> Sponsor:
    """Return a sponsor that may give. SponsorNotFound, SponsorNotActive."""
    sponsor = selectors.sponsor(sponsor_id)
    if sponsor.status != SponsorStatus.ACTIVE:
        raise SponsorNotActive
    return sponsor
