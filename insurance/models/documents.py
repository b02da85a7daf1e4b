"""What the insurer issued and what we handed out about it. Facts: only ever inserted."""

from django.db import models
from django.db.models import F, Q

from aarokya.common.crypto import EncryptedJSONField
from aarokya.common.models import Record
from insurance.models.policies import Policy


class DocumentKind(models.TextChoices):
    ENROLLMENT_FORM = "ENROLLMENT_FORM"
    SCHEDULE = "SCHEDULE"
    CARD = "CARD"


class PolicyIssue(Record):
    """A policy as the insurer issued it, people included, frozen: what issued documents are printed from."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="issues")
    number = models.PositiveSmallIntegerField()  # 1 first, one more for each new issue or correction
    external_policy_id = models.CharField(max_length=100)
    start_date = models.DateField()
    end_date = models.DateField()
    form = EncryptedJSONField()  # the enrolment form's data
    issued_at = models.DateTimeField()

    class Meta:
        db_table = "insurance_policy_issue"
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="issue_number"),
            models.CheckConstraint(condition=Q(end_date__gte=F("start_date")), name="issue_term_order"),
        ]

    def __str__(self) -> str:
        return f"{self.external_policy_id} issue {self.number}"


class IssuedDocument(Record):
    """The SHA-256 of a PDF that we handed out. Another row for the same document only when its template was changed."""

    issue = models.ForeignKey(PolicyIssue, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    language = models.CharField(max_length=2)
    sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "insurance_issued_document"
        constraints = [
            models.UniqueConstraint(fields=["issue", "kind", "language", "sha256"], name="issued_document_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="issued_document_sha256"),
        ]
        indexes = [models.Index(fields=["sha256"], name="issued_document_hash")]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.sha256[:12]}"
