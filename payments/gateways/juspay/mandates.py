"""Juspay's UPI autopay over HTTP."""

import json
from collections.abc import Mapping
from typing import Any

from aarokya.common.clients.http import PartnerError
from aarokya.common.clock import epoch_s
from payments.gateways.base import GatewayMandate
from payments.gateways.juspay import parsing
from payments.gateways.juspay.client import JuspayGateway, accepted
from payments.gateways.mandates import DebitNotice, DebitRequest, MandateCommand, NoticeState

NOTICES: dict[str, NoticeState] = {
    "CREATED": NoticeState.PENDING,
    "PENDING": NoticeState.PENDING,
    "SUCCESS": NoticeState.SUCCESS,
    "FAILURE": NoticeState.FAILURE,
}


class JuspayMandates(JuspayGateway):
    """The `MandateGateway` of Juspay."""

    def fetch_mandate(self, mandate_id: str, *, customer_id: str) -> GatewayMandate:
        """`GET /mandates/{mandate_id}`."""
        answer = self.call("GET", f"/mandates/{mandate_id}", operation="mandate_status", customer_id=customer_id)
        return mandate_in(accepted(answer).json)

    def command_mandate(self, mandate_id: str, command: MandateCommand, *, customer_id: str) -> GatewayMandate:
        """`POST /mandates/{mandate_id}` with one of Juspay's commands."""
        return mandate_in(self.command(mandate_id, {"command": command.value}, customer_id=customer_id))

    def notify_debit(self, mandate_id: str, notice: DebitNotice, *, customer_id: str) -> NoticeState:
        """The same reference again returns the first notice."""
        source = {"amount": notice.amount.as_rupees(), "txn_date": str(epoch_s(notice.execute_at))}
        form = {
            "command": "pre_debit_notify",
            "object_reference_id": notice.reference,
            "source_info": json.dumps(source),
            "description": notice.description,
        }
        return notice_in(self.command(mandate_id, form, customer_id=customer_id))

    def notice_state(self, reference: str, *, customer_id: str) -> NoticeState:
        """`GET /notifications/{object_reference_id}`."""
        answer = self.call("GET", f"/notifications/{reference}", operation="notification", customer_id=customer_id)
        return notice_in(accepted(answer).json)

    def debit(self, mandate_id: str, request: DebitRequest, *, customer_id: str) -> None:
        """`POST /txns`: parked until the date; the answer tells nothing that the order's status does not."""
        form = {
            "order.order_id": request.order_id,
            "order.amount": request.amount.as_rupees(),
            "order.customer_id": customer_id,
            "mandate_id": mandate_id,
            "mandate.notification_id": request.notice_reference,
            "mandate.execution_date": str(epoch_s(request.execute_at)),
            "merchant_id": self.merchant_id,
            "format": "json",
        }
        accepted(self.call("POST", "/txns", operation="txn", customer_id=customer_id, form=form))

    def cancel_debit(self, mandate_id: str, *, order_id: str, customer_id: str) -> None:
        """Possible until a few minutes before the debit."""
        form = {"command": "cancel_recurring_transaction", "order_id": order_id}
        self.command(mandate_id, form, customer_id=customer_id)

    def command(self, mandate_id: str, form: Mapping[str, str], *, customer_id: str) -> Any:
        answer = self.call("POST", f"/mandates/{mandate_id}", operation="mandate", customer_id=customer_id, form=form)
        return accepted(answer).json


def mandate_in(body: Any) -> GatewayMandate:
    found = parsing.mandate(body)
    if found is None:
        raise PartnerError("juspay mandate: no mandate_id in the answer", permanent=False, status=200)
    return found


def notice_in(body: Any) -> NoticeState:
    """A word we have not learnt counts as not told yet."""
    word = parsing.word(body.get("status")) if isinstance(body, Mapping) else ""
    return NOTICES.get(word, NoticeState.PENDING)
