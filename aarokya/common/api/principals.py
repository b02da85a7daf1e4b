"""Who is asking: what `request.user` is after authentication."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


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

    is_authenticated: ClassVar[bool] = True

    @property
    def actor(self) -> str:
        return f"staff:{self.username}"


Principal = Customer | StaffMember
