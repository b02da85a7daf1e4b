"""Claims: what a member asks the insurer to pay. We forward and record; the insurer decides."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from aarokya.common.crypto import EncryptedTextField
from aarokya.common.models import Record
from aarokya.common.money import MoneyField
from insurance.models.policies import Policy


class ClaimStatus(models.TextChoices):
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"  # by the customer; on its way to the insurer
    FORWARDED = "FORWARDED"  # the insurer has it
    QUERIED = "QUERIED"  # the insurer asks something
    ANSWERED = "ANSWERED"
    DECIDED = "DECIDED"
    SETTLED = "SETTLED"


class ClaimDecision(models.TextChoices):
    APPROVED = "APPROVED"
    PART_APPROVED = "PART_APPROVED"
    REJECTED = "REJECTED"


class ClaimDocumentKind(models.TextChoices):
    BILL = "BILL"
    DISCHARGE_SUMMARY = "DISCHARGE_SUMMARY"
    PRESCRIPTION = "PRESCRIPTION"
    REPORT = "REPORT"
    IDENTITY = "IDENTITY"
    OTHER = "OTHER"


class ClaimAuthor(models.TextChoices):
    INSURER = "INSURER"
    CUSTOMER = "CUSTOMER"


# The insurer may have news about these.
WITH_INSURER = (ClaimStatus.FORWARDED, ClaimStatus.QUERIED, ClaimStatus.ANSWERED, ClaimStatus.DECIDED)


class ClaimQuerySet(models.QuerySet["Claim"]):
    def of(self, user_id: UUID) -> Self:
        return self.filter(policy__primary_user_id=user_id)

    def with_answer(self) -> Self:
        return self.select_related("policy").prefetch_related("documents", "messages")


class Claim(Record):
    """One claim. `number` is for people; the insurer's is `external_claim_id`."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="claims")
    patient = models.ForeignKey("accounts.Dependant", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=10, choices=ClaimStatus.choices, default=ClaimStatus.DRAFT)
    incident_date = models.DateField()
    hospital_name = models.CharField(max_length=255)
    description = EncryptedTextField()
    amount = MoneyField()
    decision = models.CharField(max_length=15, choices=ClaimDecision.choices, blank=True)
    approved_amount = MoneyField(default=0)
    decision_reason = models.TextField(blank=True)
    external_claim_id = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 (NULL keeps the numbers unique)
    settlement_reference = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True)
    next_poll_at = models.DateTimeField(null=True)  # the row is the work item of the poller

    objects = ClaimQuerySet.as_manager()

    MOVES = {
        ClaimStatus.DRAFT: {ClaimStatus.SUBMITTED},
        ClaimStatus.SUBMITTED: {ClaimStatus.FORWARDED},
        ClaimStatus.FORWARDED: {ClaimStatus.QUERIED, ClaimStatus.DECIDED},
        ClaimStatus.QUERIED: {ClaimStatus.ANSWERED, ClaimStatus.DECIDED},
        ClaimStatus.ANSWERED: {ClaimStatus.QUERIED, ClaimStatus.DECIDED},
        ClaimStatus.DECIDED: {ClaimStatus.SETTLED},
        ClaimStatus.SETTLED: set(),
    }

    class Meta:
        db_table = "insurance_claim"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, approved_amount__gte=0), name="claim_amounts"),
            models.CheckConstraint(
                condition=Q(status__in=(ClaimStatus.DECIDED, ClaimStatus.SETTLED)) ^ Q(decision=""), name="claim_decided"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(*WITH_INSURER, ClaimStatus.SETTLED)) | Q(external_claim_id__isnull=False),
                name="claim_forwarded_has_number",
            ),
        ]
        indexes = [models.Index(fields=["next_poll_at"], name="claim_poll", condition=Q(next_poll_at__isnull=False))]

    def __str__(self) -> str:
        return self.number


class ClaimMessage(Record):
    """One line of the thread between the insurer and the customer."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="messages")
    author = models.CharField(max_length=10, choices=ClaimAuthor.choices)
    text = EncryptedTextField()
    external_id = models.CharField(max_length=64, null=True)  # noqa: DJ001 (the insurer's id of its query)
    said_at = models.DateTimeField()
    forwarded_at = models.DateTimeField(null=True)  # when the insurer had the answer

    class Meta:
        db_table = "insurance_claim_message"
        ordering = ["said_at", "id"]
        constraints = [models.UniqueConstraint(fields=["claim", "external_id"], name="claim_query_once")]

    def __str__(self) -> str:
        return f"{self.author} on {self.claim_id}"


class ClaimDocument(Record):
    """An uploaded file: `media_type` is what its bytes are, whatever the sender said. The bytes are in the store."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=ClaimDocumentKind.choices)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    forwarded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "insurance_claim_document"
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["claim", "sha256"], name="claim_document_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"

    @property
    def storage_key(self) -> str:
        return f"claims/{self.claim_id}/{self.pk}"


class ClaimWebhook(Record):
    """A notice of the insurer, as received. A hint only: the truth is asked for."""

    event_id = models.CharField(max_length=100, unique=True)
    external_claim_id = models.CharField(max_length=64)
    body = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "insurance_claim_webhook"

    def __str__(self) -> str:
        return self.event_id
