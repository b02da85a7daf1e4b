from payments.models.inbox import WebhookInbox, WebhookState
from payments.models.mandates import (
    ENDED_MANDATE,
    ExecutionStatus,
    Frequency,
    Mandate,
    MandateExecution,
    MandateStatus,
    PauseCause,
)
from payments.models.orders import Charge, MandateRole, Order, OrderEvent, PaymentMethod, SettlementOutcome
from payments.models.receipts import Receipt, ReceiptSeries
from payments.models.refunds import Refund, RefundDestination, RefundReason, RefundStatus
from payments.models.settlements import SettlementFile, SettlementLine
from payments.models.statuses import MOVES, OPEN, PAID, RANKS, UNPAID_END, OrderStatus, PublicStatus
from payments.models.tickets import Ticket, TicketKind

__all__ = [
    "ENDED_MANDATE",
    "MOVES",
    "OPEN",
    "PAID",
    "RANKS",
    "UNPAID_END",
    "Charge",
    "ExecutionStatus",
    "Frequency",
    "Mandate",
    "MandateExecution",
    "MandateRole",
    "MandateStatus",
    "Order",
    "OrderEvent",
    "OrderStatus",
    "PauseCause",
    "PaymentMethod",
    "PublicStatus",
    "Receipt",
    "ReceiptSeries",
    "Refund",
    "RefundDestination",
    "RefundReason",
    "RefundStatus",
    "SettlementFile",
    "SettlementLine",
    "SettlementOutcome",
    "Ticket",
    "TicketKind",
    "WebhookInbox",
    "WebhookState",
]
