"""ValueFirst: a token for name and password, then JSON with `@` attributes; refusals are told in an HTTP 200."""

import base64
import hmac
import secrets
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from sandbox import clock
from sandbox.config import configuration
from sandbox.desk import Call, Desk
from sandbox.sms import inbox, receipts
from sandbox.wire import Answer, Refusal

TOKEN_FOR = timedelta(days=7)
SENDER = "AAROKY"


def guard(request: HttpRequest) -> None:
    """Basic for the token, which is the bearer's for everything else; both are judged by the operations."""


DESK = Desk("valuefirst", guard, lambda message: {"MESSAGEACK": {"Err": {"Code": "52992", "Desc": message}}})


@DESK.serve("token")
def token(call: Call) -> Answer:
    """`POST /psms/api/messages/token?action=generate` with HTTP Basic."""
    settings = configuration()
    expected = f"{settings.valuefirst_username}:{settings.valuefirst_password}".encode()
    given = call.request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), b"Basic " + base64.b64encode(expected)):
        raise Refusal({"status": "failure", "message": "Invalid credentials"}, status=401)
    if call.request.GET.get("action") != "generate":
        raise Refusal({"status": "failure", "message": "Unknown action"})
    return Answer({"token": _token_of(settings.valuefirst_password), "expiryDate": clock.text(call.now + TOKEN_FOR)})


@DESK.serve("send")
def send(call: Call) -> Answer:
    """`POST /psms/servlet/psms.JsonEservice`: one SMS to one address."""
    settings = configuration()
    bearer = f"Bearer {_token_of(settings.valuefirst_password)}"
    if not hmac.compare_digest(call.request.headers.get("Authorization", "").encode(), bearer.encode()):
        raise Refusal({"MESSAGEACK": {"Err": {"Code": "28680", "Desc": "Invalid or expired token"}}}, status=401)
    message, address = _first(call.body, "SMS"), _first(_first(call.body, "SMS"), "ADDRESS")
    guid = f"kq{secrets.token_hex(14)}"
    acknowledged: dict[str, Any] = {"GUID": guid, "SUBMITDATE": clock.text(call.now), "ID": str(message.get("@ID", ""))}
    error = _error(message, address, entity_id=settings.dlt_entity_id)
    if error:
        return Answer({"MESSAGEACK": {"GUID": acknowledged | {"ERROR": {"SEQ": 1, "CODE": error}}}})
    template_id = str(message["@TEMPLATEINFO"]).partition("~")[0]
    text = inbox.Text(str(address["@TO"]), str(message["@TEXT"]), "valuefirst", template_id)
    number = inbox.accept(call.book, text, now=call.now)
    _report(call, number=number, guid=guid)
    return Answer({"MESSAGEACK": {"GUID": acknowledged}})


def _report(call: Call, *, number: int, guid: str) -> None:
    """Fill in the address that the message brought."""
    url = str((call.body.get("DLR") or {}).get("@URL") or "")
    for place, value in {"%16": "Delivered", "%13": "Delivered", "%5": guid, "%2": "000"}.items():
        url = url.replace(place, value)
    if url:
        receipts.report(call.book, number=number, url=url, body={}, now=call.now)


def _error(message: dict[str, Any], address: dict[str, Any], *, entity_id: str) -> str:
    """ValueFirst's number for what is wrong; empty when nothing is."""
    template_id = str(message.get("@TEMPLATEINFO", "")).partition("~")[0]
    if inbox.national_number(str(address.get("@TO", ""))) is None:
        return "28675"
    if address.get("@FROM") != SENDER:
        return "28673"
    if not message.get("@TEXT"):
        return "28681"
    is_registered = message.get("@ENTITYID") == entity_id and inbox.DLT_ID.fullmatch(template_id)
    return "" if is_registered else "28694"


def _first(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The first object of a list, empty when there is none."""
    listed = document.get(name)
    return listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}


def _token_of(password: str) -> str:
    """The same for as long as the password is: restarts of the sandbox must not log anybody out."""
    return hmac.new(password.encode(), b"valuefirst", "sha256").hexdigest()
