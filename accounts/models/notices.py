"""What customers are told by text message besides codes."""

from django.db import models

from aarokya.common.crypto import EncryptedJSONField
from aarokya.common.models import Record
from accounts.models.choices import Language
from accounts.models.users import User


class Notice(Record):
    """One thing a customer is to be told, once for each `business_key`; the row comes with what it is about, the text later."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    business_key = models.CharField(max_length=120, unique=True)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=2, choices=Language.choices)
    values = EncryptedJSONField()  # the variables of the registered text
    owed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # empty for good when the customer was gone by then

    class Meta:
        indexes = [models.Index(fields=["user", "id"], name="notice_of_user")]

    def __str__(self) -> str:
        return f"{self.template} for {self.user_id}"
