"""Aathma over HTTP: JSON, header `x-api-key`, Idempotency-Key on what it is sent."""

import hmac

from django.http import HttpRequest

from sandbox import wire
from sandbox.aathma import desk
from sandbox.config import configuration
from sandbox.desk import Call, Desk
from sandbox.wire import Answer, Refusal


def guard(request: HttpRequest) -> None:
    """Refuse a missing or wrong key."""
    if not hmac.compare_digest(request.headers.get("x-api-key", "").encode(), configuration().aathma_api_key.encode()):
        raise refusal("UNAUTHORIZED", "x-api-key is missing or wrong", 401)


DESK = Desk("aathma", guard, lambda message: {"code": "BAD_REQUEST", "message": message})


def refusal(code: str, message: str, status: int) -> Refusal:
    return Refusal({"code": code, "message": message}, status=status)


def existing(call: Call, consultation_id: str) -> None:
    if desk.find(call.book, consultation_id) is None:
        raise refusal("NOT_FOUND", "no such consultation", 404)


@DESK.serve("consultation")
def create(call: Call) -> Answer:
    """`POST /consultations`: who asks twice with one Idempotency-Key has one consultation."""
    key = call.request.headers.get("Idempotency-Key", "")
    if not key or call.body.get("id") != key:
        raise refusal("BAD_KEY", "Idempotency-Key must be the consultation's id", 400)
    if not isinstance(call.body.get("summary"), dict) or not call.body["summary"].get("chief_complaint"):
        raise refusal("BAD_SUMMARY", "summary with a chief complaint is required", 400)
    is_new = desk.find(call.book, key) is None
    return Answer(desk.create(call.book, consultation_id=key, body=call.body, now=call.now), 201 if is_new else 200)


@DESK.serve("consultation_status", key="consultation_id", parse=wire.query)
def status(call: Call, *, consultation_id: str) -> Answer:
    """`GET /consultations/{id}`."""
    existing(call, consultation_id)
    return Answer(desk.shown(desk.found(call.book, consultation_id)))


@DESK.serve("cancel", key="consultation_id")
def cancel(call: Call, *, consultation_id: str) -> Answer:
    """`POST /consultations/{id}/cancel`: the patient cannot come; a second time changes nothing."""
    existing(call, consultation_id)
    if desk.found(call.book, consultation_id)["status"] in {"REQUESTED", "ASSIGNED"}:
        reason = str(call.body.get("reason") or "cancelled by the patient")[:200]
        options = {"suppress": True}
        desk.change(call.book, consultation_id=consultation_id, outcome="CANCELLED", now=call.now, options=options, reason=reason)
    return Answer(desk.shown(desk.found(call.book, consultation_id)))


@DESK.serve("addendum", key="id")
def addendum(call: Call, *, consultation_id: str) -> Answer:
    """`POST /consultations/{id}/addenda`: kept once for each id."""
    existing(call, consultation_id)
    return kept(call, table="consultation_addenda", key=str(call.body.get("id", "")), consultation_id=consultation_id)


@DESK.serve("feedback", key="consultation_id")
def feedback(call: Call, *, consultation_id: str) -> Answer:
    """`POST /consultations/{id}/feedback`: one per consultation."""
    existing(call, consultation_id)
    return kept(call, table="consultation_feedback", key=consultation_id, consultation_id=consultation_id)


@DESK.serve("alert", key="id")
def alert(call: Call) -> Answer:
    """`POST /alerts`: the on-call desk rings, once for each alert."""
    if not call.body.get("id") or not call.body.get("rules"):
        raise refusal("BAD_ALERT", "id and rules are required", 400)
    return kept(call, table="on_call_alerts", key=str(call.body["id"]), consultation_id="")


def kept(call: Call, *, table: str, key: str, consultation_id: str) -> Answer:
    body = wire.body_text(Answer(call.body))
    cursor = call.book.execute(
        f"INSERT OR IGNORE INTO {table} (key, consultation_id, body) VALUES (?,?,?)",  # noqa: S608 (our own names)
        [key, consultation_id, body],
    )
    return Answer({"received": True}, 201 if cursor.rowcount else 200)
