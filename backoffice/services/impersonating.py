"""The app's screens as a customer sees them: the API's own answers to reading, in a transaction that cannot write."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.http import HttpRequest, QueryDict
from django.urls import resolve

from aarokya.common import audit
from aarokya.common.api.principals import Customer
from aarokya.common.errors import Forbidden, NotFound
from accounts.models import Staff, User, UserStatus
from accounts.services import accesses
from backoffice.models import Impersonation

LASTS = timedelta(minutes=15)
# What may be looked at: the name of a screen, and what the app asks for to fill it. Health data is not among it.
SCREENS: dict[str, str] = {
    "Wallet": "/wallet",
    "Wallet history": "/wallet/transactions",
    "Payments": "/payments",
    "Policies": "/users/{user_id}/insurance_policies",
    "Family": "/users/{user_id}/dependants",
    "What can be bought": "/users/{user_id}/eligibility",
    "Profile": "/user/profile",
    "Devices": "/auth/sessions",
    "Who saw my data": "/user/access_log",
}


@dataclass(frozen=True, slots=True)
class Screen:
    """What the app gets: the status and the JSON."""

    status: int
    data: Any


@transaction.atomic
def start(*, user: User, staff: Staff, ticket: str, reason: str, now: datetime) -> Impersonation:
    """Let this member of staff look for a quarter of an hour; the customer can read it at once. Forbidden for who is gone."""
    if user.status not in (UserStatus.ONBOARDING, UserStatus.ACTIVE):
        raise Forbidden("There is no app to look at: the customer is deactivated or erased")
    visit = Impersonation.objects.create(
        staff=staff, user=user, ticket=ticket, reason=reason, started_at=now, expires_at=now + LASTS
    )
    why = f"{ticket}: {reason}"
    accesses.note(user_ids=[user.pk], staff=staff.username, what="the app as you see it", reason=why, now=now)
    after = {"user_id": str(user.pk), "ticket": ticket, "until": visit.expires_at.isoformat()}
    audit.record(actor=f"staff:{staff.username}", action="impersonation.started", obj=visit, after=after, reason=reason, now=now)
    return visit


def running(*, visit_id: Any, staff: Staff, now: datetime) -> Impersonation:
    """Return one's own visit while it lasts. NotFound."""
    found = Impersonation.objects.select_related("user").filter(pk=visit_id, staff=staff, ended_at=None).first()
    if found is None or found.expires_at <= now:
        raise NotFound("This visit is over")
    return found


@transaction.atomic
def end(visit: Impersonation, *, now: datetime) -> None:
    if Impersonation.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=now):
        audit.record(actor=f"staff:{visit.staff.username}", action="impersonation.ended", obj=visit, now=now)


def look(visit: Impersonation, name: str, *, query: dict[str, str], now: datetime) -> Screen:
    """Return one screen, and note it in the customer's access log. NotFound for anything that is not in SCREENS."""
    route = SCREENS.get(name)
    if route is None:
        raise NotFound
    with transaction.atomic():
        what = f"the app as you see it: {name}"
        accesses.note(user_ids=[visit.user_id], staff=visit.staff.username, what=what, reason=visit.ticket, now=now)
    return read(route.format(user_id=visit.user_id), visit=visit, query=query)


def read(path: str, *, visit: Impersonation, query: dict[str, str]) -> Screen:
    """Ask our own API as the customer, for reading alone: PostgreSQL refuses every write until the end."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.META = {
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_ACCEPT": "application/json",
    }
    request.GET = QueryDict(urlencode(query))
    customer = Customer(user_id=visit.user_id, session_id=visit.pk, status=str(visit.user.status))
    for name, value in (("_force_auth_user", customer), ("_force_auth_token", None)):  # DRF's own way past tokens
        setattr(request, name, value)
    found = resolve(path)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        answer = found.func(request, *found.args, **found.kwargs)
        transaction.set_rollback(True)
    return Screen(answer.status_code, answer.data)
