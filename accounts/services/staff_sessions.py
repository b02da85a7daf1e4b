"""Where staff are logged in to the back office: Django's sessions, which know their person but have no column for it."""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from aarokya.common import audit, clock
from aarokya.common.errors import NotFound
from accounts.models import Staff

OPENED = "opened"  # in the session: when, from where and with what it began
DEVICE_MAX = 200


@dataclass(frozen=True, slots=True)
class StaffSession:
    """One login that is open. `id` names it without being the cookie."""

    id: str
    opened_at: datetime | None
    address: str
    device: str
    expires_at: datetime
    is_this: bool


def note(session: MutableMapping[str, Any], *, address: str, device: str, now: datetime) -> None:
    """Keep in a new session what its person will know it by."""
    session[OPENED] = {"at": clock.epoch_s(now), "address": address, "device": device[:DEVICE_MAX]}


def of(staff: Staff, *, this: str | None, now: datetime) -> list[StaffSession]:
    """Return the person's open logins, the newest first. `this` is the key of the session that asks."""
    found = [shown(row, data, this=this) for row, data in rows_of(staff, now=now)]
    return sorted(found, key=lambda one: one.opened_at or datetime.min.replace(tzinfo=UTC), reverse=True)


def rows_of(staff: Staff, *, now: datetime) -> Iterator[tuple[Session, dict[str, Any]]]:
    """All open sessions are read: they are as many as people at work."""
    for row in Session.objects.filter(expire_date__gt=now):
        data = row.get_decoded()
        if data.get(SESSION_KEY) == str(staff.pk):
            yield row, data


def shown(row: Session, data: dict[str, Any], *, this: str | None) -> StaffSession:
    opened = data.get(OPENED, {})
    return StaffSession(
        id=id_of(row.session_key),
        opened_at=datetime.fromtimestamp(opened["at"], UTC) if "at" in opened else None,
        address=opened.get("address", ""),
        device=opened.get("device", ""),
        expires_at=row.expire_date,
        is_this=row.session_key == this,
    )


def id_of(session_key: str) -> str:
    return sha256(session_key.encode()).hexdigest()[:32]


@transaction.atomic
def end(staff: Staff, *, session_id: str, actor: str, reason: str, now: datetime) -> None:
    """End one of the person's logins. NotFound when it is not open any more."""
    keys = [row.session_key for row, _ in rows_of(staff, now=now) if id_of(row.session_key) == session_id]
    if not keys:
        raise NotFound
    Session.objects.filter(session_key__in=keys).delete()
    audit.record(actor=actor, action="staff.session_ended", obj=staff, reason=reason, now=now)
