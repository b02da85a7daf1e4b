"""Policies: who is covered, under which variant, in which state, and what was paid."""

from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, IntegerField, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, NullIf

from aarokya.common.crypto import EncryptedJSONField
from aarokya.common.models import Record
from aarokya.common.money import Money, MoneyField
from insurance.models.catalogue import Benefit, BenefitProvider, PlanVariant
from insurance.models.choices import CollectFrom, PaymentPlan, PolicyStatus, PremiumStatus

# A customer has one of these per benefit.
LIVE = (PolicyStatus.PENDING, PolicyStatus.ACTIVE, PolicyStatus.IN_GRACE, PolicyStatus.REISSUANCE, PolicyStatus.RENEWAL)
# In these the insurer has issued it: number and term are known.
ISSUED = (PolicyStatus.ACTIVE, PolicyStatus.IN_GRACE, PolicyStatus.REISSUANCE, PolicyStatus.RENEWAL, PolicyStatus.EXPIRED)

# Of these, the term runs: cover paid by the day can lapse.
IN_TERM = (PolicyStatus.ACTIVE, PolicyStatus.REISSUANCE)


class PolicyQuerySet(models.QuerySet["Policy"]):
    def live(self) -> Self:
        return self.filter(status__in=LIVE)

    def of(self, user_id: UUID) -> Self:
        return self.filter(primary_user_id=user_id)

    def with_answer(self) -> Self:
        """Load what an answer shows, in two queries for any number of rows."""
        return self.select_related("primary_user", "benefit", "variant").prefetch_related("members__dependant")

    def issued_and_over(self, day: date) -> Self:
        """Policies whose term ended before `day` and whose status does not say so for good."""
        return self.filter(status__in=set(ISSUED) - {PolicyStatus.EXPIRED}, end_date__lt=day)

    def paid_by_the_day(self) -> Self:
        """Policies in their term whose premium comes by the day and is not all there."""
        return self.filter(payment_plan=PaymentPlan.DAILY, status__in=IN_TERM).exclude(premium_status=PremiumStatus.PAID)

    def unpaid_since(self, day: date) -> Self:
        """Of those, the ones for whose cover on `day` nothing was received."""
        daily = NullIf(Cast(KT("premium_amounts__daily"), IntegerField()), 0)
        days_paid = Cast(F("premium_paid") / daily, IntegerField())
        first_unpaid = ExpressionWrapper(F("start_date") + days_paid, output_field=DateField())
        return (
            self.paid_by_the_day().alias(first_unpaid=first_unpaid).filter(first_unpaid__lte=day, end_date__gte=F("first_unpaid"))
        )

    def lapsed(self, day: date) -> Self:
        """Of those, the ones whose days of grace are over on `day`."""
        return self.unpaid_since(day - timedelta(days=settings.PREMIUM_GRACE_DAYS))

    def to_collect(self, now: datetime) -> Self:
        """Policies whose next premium from the wallet is due."""
        return self.live().filter(collect_at__lte=now)


