"""From a webhook to the money in the wallet: 500 payments one after the other, then 500 at once, each told twice in no order;
and how long a webhook waits for its 200 when they come steadily."""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from aarokya.common import clock
from aarokya.common.money import Money
from aarokya.embedded import locations, postgres
from bench import gateway_sender
from bench.frame import Row, console
from tests.stack import product
from tests.stack.product import Rider, RunningProduct

RIDERS, ORDERS_EACH, AMOUNT = 10, 50, 1_000
ORDERS = RIDERS * ORDERS_EACH
COPIES, SENDERS = 2, 8
PER_SECOND = 20  # payments in the steady part: 1.7 million a day
P95_MS_MAX = 1_000.0
ACCEPTED_PER_SECOND, ACCEPTED_SENDERS, ACCEPTED_P99_MS_MAX = 200, 32, 20.0
PARTS = 5  # steadily, at once, and three turns at a rate: of 1,000 webhooks, ten that something else held up make a p99
DRAIN_S_MAX = 180
# From the first receipt of an order's webhook to the commit of its credit; a credit that came before it counts as 0.
LATENCIES = """
SELECT greatest(0, extract(epoch FROM pg_xact_commit_timestamp(t.xmin) - w.received_at) * 1000)::float
FROM (SELECT order_id, min(received_at) AS received_at FROM payments_webhook_inbox WHERE received_at > %s GROUP BY order_id) w
JOIN wallets_transfer t ON t.reference_type = 'ORDER' AND t.reference_id = w.order_id AND t.direction = 1
"""


def rows(started: RunningProduct) -> list[Row]:
    with ThreadPoolExecutor(4) as pool:
        riders = list(pool.map(lambda number: product.rider(started, f"97000000{number:02d}"), range(RIDERS)))
    steady, _ = credited(started, riders, steadily, part=1)
    burst, accepted = credited(started, riders, at_once, part=2)
    turns = [credited(started, riders, at_a_rate, part=part)[1] for part in range(3, PARTS + 1)]
    sound = books_hold(started, riders)
    return [
        latency_row(f"webhook → wallet credited, {ORDERS} events at {PER_SECOND}/s", steady, bound=P95_MS_MAX, sound=sound),
        latency_row(f"webhook → wallet credited, {ORDERS} events at once", burst, bound=None, sound=sound),
        acceptance_row(f"… and how long those wait for their 200, from {SENDERS} senders", accepted),
        acceptance_row(f"webhook accepted, at {ACCEPTED_PER_SECOND}/s", median_of(turns), bound=ACCEPTED_P99_MS_MAX),
    ]


def credited(
    started: RunningProduct, riders: list[Rider], send: Callable[[RunningProduct, list[str]], dict[str, Any]], *, part: int
) -> tuple[list[float], dict[str, Any]]:
    """Place orders, have them charged and told by `send`; return the latencies in ms and what `send` says."""
    with console.status(f"{ORDERS} orders"), ThreadPoolExecutor(4) as pool:
        placed = [(who, f"bench-{part}-{number}") for number in range(ORDERS_EACH) for who in riders]
        orders = list(pool.map(lambda each: str(each[0].order(AMOUNT, key=each[1])["order_id"]), placed))
    since = clock.now()
    expected = AMOUNT * ORDERS_EACH * part
    with console.status(f"{COPIES * ORDERS} webhooks, {send.__name__}"):
        said = send(started, orders)
        await_money(riders, expected)
    return latencies_ms(started, since=since), said


def await_money(riders: list[Rider], expected: int) -> None:
    """Return when everybody has what was paid; RuntimeError when the queue takes minutes."""
    deadline = time.monotonic() + DRAIN_S_MAX
    while min(who.balance() for who in riders) < expected:
        if time.monotonic() > deadline:
            raise RuntimeError(f"not all payments were credited within {DRAIN_S_MAX} s")
        time.sleep(0.2)


def steadily(started: RunningProduct, orders: list[str]) -> dict[str, Any]:
    """One payment after the other; their webhooks overtake each other within a quarter of a second."""
    begun = time.monotonic()
    for number, order in enumerate(orders):
        time.sleep(max(0.0, begun + number / PER_SECOND - time.monotonic()))
        started.control("POST", f"orders/{order}", {"outcome": "CHARGED", "webhooks": {"copies": COPIES, "shuffle": True}})
    return {}


def at_once(started: RunningProduct, orders: list[str]) -> dict[str, Any]:
    """Charge all silently, then send every webhook as fast as we take them."""
    charge(started, orders)
    told = {"order_ids": orders, "copies": COPIES, "shuffle": True, "concurrency": SENDERS}
    said: dict[str, Any] = started.control("POST", "webhooks", told)
    return said


def at_a_rate(started: RunningProduct, orders: list[str]) -> dict[str, Any]:
    """Charge all silently, then send the webhooks at their moments, however long we take over each."""
    charge(started, orders)
    return gateway_sender.send_all(
        started.port,
        orders,
        copies=COPIES,
        amount=Money(AMOUNT).as_rupees(),
        per_second=ACCEPTED_PER_SECOND,
        senders=ACCEPTED_SENDERS,
    )


def median_of(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of each figure, and what was sent and answered in all turns together."""
    figures = {name: statistics.median(said[name] for said in turns) for name in ("p50_ms", "p95_ms", "p99_ms")}
    answers: Counter[str] = sum((Counter(said["answers"]) for said in turns), Counter())
    sums = {name: sum(said[name] for said in turns) for name in ("sent", "seconds")}
    return {**figures, **sums, "answers": dict(answers)}


def charge(started: RunningProduct, orders: list[str]) -> None:
    charged = [{"order_id": order, "outcome": "CHARGED", "webhooks": {"suppress": True}} for order in orders]
    started.control("POST", "orders", {"orders": charged})


def latencies_ms(started: RunningProduct, *, since: datetime) -> list[float]:
    with postgres.superuser(locations.socket_directory(started.folder), locations.DATABASE) as connection:
        return [float(row[0]) for row in connection.execute(LATENCIES, [since])]


def books_hold(started: RunningProduct, riders: list[Rider]) -> bool:
    """Each rider has what all orders brought, no more, and every invariant of the ledger holds."""
    balances = {who.balance() for who in riders}
    return balances == {PARTS * AMOUNT * ORDERS_EACH} and started.manage("ledger", "verify").returncode == 0


def latency_row(what: str, latencies: list[float], *, bound: float | None, sound: bool) -> Row:
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    once = sound and len(latencies) == ORDERS  # one row for each credit: a second one would be one too many
    told = (
        f"p50 {cuts[49]:,.0f} ms, p95 {cuts[94]:,.0f} ms, {'credited exactly once each' if once else 'NOT credited exactly once'}"
    )
    must = "exactly once" if bound is None else f"p95 ≤ {bound:,.0f} ms, exactly once"
    return Row(f"{what}, each {COPIES} times, shuffled", told, must=must, holds=once and (bound is None or cuts[94] <= bound))


def acceptance_row(what: str, said: dict[str, Any], *, bound: float | None = None) -> Row:
    rate = said["sent"] / said["seconds"]
    told = f"p50 {said['p50_ms']:.0f} ms, p95 {said['p95_ms']:.0f} ms, p99 {said['p99_ms']:.0f} ms at {rate:.0f}/s"
    if bound is None:
        return Row(what, told)
    all_taken = said["answers"] == {"200": said["sent"]}
    return Row(what, told, must=f"p99 ≤ {bound:.0f} ms", holds=all_taken and said["p99_ms"] <= bound)
