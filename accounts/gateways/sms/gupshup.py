"""Gupshup Enterprise: one address, everything a form parameter, failures told in the body of an HTTP 200."""

from collections.abc import Mapping
from typing import Any

from aarokya.common.clients.http import PartnerClient, PartnerError
from accounts.gateways.sms.base import Receipt, SmsText

PERMANENT = frozenset({"101", "102", "105", "172", "175"})  # of the request itself: sending it again cannot help


class GupshupGateway:
    """User id and password are the account's, `header` the sender's six letters, the DLT ids the entity's and each template's."""

    name = "gupshup"

    def __init__(
        self,
        client: PartnerClient,
        *,
        path: str,
        user_id: str,
        password: str,
        header: str,
        entity_id: str,
        template_ids: Mapping[str, str],
    ) -> None:
        self.client, self.path, self.template_ids = client, path, template_ids
        self.fixed = {
            "method": "SendMessage",
            "v": "1.1",
            "auth_scheme": "plain",
            "format": "json",
            "userid": user_id,
            "password": password,
            "mask": header,
            "principalEntityId": entity_id,
        }

    def send(self, text: SmsText) -> str:
        """See `SmsGateway.send`. Not repeated here: another provider is asked instead."""
        form = self.fixed | {
            "send_to": text.phone.removeprefix("+"),
            "msg": text.body,
            "msg_type": "UNICODE_TEXT" if text.is_unicode else "TEXT",
            "dltTemplateId": self.template_ids[text.key],
        }
        answer = self.client.request("POST", self.path, operation="send", form=form)
        outcome = response_of(answer.json)
        if outcome.get("status") != "success":
            number = str(outcome.get("id", ""))
            raise PartnerError(f"gupshup refused the text: error {number or 'unknown'}", permanent=number in PERMANENT)
        return str(outcome.get("id", ""))

    def receipts(self, given: Mapping[str, object]) -> list[Receipt]:
        """`externalId`, `status` (SUCCESS or FAIL) and `cause`, as parameters."""
        reference, status = str(given.get("externalId", "")), str(given.get("status", "")).upper()
        if not reference or status not in {"SUCCESS", "FAIL"}:
            return []
        return [Receipt(reference, delivered=status == "SUCCESS", reason=str(given.get("cause", "")))]


def response_of(document: Any) -> dict[str, Any]:
    """Return the `response` object, empty when the body has none."""
    found = document.get("response") if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}
