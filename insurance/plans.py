"""Plan codes: how a family is written as `2A1C`."""

from collections.abc import Iterable

ADULT_FROM = 25  # whole years; the policyholder counts like everybody else


def plan_code(ages: Iterable[int]) -> str:
    """Return `2A` or `2A1C` for the members' ages. A person of 23 alone is `0A1C`, which no plan prices."""
    found = list(ages)
    adults = sum(age >= ADULT_FROM for age in found)
    children = len(found) - adults
    return f"{adults}A{children}C" if children else f"{adults}A"
