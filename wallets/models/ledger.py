"""The ledger's own tables. The application's database role may read them; only the SQL functions write them.

Foreign keys inside the ledger carry no database constraint: checking one locks the row it points to, and the platform's
side (one gateway's clearing account, say) would be locked by everybody at once. The functions look each row up, and
triggers refuse to delete any of them.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from aarokya.common.money import Money, MoneyField
from wallets.models.reference import Direction

UNCHECKED: dict[str, Any] = {"on_delete": models.DO_NOTHING, "db_constraint": False, "db_index": False, "related_name": "+"}


class ContraAccount(Record):
    """The other side of transfers. Has no balance: that is a sum over transfers, so it is never a locked row."""

    kind = models.ForeignKey("wallets.ContraKind", models.PROTECT)
    reference = models.CharField(max_length=80)
    code = models.CharField(max_length=121, unique=True)  # <kind>:<reference>
    name = models.CharField(max_length=255, blank=True)
    city = models.CharField(max_length=120, blank=True)
    merchant_category = models.ForeignKey("wallets.MerchantCategory", models.PROTECT, null=True)

    class Meta:
        db_table = "wallets_contra_account"
        constraints = [models.UniqueConstraint(fields=["kind", "reference"], name="contra_reference_once")]

    def __str__(self) -> str:
        return self.name or self.code


class HoldState(models.TextChoices):
    ACTIVE = "ACTIVE", "Active"
    CAPTURED = "CAPTURED", "Captured"
    RELEASED = "RELEASED", "Released"
    EXPIRED = "EXPIRED", "Expired"


class Hold(models.Model):
    """Money set aside for a payment that is not certain yet; resolved once. Expiry follows the database's clock."""

    id = models.UUIDField(primary_key=True)
    wallet = models.ForeignKey("wallets.Wallet", **UNCHECKED)
    purpose = models.ForeignKey("wallets.Purpose", **UNCHECKED)
    own_amount = MoneyField()
    others_amount = MoneyField()
    state = models.CharField(max_length=8, choices=HoldState.choices)
    expires_at = models.DateTimeField()
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "wallets_hold"
        constraints = [
            models.CheckConstraint(condition=Q(own_amount__gte=0, others_amount__gte=0), name="hold_not_negative"),
            models.CheckConstraint(
                condition=Q(state=HoldState.ACTIVE, resolved_at=None)
                | (~Q(state=HoldState.ACTIVE) & Q(resolved_at__isnull=False)),
                name="hold_resolved_at",
            ),
        ]
        indexes = [
            models.Index(fields=["wallet"], name="hold_active_of_wallet", condition=Q(state=HoldState.ACTIVE)),
            models.Index(fields=["expires_at"], name="hold_expiry", condition=Q(state=HoldState.ACTIVE)),
        ]

    def __str__(self) -> str:
        return f"hold {self.id} {self.state}"


class Transfer(models.Model):
    """One movement of money with both its legs: it cannot be unbalanced. Never changed, never deleted.

    Its id is derived from the business key, so whoever posts the same effect second finds it done. What must hold for a row is
    one CHECK, the SQL function `transfer_is_sound`.
    """

    id = models.UUIDField(primary_key=True)
    wallet = models.ForeignKey("wallets.Wallet", **UNCHECKED)
    direction = models.SmallIntegerField(choices=Direction.choices)
    own_amount = MoneyField()
    others_amount = MoneyField()
    contra = models.ForeignKey(ContraAccount, **UNCHECKED)
    purpose = models.ForeignKey("wallets.Purpose", **UNCHECKED)
    reference_type = models.CharField(max_length=40)
    reference_id = models.CharField(max_length=80)
    group_id = models.UUIDField(null=True)  # shared by the transfers of one event
    reverses = models.ForeignKey("wallets.Transfer", null=True, **UNCHECKED)
    hold = models.ForeignKey(Hold, null=True, **UNCHECKED)
    source = models.CharField(max_length=120, blank=True)  # who the money came from or went to, for people
    note = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "wallets_transfer"
        constraints = [
            models.UniqueConstraint(
                fields=["reference_id"],
                name="transfer_one_credit_per_order",
                condition=Q(purpose__in=["TOPUP", "GIFT"], direction=1),
            ),
            models.UniqueConstraint(fields=["hold"], name="transfer_one_per_hold", condition=Q(hold__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["contra", "at"], name="transfer_of_contra"),
            models.Index(fields=["at"], name="transfer_newest"),  # the back office's list
            models.Index(fields=["reverses"], name="transfer_refunds", condition=Q(reverses__isnull=False)),
            models.Index(fields=["group_id"], name="transfer_group", condition=Q(group_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.purpose_id} {self.id}"

    @property
    def amount(self) -> Money:
        return self.own_amount + self.others_amount


class WalletEntry(models.Model):
    """The n-th movement of a wallet and its balances after it: the history, the statement and the tamper check."""

    pk = models.CompositePrimaryKey("wallet_id", "number")
    wallet = models.ForeignKey("wallets.Wallet", **UNCHECKED)
    number = models.BigIntegerField()  # 1, 2, 3 … without gaps
    transfer = models.OneToOneField(Transfer, models.DO_NOTHING, db_constraint=False, related_name="entry")
    own_after = MoneyField()
    others_after = MoneyField()
    at = models.DateTimeField()

    class Meta:
        db_table = "wallets_entry"
        verbose_name_plural = "wallet entries"

    def __str__(self) -> str:
        return f"{self.wallet_id} #{self.number}"


class TransferRefusal(models.Model):
    """A refused transfer or hold: its id stays refused with the same reason, so a retry cannot change the outcome."""

    id = models.UUIDField(primary_key=True)
    wallet = models.ForeignKey("wallets.Wallet", **UNCHECKED)
    direction = models.SmallIntegerField(choices=Direction.choices)
    amount = MoneyField()
    contra_id = models.UUIDField(null=True)
    purpose_id = models.CharField(max_length=40)
    reference_type = models.CharField(max_length=40)
    reference_id = models.CharField(max_length=80)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        db_table = "wallets_transfer_refusal"
        indexes = [models.Index(fields=["reference_id"], name="refusal_reference")]

    def __str__(self) -> str:
        return f"{self.id} {self.reason}"


class ReservationState(models.TextChoices):
    OPEN = "OPEN", "Open"
    USED = "USED", "Used by its credit"
    RELEASED = "RELEASED", "Released"


class IncomingReservation(models.Model):
    """Head-room under the limits kept for one top-up order: money already charged cannot be refused."""

    order_id = models.CharField(primary_key=True, max_length=40)
    wallet = models.ForeignKey("wallets.Wallet", **UNCHECKED)
    amount = MoneyField()
    state = models.CharField(max_length=8, choices=ReservationState.choices)
    expires_at = models.DateTimeField()
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "wallets_incoming_reservation"
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="reservation_positive")]
        indexes = [models.Index(fields=["wallet"], name="reservation_open", condition=Q(state=ReservationState.OPEN))]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state}"


class IssuerPosting(models.Model):
    """A transfer that the issuer has on its books too. Written by the application once the issuer confirmed it."""

    transfer = models.OneToOneField(
        Transfer, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="issuer_posting"
    )
    operation = models.CharField(max_length=12)  # load, debit, reversal
    at = models.DateTimeField()

    class Meta:
        db_table = "wallets_issuer_posting"

    def __str__(self) -> str:
        return f"{self.operation} {self.transfer_id}"
