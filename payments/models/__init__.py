from payments.models.inbox import WebhookInbox, WebhookState
from payments.models.orders import Charge, Order, OrderEvent, PaymentMethod, SettlementOutcome
from payments.models.receipts import Receipt, ReceiptSeries
from payments.models.refunds import Refund, RefundReason, RefundStatus
from payments.models.statuses import MOVES, OPEN, PAID, RANKS, UNPAID_END, OrderStatus, PublicStatus

__all__ = [
    "MOVES",
    "OPEN",
    "PAID",
    "RANKS",
    "UNPAID_END",
    "Charge",
    "Order",
    "OrderEvent",
    "OrderStatus",
    "PaymentMethod",
    "PublicStatus",
    "Receipt",
    "ReceiptSeries",
    "Refund",
    "RefundReason",
    "RefundStatus",
    "SettlementOutcome",
    "WebhookInbox",
    "WebhookState",
]
