"""What we ask of a gateway that can debit customers by standing permission."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from aarokya.common.money import Money
from payments.gateways.base import Gateway, GatewayMandate


class NoticeState(StrEnum):
    """Whether the customer was told of a coming debit."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


class MandateCommand(StrEnum):
    """What can be done to a whole mandate."""

    PAUSE = "pause"
    RESUME = "resume"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class DebitNotice:
    """What the customer is told. `reference` (up to 25 letters and digits) makes a repeat harmless."""

    reference: str
    amount: Money
    execute_at: datetime
    description: str


@dataclass(frozen=True, slots=True)
class DebitRequest:
    """One debit; `order_id` makes a repeat harmless."""

    order_id: str
    amount: Money
    notice_reference: str
    execute_at: datetime


class MandateGateway(Gateway, Protocol):
    """Every call names the customer. Raises like `Gateway`."""

    def fetch_mandate(self, mandate_id: str, *, customer_id: str) -> GatewayMandate:
        """Return what the gateway knows."""
        ...

    def command_mandate(self, mandate_id: str, command: MandateCommand, *, customer_id: str) -> GatewayMandate:
        """Pause, resume or revoke; repeating a command changes nothing."""
        ...

    def notify_debit(self, mandate_id: str, notice: DebitNotice, *, customer_id: str) -> NoticeState:
        """Have the customer told."""
        ...

    def notice_state(self, reference: str, *, customer_id: str) -> NoticeState:
        """Return what became of a notice."""
        ...

    def debit(self, mandate_id: str, request: DebitRequest, *, customer_id: str) -> None:
        """Ask for the debit; what becomes of it is the status of its order."""
        ...

    def cancel_debit(self, mandate_id: str, *, order_id: str, customer_id: str) -> None:
        """Stop one debit. GatewayRefused when it is too close."""
        ...
