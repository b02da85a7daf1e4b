"""Tokens with which a third party, known to a platform, may put money into the wallet of one of its people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from aarokya.common.errors import InvalidToken
from accounts.errors import BeneficiaryDisabled
from accounts.models import ContributorGrant, ContributorKind, Platform, User, UserStatus
from accounts.services import tokens
from accounts.services.tokens import AccessToken

LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Contributor:
    """Who will pay, as the platform knows them: a customer number, or a phone number in `+91…`."""

    kind: str
    value: str

    @property
    def shown(self) -> str:
        """As a token may carry it: a number is masked."""
        return f"******{self.value[-4:]}" if self.kind == ContributorKind.PHONE else self.value


def issue(*, platform: Platform, phone: str, channel: str, contributor: Contributor | None, now: datetime) -> AccessToken:
    """Return an hour's token for the platform's user with this number; BeneficiaryDisabled when they cannot receive.

    It opens nothing but giving; channel and contributor travel in it as traces.
    """
    user = User.objects.filter(platform=platform, phone=phone).first()
    if user is None or user.status == UserStatus.DEACTIVATED:
        raise BeneficiaryDisabled
    grant = ContributorGrant.objects.create(
        platform=platform,
        beneficiary=user,
        channel=channel,
        contributor_kind=contributor.kind if contributor else "",
        contributor=contributor.value if contributor else "",
        issued_at=now,
        expires_at=now + LIFETIME,
    )
    traces: dict[str, Any] = {"contribution_channel": channel or None}
    if contributor:
        traces["contributor_ref"] = {"type": contributor.kind, "value": contributor.shown}
    return tokens.for_contributor(grant_id=grant.pk, traces=traces, lifetime=LIFETIME, now=now)


def grant_of(token: str, *, now: datetime) -> ContributorGrant:
    """Return what stands behind a contributor token; InvalidToken for any other, and once it or its beneficiary is gone."""
    claims = tokens.contributor_claims(token)
    grant = ContributorGrant.objects.select_related("beneficiary", "platform").filter(pk=UUID(claims["sub"])).first()
    if grant is None or grant.expires_at <= now or grant.beneficiary.status == UserStatus.DEACTIVATED:
        raise InvalidToken
    return grant
