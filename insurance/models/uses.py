"""Orders that bought a policy through the older way: paid first, insured after."""

from django.db import models

from aarokya.common.models import Record


class OrderUse(Record):
    """An order buys one policy. `policy_id` is written before the policy is: a use whose policy never came is free again."""

    order_id = models.CharField(max_length=20, unique=True)
    policy_id = models.UUIDField()

    class Meta:
        db_table = "insurance_order_use"

    def __str__(self) -> str:
        return self.order_id
