"""A gateway that sends its webhooks by the clock, from a process of its own: the simulator's answers others meanwhile."""

import http.client
import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from payments.tests.builders import basic, event

HEADERS = {"Content-Type": "application/json"}
START_S = 0.2  # until all senders are there


class Sender:
    """Sends from threads, each over a connection that it keeps."""

    def __init__(self, port: int, *, per_second: float) -> None:
        self.port, self.per_second = port, per_second
        self.begins = time.monotonic() + START_S
        self.local = threading.local()
        self.headers = {**HEADERS, "Authorization": basic()}

    def send(self, number: int, body: bytes) -> tuple[float, int]:
        """Send at this webhook's moment; return the milliseconds until its answer, and the status."""
        time.sleep(max(0.0, self.begins + number / self.per_second - time.monotonic()))
        began = time.perf_counter()
        connection = self.connection()
        connection.request("POST", "/webhooks/juspay", body, self.headers)
        answer = connection.getresponse()
        answer.read()
        return (time.perf_counter() - began) * 1000, answer.status

    def connection(self) -> http.client.HTTPConnection:
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port)
        kept: http.client.HTTPConnection = self.local.connection
        return kept


def send_all(port: int, orders: Sequence[str], *, copies: int, amount: str, per_second: float, senders: int) -> dict[str, Any]:
    """Send the event of each order `copies` times, shuffled; return counts and milliseconds like the simulator's storm."""
    bodies = [event(order, event_id=f"evt_{order}", amount=amount) for order in orders] * copies
    random.shuffle(bodies)
    began, sender = time.monotonic(), Sender(port, per_second=per_second)
    with ThreadPoolExecutor(senders) as pool:
        answers = list(pool.map(sender.send, range(len(bodies)), bodies))
    cuts = statistics.quantiles([took for took, _ in answers], n=100, method="inclusive")
    return {
        "sent": len(answers),
        "seconds": time.monotonic() - began - START_S,
        "answers": dict(Counter(str(status) for _, status in answers)),
        "p50_ms": cuts[49],
        "p95_ms": cuts[94],
        "p99_ms": cuts[98],
    }
