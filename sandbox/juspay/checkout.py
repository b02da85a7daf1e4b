"""The payment page a person can click through, standing in for Juspay's hosted one."""

import json
import sqlite3
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template

from sandbox import clock, store
from sandbox.config import configuration
from sandbox.juspay import orders, records, signature, statuses

# UPI ids that decide what *Pay* does; any other pays.
MAGIC_UPI_IDS = {"success@upi": "CHARGED", "failure@upi": "FAILED", "pending@upi": "PENDING", "auto@upi": "AUTO"}
ENTRIES = [{"value": upi_id, "name": upi_id.partition("@")[0]} for upi_id in MAGIC_UPI_IDS]
BUTTONS = {"decline": "FAILED", "pending": "PENDING"}


def show(request: HttpRequest, *, order_id: str) -> HttpResponse:
    """The page; a paid or expired order shows that instead of the buttons."""
    book = store.connection()
    order = records.found(book, order_id)
    if order is None:
        return render_template(request, "sandbox/checkout_unknown.html", {"order_id": order_id}, status=404)
    return render_template(request, "sandbox/checkout.html", _context(book, order))


def act(request: HttpRequest, *, order_id: str) -> HttpResponse:
    """A button was pressed: end the attempt, then send the browser back to the merchant with a signed result."""
    with store.transaction() as book:
        order = records.found(book, order_id)
        if order is None:
            return render_template(request, "sandbox/checkout_unknown.html", {"order_id": order_id}, status=404)
        outcome = _outcome(request)
        if outcome and _is_payable(book, order):
            vpa = request.POST.get("upi_id", "")[:100]
            orders.end_attempt(book, order=order, outcome=outcome, now=clock.now(book), payer_vpa=vpa)
        order = records.known(book, order["order_key"])
    # Not HttpResponseRedirect: apps are called back at schemes of their own, which it refuses.
    return HttpResponse(status=303, headers={"Location": _landing_url(order)})


def _outcome(request: HttpRequest) -> str | None:
    """What the pressed button stands for; None for *Close*, which leaves everything as it is."""
    button = request.POST.get("action", "")
    if button == "pay":
        return MAGIC_UPI_IDS.get(request.POST.get("upi_id", "").strip().lower(), "CHARGED")
    return BUTTONS.get(button)


def _is_payable(book: sqlite3.Connection, order: sqlite3.Row) -> bool:
    is_open = order["status"] not in statuses.PAID
    return is_open and clock.now(book) < clock.moment(order["expires_at"])


def _context(book: sqlite3.Connection, order: sqlite3.Row) -> dict[str, Any]:
    session = json.loads(order["session"])
    return {
        "order": dict(order),
        "is_paid": order["status"] in statuses.PAID,
        "is_payable": _is_payable(book, order),
        "is_failed": order["status"] in statuses.FAILED,
        "is_pending": order["status"] in statuses.OPEN,
        "customer": " ".join(filter(None, [session.get("first_name"), session.get("last_name")])),
        "description": session.get("description") or "",
        "is_mandate": order["mandate_id"] is not None,
        "landing": {"url": _landing_url(order)},
        "gateway": "Juspay",
        "field": {"name": "upi_id", "label": "UPI ID", "entries": ENTRIES},
    }


def _landing_url(order: sqlite3.Row) -> str:
    return signature.landing_url(
        json.loads(order["session"]).get("return_url", "/"),
        order_id=order["order_id"],
        status=order["status"],
        status_id=statuses.STATUS_IDS[order["status"]],
        key=configuration().juspay_response_key,
    )
