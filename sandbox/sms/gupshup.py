"""Gupshup Enterprise: one address, parameters by query or form, errors with HTTP 200."""

import secrets
from typing import Any

from django.http import HttpRequest

from sandbox.config import configuration
from sandbox.desk import Call, Desk
from sandbox.sms import inbox, receipts
from sandbox.wire import Answer, anywhere

REQUIRED = ("send_to", "msg", "method", "v", "auth_scheme", "msg_type", "principalEntityId", "dltTemplateId")


def guard(request: HttpRequest) -> None:
    """Credentials are parameters here, so that they are judged with the rest."""


DESK = Desk("gupshup", guard, lambda message: _body({}, status="error", number="100", details=message))


@DESK.serve("send", key="msg_id", parse=anywhere)
def send(call: Call) -> Answer:
    """`POST /GatewayAPI/rest` with `method=SendMessage`."""
    settings = configuration()
    given = call.body
    if (given.get("userid"), given.get("password")) != (settings.gupshup_user_id, settings.gupshup_password):
        return _error(given, "102", "Authentication failed due to invalid userId or password")
    missing = [name for name in REQUIRED if not given.get(name)]
    if missing:
        return _error(given, "175", f'The "{missing[0]}" parameter is missing')
    if given["method"].lower() != "sendmessage":
        return _error(given, "101", "The parameter method must be SendMessage")
    if given["principalEntityId"] != settings.dlt_entity_id or not inbox.DLT_ID.fullmatch(given["dltTemplateId"]):
        return _error(given, "172", "The DLT entity or template id is not registered")
    if inbox.national_number(given["send_to"]) is None:
        return _error(given, "105", f'The phone number "{given["send_to"]}" is not a valid phone number')
    text = inbox.Text(given["send_to"], given["msg"], "gupshup", given["dltTemplateId"])
    number = inbox.accept(call.book, text, now=call.now)
    reference = f"{secrets.randbelow(10**18):018}-{number}"
    told = {"externalId": reference, "status": "SUCCESS", "cause": "SUCCESS", "errCode": "000"}
    receipts.report(call.book, number=number, url=receipts.address("gupshup", **told), body={}, now=call.now)
    return _answer(given, _body(given, status="success", number=reference))


def _error(given: dict[str, Any], number: str, details: str) -> Answer:
    return _answer(given, _body(given, status="error", number=number, details=details))


def _body(given: dict[str, Any], *, status: str, number: str, details: str = "") -> dict[str, Any]:
    phone = f"91{inbox.national_number(given.get('send_to', '')) or ''}" if status == "success" else ""
    return {"response": {"id": number, "phone": phone, "details": details, "status": status}}


def _answer(given: dict[str, Any], body: dict[str, Any]) -> Answer:
    """JSON for `format=json`, else the gateway's `status | phone or code | id or details` line."""
    if given.get("format", "text").lower() == "json":
        return Answer(body)
    said = body["response"]
    middle, last = (said["phone"], said["id"]) if said["status"] == "success" else (said["id"], said["details"])
    return Answer(f"{said['status']} | {middle} | {last}", 200, "text/plain")
