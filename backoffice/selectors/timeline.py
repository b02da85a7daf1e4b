"""What happened to and around one customer, newest first, from every table that knows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from aarokya.common.models import AuditEntry
from accounts.models import Access, Notice, User, UserSession
from doctor.models import Session as Consultation
from insurance.models import Policy
from payments.models import Order, Refund
from wallets.models import Transfer

PAGE = 40
FETCHED = PAGE + 1  # of each table: one more tells that there are older ones


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: `icon` and `title` say what kind, `text` what exactly, without personal data."""

    at: datetime
    icon: str
    title: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A table that knows something. `read(user_id, before)` yields its newest FETCHED moments before that time.

    `page` is the permission that its links need, where that is another one.
    """

    permission: str
    read: Callable[[UUID, datetime], Iterator[Moment]]
    page: str = ""

    def moments(self, user_id: UUID, *, staff: Any, before: datetime) -> Iterator[Moment]:
        """Nothing without the permission, and no link that leads to a refusal."""
        if not staff.has_perm(self.permission):
            return
        opens = not self.page or staff.has_perm(self.page)
        for moment in self.read(user_id, before):
            yield moment if opens else replace(moment, url="")


def url(row: Any) -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def account(user_id: UUID, before: datetime) -> Iterator[Moment]:
    user = User.objects.only("created_at", "onboarded_at", "deactivated_at").get(pk=user_id)
    steps = ((user.created_at, "Registered"), (user.onboarded_at, "Completed onboarding"), (user.deactivated_at, "Deactivated"))
    yield from (Moment(at, "person", title) for at, title in steps if at and at < before)


def logins(user_id: UUID, before: datetime) -> Iterator[Moment]:
    for row in UserSession.objects.filter(user_id=user_id, opened_at__lt=before).order_by("-opened_at")[:FETCHED]:
        ended = f"; ended: {row.get_revoked_because_display()}" if row.revoked_at else ""
        yield Moment(row.opened_at, "login", "Login", f"from {row.address or 'an unknown address'}{ended}", url(row))


def transfers(user_id: UUID, before: datetime) -> Iterator[Moment]:
    rows = Transfer.objects.filter(wallet__user_id=user_id, at__lt=before).select_related("contra", "purpose")
    for row in rows.order_by("-at")[:FETCHED]:
        sign = "+" if row.direction > 0 else "−"
        yield Moment(row.at, "account_balance_wallet", f"Wallet {sign}{row.amount}", f"{row.purpose_id}, {row.contra}", url(row))


def orders(user_id: UUID, before: datetime) -> Iterator[Moment]:
    for row in Order.objects.filter(user_id=user_id, opened_at__lt=before).order_by("-opened_at")[:FETCHED]:
        yield Moment(row.opened_at, "payments", f"Payment of {row.amount}", f"{row.type}, {row.status}, {row.order_id}", url(row))


def refunds(user_id: UUID, before: datetime) -> Iterator[Moment]:
    rows = Refund.objects.filter(order__user_id=user_id, requested_at__lt=before).select_related("order")
    for row in rows.order_by("-requested_at")[:FETCHED]:
        text = f"{row.get_reason_display()}, {row.status}, of {row.order.order_id}"
        yield Moment(row.requested_at, "undo", f"Refund of {row.amount}", text, url(row))


def policies(user_id: UUID, before: datetime) -> Iterator[Moment]:
    rows = Policy.objects.filter(primary_user_id=user_id).select_related("benefit").order_by("-created_at")[:FETCHED]
    for row in rows:
        name = f"{row.benefit.name} {row.plan_code}"
        if row.created_at < before:
            yield Moment(row.created_at, "shield", "Policy bought", f"{name}, now {row.get_status_display()}", url(row))
        if row.activated_at and row.activated_at < before:
            yield Moment(row.activated_at, "verified", "Policy activated", f"{name}, {row.external_policy_id}", url(row))


def consultations(user_id: UUID, before: datetime) -> Iterator[Moment]:
    """That there was one, and what became of it: never what was said."""
    for row in Consultation.objects.filter(user_id=user_id, created_at__lt=before).order_by("-created_at")[:FETCHED]:
        yield Moment(row.created_at, "stethoscope", "Consultation", str(row.get_status_display()))


def messages(user_id: UUID, before: datetime) -> Iterator[Moment]:
    """Which text they were sent and when: never its words."""
    for row in Notice.objects.filter(user_id=user_id, owed_at__lt=before).order_by("-owed_at")[:FETCHED]:
        what = row.template.replace("_", " ")
        yield Moment(row.owed_at, "sms", "Text message", f"{what}, {'sent' if row.sent_at else 'not sent'}, in {row.language}")


def accesses(user_id: UUID, before: datetime) -> Iterator[Moment]:
    """What the customer reads in their access log."""
    for row in Access.objects.filter(user_id=user_id, at__lt=before).order_by("-at")[:FETCHED]:
        yield Moment(row.at, "visibility", f"{row.staff} saw {row.what}", row.reason)


def acts(user_id: UUID, before: datetime) -> Iterator[Moment]:
    rows = AuditEntry.objects.filter(object_type="accounts.user", object_id=str(user_id), at__lt=before)
    for row in rows.order_by("-at")[:FETCHED]:
        yield Moment(row.at, "policy", row.action, f"{row.actor} {row.reason}".strip(), url(row))


SOURCES = (
    Source("accounts.view_user", account),
    Source("accounts.view_usersession", logins),
    Source("wallets.view_wallet", transfers, page="wallets.view_transfer"),
    Source("payments.view_order", orders),
    Source("payments.view_refund", refunds),
    Source("insurance.view_policy", policies),
    Source("accounts.view_user", consultations),
    Source("accounts.view_user", messages),
    Source("accounts.view_user", accesses),
    Source("common.view_auditentry", acts),
)


def of(user_id: UUID, *, staff: Any, before: datetime) -> tuple[list[Moment], datetime | None]:
    """Return up to about a page of moments before a time, newest first, and the time to ask for older ones with.

    Only from tables that `staff` may look at. Moments of the very same time stay on one page.
    """
    found = [moment for source in SOURCES for moment in source.moments(user_id, staff=staff, before=before)]
    found.sort(key=lambda moment: moment.at, reverse=True)
    if len(found) <= PAGE:
        return found, None
    last = found[PAGE - 1].at
    return [moment for moment in found if moment.at >= last], last
