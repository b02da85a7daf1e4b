"""Handing a text to a provider that delivers: the next one when the first errs, or when its codes stop coming back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import Count, Q

from aarokya.common import metrics
from aarokya.common.clients.http import PartnerError
from accounts.gateways.sms.base import Receipt, SmsGateway, SmsText
from accounts.models import Notice, OtpChallenge, TextMessage, TextState

TIME_TO_TYPE = timedelta(minutes=2)  # a code younger than this may still be typed in
RECENT = timedelta(minutes=15)
DAY = timedelta(days=1)
ENOUGH_RECENT = 20  # texts; fewer say nothing
ENOUGH_DAY = 100
USUAL_SHARE = 0.6  # of codes that come back, until a day has shown the provider's own
FALLEN_TO = 0.5  # of its usual share: then the others go first
REASON_MAX = 200
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Returns:
    """How many texts a provider took, and how many of their codes were typed in."""

    taken: int
    verified: int

    @property
    def share(self) -> float:
        return self.verified / self.taken if self.taken else 1.0


def send(
    text: SmsText,
    *,
    gateways: Sequence[SmsGateway],
    now: datetime,
    challenge: OtpChallenge | None = None,
    notice: Notice | None = None,
) -> str:
    """Hand the text of a challenge or a notice to the first provider that takes it; return its name. PartnerError when none does.

    A provider that timed out may have sent it after all: the same text twice does no harm.
    """
    about = {"challenge": challenge, "notice": notice}
    refusals: list[PartnerError] = []
    for gateway in in_order(gateways, now=now):
        try:
            reference = gateway.send(text)
        except PartnerError as error:
            note(text, gateway, about, state=TextState.REFUSED, reason=str(error), now=now)
            refusals.append(error)
        else:
            note(text, gateway, about, state=TextState.TAKEN, reference=reference, now=now)
            return gateway.name
    words = "; ".join(str(refusal) for refusal in refusals) or "no provider is configured"
    raise PartnerError(words, permanent=all(refusal.permanent for refusal in refusals))


def note(
    text: SmsText,
    gateway: SmsGateway,
    about: Mapping[str, OtpChallenge | Notice | None],
    *,
    state: TextState,
    now: datetime,
    reference: str = "",
    reason: str = "",
) -> None:
    TextMessage.objects.create(
        **about,
        provider=gateway.name,
        reference=reference[:80],
        template_id=gateway.template_ids[text.key],
        state=state,
        reason=reason[:REASON_MAX],
        handed_over_at=now,
    )


def in_order(gateways: Sequence[SmsGateway], *, now: datetime) -> list[SmsGateway]:
    """Return the providers as configured, those whose codes stopped coming back behind the others.

    A provider that gets nothing to send has no recent share, and so is tried again after a quarter of an hour.
    """
    return sorted(gateways, key=lambda gateway: is_failing(gateway.name, now=now))


def is_failing(provider: str, *, now: datetime) -> bool:
    """Whether far fewer codes come back than usual: operators drop texts while the provider reports success."""
    until = now - TIME_TO_TYPE
    recent = returns(provider, start=until - RECENT, end=until)
    if recent.taken < ENOUGH_RECENT:
        return False
    day = returns(provider, start=until - DAY, end=until - RECENT)
    usual = day.share if day.taken >= ENOUGH_DAY else USUAL_SHARE
    if recent.share >= usual * FALLEN_TO:
        return False
    metrics.ALERTS.labels("sms_share").inc()
    logger.warning("sms.share_fell", provider=provider, share=round(recent.share, 2), usual=round(usual, 2))
    return True


def returns(provider: str, *, start: datetime, end: datetime) -> Returns:
    """Count texts taken in `[start, end)` and how many of their codes were used."""
    counted = TextMessage.objects.taken_between(provider, start, end).aggregate(
        taken=Count("id"), verified=Count("id", filter=Q(challenge__verified_at__isnull=False))
    )
    return Returns(counted["taken"], counted["verified"])


def take_receipts(*, provider: str, receipts: Sequence[Receipt], now: datetime) -> int:
    """Write down what became of texts; return how many were known. "Delivered" is never taken back."""
    return sum(take_receipt(provider=provider, receipt=receipt, now=now) for receipt in receipts)


def take_receipt(*, provider: str, receipt: Receipt, now: datetime) -> int:
    state = TextState.DELIVERED if receipt.delivered else TextState.FAILED
    earlier = [before for before, following in TextMessage.MOVES.items() if state in following]
    rows = TextMessage.objects.filter(provider=provider, reference=receipt.reference, state__in=earlier)
    return rows.update(state=state, reported_at=now, reason=receipt.reason[:REASON_MAX], last_modified_at=now)
