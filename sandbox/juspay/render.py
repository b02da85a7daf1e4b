"""The order status answer, with what production samples show: see the comments marked *quirk*."""

import hashlib
import json
import sqlite3
from typing import Any

from sandbox import clock, money
from sandbox.config import configuration
from sandbox.juspay import records, statuses

UDF_NAMES = tuple(f"udf{number}" for number in range(1, 11))


def order_status(book: sqlite3.Connection, *, order: sqlite3.Row, stale: bool = False) -> dict[str, Any]:
    """All of it. `stale` shows the state before the last change."""
    session = json.loads(order["session"])
    status = order["previous_status"] if stale else order["status"]
    attempts = records.transactions(book, order["order_key"]) if status != "NEW" else []
    body = _identity(order, session, status) | {name: session.get(name, "") for name in UDF_NAMES}
    if attempts:
        body |= _payment(attempts, status)
    body |= _refunds(book, order["order_key"])
    return body | _mandate(book, order)


def refund_item(row: sqlite3.Row) -> dict[str, Any]:
    """One element of `refunds[]`; the only place that tells the truth about a refund."""
    is_settled = row["status"] == "SUCCESS"
    return {
        "id": row["id"] if row["status"] != "PENDING" else None,
        "unique_request_id": row["unique_request_id"],
        "ref": _digits(row["unique_request_id"], 12) if is_settled else None,
        "arn": _digits(row["id"], 23) if is_settled else None,
        "amount": money.rupees_number(row["amount"]),
        "status": row["status"],
        "created": clock.seconds_text(row["created_at"]),
        "sent_to_gateway": row["status"] != "PENDING",
        "refund_type": "STANDARD",
        "refund_source": "UPI",
        "initiated_by": row["initiated_by"],
        "error_code": "REFUND_REJECTED" if row["status"] == "FAILURE" else None,
        "error_message": "Refund rejected by the bank" if row["status"] == "FAILURE" else "",
        "txn_id": row["txn_id"],
    }


def mandate_block(row: sqlite3.Row | dict[str, Any]) -> dict[str, Any]:
    """The mandate as status answers and mandate events show it."""
    return {
        "mandate_id": row["mandate_id"],
        "mandate_token": row["mandate_token"],
        "mandate_status": row["status"],
        "mandate_type": "EMANDATE",
        "max_amount": money.rupees_text(row["max_amount"]),
        "frequency": row["frequency"],
        "start_date": row["start_date"],
        "end_date": row["end_date"],
    }


def _identity(order: sqlite3.Row, session: dict[str, Any], status: str) -> dict[str, Any]:
    return {
        "id": order["id"],
        "order_id": order["order_id"],
        "merchant_id": configuration().juspay_merchant_id,
        "customer_id": order["customer_id"],
        "customer_email": session.get("customer_email"),
        "customer_phone": session.get("customer_phone"),
        "status": status,
        "status_id": statuses.STATUS_IDS[status],
        "amount": money.rupees_number(order["amount"]),
        "effective_amount": money.rupees_number(order["amount"]),
        "currency": order["currency"],
        "product_id": session.get("product_id"),
        "return_url": session.get("return_url"),
        "date_created": clock.seconds_text(order["created_at"]),
        "last_updated": clock.seconds_text(order["updated_at"]),
        "bank_error_code": order["error_code"] or "",
        "bank_error_message": "",
        "offers": [],
        "metadata": {name: value for name, value in session.items() if name.startswith("metadata.")},
    }


def _payment(attempts: list[sqlite3.Row], status: str) -> dict[str, Any]:
    """The attempt that decided the status, and the list of all."""
    decisive = next((row for row in reversed(attempts) if row["status"] == status), attempts[-1])
    return {
        "txn_id": decisive["txn_id"],
        "txn_uuid": decisive["txn_uuid"],
        "payment_method_type": "UPI",
        "payment_method": "UPI",
        "upi": {"payer_vpa": decisive["payer_vpa"], "txn_flow_type": "COLLECT"},
        "txn_detail": _txn_detail(decisive),
        "txn_list": [_txn_detail(row) for row in attempts],
        "payment_gateway_response": _gateway_response(decisive),
    }


def _txn_detail(row: sqlite3.Row) -> dict[str, Any]:
    is_failed = row["status"] in statuses.FAILED
    return {
        "txn_id": row["txn_id"],
        "txn_uuid": row["txn_uuid"],
        "order_id": row["txn_id"].split("-")[-2],
        "status": row["status"],
        "txn_amount": money.rupees_number(row["amount"]),
        "net_amount": money.rupees_number(row["amount"]),
        "surcharge_amount": None,
        "tax_amount": None,
        "offer_deduction_amount": None,
        "gateway": "DUMMY",
        "gateway_id": 100,
        "error_code": "U30" if is_failed else None,
        "error_message": "Debit has been failed" if is_failed else "",
        "created": clock.seconds_text(row["created_at"]),
        "currency": "INR",
        "txn_object_type": row["kind"],
        "source_object": None,
        "source_object_id": None,
    }


def _gateway_response(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "resp_code": "00",
        "resp_message": "Txn Success",  # quirk: says so even where the transaction failed
        "rrn": _digits(row["txn_uuid"], 12),
        "epg_txn_id": row["txn_uuid"],
        "auth_id_code": None,
        "txn_id": row["txn_id"],
        "created": clock.seconds_text(row["created_at"]),
    }


def _refunds(book: sqlite3.Connection, order_key: str) -> dict[str, Any]:
    rows = book.execute("SELECT * FROM refunds WHERE order_key = ? ORDER BY created_at", [order_key]).fetchall()
    if not rows:
        return {"refunded": False, "amount_refunded": 0}
    asked = sum(row["amount"] for row in rows if row["status"] != "FAILURE")
    # quirk: counted as refunded from the moment a refund is asked for, long before it is sent
    return {
        "refunded": asked > 0,
        "amount_refunded": money.rupees_number(asked),
        "refunds": [refund_item(row) for row in rows],
    }


def _mandate(book: sqlite3.Connection, order: sqlite3.Row) -> dict[str, Any]:
    row = book.execute("SELECT * FROM mandates WHERE mandate_id = ?", [order["mandate_id"]]).fetchone()
    return {"mandate": mandate_block(row)} if row else {}


def _digits(seed: str, length: int) -> str:
    """A stable reference number: the same transaction shows the same one in every answer."""
    return str(int(hashlib.sha256(seed.encode()).hexdigest(), 16))[:length]
