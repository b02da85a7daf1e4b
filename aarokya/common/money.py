"""Money: whole paise, never a float; and the model field that stores it."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from aarokya.common.display import rupees

CURRENCY = "INR"
PAISE_MAX = 2**63 - 1  # what a bigint column holds
# Few enough digits for exact arithmetic in Decimal's 28; the exponent is how Decimal writes 0.0000000.
AMOUNT = re.compile(r"-?\d{1,17}(\.\d{1,8})?(E-?\d)?", re.ASCII)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount of Indian rupees in paise; may be negative (a difference), never fractional."""

    paise: int = 0

    def __post_init__(self) -> None:
        if type(self.paise) is not int:
            raise TypeError(f"paise must be an int, not {type(self.paise).__name__}")

    @classmethod
    def from_rupees(cls, text: str) -> Self:
        """Read a partner's amount (`"100"`, `"100.15"`, `"1.0"`). ValueError when it is not whole paise."""
        if not AMOUNT.fullmatch(text):
            raise ValueError(f"not an amount: {text[:40]!r}")
        paise = Decimal(text) * 100
        if paise != paise.to_integral_value():
            raise ValueError(f"not whole paise: {text!r}")
        if abs(paise) > PAISE_MAX:
            raise ValueError(f"not an amount that can be stored: {text!r}")
        return cls(int(paise))

    def as_rupees(self) -> str:
        """Return `"100.15"`: what partners read, always two decimals."""
        sign = "-" if self.paise < 0 else ""
        return f"{sign}{abs(self.paise) // 100}.{abs(self.paise) % 100:02d}"

    def percent(self, rate: Decimal) -> "Money":
        """Return `rate` per cent of this, half a paisa rounded away from zero."""
        return Money(int((self.paise * rate / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    def split(self, parts: int) -> list["Money"]:
        """Return `parts` shares that differ by at most one paisa and sum to this; the first ones are larger."""
        if parts < 1:
            raise ValueError("money is split into at least one part")
        share, rest = divmod(self.paise, parts)
        return [Money(share + (1 if index < rest else 0)) for index in range(parts)]

    def __add__(self, other: "Money") -> "Money":
        return Money(self.paise + other.paise)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.paise - other.paise)

    def __mul__(self, times: int) -> "Money":
        return Money(self.paise * times)

    def __neg__(self) -> "Money":
        return Money(-self.paise)

    def __lt__(self, other: "Money") -> bool:
        return self.paise < other.paise

    def __bool__(self) -> bool:
        return self.paise != 0

    def __str__(self) -> str:
        return rupees(self.paise)


if TYPE_CHECKING:
    MoneyColumn = models.BigIntegerField[Money | int, Money]
else:
    MoneyColumn = models.BigIntegerField


class MoneyField(MoneyColumn):
    """A bigint of paise that reads as Money and is written from Money (or 0 as a column default)."""

    _pyi_private_get_type: Money  # type: ignore[assignment]  # read by the checker's Django plugin
    _pyi_private_set_type: Money | int  # type: ignore[assignment]

    def from_db_value(self, value: int | None, *_: Any) -> Money | None:
        return None if value is None else Money(int(value))

    def get_prep_value(self, value: Any) -> Any:
        # Django would cut 1.5 to 1 and take True for 1; expressions like F() pass.
        if isinstance(value, float | Decimal | bool | str):
            raise TypeError(f"{self.name}: paise are written as Money, not {type(value).__name__}")
        return super().get_prep_value(value.paise if isinstance(value, Money) else value)

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, Money) else Money(int(value))

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))

    def get_default(self) -> Any:
        default = super().get_default()
        return Money(default) if isinstance(default, int) else default
