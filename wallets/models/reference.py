"""What the ledger's rules are made of: rows installed by migrations, which the application may only read."""

from django.db import models

from aarokya.common.money import MoneyField


class Direction(models.IntegerChoices):
    """Which way a transfer moves a wallet."""

    CREDIT = 1, "Credit"
    DEBIT = -1, "Debit"


class Pool(models.TextChoices):
    """Whose money a purpose adds to or draws from."""

    OWN = "OWN", "Own money (top-ups)"
    OTHERS = "OTHERS", "Others' money (employer, sponsor, family, government)"
    OTHERS_FIRST = "OTHERS_FIRST", "Others' money first, then own"
    RESTORE = "RESTORE", "The pools the refunded transfer drew from"


class SpendingPurpose(models.TextChoices):
    """The purposes a holder may name when paying somebody; what each may buy is for the allowances to say."""

    INSURANCE_PREMIUM = "INSURANCE_PREMIUM", "Insurance premium"
    CONSULTATION = "CONSULTATION", "Consultation"
    HOSPITAL = "HOSPITAL", "Hospital"
    CLINIC = "CLINIC", "Clinic"
    PHARMACY = "PHARMACY", "Pharmacy"
    LAB = "LAB", "Lab"
    HEALTHCARE = "HEALTHCARE", "Other healthcare"


class Tier(models.TextChoices):
    """How well the holder is known; decides which limits hold."""

    SMALL = "SMALL", "Small PPI"
    FULL_KYC = "FULL_KYC", "Full KYC PPI"


class LimitName(models.TextChoices):
    BALANCE = "BALANCE", "Balance at any time"
    MONTHLY_LOAD = "MONTHLY_LOAD", "Loaded per month (Asia/Kolkata)"


class WalletKind(models.Model):
    """What a wallet is for. A user has at most one wallet of a kind."""

    code = models.CharField(primary_key=True, max_length=40)
    label = models.CharField(max_length=120)

    class Meta:
        db_table = "wallets_wallet_kind"

    def __str__(self) -> str:
        return self.code


class ContraKind(models.Model):
    """What stands on the other side of a transfer: a gateway's clearing account, an insurer, a merchant."""

    code = models.CharField(primary_key=True, max_length=40)
    label = models.CharField(max_length=120)

    class Meta:
        db_table = "wallets_contra_kind"

    def __str__(self) -> str:
        return self.code


class Purpose(models.Model):
    """Why money moves, and therefore which pool it touches."""

    code = models.CharField(primary_key=True, max_length=40)
    label = models.CharField(max_length=120)
    pool = models.CharField(max_length=12, choices=Pool.choices)

    class Meta:
        db_table = "wallets_purpose"

    def __str__(self) -> str:
        return self.code


class MerchantCategory(models.Model):
    """An ISO 18245 merchant category. Being listed allows nothing: an Allowance does."""

    code = models.CharField(primary_key=True, max_length=4)
    label = models.CharField(max_length=120)

    class Meta:
        db_table = "wallets_merchant_category"
        verbose_name_plural = "merchant categories"

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Allowance(models.Model):
    """The ring-fence: a transfer that no row here describes is refused. An empty category means "none"."""

    wallet_kind = models.ForeignKey(WalletKind, models.PROTECT)
    direction = models.SmallIntegerField(choices=Direction.choices)
    purpose = models.ForeignKey(Purpose, models.PROTECT)
    contra_kind = models.ForeignKey(ContraKind, models.PROTECT)
    merchant_category = models.ForeignKey(MerchantCategory, models.PROTECT, null=True)

    class Meta:
        db_table = "wallets_allowance"
        constraints = [
            models.UniqueConstraint(
                fields=["wallet_kind", "direction", "purpose", "contra_kind", "merchant_category"],
                name="allowance_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose_id} {self.contra_kind_id} {self.merchant_category_id or '-'}"


class Limit(models.Model):
    """A prepaid-instrument limit from a moment on; the latest one that has begun is in force."""

    tier = models.CharField(max_length=12, choices=Tier.choices)
    name = models.CharField(max_length=20, choices=LimitName.choices)
    valid_from = models.DateTimeField()
    amount = MoneyField()

    class Meta:
        db_table = "wallets_limit"
        constraints = [
            models.UniqueConstraint(fields=["tier", "name", "valid_from"], name="limit_begins_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.name} {self.amount}"
