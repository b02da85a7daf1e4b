"""The index page and the health check."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sandbox import clock, faults, partners, store, wire
from sandbox.hosted import checkout as hosted
from sandbox.juspay.checkout import MAGIC_UPI_IDS
from sandbox.sms import inbox
from sandbox.wire import Answer

# (method, path, body or query, what it does), as the index page lists them.
CONTROLS = (
    ("POST", "/_control/orders/{order_id}", "{outcome: CHARGED|FAILED|PENDING|AUTO, amount?, webhooks?}", "plays the bank"),
    ("GET", "/_control/orders/{order_id}", "", "an order with its session and its webhook deliveries"),
    ("POST", "/_control/orders", "{orders: [{order_id, outcome, …}]}", "many orders at once"),
    ("POST", "/_control/refunds/{request_id}", "{outcome: SUCCESS|FAILURE|MANUAL_REVIEW}", "moves a refund"),
    ("POST", "/_control/mandates/{id}", "{outcome: ACTIVE|PAUSED|REVOKED|CHARGED|FAILED}", "a mandate, or its debits"),
    ("POST", "/_control/gateways/{provider}/{order_id}", "{outcome: CHARGED|FAILED, webhooks?}", "plays Razorpay or Stripe"),
    ("POST", "/_control/gateways/{provider}/refunds/{id}", "{outcome: SUCCESS|FAILURE}", "moves one of their refunds"),
    ("GET", "/_control/gateways", "", "their money, in paise"),
    ("POST", "/_control/webhooks", "{order_ids, copies?, shuffle?, concurrency?}", "a storm of webhooks, timed"),
    ("GET", "/_control/webhooks", "?subject=", "webhook deliveries with their attempts"),
    ("POST", "/_control/faults", "{partner, mode, operation?, times?, delay_s?, contains?}", "arms a fault"),
    ("GET", "/_control/faults", "", "armed faults"),
    ("DELETE", "/_control/faults", "", "disarms all, lets held requests go"),
    ("GET", "/_control/log", "?partner=&operation=&after=", "requests received, oldest first"),
    ("GET", "/_control/sms", "?phone=", "the SMS inbox, newest first"),
    ("POST", "/_control/patients", "{first_name, last_name, date_of_birth, gender, phone, mrn?}", "a known patient"),
    ("GET", "/_control/consultations", "", "consultations, and how much was handed over beside them"),
    ("POST", "/_control/wallets/{wallet_id}", "{status: ACTIVE|BLOCKED}", "the issuer blocks a wallet, or lets it go"),
    ("POST", "/_control/consultations/{id}", "{outcome, reason?, webhooks?}", "what the doctor's side does"),
    ("POST", "/_control/aathma", '{assign: "at_once" | "later"}', "whether a doctor is there at once"),
    ("POST", "/_control/nama", "{behaviour, times?}", "how the chat model misbehaves"),
    ("POST", "/_control/clock", "{advance_s}", "moves the simulated present"),
    ("GET", "/_control/books", "", "the simulators' own money, in paise"),
    ("POST", "/_control/reset", "", "forgets everything"),
)


def index(request: HttpRequest) -> HttpResponse:
    """Everything a person needs to know to use the sandbox."""
    book = store.connection()
    orders = book.execute("SELECT order_id, amount, status FROM orders ORDER BY created_at DESC LIMIT 6").fetchall()
    context = {
        "systems": partners.SYSTEMS,
        "controls": CONTROLS,
        "request_modes": faults.REQUEST_MODES.items(),
        "order_modes": faults.ORDER_MODES.items(),
        "upi_ids": MAGIC_UPI_IDS.items(),
        "hosted": hosted.links(book),
        "orders": [dict(row) for row in orders],
        "messages": inbox.received(book, phone="")[:6],
        "now": clock.now(book),
        "offset_s": clock.offset_s(book),
        "origin": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "sandbox/index.html", context)


def health(_request: HttpRequest) -> HttpResponse:
    """`GET /health`."""
    return wire.response(Answer({"status": "ok"}))
