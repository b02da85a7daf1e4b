"""The steps, how often each comes, and the run itself."""

from collections import Counter
from dataclasses import dataclass
from random import Random

from aarokya.common import clock
from aarokya.common.failpoints import POINTS
from tests.dying import dies_within
from tests.mix import books, customers, ourselves, outside
from tests.mix.world import Step, World

OURS: dict[Step, int] = {
    customers.top_up: 14,
    customers.pay_premium: 8,
    customers.look: 6,
    customers.come_back: 3,
    customers.spend: 5,
    customers.begin_call: 2,
    customers.end_call: 3,
    customers.buy_policy: 4,
    customers.register_mandate: 3,
    customers.command_mandate: 4,
    customers.cancel_debit: 2,
    customers.fetch_receipt: 1,
    outside.tell: 8,
    outside.forge: 1,
    ourselves.work: 12,
    ourselves.sweep: 8,
    ourselves.collect: 4,
    ourselves.nightly: 1,
    ourselves.refund: 4,
    ourselves.decide_refund: 2,
    ourselves.reject_policy: 2,
    ourselves.activate_policy: 1,
    ourselves.sync_by_hand: 1,
}
THEIRS: dict[Step, int] = {
    outside.end_attempt: 16,
    outside.settle_refund: 3,
    outside.play_mandate: 5,
    outside.trouble: 4,
    outside.heal: 3,
    outside.pass_time: 5,
}
STEPS = OURS | THEIRS
DEATHS = 0.05  # of the steps that our processes make
REPEATS = 0.6  # of those, how many the client repeats
LOOK_EVERY = 500  # steps


@dataclass(frozen=True)
class Run:
    steps: int
    deaths: int
    kinds: Counter[str]


class Violated(AssertionError):
    """Says what does not hold, and how to see it again."""

    def __init__(self, world: World, step: int, found: list[str]) -> None:
        last = "\n  ".join(world.journal[-25:])
        again = f"make mix SEED={world.seed} STEPS={step + 1}"
        super().__init__(f"after step {step}, again with `{again}`:\n" + "\n".join(found[:20]) + f"\nthe last steps:\n  {last}")


def run(world: World, *, steps: int) -> Run:
    """Take the steps, let everything come to its end, and compare all books. Violated when they differ."""
    kinds: Counter[str] = Counter()
    deaths = 0
    for number in range(steps):
        choosing = world.at(number, "choice").chance
        step = choosing.choices(list(STEPS), list(STEPS.values()))[0]
        kinds[step.__name__] += 1
        deaths += take(world.at(number), step, choosing)
        if number % LOOK_EVERY == LOOK_EVERY - 1:
            judge(world, number, list(books.ledger(clock.now(), under_way=True)))
    books.settle_down(world)
    judge(world, steps - 1, books.violations(world))
    return Run(steps, deaths, kinds)


def judge(world: World, number: int, found: list[str]) -> None:
    if found:
        raise Violated(world, number, found)


def take(world: World, step: Step, choosing: Random) -> int:
    """One step, or one that dies half-way and may be repeated; 1 if a process died."""
    point = choosing.choice(sorted(POINTS)) if step in OURS and choosing.random() < DEATHS else ""
    try:
        if not point:
            write(world, step, step(world))
            return 0
        died = dies_within(step, world, point)
        write(world, step, f"{'died at' if died else 'never came to'} {point}")
        if choosing.random() < REPEATS:
            write(world, step, f"again: {step(world.at(world.number))}")
    except Exception as error:
        raise Violated(world, world.number, [f"{step.__name__}: {type(error).__name__}: {error}"]) from error
    return int(died)


def write(world: World, step: Step, said: str) -> None:
    world.journal.append(f"{world.number} {step.__name__}: {said}")
