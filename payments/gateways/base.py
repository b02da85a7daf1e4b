"""A payment gateway in our own words: what we ask of Juspay, Razorpay and Stripe alike.

Amounts are Money, states are our enums, and every call carries an id of ours, so that a repeat changes nothing there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from aarokya.common.money import Money


class GatewayState(StrEnum):
    """What became of an order at the gateway. `UNKNOWN` is a word we have not learnt: change nothing, tell a person."""

    ABSENT = "ABSENT"
    OPEN = "OPEN"
    PENDING = "PENDING"
    FAILED = "FAILED"
    CHARGED = "CHARGED"
    REVERSED = "REVERSED"
    UNKNOWN = "UNKNOWN"


class GatewayRefundState(StrEnum):
    """What became of one refund at the gateway."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    MANUAL_REVIEW = "MANUAL_REVIEW"


class GatewayMandateState(StrEnum):
    """What became of a mandate at the gateway. The last three are final; `OTHER` is a word we have not learnt."""

    CREATED = "CREATED"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    REVOKED = "REVOKED"
    FAILURE = "FAILURE"
    EXPIRED = "EXPIRED"
    OTHER = "OTHER"


class GatewayRefused(Exception):
    """The gateway understood and refused: repeating the same call cannot help. `code` is the gateway's."""

    def __init__(self, message: str, *, code: str, status: int) -> None:
        self.code = code
        self.status = status
        super().__init__(message)


class OrderNotNew(GatewayRefused):
    """A session was asked for an order that the gateway already works on: ask for its status instead."""


@dataclass(frozen=True, slots=True)
class MandateTerms:
    """What the customer is asked to allow beside this payment: `frequency` is one of ours, `max_amount` for each debit."""

    max_amount: Money
    frequency: str


@dataclass(frozen=True, slots=True)
class OrderAt:
    """Which order, whose, and where it was opened. `reference` is the provider's own id of it; empty when no answer ever came."""

    order_id: str
    customer_id: str
    provider: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What the gateway must know to take the money. `expires_in_min`: minutes after which nobody can begin to pay."""

    provider: str
    order_id: str
    amount: Money
    currency: str
    customer_id: str
    customer_phone: str  # ten digits, without country code
    customer_email: str
    return_url: str
    description: str
    expires_in_min: int
    mandate: MandateTerms | None = None


@dataclass(frozen=True, slots=True)
class GatewaySession:
    """`payload` goes to the app verbatim; `reference` is the gateway's own id of the order."""

    reference: str
    gateway_status: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GatewayTransaction:
    """One attempt to pay that took money."""

    transaction_id: str
    amount: Money
    uuid: str = ""  # the gateway's second name for it, where it has one


@dataclass(frozen=True, slots=True)
class GatewayRefund:
    """One refund as the gateway sees it, matched to ours by `unique_request_id`."""

    unique_request_id: str
    amount: Money
    state: GatewayRefundState
    reference: str
    arn: str
    error: str


@dataclass(frozen=True, slots=True)
class GatewayMandate:
    """A mandate as the gateway sees it; `gateway_status` is its own word."""

    mandate_id: str
    state: GatewayMandateState
    gateway_status: str
    token: str = ""
    payment_method: str = ""  # how it was agreed to; empty where the answer is about the mandate alone
    payment_method_type: str = ""


@dataclass(frozen=True, slots=True)
class GatewayOrder:
    """The truth about an order. `amount` and `currency` are None when the gateway did not say."""

    order_id: str
    state: GatewayState
    gateway_status: str
    reference: str = ""
    amount: Money | None = None
    currency: str | None = None
    customer_id: str | None = None
    charges: tuple[GatewayTransaction, ...] = ()
    refunds: tuple[GatewayRefund, ...] = ()
    mandate: GatewayMandate | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """What a webhook points at. `amount`, where it can be read, is never believed: one that is not ours is a reason to look."""

    event_id: str
    event_name: str
    order_id: str
    amount: Money | None = None


class Gateway(Protocol):
    """One provider. Calls raise `PartnerError` when no usable answer came and `GatewayRefused` when it said no."""

    provider: str

    def create_session(self, request: SessionRequest) -> GatewaySession:
        """Open an order for payment. OrderNotNew when somebody has begun to pay it."""
        ...

    def fetch_order(self, order: OrderAt) -> GatewayOrder:
        """Return what the gateway knows; state ABSENT when it has never heard of the order."""
        ...

    def refund(self, order: OrderAt, *, unique_request_id: str, amount: Money, transaction_id: str = "") -> GatewayOrder:
        """Give back `amount`, of one transaction if named; idempotent by `unique_request_id`."""
        ...


class WebhookReader(Protocol):
    """One provider's webhooks."""

    provider: str

    def is_authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the credentials or the signature over the raw bytes are right, in constant time."""
        ...

    def read(self, body: bytes) -> Hint | None:
        """Return what the body points at, with empty texts for what it does not say; None when it is not readable."""
        ...


@dataclass(frozen=True, slots=True)
class Landing:
    """What a landing is about: our id of the order, or the provider's `reference` of it.

    `left` when the provider says that the customer went away before paying.
    """

    order_id: str = ""
    reference: str = ""
    left: bool = False


class ReturnReader(Protocol):
    """One provider's signed landing of the customer's browser."""

    def landing(self, parameters: Mapping[str, str]) -> Landing | None:
        """Return the order that the landing is about; None when the signature is not the provider's."""
        ...
