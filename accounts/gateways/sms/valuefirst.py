"""ValueFirst (Tanla): a bearer token of a week, then JSON whose attributes start with `@`."""

import threading
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from aarokya.common.clients.http import PartnerAnswer, PartnerClient, PartnerError
from accounts.gateways.sms.base import Receipt, SmsText

TOKEN_S = 6 * 24 * 3600  # a token lives seven days; we change it a day earlier
DELIVERED_REASON = "000"
# What ValueFirst puts in place of these when it calls back: its own id of the text, the status in words, the reason.
RECEIPT_QUERY = "reference=%5&status=%13&reason=%2"


class ValueFirstGateway:
    """`receipt_url` is our address for delivery reports, with the key that opens it."""

    name = "valuefirst"

    def __init__(
        self,
        client: PartnerClient,
        *,
        username: str,
        password: str,
        header: str,
        entity_id: str,
        template_ids: Mapping[str, str],
        receipt_url: str,
    ) -> None:
        self.client, self.credentials = client, (username, password)
        self.header, self.entity_id, self.template_ids = header, entity_id, template_ids
        self.receipt_url = f"{receipt_url}&{RECEIPT_QUERY}"
        self.lock = threading.Lock()
        self.token, self.renew_at = "", 0.0

    def send(self, text: SmsText) -> str:
        """See `SmsGateway.send`."""
        answer = self.post(text)
        if answer.status == 401:  # the token was taken back before its time
            self.token = ""
            answer = self.post(text)
        acknowledged = guid_of(answer.json)
        if "ERROR" in acknowledged or not acknowledged.get("GUID"):
            raise PartnerError(
                f"valuefirst refused the text: error {error_of(acknowledged)}", permanent=True, status=answer.status
            )
        return str(acknowledged["GUID"])

    def post(self, text: SmsText) -> PartnerAnswer:
        message = {
            "@UDH": "0",
            "@CODING": "2" if text.is_unicode else "1",
            "@TEXT": text.body,
            "@ENTITYID": self.entity_id,
            "@TEMPLATEINFO": "~".join([self.template_ids[text.key], *text.variables.values()]),
            "@PROPERTY": "0",
            "@ID": uuid4().hex,
            "ADDRESS": [{"@FROM": self.header, "@TO": text.phone.removeprefix("+"), "@SEQ": "1", "@TAG": text.template}],
        }
        body = {"@VER": "1.2", "USER": {}, "DLR": {"@URL": self.receipt_url}, "SMS": [message]}
        headers = {"Authorization": f"Bearer {self.bearer()}"}
        return self.client.request("POST", "/psms/servlet/psms.JsonEservice", operation="send", json=body, headers=headers)

    def bearer(self) -> str:
        """Return a token that is good for at least another day."""
        with self.lock:
            if not self.token or time.monotonic() >= self.renew_at:
                self.token = self.fetch_token()
                self.renew_at = time.monotonic() + TOKEN_S
            return self.token

    def fetch_token(self) -> str:
        path, params = "/psms/api/messages/token", {"action": "generate"}
        answer = self.client.request(
            "POST", path, operation="token", params=params, json={}, auth=self.credentials, idempotent=True
        )
        token = answer.json.get("token") if isinstance(answer.json, dict) else None
        if not token:
            raise PartnerError("valuefirst gave no token", permanent=True, status=answer.status)
        return str(token)

    def receipts(self, given: Mapping[str, object]) -> list[Receipt]:
        """The parameters of RECEIPT_QUERY, filled in."""
        reference, reason = str(given.get("reference", "")), str(given.get("reason", ""))
        if not reference or not reason:
            return []
        words = f"{given.get('status', '')} ({reason})"
        return [Receipt(reference, delivered=reason == DELIVERED_REASON, reason="" if reason == DELIVERED_REASON else words)]


def guid_of(document: Any) -> dict[str, Any]:
    """Return `MESSAGEACK.GUID`, empty when the body has none."""
    acknowledged = document.get("MESSAGEACK") if isinstance(document, dict) else None
    found = acknowledged.get("GUID") if isinstance(acknowledged, dict) else None
    if isinstance(acknowledged, dict) and "Err" in acknowledged:
        return {"ERROR": acknowledged["Err"]}
    return found if isinstance(found, dict) else {}


def error_of(acknowledged: dict[str, Any]) -> str:
    error = acknowledged.get("ERROR")
    return str(error.get("CODE") or error.get("Code") or "unknown") if isinstance(error, dict) else "unknown"
