"""The insurer's signed notices about claims: checked, kept, and taken as a hint to ask."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from aarokya.common import outbox
from aarokya.common.clock import epoch_s
from aarokya.common.errors import InvalidInput, InvalidToken
from insurance.models import ClaimWebhook

TOLERANCE = timedelta(minutes=5)  # a notice older than this is a replay


def receive(*, signature: str, body: bytes, now: datetime) -> bool:
    """Keep a notice and have it looked at; False for one that was kept before. InvalidToken, InvalidInput."""
    refuse_forged(signature, body, now=now)
    notice = read(body)
    with transaction.atomic():
        _, new = ClaimWebhook.objects.get_or_create(
            event_id=notice["event_id"],
            defaults={"external_claim_id": notice["claim_id"], "body": notice, "received_at": now},
        )
        if new:
            outbox.emit("claim.noticed", key=notice["claim_id"], payload={"external_claim_id": notice["claim_id"]}, now=now)
    return new


def refuse_forged(signature: str, body: bytes, *, now: datetime) -> None:
    """`t=<epoch seconds>,v1=<hex HMAC-SHA-256 of "<t>." and the body>`; compared in constant time."""
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    moment, given = parts.get("t", ""), parts.get("v1", "")
    expected = hmac.new(settings.NARAYANA_WEBHOOK_KEY, moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise InvalidToken("The webhook signature is wrong")
    if not moment.isdecimal() or abs(epoch_s(now) - int(moment)) > TOLERANCE.total_seconds():
        raise InvalidToken("The webhook is too old")


def read(body: bytes) -> dict[str, Any]:
    try:
        notice = json.loads(body)
    except ValueError as error:
        raise InvalidInput("The body must be JSON") from error
    names = ("event_id", "claim_id")
    if not isinstance(notice, dict) or not all(isinstance(notice.get(name), str) and notice[name] for name in names):
        raise InvalidInput("event_id and claim_id are required")
    return {**notice, "event_id": notice["event_id"][:100], "claim_id": notice["claim_id"][:64]}
