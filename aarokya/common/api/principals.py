"""Who is asking: what `request.user` is after authentication."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request


@dataclass(frozen=True, slots=True)
class Customer:
    """An app user, from a user token."""

    user_id: UUID
    session_id: UUID
    status: str  # ONBOARDING or ACTIVE at the time the token was issued

    is_authenticated: ClassVar[bool] = True

    @property
    def actor(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff, from an admin token."""

    staff_id: int
    username: str
    groups: frozenset[str]
    is_superuser: bool
    has_proved: bool = True  # showed the second factor lately; authentication says so, and money is not moved without it

    is_authenticated: ClassVar[bool] = True

    @property
    def actor(self) -> str:
        return f"staff:{self.username}"


@dataclass(frozen=True, slots=True)
class Contributor:
    """A third party who may give to one person, from a contributor token."""

    grant_id: UUID

    is_authenticated: ClassVar[bool] = True

    @property
    def actor(self) -> str:
        return f"contributor:{self.grant_id}"


Principal = Customer | StaffMember


def principal_of(request: Request) -> Principal | Contributor | None:
    """Return who asks, or None on a public route."""
    user: Any = request.user
    return user if isinstance(user, Customer | StaffMember | Contributor) else None
