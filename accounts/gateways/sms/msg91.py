"""MSG91: registered flows whose variables are sent; key in a header, failures told by `type`."""

import json
from collections.abc import Mapping
from typing import Any

from aarokya.common.clients.http import PartnerClient, PartnerError
from accounts.gateways.sms.base import Receipt, SmsText

DELIVERED = frozenset({"1", "DELIVERED"})
FAILED = frozenset({"2", "9", "16", "17", "25", "26", "FAILED", "REJECTED", "NDNC", "BLOCKED"})


class Msg91Gateway:
    """`template_ids` are the flows'; the text with its DLT template is registered with the flow, not sent."""

    name = "msg91"

    def __init__(self, client: PartnerClient, *, auth_key: str, header: str, template_ids: Mapping[str, str]) -> None:
        self.client, self.auth_key, self.header, self.template_ids = client, auth_key, header, template_ids

    def send(self, text: SmsText) -> str:
        """See `SmsGateway.send`."""
        body = {
            "template_id": self.template_ids[text.key],
            "sender": self.header,
            "recipients": [{"mobiles": text.phone.removeprefix("+"), **text.variables}],
        }
        headers = {"authkey": self.auth_key}
        answer = self.client.request("POST", "/api/v5/flow", operation="send", json=body, headers=headers)
        told = answer.json if isinstance(answer.json, dict) else {}
        if told.get("type") != "success":
            raise PartnerError("msg91 refused the text", permanent=True, status=answer.status)
        return str(told.get("request_id") or told.get("message") or "")

    def receipts(self, given: Mapping[str, object]) -> list[Receipt]:
        """`[{requestId, report: [{status, desc}]}]`, as JSON or as JSON in the form field `data`."""
        entries = given.get("data")
        if isinstance(entries, str):
            entries = parsed(entries)
        found = [receipt_of(entry) for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        return [receipt for receipt in found if receipt is not None]


def parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def receipt_of(entry: dict[str, Any]) -> Receipt | None:
    reports = entry.get("report")
    last = reports[-1] if isinstance(reports, list) and reports and isinstance(reports[-1], dict) else {}
    reference, status = str(entry.get("requestId") or ""), str(last.get("status", "")).upper()
    if not reference or status not in DELIVERED | FAILED:
        return None
    return Receipt(reference, delivered=status in DELIVERED, reason=str(last.get("desc", "")))
