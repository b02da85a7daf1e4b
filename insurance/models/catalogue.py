"""What is on offer: providers, their benefits, and the priced variants of each version of a benefit."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from aarokya.common.models import Record
from aarokya.common.money import MoneyField
from insurance.models.choices import BenefitStatus, BenefitType, DurationUnit, ProviderStatus

MONTHS_OF = {DurationUnit.MONTHS: 1, DurationUnit.YEARS: 12}
LAST_DAYS = (31, 30, 29, 28)  # a month has one of these


class BenefitProvider(Record):
    """Who stands behind a benefit: an insurer or a hospital group. Withdrawn by status, never deleted."""

    name = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=10, choices=ProviderStatus.choices, default=ProviderStatus.ACTIVE)

    class Meta:
        db_table = "insurance_benefit_provider"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BenefitQuerySet(models.QuerySet["Benefit"]):
    def on_offer(self) -> Self:
        """Benefits that customers may see and buy."""
        return self.filter(status=BenefitStatus.ACTIVE, provider__status=ProviderStatus.ACTIVE)

    def with_details(self) -> Self:
        """Load what `benefit_details` is composed of, in two queries for any number of rows."""
        return self.select_related("provider", "current_version").prefetch_related("current_version__variants")


class Benefit(Record):
    """One thing on offer. Its words and prices live in versions; `current_version` is the one sold now."""

    provider = models.ForeignKey(BenefitProvider, on_delete=models.PROTECT, related_name="benefits")
    name = models.CharField(max_length=255)
    benefit_type = models.CharField(max_length=20, choices=BenefitType.choices)
    status = models.CharField(max_length=10, choices=BenefitStatus.choices, default=BenefitStatus.DRAFT)
    current_version = models.ForeignKey(
        "insurance.BenefitVersion", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = BenefitQuerySet.as_manager()

    class Meta:
        db_table = "insurance_benefit"
        constraints = [
            models.UniqueConstraint(fields=["provider", "name"], name="benefit_name_of_provider"),
            models.CheckConstraint(
                condition=~Q(status=BenefitStatus.ACTIVE) | Q(current_version__isnull=False), name="benefit_active_has_version"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BenefitVersion(Record):
    """The words and terms of a benefit as published together; an edit makes the next number. Never updated."""

    benefit = models.ForeignKey(Benefit, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    description = models.TextField(blank=True)
    max_dependants = models.PositiveSmallIntegerField(null=True)  # beside the policyholder; null: the plans decide
    includes_teleconsultation = models.BooleanField(default=True)
    details = models.JSONField(default=dict)  # further facts for display, shown as they are

    class Meta:
        db_table = "insurance_benefit_version"
        constraints = [models.UniqueConstraint(fields=["benefit", "number"], name="benefit_version_number")]

    def __str__(self) -> str:
        return f"{self.benefit_id} v{self.number}"


class PlanVariant(Record):
    """A priced combination of adults and children (`2A1C`). Never updated: policies point at the one they were sold under."""

    version = models.ForeignKey(BenefitVersion, on_delete=models.PROTECT, related_name="variants")
    plan_code = models.CharField(max_length=8)
    description = models.CharField(max_length=500, blank=True)
    daily_premium = MoneyField()
    annual_premium = MoneyField()
    coverage = MoneyField()
    sponsor_contribution = MoneyField(default=0)  # a year, what a sponsor adds; shown, not deducted
    currency = models.CharField(max_length=3, default="INR")
    grace_period_days = models.PositiveSmallIntegerField(null=True)
    duration_unit = models.CharField(max_length=6, choices=DurationUnit.choices, default=DurationUnit.YEARS)
    duration_length = models.PositiveSmallIntegerField(default=1)
    questionnaire = models.JSONField(default=list)  # yes/no questions, in order

    class Meta:
        db_table = "insurance_plan_variant"
        ordering = ["plan_code"]
        constraints = [
            models.UniqueConstraint(fields=["version", "plan_code"], name="variant_code_of_version"),
            models.CheckConstraint(
                condition=Q(daily_premium__gt=0, annual_premium__gt=0, coverage__gt=0, sponsor_contribution__gte=0),
                name="variant_amounts",
            ),
            models.CheckConstraint(condition=Q(currency="INR"), name="variant_currency"),
            models.CheckConstraint(condition=Q(duration_length__gte=1), name="variant_duration"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_code} of {self.version_id}"

    def last_day(self, start: date) -> date:
        """Return the last day of a term that starts on `start`: a year from 1 April ends on 31 March."""
        return self.anniversary(start) - timedelta(days=1)

    def anniversary(self, start: date) -> date:
        """Return the first day after the term; a month without that day counts to its last one."""
        if self.duration_unit == DurationUnit.DAYS:
            return start + timedelta(days=self.duration_length)
        return months_after(start, MONTHS_OF[DurationUnit(self.duration_unit)] * self.duration_length)


def months_after(day: date, months: int) -> date:
    """Return the same day `months` later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    for number in (day.day, *(last for last in LAST_DAYS if last < day.day)):
        try:
            return date(day.year + years, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("unreachable: every month has 28 days")
