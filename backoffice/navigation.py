"""The sidebar: what one has to do first, then where things are looked up, each only for those who may."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from aarokya.common import clock
from backoffice.selectors import queues
from backoffice.selectors.queues import Waiting

ALL = "dashboard"


@dataclass(frozen=True, slots=True)
class Page:
    """A list of rows; `model` is `app.model`, and its view permission opens it."""

    title: str
    icon: str
    model: str


GROUPS: dict[str, tuple[Page, ...]] = {
    "People": (
        Page("Customers", "person", "accounts.user"),
        Page("Families", "family_restroom", "accounts.dependant"),
        Page("Logins", "devices", "accounts.usersession"),
        Page("Consultations", "stethoscope", "doctor.session"),
    ),
    "Insurance": (
        Page("Policies", "shield", "insurance.policy"),
        Page("Activate many", "upload_file", "backoffice.activationbatch"),
        Page("Benefits and plans", "inventory_2", "insurance.benefit"),
        Page("Claims", "assignment", "insurance.claim"),
        Page("Providers", "local_hospital", "insurance.benefitprovider"),
        Page("MRNs", "badge", "insurance.mrn"),
    ),
    "Money": (
        Page("Payments", "payments", "payments.order"),
        Page("Refunds", "undo", "payments.refund"),
        Page("Mandates", "event_repeat", "payments.mandate"),
        Page("Wallets", "account_balance_wallet", "wallets.wallet"),
        Page("Transfers", "swap_horiz", "wallets.transfer"),
        Page("Refused transfers", "block", "wallets.transferrefusal"),
        Page("Holds", "lock_clock", "wallets.hold"),
        Page("Payees and platform accounts", "storefront", "wallets.contraaccount"),
        Page("Withdrawals", "output", "wallets.withdrawal"),
        Page("Provider settlements", "account_balance", "wallets.settlement"),
        Page("Adjustments", "rule", "wallets.adjustment"),
    ),
    "Control": (
        Page("Approvals", "done_all", "approvals.request"),
        Page("Limits", "tune", "approvals.limit"),
        Page("Delegations", "group_add", "approvals.delegation"),
        Page("Audit log", "policy", "common.auditentry"),
        Page("Looks as a customer", "visibility", "backoffice.impersonation"),
        Page("Exports", "download", "backoffice.export"),
        Page("Anchors", "anchor", "backoffice.auditanchor"),
        Page("Outbox", "outbox", "common.outboxmessage"),
        Page("Webhooks", "webhook", "payments.webhookinbox"),
        Page("Platforms", "hub", "accounts.platform"),
        Page("Staff", "admin_panel_settings", "accounts.staff"),
        Page("Groups", "groups", "auth.group"),
    ),
}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return unfold's navigation for whoever asks; empty queues stay visible, so that one sees that there is nothing."""
    asked = [queue for queue in queues.visible_to(request.user) if is_registered(queue.model)]
    waiting = queues.waiting(asked, now=clock.now())
    home = {"title": "Today", "icon": ALL, "link": reverse("admin:index")}
    sections: list[dict[str, Any]] = [{"title": "Work", "items": [home, *(queue_item(request, found) for found in waiting)]}]
    for title, pages in GROUPS.items():
        items = [page_item(page) for page in pages if is_registered(page.model) and may_view(request, page.model)]
        if items:
            sections.append({"title": title, "separator": True, "collapsible": True, "items": items})
    return sections


def queue_item(request: HttpRequest, found: Waiting) -> dict[str, Any]:
    link = queue_link(found)
    item: dict[str, Any] = {"title": found.queue.title, "icon": found.queue.icon, "link": link}
    item["active"] = request.get_full_path() == link
    if found.count:
        item |= {"badge": str(found.count), "badge_variant": "danger" if found.queue.urgent else "info"}
    return item


def queue_link(found: Waiting) -> str:
    return f"{list_url(found.queue.model)}?{found.queue.query}".rstrip("?")


def page_item(page: Page) -> dict[str, Any]:
    return {"title": page.title, "icon": page.icon, "link": list_url(page.model)}


def list_url(model: str) -> str:
    return reverse(f"admin:{model.replace('.', '_')}_changelist")


def is_registered(model: str) -> bool:
    """Whether the admin has pages for `app.model`."""
    app, name = model.split(".")
    try:
        return admin.site.is_registered(apps.get_model(app, name))
    except LookupError:
        return False


def may_view(request: HttpRequest, model: str) -> bool:
    """What the page's own admin says, so that a link never leads to a refusal."""
    user: Any = request.user
    app, name = model.split(".")
    return bool(user.has_perm(f"{app}.view_{name}"))
