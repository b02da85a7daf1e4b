"""Signed quotes: a price that holds for 24 hours, carried by the client and kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing

from aarokya.common.clock import epoch_s
from insurance.errors import QuoteChanged, QuoteExpired
from insurance.selectors.quotes import Quote, invalid

SALT = "insurance.quote"
HOLDS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Price:
    """What a quote promised to whom; amounts in paise."""

    user_id: UUID
    benefit_id: UUID
    variant_id: UUID
    plan_code: str
    daily: int
    annual: int
    members: tuple[UUID, ...]


def price_of(offer: Quote) -> Price:
    return Price(
        user_id=offer.user.pk,
        benefit_id=offer.benefit.pk,
        variant_id=offer.variant.pk,
        plan_code=offer.variant.plan_code,
        daily=offer.variant.daily_premium.paise,
        annual=offer.variant.annual_premium.paise,
        members=tuple(sorted(member.pk for member in offer.members)),
    )


def sign(offer: Quote, *, now: datetime) -> str:
    """Return the quote's token: signed, not secret; it names ids and amounts only."""
    price = price_of(offer)
    said = {
        "u": price.user_id.hex,
        "b": price.benefit_id.hex,
        "v": price.variant_id.hex,
        "c": price.plan_code,
        "d": price.daily,
        "a": price.annual,
        "m": [member.hex for member in price.members],
        "x": epoch_s(now + HOLDS),
    }
    return signing.dumps(said, salt=SALT, compress=True)


def read(token: str, *, now: datetime) -> Price:
    """Return what a token promised; QuoteExpired (IP-1018), PolicyInvalid (IP-1010) for one that is not ours."""
    try:
        said: dict[str, Any] = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise invalid("quote", "forged", "is not a quote of ours") from error
    if epoch_s(now) >= said["x"]:
        raise QuoteExpired
    return Price(
        user_id=UUID(said["u"]),
        benefit_id=UUID(said["b"]),
        variant_id=UUID(said["v"]),
        plan_code=said["c"],
        daily=said["d"],
        annual=said["a"],
        members=tuple(UUID(member) for member in said["m"]),
    )


def refuse_other_price(offer: Quote, promised: Price | None) -> None:
    """Nothing is bought at another price than promised: QuoteChanged (IP-1019) says what changed."""
    if promised is None:
        return
    found = price_of(offer)
    changes = list(differences(promised, found))
    if changes:
        raise QuoteChanged(f"Since the quote was given: {'; '.join(changes)}. Ask for a new preview")


def differences(promised: Price, found: Price) -> Iterable[str]:
    if promised.user_id != found.user_id:
        yield "the quote was given to another user"
    if promised.benefit_id != found.benefit_id:
        yield "it is for another benefit"
    if promised.members != found.members:
        yield "the members are others"
    if promised.plan_code != found.plan_code:
        yield f"the plan is {found.plan_code} instead of {promised.plan_code}"
    if promised.annual != found.annual:
        yield f"the annual premium is {found.annual} instead of {promised.annual} paise"
    if promised.daily != found.daily:
        yield f"the daily premium is {found.daily} instead of {promised.daily} paise"
    if promised.variant_id != found.variant_id and (promised.plan_code, promised.annual) == (found.plan_code, found.annual):
        yield "the terms of the benefit"
