"""Many webhooks at once, and how the merchant took them."""

import random
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from statistics import quantiles
from time import monotonic, sleep
from typing import Any

from django.http import HttpRequest, HttpResponse

from sandbox import clock, store, wire
from sandbox.config import configuration
from sandbox.control.desk import choice, number, refusal
from sandbox.juspay import courier, records, webhooks
from sandbox.wire import Answer, Refusal

EVENTS = {"ORDER_SUCCEEDED", "ORDER_FAILED", "ORDER_REFUNDED", "ORDER_CREATED", "TXN_CREATED", "TXN_CHARGED"}
CONCURRENCY_MAX = 128


def send(request: HttpRequest) -> HttpResponse:
    """`POST /_control/webhooks` `{order_ids, events?, copies?, shuffle?, delay_s?, concurrency?}`.

    Sends every event of every order `copies` times from `concurrency` threads, and answers when all are sent:
    `{sent, seconds, answers: {"200": n}, p50_ms, p95_ms, p99_ms, max_ms}`. What fails is retried on the usual schedule.
    """
    try:
        given = wire.json_body(request)
        concurrency = int(min(number(given.get("concurrency", 8), "concurrency", minimum=1), CONCURRENCY_MAX))
        delay_s = number(given.get("delay_s", 0), "delay_s")
        with store.transaction() as book:
            queued = _queued(book, given, now=clock.now(book))
    except Refusal as refused:
        return wire.response(refused.answer)
    except wire.UnreadableBody as error:
        return wire.response(refusal(str(error)).answer)
    sleep(delay_s)
    return wire.response(Answer(_sent(queued, concurrency=concurrency)))


def _queued(book: sqlite3.Connection, given: dict[str, Any], *, now: datetime) -> list[int]:
    """Write the deliveries, out of the courier's reach; their ids in the order of sending."""
    copies = int(number(given.get("copies", 1), "copies", minimum=1))
    names = [choice(name, "events", EVENTS) for name in given.get("events") or ["ORDER_SUCCEEDED"]]
    ids: list[int] = []
    for order_id in given.get("order_ids") or []:
        order = records.found(book, str(order_id))
        if order is None:
            raise refusal(f"Juspay knows no order {order_id}", status=404)
        for name in names:
            body = webhooks.order_event(book, order=order, event_name=name, now=now)
            url = configuration().webhook_url
            ids += [webhooks.enqueue(book, body=body, subject=order["order_id"], url=url, due_at=now) for _copy in range(copies)]
    book.executemany("UPDATE deliveries SET state = 'STORM' WHERE id = ?", [(row_id,) for row_id in ids])
    if given.get("shuffle"):
        random.shuffle(ids)
    return ids


def _sent(ids: list[int], *, concurrency: int) -> dict[str, Any]:
    started = monotonic()
    with courier.client() as sender, ThreadPoolExecutor(concurrency, thread_name_prefix="storm") as pool:

        def deliver(row_id: int) -> courier.Result:
            row = store.connection().execute("SELECT * FROM deliveries WHERE id = ?", [row_id]).fetchone()
            return courier.deliver(sender, row)

        results = list(pool.map(deliver, ids))
    times = sorted(result.took_ms for result in results) or [0.0]
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    return {
        "sent": len(results),
        "seconds": round(monotonic() - started, 3),
        "answers": dict(Counter(result.answer for result in results)),
        "p50_ms": round(cuts[49], 2),
        "p95_ms": round(cuts[94], 2),
        "p99_ms": round(cuts[98], 2),
        "max_ms": round(times[-1], 2),
    }
