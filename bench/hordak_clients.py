"""What one client of the crowd repeats with django-hordak: a transfer by its own method, in a transaction as it demands."""

import random
from collections.abc import Callable

from django.db import transaction
from hordak.models import Account
from moneyed import Money

SMALLEST = Money("0.01", "INR")
ACCOUNTS = 200


def transfer() -> Callable[[], object]:
    accounts = list(Account.objects.all())

    def between_two() -> object:
        source, target = random.sample(accounts, 2)
        with transaction.atomic():
            return source.transfer_to(target, SMALLEST)

    return between_two


def install() -> Callable[[], object]:
    """Make the accounts once, and have nothing to repeat: run by a crowd of one."""
    for number in range(ACCOUNTS):
        Account.objects.create(name=f"Account {number}", code=str(number), type="LI", currencies=["INR"])
    return int