class Policy(Record):
    """Cover that a customer bought for a family. Names are read from the people; prices stay as they were sold."""

    primary_user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="policies")
    benefit = models.ForeignKey(Benefit, on_delete=models.PROTECT, related_name="policies")
    provider = models.ForeignKey(BenefitProvider, on_delete=models.PROTECT, related_name="policies")
    variant = models.ForeignKey(PlanVariant, on_delete=models.PROTECT, related_name="policies")
    plan_code = models.CharField(max_length=8)
    status = models.CharField(max_length=40, choices=PolicyStatus.choices, default=PolicyStatus.PENDING)
    reason = models.TextField(blank=True)  # why it was rejected or cancelled
    payment_plan = models.CharField(max_length=10, choices=PaymentPlan.choices, default=PaymentPlan.ANNUAL)
    premium_amounts = models.JSONField()  # {daily, annual, currency}, paise
    premium_status = models.CharField(max_length=10, choices=PremiumStatus.choices, default=PremiumStatus.UNPAID)
    premium_paid = MoneyField(default=0)  # sum of the PremiumPayment rows
    collect_from = models.CharField(max_length=10, choices=CollectFrom.choices, blank=True)  # empty: the customer pays
    collect_at = models.DateTimeField(null=True)  # when the next premium is collected: the row is the work item
    nominee_details = EncryptedJSONField(null=True)
    questionnaire = EncryptedJSONField(null=True)  # {questions: [{question, answer}]}
    metadata = models.JSONField(default=dict)  # {dependant_mrn_map: {dependant id: MRN id}}
    external_policy_id = models.CharField(max_length=100, null=True)  # noqa: DJ001 (NULL keeps the numbers unique)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)  # the last day of cover
    activated_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)  # the day (Asia/Kolkata) on which it expired: not covered from then on
    # The policy whose next term this is; both are live until the earlier one ends.
    renewal_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewals")

    objects = PolicyQuerySet.as_manager()

    MOVES = {
        PolicyStatus.PENDING: {PolicyStatus.ACTIVE, PolicyStatus.CANCELLED, PolicyStatus.REJECTED},
        PolicyStatus.ACTIVE: {PolicyStatus.IN_GRACE, PolicyStatus.REISSUANCE, PolicyStatus.RENEWAL, PolicyStatus.EXPIRED},
        PolicyStatus.REISSUANCE: {PolicyStatus.ACTIVE, PolicyStatus.IN_GRACE, PolicyStatus.RENEWAL, PolicyStatus.EXPIRED},
        PolicyStatus.IN_GRACE: {PolicyStatus.ACTIVE, PolicyStatus.RENEWAL, PolicyStatus.EXPIRED},
        PolicyStatus.RENEWAL: {PolicyStatus.ACTIVE, PolicyStatus.EXPIRED},
        PolicyStatus.EXPIRED: set(),
        PolicyStatus.CANCELLED: set(),
        PolicyStatus.REJECTED: set(),
    }

    class Meta:
        db_table = "insurance_policy"
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(
                fields=["primary_user", "benefit"], condition=Q(status__in=LIVE, renewal_of__isnull=True), name="policy_one_live"
            ),
            models.UniqueConstraint(
                fields=["renewal_of"], condition=Q(status__in=(*LIVE, PolicyStatus.EXPIRED)), name="policy_one_renewal"
            ),
            models.UniqueConstraint(fields=["provider", "external_policy_id"], name="policy_number_of_provider"),
            models.CheckConstraint(
                condition=~Q(status__in=ISSUED)
                | Q(external_policy_id__isnull=False, start_date__isnull=False, end_date__isnull=False),
                name="policy_issued_complete",
            ),
            models.CheckConstraint(condition=Q(end_date__gte=F("start_date")), name="policy_term_order"),
            models.CheckConstraint(condition=~Q(external_policy_id=""), name="policy_number_not_empty"),
            models.CheckConstraint(condition=Q(premium_paid__gte=0), name="policy_premium_paid"),
            models.CheckConstraint(
                condition=Q(collect_from="", collect_at=None) | Q(payment_plan=PaymentPlan.DAILY),
                name="policy_collected_by_the_day",
            ),
        ]
        indexes = [
            models.Index(fields=["primary_user", "id"], name="policy_of_user"),
            models.Index(fields=["status", "id"], name="policy_status"),
            models.Index(fields=["end_date"], name="policy_ending", condition=Q(status__in=ISSUED)),
            models.Index(fields=["collect_at"], name="policy_to_collect", condition=Q(collect_at__isnull=False)),
            models.Index(
                fields=["start_date"],
                name="policy_paid_by_the_day",
                condition=Q(payment_plan=PaymentPlan.DAILY, status__in=IN_TERM) & ~Q(premium_status=PremiumStatus.PAID),
            ),
        ]

    def __str__(self) -> str:
        return self.external_policy_id or str(self.pk)

    @property
    def annual_premium(self) -> Money:
        return Money(self.premium_amounts["annual"])

    @property
    def daily_premium(self) -> Money:
        return Money(self.premium_amounts["daily"])

    @property
    def premium_owed(self) -> Money:
        """What is left of the year's premium; nothing once it was refunded."""
        if self.premium_status == PremiumStatus.REFUNDED:
            return Money(0)
        return max(self.annual_premium - self.premium_paid, Money(0))


class PolicyMember(Record):
    """One covered person; position 0 is the policyholder."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="members")
    dependant = models.ForeignKey("accounts.Dependant", on_delete=models.PROTECT, related_name="policy_memberships")
    position = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "insurance_policy_member"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "dependant"], name="member_once"),
            models.UniqueConstraint(fields=["policy", "position"], name="member_position"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} #{self.position}"


class PremiumPayment(Record):
    """Premium received by one payment order. Only ever inserted; an order counts once however often it settles."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="premium_payments")
    order_id = models.CharField(max_length=20, unique=True)
    amount = MoneyField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "insurance_premium_payment"
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="premium_payment_amount")]

    def __str__(self) -> str:
        return self.order_id
