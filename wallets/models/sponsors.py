"""Who gives money to others' wallets, and the prepaid pot that it comes out of."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from aarokya.common.crypto import EncryptedJSONField
from aarokya.common.models import Record
from aarokya.common.money import MoneyField
from wallets.models.ledger import UNCHECKED, ContraAccount


class SponsorKind(models.TextChoices):
    INDIVIDUAL = "INDIVIDUAL", "Individual"
    ORGANISATION = "ORGANISATION", "Organisation"


class SponsorStatus(models.TextChoices):
    PENDING = "PENDING", "Without an account yet"
    ACTIVE = "ACTIVE", "Active"
    INACTIVE = "INACTIVE", "Inactive"


class Sponsor(Record):
    """An employer, a platform, a trust, a person. PENDING until its account exists; INACTIVE is final."""

    MOVES: ClassVar[dict[str, set[str]]] = {
        SponsorStatus.PENDING: {SponsorStatus.ACTIVE, SponsorStatus.INACTIVE},
        SponsorStatus.ACTIVE: {SponsorStatus.INACTIVE},
        SponsorStatus.INACTIVE: set(),
    }

    kind = models.CharField(max_length=12, choices=SponsorKind.choices)
    name = models.CharField(max_length=255)
    slug = models.CharField(max_length=80)
    details = EncryptedJSONField()  # {phone, email?, registration_number?}
    status = models.CharField(max_length=8, choices=SponsorStatus.choices, default=SponsorStatus.PENDING)
    provider_account_id = models.CharField(max_length=80, blank=True)  # the issuer's account, once it exists
    contra = models.ForeignKey(ContraAccount, models.PROTECT, null=True, related_name="sponsors")

    class Meta:
        db_table = "wallets_sponsor"
        constraints = [
            models.UniqueConstraint(Lower("name"), name="sponsor_name", condition=~Q(status="INACTIVE")),
            models.UniqueConstraint(fields=["slug"], name="sponsor_slug", condition=~Q(status="INACTIVE")),
            models.CheckConstraint(
                condition=~Q(status="ACTIVE") | (~Q(provider_account_id="") & Q(contra__isnull=False)),
                name="sponsor_active_has_pot",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Pot(models.Model):
    """A sponsor's prepaid money. Moved by the ledger's functions and triggers alone; never below zero."""

    contra = models.OneToOneField(ContraAccount, models.DO_NOTHING, primary_key=True, related_name="pot")
    balance = MoneyField(default=0)
    entries = models.PositiveBigIntegerField(default=0)  # the number of the newest entry

    class Meta:
        db_table = "wallets_pot"
        constraints = [models.CheckConstraint(condition=Q(balance__gte=0), name="pot_no_overdraft")]

    def __str__(self) -> str:
        return f"{self.contra_id}: {self.balance}"


class PotEntryKind(models.TextChoices):
    DEPOSIT = "DEPOSIT", "Paid in"
    CONTRIBUTION = "CONTRIBUTION", "Given to a wallet"
    RETURN = "RETURN", "Given back by a wallet"


class PotEntry(models.Model):
    """The n-th movement of a pot: a deposit, or a transfer under the transfer's own id."""

    pk = models.CompositePrimaryKey("contra_id", "number")
    contra = models.ForeignKey(ContraAccount, **UNCHECKED)
    number = models.PositiveBigIntegerField()  # 1, 2, 3 … without gaps
    id = models.UUIDField(unique=True)  # of the deposit or the transfer
    kind = models.CharField(max_length=12, choices=PotEntryKind.choices)
    amount = MoneyField()  # negative when it left the pot
    balance_after = MoneyField()
    reference = models.CharField(max_length=120, blank=True)  # of the bank transfer that was a deposit
    at = models.DateTimeField()

    class Meta:
        db_table = "wallets_pot_entry"
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="pot_deposit_once", condition=Q(kind="DEPOSIT") & ~Q(reference=""))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
