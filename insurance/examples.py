"""What families people know would pay under given terms: shown to who edits and to who approves."""

from collections.abc import Sequence
from dataclasses import dataclass

from insurance.plans import difference, nearest, plan_code
from insurance.services.versions import Plan, Terms

FAMILIES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("One adult", (30,)),
    ("A couple", (30, 28)),
    ("A couple and a child of 6", (30, 28, 6)),
    ("A couple and two children, 6 and 2", (30, 28, 6, 2)),
    ("A parent and a child of 6", (30, 6)),
    ("A couple and a mother of 58", (30, 28, 58)),
)


@dataclass(frozen=True, slots=True)
class Example:
    """A family, its plan code, and what it would pay: amounts in Indian grouping, or why it is not sold."""

    family: str
    code: str
    price: str


def prices(terms: Terms) -> list[Example]:
    """What each example family would pay under `terms`."""
    plans = {plan.plan_code: plan for plan in terms.plans}
    return [example(name, ages, plans, most=terms.max_dependants) for name, ages in FAMILIES]


def example(name: str, ages: Sequence[int], plans: dict[str, Plan], *, most: int | None) -> Example:
    code = plan_code(ages)
    if most is not None and len(ages) - 1 > most:
        return Example(name, code, f"not sold: at most {most} beside the policyholder")
    plan = plans.get(code)
    if plan is not None:
        return Example(name, code, f"{plan.daily_premium} a day or {plan.annual_premium} a year, cover {plan.coverage}")
    near = nearest(code, plans)
    return Example(name, code, f"not sold; nearest is {near[0]} ({difference(code, near[0])})" if near else "not sold")


def compared(before: Terms | None, after: Terms) -> list[tuple[str, str, str]]:
    """Return (family with its code, price now, price then)."""
    now = {example.family: example.price for example in prices(before)} if before else {}
    return [(f"{one.family} ({one.code})", now.get(one.family, "–"), one.price) for one in prices(after)]
