"""Juspay's answers become our dataclasses: defensively, since keys, types and nulls vary between versions."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from aarokya.common.clients.http import PartnerError
from aarokya.common.money import Money
from payments.gateways.base import (
    GatewayMandate,
    GatewayMandateState,
    GatewayOrder,
    GatewayRefund,
    GatewayRefundState,
    GatewaySession,
    GatewayState,
    GatewayTransaction,
)
from payments.gateways.juspay import statuses


def session(text: str) -> GatewaySession:
    """Read the answer of `/session`; the payload is what the app's SDK gets, untouched."""
    payload = json.loads(text)
    if not isinstance(payload, dict) or not payload.get("sdk_payload"):
        raise PartnerError("juspay session: no sdk_payload in the answer", permanent=False, status=200)
    return GatewaySession(reference=word(payload.get("id")), gateway_status=word(payload.get("status")), payload=payload)


def order(body: Any, *, order_id: str) -> GatewayOrder:
    """Read an order status. `order_id` is what was asked for, in case the answer does not repeat it."""
    if not isinstance(body, Mapping):
        raise PartnerError("juspay order status: not an object", permanent=False, status=200)
    status = word(body.get("status"))
    state = statuses.state_of(body.get("status_id"), status)
    return GatewayOrder(
        order_id=word(body.get("order_id")) or order_id,
        state=state,
        gateway_status=status,
        reference=word(body.get("id")),
        amount=amount(body.get("amount")),
        currency=word(body.get("currency")) or None,
        customer_id=word(body.get("customer_id")) or None,
        charges=charges(body) if state in {GatewayState.CHARGED, GatewayState.REVERSED} else (),
        refunds=tuple(refund(item) for item in items(body, "refunds") if word(item.get("unique_request_id"))),
        mandate=mandate(body.get("mandate"), paid_by=body),
    )


def charges(body: Mapping[str, Any]) -> tuple[GatewayTransaction, ...]:
    """Return every transaction that took money; several mean that the customer paid twice."""
    listed = items(body, "txn_list") or [detail for detail in [body.get("txn_detail")] if isinstance(detail, Mapping)]
    charged = [item for item in listed if word(item.get("status")) in {"CHARGED", "AUTO_REFUNDED"} and word(item.get("txn_id"))]
    found = tuple(
        GatewayTransaction(word(item["txn_id"]), transaction_amount(item) or Money(0), word(item.get("txn_uuid")))
        for item in charged
    )
    if found:
        return found
    transaction_id = word(body.get("txn_id")) or word(body.get("order_id"))
    return (GatewayTransaction(transaction_id, amount(body.get("amount")) or Money(0), word(body.get("txn_uuid"))),)


def transaction_amount(item: Mapping[str, Any]) -> Money | None:
    """What was paid for our order: without the surcharge that a bank adds on top."""
    return amount(item.get("net_amount")) or amount(item.get("txn_amount"))


def refund(item: Mapping[str, Any]) -> GatewayRefund:
    """Read one element of `refunds[]`: the only place that tells whether money went back."""
    return GatewayRefund(
        unique_request_id=word(item.get("unique_request_id")),
        amount=amount(item.get("amount")) or Money(0),
        state=statuses.REFUNDS.get(word(item.get("status")), GatewayRefundState.MANUAL_REVIEW),
        reference=word(item.get("id")) or word(item.get("ref")),
        arn=word(item.get("arn")) or word(item.get("refund_arn")),
        error=word(item.get("error_message"))[:300],
    )


def mandate(block: Any, *, paid_by: Mapping[str, Any] | None = None) -> GatewayMandate | None:
    """Read a mandate block; None when there is none. `paid_by` is the order status around it, which says how it was agreed to."""
    if not isinstance(block, Mapping) or not word(block.get("mandate_id")):
        return None
    status = word(block.get("mandate_status")) or word(block.get("status"))
    known = status in GatewayMandateState.__members__
    state = GatewayMandateState(status) if known else GatewayMandateState.OTHER
    return GatewayMandate(
        mandate_id=word(block["mandate_id"]),
        state=state,
        gateway_status=status[:40],
        token=word(block.get("mandate_token")),
        payment_method=word((paid_by or {}).get("payment_method")),
        payment_method_type=word((paid_by or {}).get("payment_method_type")),
    )


def items(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = body.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def word(value: Any) -> str:
    """Return the text; nulls come as null, as `{}` or not at all."""
    return value if isinstance(value, str) else ""


def amount(value: Any) -> Money | None:
    """Return paise from `"100.15"`, `100.15` (a Decimal by now, never a float) or `100`; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > 15:  # `1e999999999` is short JSON and a very long text
            return None
        value = format(value, "f")
    try:
        return Money.from_rupees(str(value))
    except ValueError:
        return None
