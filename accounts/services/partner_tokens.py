"""Tokens that a platform fetches for one of its people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import selectors
from accounts.errors import UserNotActive
from accounts.models import Platform, User, UserSession, UserStatus
from accounts.services import people, registration, tokens
from accounts.services.tokens import AccessToken


@dataclass(frozen=True, slots=True)
class PartnerLogin:
    user_id: UUID
    access: AccessToken


@transaction.atomic
def issue(*, platform: Platform, phone: str, known: dict[str, Any], address: str, now: datetime) -> PartnerLogin:
    """Return a token for the platform's user with this number, registered at the first call.

    `known` are columns the platform knows; they fill what is still empty while the user is ONBOARDING, and change nothing
    afterwards. The token lives a day, says the present status and cannot be refreshed. UserNotActive for a deactivated
    user.
    """
    registration.register(phone=phone, platform_id=platform.pk, now=now)
    user = selectors.locked_user(User.objects.values_list("pk", flat=True).get(platform=platform, phone=phone))
    if user.status == UserStatus.DEACTIVATED:
        raise UserNotActive
    missing = {name: value for name, value in known.items() if value and not getattr(user, name)}
    if missing and user.status == UserStatus.ONBOARDING:
        people.assign(user, missing)
    session = UserSession.objects.create(
        user=user,
        device_info=f"platform:{platform.pk}",
        address=address,
        opened_at=now,
        last_used_at=now,
        expires_at=now + tokens.CUSTOMER_LIFETIME,
    )
    return PartnerLogin(user.pk, tokens.for_customer(user_id=user.pk, session_id=session.pk, status=user.status, now=now))
