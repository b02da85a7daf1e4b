"""What can go wrong with payments, as clients see it."""

from aarokya.common.errors import DomainError


class RefundExceedsCaptured(DomainError):
    code = "OE-1301"
    message = "Refunds may not exceed what was captured"
    status = 409


class OrderNotRefundable(DomainError):
    code = "OE-1302"
    message = "Nothing was charged for this order through the gateway"
    status = 409


class NoReceiptYet(DomainError):
    code = "OE-1303"
    message = "There is a receipt once the payment has done what it is for"
    status = 409
