"""Sending one-time codes by SMS, in our words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

# Registered with the operators word for word: a text that differs is dropped without a sound.
TEMPLATE = "{code} is your Aarokya verification code. It is valid for 10 minutes. Do not share it with anyone."


@dataclass(frozen=True, slots=True)
class OneTimeCodeText:
    """A code on its way to `phone` (`+91…`). Neither appears in its repr."""

    phone: str = field(repr=False)
    code: str = field(repr=False)

    @property
    def body(self) -> str:
        return TEMPLATE.format(code=self.code)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a text: the provider's `reference` of it, whether the phone has it, and if not, why."""

    reference: str
    delivered: bool
    reason: str = ""


class SmsGateway(Protocol):
    """One provider. `name` is how settings, rows and the receipt's path call it."""

    name: str
    template_id: str

    def send(self, text: OneTimeCodeText) -> str:
        """Hand `text` over and return the provider's reference; PartnerError when it was not taken. Taken is not delivered."""

    def receipts(self, given: Mapping[str, object]) -> list[Receipt]:
        """Read a delivery report (parameters or JSON, as this provider sends it); what is not final yet is left out."""
