"""The page on which a person pays at Razorpay or Stripe: pay, decline, leave pending, close."""

import sqlite3

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sandbox import clock, store
from sandbox.config import configuration
from sandbox.hosted.gateways import GATEWAYS, Gateway, Landing, outcome_of
from sandbox.objects import Body
from sandbox.wire import View

CHIPS = {"CHARGED": "success", "FAILED": "failure"}
ENTRY_MAX = 100
LISTED = 3  # of each provider, on the index page


def page(provider: str) -> dict[str, View]:
    """Return the views of one provider's page, by method."""
    gateway = GATEWAYS[provider]

    def show(request: HttpRequest, *, order_id: str) -> HttpResponse:
        book = store.connection()
        found = gateway.find(book, order_id)
        return unknown(request, order_id) if found is None else shown(request, gateway, book, found)

    def act(request: HttpRequest, *, order_id: str) -> HttpResponse:
        with store.transaction() as book:
            found = gateway.find(book, order_id)
            if found is None:
                return unknown(request, order_id)
            found = pressed(request, gateway, book, found)
            landing = gateway.landing(book, found, return_url(request))
        return sent_back(request, gateway, landing)

    return {"get": show, "post": act}


def pressed(request: HttpRequest, gateway: Gateway, book: sqlite3.Connection, found: Body) -> Body:
    """End the attempt as the button says; return what the order is now."""
    entry = request.POST.get("entry", "")[:ENTRY_MAX]
    outcome = outcome_of(gateway, button=request.POST.get("action", ""), entry=entry)
    if outcome is None or not gateway.shown(book, found)["is_payable"]:
        return found
    return gateway.play(book, found, outcome=outcome, now=clock.now(book))


def shown(request: HttpRequest, gateway: Gateway, book: sqlite3.Connection, found: Body) -> HttpResponse:
    entries = [{"value": entry, "name": CHIPS[outcome]} for entry, outcome in gateway.magic.items()]
    context = {
        **gateway.shown(book, found),
        "gateway": gateway.title,
        "field": {"name": "entry", "label": gateway.label, "entries": entries},
        "landing": gateway.landing(book, found, return_url(request)),
    }
    return render(request, "sandbox/checkout.html", context)


def sent_back(request: HttpRequest, gateway: Gateway, landing: Landing) -> HttpResponse:
    """Redirect, or have the browser post what is signed, or stay on the page unless that was just closed."""
    is_closed = request.POST.get("action") == "close"
    if landing.fields is not None or (is_closed and not landing.url):
        return render(request, "sandbox/checkout_return.html", {"gateway": gateway.title, "landing": landing})
    return HttpResponse(status=303, headers={"Location": landing.url or request.get_full_path()})


def unknown(request: HttpRequest, order_id: str) -> HttpResponse:
    return render(request, "sandbox/checkout_unknown.html", {"order_id": order_id}, status=404)


def return_url(request: HttpRequest) -> str:
    """Where the app wants the browser, which neither provider's order knows: from the address, else the product's own page."""
    return request.GET.get("return_url") or configuration().return_url


def links(book: sqlite3.Connection) -> list[Body]:
    """The latest orders of both, for the index page."""
    return [
        {**shown["order"], "gateway": gateway.title, "status": found["status"], "url": reverse(name, args=[found["id"]])}
        for name, gateway in GATEWAYS.items()
        for found in reversed(gateway.shelf.all(book)[-LISTED:])
        for shown in [gateway.shown(book, found)]
    ]
