"""The older price formula: a plan's base premium, loaded by age, for spouse and children, with GST. Whole paise.

Kept for older clients, which show it before buying. What is charged is the plan's own premium (`sold_as` in the answer).
"""

from dataclasses import dataclass

LOADING_FROM = 35  # years of age
LOADING_STEP = 5  # years
LOADING_PERCENT = 5  # of the base for each full step
SPOUSE_PERCENT = 30
CHILD_PERCENT = 20
GST_PERCENT = 18


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Amounts in paise."""

    base_premium: int
    age_loading: int
    spouse_loading: int
    child_loading: int

    @property
    def subtotal(self) -> int:
        return self.base_premium + self.age_loading + self.spouse_loading + self.child_loading

    @property
    def gst(self) -> int:
        return percent(self.subtotal, GST_PERCENT)

    @property
    def total(self) -> int:
        return self.subtotal + self.gst


def breakdown(*, base: int, age: int, spouses: int, children: int) -> Breakdown:
    """Return the price of a family; `age` is the policyholder's in whole years, `base` in paise."""
    steps = max(age - LOADING_FROM, 0) // LOADING_STEP
    return Breakdown(
        base_premium=base,
        age_loading=percent(base, LOADING_PERCENT * steps),
        spouse_loading=percent(base, SPOUSE_PERCENT * spouses),
        child_loading=percent(base, CHILD_PERCENT * children),
    )


def percent(amount: int, share: int) -> int:
    """Return `share` per cent of an amount, half a paisa rounded up."""
    return (amount * share + 50) // 100
