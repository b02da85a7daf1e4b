"""The words of insurance, as stored and as shown on the wire."""

from django.db.models import TextChoices


class ProviderStatus(TextChoices):
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class BenefitType(TextChoices):
    CONSULTATION = "CONSULTATION"
    INSURANCE_POLICY = "INSURANCE_POLICY"


class BenefitStatus(TextChoices):
    DRAFT = "DRAFT"  # pulled from a partner or still being written; only staff see it
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class DurationUnit(TextChoices):
    DAYS = "DAYS"
    MONTHS = "MONTHS"
    YEARS = "YEARS"


class MrnStatus(TextChoices):
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class RegistrationStatus(TextChoices):
    INTENDED = "INTENDED"  # written before the partner is called: the outcome is not known yet
    REGISTERED = "REGISTERED"
    AMBIGUOUS = "AMBIGUOUS"  # the partner knows several such patients; a person must choose


class PolicyStatus(TextChoices):
    """Lower case on the wire and here."""

    PENDING = "pending"
    ACTIVE = "active"
    IN_GRACE = "requires_customer_renewal_in_grace"
    REISSUANCE = "requires_policy_reissuance"
    RENEWAL = "requires_customer_renewal"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class ReminderKind(TextChoices):
    """Which reminder of the end of cover; each is given once for each term, or each time premiums stay away."""

    DAYS_30 = "DAYS_30"
    DAYS_7 = "DAYS_7"
    DAYS_1 = "DAYS_1"
    GRACE = "GRACE"  # the grace period has begun
    GRACE_ENDS = "GRACE_ENDS"  # a day of it is left
    LAPSES_10 = "LAPSES_10"  # premiums by the day are unpaid, and cover lapses in so many days
    LAPSES_3 = "LAPSES_3"
    LAPSES_1 = "LAPSES_1"


class PremiumStatus(TextChoices):
    UNPAID = "UNPAID"
    PAID = "PAID"
    PART_PAID = "PART_PAID"
    REFUNDED = "REFUNDED"


class PaymentPlan(TextChoices):
    DAILY = "DAILY"
    ANNUAL = "ANNUAL"


class CollectFrom(TextChoices):
    """Where the premiums of a policy paid by the day are taken from without being asked each day."""

    WALLET = "WALLET"
