"""Text messages handed to a provider, and what became of them."""

from datetime import datetime
from typing import Self

from django.db import models

from aarokya.common.models import Record
from accounts.models.challenges import OtpChallenge
from accounts.models.choices import TextState
from accounts.models.notices import Notice


class TextMessageQuerySet(models.QuerySet["TextMessage"]):
    def taken_between(self, provider: str, start: datetime, end: datetime) -> Self:
        """Codes that `provider` took in `[start, end)`; what it refused was somebody else's to send."""
        rows = self.filter(provider=provider, handed_over_at__gte=start, handed_over_at__lt=end, challenge__isnull=False)
        return rows.exclude(state=TextState.REFUSED)


class TextMessage(Record):
    """The text of a code or of a notice at one provider. "Taken" is not "delivered": operators drop texts without a sound."""

    MOVES = {
        TextState.TAKEN: {TextState.DELIVERED, TextState.FAILED},
        TextState.FAILED: {TextState.DELIVERED},  # receipts overtake each other
        TextState.DELIVERED: set(),
        TextState.REFUSED: set(),
    }

    challenge = models.ForeignKey(OtpChallenge, on_delete=models.CASCADE, related_name="texts", null=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="texts", null=True)
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=80, blank=True, default="")  # the provider's id of it
    template_id = models.CharField(max_length=40)
    state = models.CharField(max_length=9, choices=TextState.choices)
    reason = models.CharField(max_length=200, blank=True, default="")  # of a refusal or a failure
    handed_over_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)  # by the delivery receipt

    objects = TextMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(challenge__isnull=True) ^ models.Q(notice__isnull=True), name="text_of_code_or_notice"
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "handed_over_at"], name="text_provider"),
            models.Index(fields=["provider", "reference"], name="text_reference", condition=~models.Q(reference="")),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.state}"
