"""Sending one-time codes by SMS, in our words."""

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


class SmsGateway(Protocol):
    """One provider."""

    def send(self, text: OneTimeCodeText) -> None:
        """Hand `text` over; PartnerError when the provider did not take it. Taken is not delivered."""
