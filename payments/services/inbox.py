"""Webhooks: stored first, understood later. The body is a hint about which order to ask for, and nothing else."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import F
from psycopg.types.json import Jsonb

from aarokya.common import failpoints, outbox
from aarokya.common.errors import NotFound
from aarokya.common.money import Money
from payments.gateways.base import Gateway, Hint, WebhookReader
from payments.models import Order, OrderEvent, TicketKind, WebhookInbox, WebhookState
from payments.services import tickets
from payments.services.syncing import sync_order

# The event of the webhook in `stored`.
RECEIVED_EVENT = """
    SELECT 'webhook.received', '', jsonb_build_object('inbox_id', id) || %(claim)s, received_at
    FROM stored WHERE state = 'RECEIVED'
"""
KEPT_HEADERS = ("Content-Type", "User-Agent", "X-Request-ID")


class UnknownOrder(NotFound):
    """A webhook names an order that we do not have. It is tried again later, then set aside for a person."""


def receive(*, reader: WebhookReader, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Store an authentic webhook once and announce it, in one statement; False for a duplicate, which announces nothing."""
    hint = reader.read(body)
    kept = {name: headers[name][:200] for name in KEPT_HEADERS if headers.get(name)}
    values = {
        "provider": reader.provider,
        "dedupe_key": hint.event_id if hint and hint.event_id else sha256(body).hexdigest(),
        "headers": Jsonb(kept),
        "body": WebhookInbox._meta.get_field("body").get_prep_value(body.decode("latin-1")),
        "received_at": now,
        "event_name": hint.event_name if hint else "",
        "order_id": hint.order_id if hint else "",
        "state": WebhookState.RECEIVED if hint and hint.order_id else WebhookState.UNREADABLE,
        "claim": Jsonb(claim(hint)),
    }
    with connection.cursor() as cursor:
        cursor.execute(storing(), values)
        return cursor.fetchone() is not None


@cache
def storing() -> str:
    """Return the statement that stores, announces and wakes: a gateway waits for its 200 while others queue behind it."""
    told = outbox.announcement(RECEIVED_EVENT, ["webhook.received"])
    return f"""
        WITH stored AS (
            INSERT INTO payments_webhook_inbox
                (provider, dedupe_key, headers, body, received_at, event_name, order_id, state, attempts, last_error)
            VALUES (%(provider)s, %(dedupe_key)s, %(headers)s, %(body)s, %(received_at)s, %(event_name)s, %(order_id)s,
                    %(state)s, 0, '')
            ON CONFLICT (provider, dedupe_key) DO NOTHING
            RETURNING id, state, received_at
        ), told AS ({told})
        SELECT id, CASE state WHEN 'RECEIVED' THEN pg_notify('{outbox.CHANNEL}', '') END FROM stored
    """  # noqa: S608 (names of ours; values are bound)


def claim(hint: Hint | None) -> dict[str, int]:
    """What the webhook says was paid, for the comparison with our order."""
    return {"amount": hint.amount.paise} if hint and hint.amount is not None else {}


def process(*, inbox_id: int, gateway: Gateway, now: datetime, is_replay: bool = False, claimed: Money | None = None) -> None:
    """Ask about the order that the webhook names, unless the truth was already fetched after the hint came.

    `claimed`, the amount in the webhook, is compared with ours and otherwise ignored.

    UnknownOrder, or the gateway's failure, when this must be repeated.
    """
    row = WebhookInbox.objects.get(pk=inbox_id)
    if row.state not in {WebhookState.RECEIVED, WebhookState.UNKNOWN_ORDER}:
        return
    order = Order.objects.filter(order_id=row.order_id).first()
    if order is None:
        finish(row, WebhookState.UNKNOWN_ORDER, now=now, problem=f"there is no order {row.order_id}")
        raise UnknownOrder(f"webhook {row.pk}: there is no order {row.order_id}")
    if is_replay or order.synced_at is None or order.synced_at <= row.received_at:
        sync_order(
            order_id=order.order_id, cause=OrderEvent.Cause.WEBHOOK, gateway=gateway, now=now, evidence_id=f"webhook:{row.pk}"
        )
    if claimed is not None and claimed != order.gateway_amount:
        alert(row, order, claimed, now=now)
    failpoints.reach("webhook.followed")
    finish(row, WebhookState.PROCESSED, now=now)


@transaction.atomic
def alert(row: WebhookInbox, order: Order, claimed: Money, *, now: datetime) -> None:
    """Somebody who knows our password says what is not so: a person should know, whatever the gateway says."""
    problem = f"webhook {row.pk} names {claimed.as_rupees()} where the order is about {order.gateway_amount.as_rupees()}"
    tickets.call_a_person(kind=TicketKind.MISMATCH, order=order, subject=order.order_id, problem=problem, now=now)


def finish(row: WebhookInbox, to: WebhookState, *, now: datetime, problem: str = "") -> None:
    done_at = now if to == WebhookState.PROCESSED else None
    rows = WebhookInbox.objects.filter(pk=row.pk)
    rows.update(state=to, attempts=F("attempts") + 1, processed_at=done_at, last_error=problem)


@transaction.atomic
def replay(*, inbox_id: int, now: datetime) -> None:
    """Announce a stored webhook again, whatever became of it the first time."""
    rows = WebhookInbox.objects.filter(pk=inbox_id).exclude(order_id="")
    if rows.update(state=WebhookState.RECEIVED) == 1:
        outbox.emit("webhook.received", payload={"inbox_id": inbox_id, "is_replay": True}, now=now)
