"""Accounts at banks and issuers that people and sponsors refer to."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from aarokya.common import audit
from aarokya.common.crypto import blind_index
from aarokya.common.state import move
from wallets import selectors
from wallets.errors import AccountExists, AccountRefused, IllegalAccount
from wallets.models import LEGAL, Account, AccountStatus, AccountType, HolderKind

ACCOUNT_NUMBER = "wallets.account.external_account_id"
IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}", re.ASCII)
BANK_ACCOUNT = re.compile(r"\d{9,18}", re.ASCII)


@transaction.atomic
def add(
    *,
    account_id: UUID,
    holder_kind: HolderKind,
    holder_id: UUID,
    account_type: AccountType,
    details: dict[str, Any],
    external_account_id: str,
    actor: str,
    now: datetime,
) -> Account:
    """Keep a reference to an account, PENDING until staff have verified it. IllegalAccount, AccountRefused, AccountExists."""
    refuse_illegal(holder_kind, account_type)
    refuse_wrong(account_type, details, external_account_id)
    try:
        with transaction.atomic():
            account = Account.objects.create(
                pk=account_id,
                holder=f"{holder_kind.value}:{holder_id}",
                account_type=account_type,
                account_details=details,
                external_account_id=external_account_id,
                external_index=blind_index(external_account_id, context=ACCOUNT_NUMBER),
            )
    except IntegrityError as error:
        raise AccountExists from error
    audit.record(actor=actor, action="account.added", obj=account, after={"account_type": account_type.value}, now=now)
    return account


def refuse_illegal(holder_kind: HolderKind, account_type: AccountType) -> None:
    if account_type not in LEGAL[holder_kind]:
        raise IllegalAccount(f"A {holder_kind.value} has no {account_type.value} account")


def refuse_wrong(account_type: AccountType, details: dict[str, Any], external_account_id: str) -> None:
    """A savings account is named by its bank's branch and a number; the other types carry nothing."""
    if account_type != AccountType.SAVINGS:
        if details:
            raise AccountRefused(f"account_details: a {account_type.value} account carries none")
        return
    if set(details) != {"ifsc_code"} or not isinstance(details["ifsc_code"], str) or not IFSC.fullmatch(details["ifsc_code"]):
        raise AccountRefused("account_details.ifsc_code: must be a branch code such as HDFC0001234")
    if not BANK_ACCOUNT.fullmatch(external_account_id):
        raise AccountRefused("external_account_id: a bank account has 9 to 18 digits")


@transaction.atomic
def change(*, account_id: UUID, fields: dict[str, Any], actor: str, now: datetime) -> Account:
    """Verify, withdraw or correct an account. `fields`: status, external_account_id, account_details. AccountNotFound."""
    account = selectors.account(account_id)
    before = {"status": account.status}
    details = fields.get("account_details", account.account_details)
    number = str(fields.get("external_account_id", account.external_account_id))
    refuse_wrong(AccountType(account.account_type), details, number)
    index = blind_index(number, context=ACCOUNT_NUMBER)
    values = {"account_details": details, "external_account_id": number, "external_index": index}
    try:
        with transaction.atomic():
            write(account, fields.get("status", account.status), values)
    except IntegrityError as error:
        raise AccountExists from error
    after = {"status": account.status, "changed": sorted(fields)}
    audit.record(actor=actor, action="account.changed", obj=account, before=before, after=after, now=now)
    return account


def write(account: Account, status: AccountStatus, values: dict[str, Any]) -> None:
    if status != account.status:
        move(account, status, **values)
        return
    Account.objects.filter(pk=account.pk).update(**values)
    for name, value in values.items():
        setattr(account, name, value)


def close(*, account_id: UUID, actor: str, now: datetime) -> Account:
    """Withdraw an account; the row stays. AccountNotFound."""
    return change(account_id=account_id, fields={"status": AccountStatus.INACTIVE}, actor=actor, now=now)
