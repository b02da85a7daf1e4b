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


class MandateExists(DomainError):
    code = "ME-1207"
    message = "You already have a mandate; cancel it before registering another"
    status = 409


class NoLiveMandate(DomainError):
    code = "ME-1208"
    message = "You have no mandate that is pending, active or paused"
    status = 404


class DebitTooClose(DomainError):
    code = "ME-1209"
    message = "This debit can no longer be cancelled"
    status = 409


class MandateWornOut(DomainError):
    code = "ME-1210"
    message = "Nine debits in a row have failed; cancel this mandate and register a new one"
    status = 409
