"""MSG91's flow: a template's variables for each recipient, header `authkey`."""

import hmac
import secrets
from typing import Any

from django.http import HttpRequest

from sandbox.config import configuration
from sandbox.desk import Call, Desk
from sandbox.sms import inbox, receipts, registry
from sandbox.wire import Answer, Refusal


def guard(request: HttpRequest) -> None:
    """Refuse a missing or wrong key."""
    if not hmac.compare_digest(request.headers.get("authkey", "").encode(), configuration().msg91_auth_key.encode()):
        raise Refusal({"message": "Invalid authkey", "type": "error"}, status=401)


DESK = Desk("msg91", guard, lambda message: {"message": message, "type": "error"})


@DESK.serve("send")
def send(call: Call) -> Answer:
    """`POST /api/v5/flow` `{template_id | flow_id, sender?, recipients: [{mobiles, …variables}]}`."""
    flow_id = str(call.body.get("template_id") or call.body.get("flow_id") or "")
    if flow_id not in registry.flows():
        raise Refusal({"message": "template id missing", "type": "error"})
    recipients = call.body.get("recipients")
    if not isinstance(recipients, list) or not recipients:
        raise Refusal({"message": "recipients missing", "type": "error"})
    reference = secrets.token_hex(12)
    for recipient in recipients:
        number = inbox.accept(call.book, _text(recipient, flow_id), now=call.now)
        told = [{"requestId": reference, "report": [{"status": "1", "desc": "DELIVERED"}]}]
        receipts.report(call.book, number=number, url=receipts.address("msg91"), body=told, now=call.now)
    return Answer({"message": reference, "type": "success"})


def _text(recipient: Any, flow_id: str) -> inbox.Text:
    if not isinstance(recipient, dict) or inbox.national_number(str(recipient.get("mobiles"))) is None:
        raise Refusal({"message": "Invalid mobile number", "type": "error"})
    template_id, registered = registry.flows()[flow_id]
    missing = [name for name in registry.VARIABLE.findall(registered) if name not in recipient]
    if missing:
        raise Refusal({"message": f"variable {missing[0]} missing", "type": "error"})
    text = registry.VARIABLE.sub(lambda match: str(recipient[match[1]]), registered)
    return inbox.Text(str(recipient["mobiles"]), text, "msg91", template_id)
