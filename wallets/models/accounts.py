"""Accounts outside the ledger: the bank account a holder withdraws to, a sponsor's account at the issuer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aarokya.common.crypto import EncryptedTextField
from aarokya.common.models import Record


class AccountType(models.TextChoices):
    SAVINGS = "SAVINGS", "Savings account at a bank"
    HSA = "HSA", "Health savings account"
    EDUCATION = "EDUCATION", "Education account"
    SPONSOR = "SPONSOR", "A sponsor's account"


class HolderKind(models.TextChoices):
    USER = "user", "User"
    SPONSOR = "sponsor", "Sponsor"


# Which holder may have which account.
LEGAL: dict[str, frozenset[str]] = {
    HolderKind.USER: frozenset({AccountType.SAVINGS, AccountType.HSA, AccountType.EDUCATION}),
    HolderKind.SPONSOR: frozenset({AccountType.SAVINGS, AccountType.SPONSOR}),
}


class AccountStatus(models.TextChoices):
    PENDING = "PENDING", "Not verified"
    ACTIVE = "ACTIVE", "Active"
    INACTIVE = "INACTIVE", "Inactive"


class Account(Record):
    """A reference to an account somewhere else. Rows stay: a withdrawal names the one that it went to."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        AccountStatus.PENDING: {AccountStatus.ACTIVE, AccountStatus.INACTIVE},
        AccountStatus.ACTIVE: {AccountStatus.INACTIVE},
        AccountStatus.INACTIVE: {AccountStatus.ACTIVE},
    }

    holder = models.CharField(max_length=60)  # user:<id> or sponsor:<id>
    account_type = models.CharField(max_length=9, choices=AccountType.choices)
    account_details = models.JSONField(default=dict)  # SAVINGS: {ifsc_code}
    external_account_id = EncryptedTextField()  # the bank's number, the issuer's id
    external_index = models.CharField(max_length=64, editable=False)  # finds the same number again
    status = models.CharField(max_length=8, choices=AccountStatus.choices, default=AccountStatus.PENDING)

    class Meta:
        db_table = "wallets_account"
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "account_type", "external_index"],
                name="account_once",
                condition=~Q(status=AccountStatus.INACTIVE),
            ),
            models.CheckConstraint(condition=Q(holder__regex=r"^(user|sponsor):[0-9a-f-]{36}$"), name="account_holder"),
        ]
        indexes = [models.Index(fields=["holder", "id"], name="account_of_holder")]

    def __str__(self) -> str:
        return f"{self.account_type} of {self.holder}"
