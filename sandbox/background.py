"""The sandbox's own thread: timers that fall due and webhooks to send."""

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import httpx2

from sandbox import store, timers
from sandbox.juspay import courier, debits, orders, refunds
from sandbox.razorpay import books as razorpay
from sandbox.stripe import books as stripe

logger = logging.getLogger(__name__)

TICK_S = 0.025
SENDERS = 8

TIMERS: dict[str, timers.Handler] = {
    "juspay.refund": refunds.settle_due,
    "juspay.late_success": orders.late_success,
    "juspay.dummy_gateway": orders.dummy_gateway_success,
    "juspay.debit": debits.execute,
    "razorpay.refund": razorpay.settle_due,
    "stripe.refund": stripe.settle_due,
}


def start() -> None:
    """Prepare the books and start the thread; it ends with the process."""
    store.prepare()
    with store.transaction() as book:  # a storm that a crash cut short goes on as ordinary deliveries
        book.execute("UPDATE deliveries SET state = 'PENDING' WHERE state = 'STORM'")
    threading.Thread(target=_work_forever, name="sandbox-background", daemon=True).start()


def _work_forever() -> None:
    server = os.getppid()
    with courier.client() as sender, ThreadPoolExecutor(SENDERS, thread_name_prefix="webhook") as pool:
        while os.getppid() == server:
            try:
                timers.run_due(TIMERS)
                _send_due(sender, pool)
            except Exception:
                logger.exception("background work failed")
            sleep(TICK_S)
        os._exit(1)  # the server was killed without its worker: an orphan would go on sending webhooks and hold the port


def _send_due(sender: httpx2.Client, pool: ThreadPoolExecutor) -> None:
    for delivery_id in courier.due(store.connection(), except_ids=courier.UNDER_WAY.ids()):
        courier.UNDER_WAY.add(delivery_id)
        pool.submit(_send, sender, delivery_id)


def _send(sender: httpx2.Client, delivery_id: int) -> None:
    try:
        courier.send(sender, delivery_id)
    except Exception:
        logger.exception("delivery %s failed", delivery_id)
