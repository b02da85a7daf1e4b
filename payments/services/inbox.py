"""Webhooks: stored first, understood later. The body is a hint about which order to ask for, and nothing else."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import F

from aarokya.common import failpoints, outbox
from aarokya.common.errors import NotFound
from payments.gateways.base import Gateway, WebhookReader
from payments.models import Order, OrderEvent, WebhookInbox, WebhookState
from payments.services.syncing import sync_order

KEPT_HEADERS = ("Content-Type", "User-Agent", "X-Request-ID")


class UnknownOrder(NotFound):
    """A webhook names an order that we do not have. It is tried again later, then set aside for a person."""


@transaction.atomic
def receive(*, reader: WebhookReader, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookInbox:
    """Store an authentic webhook once; a duplicate returns the first row and announces nothing."""
    hint = reader.read(body)
    dedupe_key = hint.event_id if hint and hint.event_id else sha256(body).hexdigest()
    row, is_new = WebhookInbox.objects.get_or_create(
        provider=reader.provider,
        dedupe_key=dedupe_key,
        defaults={
            "headers": {name: headers[name][:200] for name in KEPT_HEADERS if headers.get(name)},
            "body": body.decode("latin-1"),
            "received_at": now,
            "event_name": hint.event_name if hint else "",
            "order_id": hint.order_id if hint else "",
            "state": WebhookState.RECEIVED if hint and hint.order_id else WebhookState.UNREADABLE,
        },
    )
    if is_new and row.state == WebhookState.RECEIVED:
        outbox.emit("webhook.received", payload={"inbox_id": row.pk}, now=now)
    return row


def process(*, inbox_id: int, gateway: Gateway, now: datetime, is_replay: bool = False) -> None:
    """Ask about the order that the webhook names, unless the truth was already fetched after the hint came.

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
    failpoints.reach("webhook.followed")
    finish(row, WebhookState.PROCESSED, now=now)


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
