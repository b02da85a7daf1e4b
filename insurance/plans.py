"""Plan codes: how a family is written as `2A1C`."""

import re
from collections.abc import Iterable

ADULT_FROM = 25  # whole years; the policyholder counts like everybody else
SHAPE = re.compile(r"(\d+)A(?:(\d+)C)?")


def plan_code(ages: Iterable[int]) -> str:
    """Return `2A` or `2A1C` for the members' ages. A person of 23 alone is `0A1C`, which no plan prices."""
    found = list(ages)
    adults = sum(age >= ADULT_FROM for age in found)
    children = len(found) - adults
    return f"{adults}A{children}C" if children else f"{adults}A"


def counts(code: str) -> tuple[int, int]:
    """Return (adults, children) of a plan code; ValueError for anything else."""
    found = SHAPE.fullmatch(code)
    if found is None:
        raise ValueError(f"{code[:20]!r} is not a plan code")
    return int(found[1]), int(found[2] or 0)


def nearest(code: str, sellable: Iterable[str]) -> list[str]:
    """Return the sellable codes, the nearest family first; of equally near ones those that only leave people out."""
    adults, children = counts(code)

    def distance(other: str) -> tuple[int, int, str]:
        more_adults, more_children = counts(other)[0] - adults, counts(other)[1] - children
        return abs(more_adults) + abs(more_children), max(more_adults, 0) + max(more_children, 0), other

    return sorted(sellable, key=distance)


def difference(code: str, other: str) -> str:
    """Return how to come from one code to the other: `1 child fewer`, `1 adult more and 2 children fewer`."""
    changes = (
        (counts(other)[0] - counts(code)[0], "adult", "adults"),
        (counts(other)[1] - counts(code)[1], "child", "children"),
    )
    words = [
        f"{abs(change)} {one if abs(change) == 1 else many} {'more' if change > 0 else 'fewer'}"
        for change, one, many in changes
        if change
    ]
    return " and ".join(words) or "the same family"
