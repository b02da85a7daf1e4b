"""The rest of the control API: log, faults, inbox, clock, patients, books, reset."""

import sqlite3
from typing import Any

from django.http import HttpRequest, HttpResponse

from sandbox import clock, faults, journal, partners, store, wire
from sandbox.control.desk import Control, choice, control, number, refusal
from sandbox.desk import Call
from sandbox.issuer import book as issuer
from sandbox.juspay import courier
from sandbox.narayana import register
from sandbox.narayana.views import read_person
from sandbox.sms import inbox
from sandbox.wire import Answer

SENDING_MAX_S = 10.0
FAULT_FIELDS = {"partner", "operation", "mode", "times", "delay_s", "contains"}


@control
def log(call: Control) -> Answer:
    """`GET /_control/log?partner=&operation=&after=`: requests received, oldest first."""
    partner = call.text("partner") and choice(call.text("partner"), "partner", partners.names())
    after = int(call.text("after") or 0)
    return Answer(journal.listed(call.book, partner=partner, operation=call.text("operation"), after=after))


@control
def arm_fault(call: Control) -> Answer:
    """`POST /_control/faults` `{partner, mode, operation?, times?, delay_s?, contains?}`.

    `contains` limits the fault to requests (or orders) with this text in path, query or body (or order id).
    """
    unknown = set(call.given) - FAULT_FIELDS
    if unknown:
        raise refusal(f"unknown field {min(unknown)}")
    partner = choice(call.given.get("partner"), "partner", partners.names())
    mode = choice(call.given.get("mode"), "mode", [*faults.REQUEST_MODES, *faults.ORDER_MODES])
    operation, times, delay_s = (call.given.get(name) for name in ("operation", "times", "delay_s"))
    wish: dict[str, Any] = {
        "partner": partner,
        "mode": mode,
        "operation": choice(operation, "operation", partners.operations_of(partner)) if operation else None,
        "times": int(number(times, "times", minimum=1)) if times is not None else None,
        "delay_s": number(delay_s, "delay_s") if delay_s is not None else None,
        "contains": call.text("contains") or None,
    }
    return Answer(faults.arm(call.book, wish=wish), 201)


@control
def list_faults(call: Control) -> Answer:
    """`GET /_control/faults`."""
    return Answer(faults.listed(call.book))


@control
def disarm_faults(call: Control) -> Answer:
    """`DELETE /_control/faults`: none are left, and requests they hold go on."""
    count = faults.disarm(call.book)
    faults.release()
    return Answer({"deleted": count})


@control
def sms(call: Control) -> Answer:
    """`GET /_control/sms?phone=`: the inbox, newest first; `dropped=1` shows what operators dropped instead."""
    return Answer(inbox.received(call.book, phone=call.text("phone"), is_delivered=not call.text("dropped")))


@control
def show_clock(call: Control) -> Answer:
    """`GET /_control/clock`."""
    return Answer({"now": clock.text(call.now), "offset_s": clock.offset_s(call.book)})


@control
def advance_clock(call: Control) -> Answer:
    """`POST /_control/clock` `{advance_s}`: on top of earlier moves."""
    clock.advance(call.book, seconds=number(call.given.get("advance_s"), "advance_s", minimum=-(2**31)))
    return Answer({"now": clock.text(clock.now(call.book)), "offset_s": clock.offset_s(call.book)})


@control
def webhooks(call: Control) -> Answer:
    """`GET /_control/webhooks?subject=`: deliveries of an order or a mandate, or all."""
    return Answer(courier.history(call.book, subject=call.text("subject")))


@control
def enter_patient(call: Control) -> Answer:
    """`POST /_control/patients` `{first_name, last_name, date_of_birth, gender, phone, mrn?}`: one who was there before."""
    person = read_person(Call(HttpRequest(), call.given, call.book, call.now))
    mrn = call.text("mrn") or None
    return Answer(register.enter(call.book, person=person, request_id=None, mrn=mrn, now=call.now), 201)


@control
def give_mrn(call: Control, *, temp_number: str) -> Answer:
    """`POST /_control/patients/{temp_number}` `{mrn}`: the first visit."""
    if not call.text("mrn"):
        raise refusal("mrn is required")
    if not register.give_mrn(call.book, temp_number=temp_number, mrn=call.text("mrn")):
        raise refusal("no such patient", status=404)
    return Answer({"temp_number": temp_number, "mrn": call.text("mrn")})


@control
def set_wallet(call: Control, *, wallet_id: str) -> Answer:
    """`POST /_control/wallets/{wallet_id}` `{status}`: the issuer blocks a wallet, or lets it go."""
    status = choice(call.given.get("status"), "status", ["ACTIVE", "BLOCKED"])
    if not issuer.set_status(call.book, wallet_id=wallet_id, status=status):
        raise refusal("no such wallet", status=404)
    return Answer({"wallet_id": wallet_id, "status": status})


@control
def books(call: Control) -> Answer:
    """`GET /_control/books`: the simulators' own money in paise, to be compared with the product's."""
    orders = _orders(call.book)
    totals = {name: sum(order[name] for order in orders.values()) for name in ("charged", "refunded", "refund_pending")}
    wallets = call.book.execute("SELECT wallet_id, customer_id, status, balance FROM issuer_wallets ORDER BY wallet_id")
    held = {row["wallet_id"]: dict(row) for row in wallets}
    issuer = {"wallets": held, "total": sum(wallet["balance"] for wallet in held.values())}
    return Answer(
        {
            "orders": orders,
            "totals": totals | {"orders": len(orders)},
            "issuer": issuer | {"customers": _count(call.book, "issuer_customers")},
            "patients": _count(call.book, "patients"),
            "messages": _count(call.book, "messages"),
        }
    )


def reset(_request: HttpRequest) -> HttpResponse:
    """`POST /_control/reset`: everything is forgotten, held requests go on, the clock shows real time.

    Webhooks that are being sent arrive before the answer, so that none surprises whoever comes next.
    """
    store.clear()
    faults.release()
    courier.UNDER_WAY.wait_until_none(timeout_s=SENDING_MAX_S)
    return wire.response(Answer({"reset": True}))


def _orders(book: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """Each order with what its transactions brought in and its refunds took out."""
    rows = book.execute(
        """
        SELECT order_id, status, currency, customer_id,
            (SELECT coalesce(sum(amount), 0) FROM txns
              WHERE txns.order_key = orders.order_key AND status IN ('CHARGED', 'AUTO_REFUNDED')) AS charged,
            (SELECT coalesce(sum(amount), 0) FROM refunds
              WHERE refunds.order_key = orders.order_key AND status = 'SUCCESS') AS refunded,
            (SELECT coalesce(sum(amount), 0) FROM refunds
              WHERE refunds.order_key = orders.order_key AND status IN ('PENDING', 'MANUAL_REVIEW')) AS refund_pending
        FROM orders ORDER BY created_at
        """
    )
    return {row["order_id"]: dict(row) for row in rows}


def _count(book: sqlite3.Connection, table: str) -> int:
    return int(book.execute(f"SELECT count(*) AS n FROM {table}").fetchone()["n"])  # noqa: S608  (our own names)
