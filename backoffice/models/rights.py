"""What staff may do that is not looking at, adding, changing or deleting rows of one model."""

from django.db import models


class Right(models.Model):
    """Has no table and no rows: the permissions hang on it."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("replay_message", "Can try quarantined messages again"),
            ("reveal_person", "Can see a customer's personal data, with a reason, for minutes"),
            ("impersonate_person", "Can look at the app as a customer sees it, with a reason, for minutes"),
            ("see_float", "Can see how much money all wallets hold"),
        ]

    def __str__(self) -> str:
        return "right"
