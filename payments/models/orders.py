"""An order: one thing a user pays for, at most once."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from aarokya.common.crypto import EncryptedJSONField
from aarokya.common.ids import order_id, uuid7
from aarokya.common.models import Record
from aarokya.common.money import CURRENCY, MoneyField
from payments.models.statuses import MOVES, OPEN, PUBLIC, RANKS, OrderStatus, PublicStatus


class PaymentMethod(models.TextChoices):
    """Where the money comes from."""

    GATEWAY = "GATEWAY"
    WALLET = "WALLET"
    WALLET_AND_GATEWAY = "WALLET_AND_GATEWAY"


class SettlementOutcome(models.TextChoices):
    """What the purpose did with the money."""

    DONE = "DONE"
    REFUND = "REFUND"


class MandateRole(models.TextChoices):
    """What an order has to do with a mandate: it registers one, or it is a debit under one."""

    REGISTRATION = "REGISTRATION"
    DEBIT = "DEBIT"


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user_id: object) -> Self:
        """The user's own orders; what others pay into their wallet is in its history."""
        return self.filter(user_id=user_id, grant=None)

    def open(self) -> Self:
        """Orders whose end is not known."""
        return self.filter(status__in=OPEN)

    def due(self, now: datetime) -> Self:
        """Orders that the gateway should be asked about."""
        return self.filter(next_check_at__lte=now)

    def stuck(self, now: datetime, *, older_than: timedelta) -> Self:
        """Open orders of at least this age."""
        return self.open().filter(opened_at__lte=now - older_than)


class Order(Record):
    """Written before the gateway hears of it; settled once, by whoever first learns that it was charged.

    `amount` = `gateway_amount` (asked from the gateway) + `wallet_amount` (taken or held in the wallet). Amounts, owner
    and purpose never change after the insert: a trigger refuses.
    """

    MOVES = MOVES

    order_id = models.CharField(max_length=20, unique=True, default=order_id, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    # Of the third party who pays into the user's wallet; empty when users pay themselves.
    grant = models.ForeignKey("accounts.ContributorGrant", on_delete=models.PROTECT, null=True, related_name="+")
    type = models.CharField(max_length=40)  # a key of aarokya.events.PAYMENT_PURPOSES
    payment_method = models.CharField(max_length=20, choices=PaymentMethod.choices, default=PaymentMethod.GATEWAY)
    provider = models.CharField(max_length=20, default="JUSPAY")
    amount = MoneyField()
    gateway_amount = MoneyField()
    wallet_amount = MoneyField(default=0)
    currency = models.CharField(max_length=3, default=CURRENCY)
    description = models.CharField(max_length=200, blank=True)
    reference_type = models.CharField(max_length=40)  # what is paid for: wallet, insurance_policy …
    reference_id = models.CharField(max_length=64)
    payee_reference = models.CharField(max_length=64, blank=True)  # whose account a wallet payment goes to
    mandate_role = models.CharField(max_length=12, choices=MandateRole.choices, blank=True)  # empty for most orders
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # unless somebody has begun to pay by then

    status = models.CharField(max_length=20, choices=OrderStatus.choices, default=OrderStatus.CREATED)
    gateway_status = models.CharField(max_length=40, blank=True)  # the gateway's own word
    gateway_reference = models.CharField(max_length=80, blank=True)  # the gateway's id of the order
    payload = EncryptedJSONField(null=True)  # the session answer: carries a client token, phone and e-mail
    session_at = models.DateTimeField(null=True)
    captured = MoneyField(default=0)  # sum of the charges below: more than gateway_amount after a double charge
    hold_id = models.UUIDField(null=True)  # the wallet's part while the gateway's is awaited
    transfer_id = models.UUIDField(null=True)  # the wallet's part once taken
    settlement = models.CharField(max_length=10, choices=SettlementOutcome.choices, blank=True)
    settled_at = models.DateTimeField(null=True)
    review_reason = models.CharField(max_length=300, blank=True)  # why a person must look; empty when nobody must

    next_check_at = models.DateTimeField(null=True)  # the row is the work item of the poller
    checks = models.PositiveSmallIntegerField(default=0)
    last_polled_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)  # no later than the moment of the last answer we took

    objects = OrderQuerySet.as_manager()

    class Meta:
        db_table = "payments_order"
        constraints = [
            models.CheckConstraint(name="order_amount_parts", condition=Q(amount=F("gateway_amount") + F("wallet_amount"))),
            models.CheckConstraint(
                name="order_amounts_positive",
                condition=Q(amount__gt=0, gateway_amount__gte=0, wallet_amount__gte=0, captured__gte=0),
            ),
            models.CheckConstraint(name="order_currency", condition=Q(currency=CURRENCY)),
            models.CheckConstraint(name="order_id_shape", condition=Q(order_id__regex=r"^[0-9A-Z]{20}$")),
            models.CheckConstraint(
                name="order_settled",
                condition=Q(settled_at=None, settlement="") | Q(settled_at__isnull=False, status__in=["CHARGED", "REVERSED"]),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="order_of_user"),
            models.Index(fields=["next_check_at"], name="order_due", condition=Q(next_check_at__isnull=False)),
            models.Index(fields=["status", "opened_at"], name="order_by_status"),
            models.Index(fields=["reference_type", "reference_id"], name="order_reference"),
        ]

    def __str__(self) -> str:
        return self.order_id

    @property
    def payer_id(self) -> str:
        """Who the gateway deals with: the user, or the third party who gives."""
        return str(self.grant_id or self.user_id)

    @property
    def payer_name(self) -> str:
        return self.grant.giver if self.grant else self.user.full_name

    @property
    def payer_phone(self) -> str:
        return self.grant.phone if self.grant else self.user.phone

    @property
    def rank(self) -> int:
        return RANKS[self.status]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def public_status(self) -> PublicStatus:
        """What the client is told: money that goes back because its purpose is gone is no success."""
        if self.status == OrderStatus.CHARGED and self.settlement == SettlementOutcome.REFUND:
            return PublicStatus.REVERSED
        return PUBLIC[self.status]

    def age(self, now: datetime) -> timedelta:
        return now - self.opened_at


class OrderEvent(models.Model):
    """Why an order moved, or was looked at without moving. Rows are only ever inserted."""

    class Cause(models.TextChoices):
        OPENED = "OPENED"
        SESSION = "SESSION"
        WEBHOOK = "WEBHOOK"
        POLL = "POLL"
        RETURN = "RETURN"
        SWEEP = "SWEEP"
        WALLET = "WALLET"
        STAFF = "STAFF"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20)
    cause = models.CharField(max_length=20, choices=Cause.choices)
    evidence_id = models.CharField(max_length=80, blank=True)  # inbox row, staff name …
    evidence = models.JSONField(default=dict)  # what the gateway said, without personal data
    at = models.DateTimeField()

    class Meta:
        db_table = "payments_order_event"
        indexes = [models.Index(fields=["order", "id"], name="order_event_history")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.from_status or 'nothing'} → {self.to_status}"


class Charge(models.Model):
    """Money that the gateway took for an order, one row for each charged transaction. The first settles, others go back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="charges")
    transaction_id = models.CharField(max_length=80)
    transaction_uuid = models.CharField(max_length=80, blank=True)  # the gateway's second name for it
    amount = MoneyField()
    is_extra = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "payments_charge"
        constraints = [
            models.UniqueConstraint(fields=["order", "transaction_id"], name="charge_once"),
            models.UniqueConstraint(fields=["order"], name="charge_settling_once", condition=Q(is_extra=False)),
            models.CheckConstraint(name="charge_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.transaction_id} {self.amount}"
