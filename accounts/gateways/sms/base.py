"""Sending text messages, in our words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from accounts.gateways.sms import templates


@dataclass(frozen=True, slots=True)
class SmsText:
    """One registered text on its way to `phone` (`+91…`). Neither number nor values appear in its repr."""

    phone: str = field(repr=False)
    template: str
    language: str
    values: Mapping[str, str] = field(repr=False)

    @property
    def key(self) -> str:
        """The registered template, as settings name it: `policy_ends.kn`."""
        return templates.key(self.template, self.language)

    @property
    def variables(self) -> dict[str, str]:
        return templates.values_for(self.values)

    @property
    def body(self) -> str:
        language = self.key.rpartition(".")[2]
        return templates.TEXTS[self.template][language].format(**self.variables)

    @property
    def is_unicode(self) -> bool:
        """Whether it needs the 16-bit alphabet, which providers want to be told."""
        return not self.body.isascii()


def one_time_code(phone: str, code: str) -> SmsText:
    return SmsText(phone, "otp", templates.ENGLISH, {"otp": code})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a text: the provider's `reference` of it, whether the phone has it, and if not, why."""

    reference: str
    delivered: bool
    reason: str = ""


class SmsGateway(Protocol):
    """One provider. `name` is how settings, rows and the receipt's path call it."""

    name: str
    template_ids: Mapping[str, str]  # what the provider wants named for each `SmsText.key`

    def send(self, text: SmsText) -> str:
        """Hand `text` over and return the provider's reference; PartnerError when it was not taken. Taken is not delivered."""

    def receipts(self, given: Mapping[str, object]) -> list[Receipt]:
        """Read a delivery report (parameters or JSON, as this provider sends it); what is not final yet is left out."""
