"""The wallet: one row that is both the ledger's account and the record of its opening at the issuer."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from aarokya.common.money import Money, MoneyField
from wallets.models.reference import Tier

HEALTH = "HEALTH"


class ProvisioningStatus(models.TextChoices):
    """How far the opening at the issuer is."""

    CREATED = "CREATED", "Created"
    PENDING = "PENDING", "Picked up"
    IN_PROGRESS = "IN_PROGRESS", "Customer exists at the issuer"
    COMPLETED = "COMPLETED", "Wallet exists at the issuer"
    RETRYING = "RETRYING", "Waiting for another try"
    FAILED = "FAILED", "Given up; a person has to look"


class IssuerStatus(models.TextChoices):
    """What the issuer says about its wallet."""

    UNKNOWN = "UNKNOWN", "Unknown"
    ACTIVE = "ACTIVE", "Active"
    BLOCKED = "BLOCKED", "Blocked"


class Standing(models.TextChoices):
    """Whether the ledger moves this wallet's money."""

    OPEN = "OPEN", "Open"
    FROZEN = "FROZEN", "Frozen"
    CLOSED = "CLOSED", "Closed"


class WalletQuerySet(models.QuerySet["Wallet"]):
    def of(self, user_id: UUID, kind: str = HEALTH) -> Self:
        return self.filter(user_id=user_id, kind_id=kind)

    def provisioning_due(self, now: datetime) -> Self:
        """Wallets still to be opened at the issuer whose time has come and whom nobody is working on."""
        return self.filter(status__in=PROVISIONING_OPEN).filter(Q(next_attempt_at=None) | Q(next_attempt_at__lte=now))


class Wallet(Record):
    """One user's wallet of one kind.

    The application's database role may write the provisioning columns only. Balances, holds, head-room, limits and
    standing move inside the ledger's SQL functions, which lock this row: it is the only lock a movement takes. What must hold
    for a row is one CHECK, the SQL function `wallet_is_sound`.
    """

    MOVES: ClassVar[dict[str, set[str]]] = {
        ProvisioningStatus.CREATED: {ProvisioningStatus.PENDING},
        ProvisioningStatus.PENDING: {ProvisioningStatus.IN_PROGRESS, ProvisioningStatus.RETRYING, ProvisioningStatus.FAILED},
        ProvisioningStatus.IN_PROGRESS: {ProvisioningStatus.COMPLETED, ProvisioningStatus.RETRYING, ProvisioningStatus.FAILED},
        ProvisioningStatus.RETRYING: {ProvisioningStatus.IN_PROGRESS, ProvisioningStatus.RETRYING, ProvisioningStatus.FAILED},
        ProvisioningStatus.FAILED: {ProvisioningStatus.RETRYING},
        ProvisioningStatus.COMPLETED: set(),
    }

    # No index of their own: the constraint below has one that begins with the user, and the kinds are few.
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="wallets", db_index=False)
    kind = models.ForeignKey("wallets.WalletKind", models.PROTECT, default=HEALTH, db_index=False)

    status = models.CharField(max_length=12, choices=ProvisioningStatus.choices, default=ProvisioningStatus.CREATED)
    issuer_status = models.CharField(max_length=8, choices=IssuerStatus.choices, default=IssuerStatus.UNKNOWN)
    issuer_customer_id = models.CharField(max_length=80, blank=True)
    transcorp_wallet_id = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 (unique: none is not "")
    attempts = models.SmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)  # also the lease: a crashed attempt is taken up when it passes
    last_error = models.TextField(blank=True)

    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.OPEN)
    tier = models.CharField(max_length=12, choices=Tier.choices, default=Tier.SMALL)
    own_balance = MoneyField(default=0)
    others_balance = MoneyField(default=0)
    own_held = MoneyField(default=0)
    others_held = MoneyField(default=0)
    incoming_reserved = MoneyField(default=0)  # head-room promised to top-ups under way
    cap = MoneyField(default=0)  # the balance limit in force when money last came in or was promised
    entries = models.BigIntegerField(default=0)  # the number of the newest entry

    objects = WalletQuerySet.as_manager()

    class Meta:
        db_table = "wallets_wallet"
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="wallet_one_of_a_kind")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="wallet_provisioning_open",
                condition=~Q(status__in=[ProvisioningStatus.COMPLETED, ProvisioningStatus.FAILED]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} wallet {self.id}"

    @property
    def balance(self) -> Money:
        return self.own_balance + self.others_balance

    @property
    def available(self) -> Money:
        return self.balance - self.own_held - self.others_held


PROVISIONING_OPEN = (
    ProvisioningStatus.CREATED,
    ProvisioningStatus.PENDING,
    ProvisioningStatus.IN_PROGRESS,
    ProvisioningStatus.RETRYING,
)
