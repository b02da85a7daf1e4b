"""What may be asked in paths and query strings."""

import re
from typing import Any

from rest_framework import serializers

from aarokya.common.errors import Detail, InvalidInput, NumberOfDaysOutOfRange
from wallets.models import Direction, SpendingPurpose

DAYS_MAX = 365
WHOLE_NUMBER = re.compile(r"-?\d{1,10}", re.ASCII)
DIRECTIONS = {direction.name: direction.value for direction in Direction}
PURPOSES = frozenset(
    {"TOPUP", "CONTRIBUTION", "GIFT", "WITHDRAWAL", "REFUND", "ADJUSTMENT", "ADJUSTMENT_OTHERS", *SpendingPurpose.values}
)


class PayeesQuery(serializers.Serializer[Any]):
    """`?query=`: words that the payee's name, city or category must contain."""

    query = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")


class TransactionsQuery(serializers.Serializer[Any]):
    """`?type=`: CREDIT, DEBIT or a purpose, in any letter case."""

    type = serializers.CharField(max_length=40, required=False)


def days_of(text: str) -> int:
    """Return 0 (everything) or 1 to 365. InvalidInput when it is no number, NumberOfDaysOutOfRange otherwise."""
    if not WHOLE_NUMBER.fullmatch(text):
        raise InvalidInput(
            "number_of_days: must be a whole number", details=(Detail("number_of_days", "invalid", "is no number"),)
        )
    days = int(text)
    if not 0 <= days <= DAYS_MAX:
        raise NumberOfDaysOutOfRange
    return days


def type_filter(word: str | None) -> dict[str, Any]:
    """Return the filter on a wallet's entries that `type` asks for."""
    if word is None:
        return {}
    name = word.upper()
    if name in DIRECTIONS:
        return {"transfer__direction": DIRECTIONS[name]}
    if name in PURPOSES:
        return {"transfer__purpose": name}
    raise InvalidInput("type: is neither CREDIT, DEBIT nor a purpose", details=(Detail("type", "invalid_choice", "is unknown"),))
