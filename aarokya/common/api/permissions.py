"""Who may use a route. The default is customers; everything else says so."""

from typing import Any
from uuid import UUID

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from aarokya.common.api.principals import Customer, StaffMember, principal_of
from aarokya.common.errors import Detail, Forbidden, NotFound

STEP_UP = Detail("token", "step_up_required", "the second factor was not shown in the last ten minutes")


class IsCustomer(BasePermission):
    """An app user."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002 (DRF's signature)
        return isinstance(principal_of(request), Customer)


class IsStaffMember(BasePermission):
    """A member of staff in one of the view's `groups`; superusers always."""

    def has_permission(self, request: Request, view: Any) -> bool:
        principal = principal_of(request)
        if not isinstance(principal, StaffMember) or not may(principal, view.groups):
            return False
        if not principal.has_proved and moves_money(request, view):
            raise Forbidden("Show your second factor again: POST /auth/admin/step_up", details=(STEP_UP,))
        return True


def moves_money(request: Request, view: Any) -> bool:
    """What finance writes, moves money."""
    return request.method not in SAFE_METHODS and "finance" in view.groups and view.asks_for_proof


class IsCustomerOrStaffMember(BasePermission):
    """Either; the view then asks `require_self_or_staff`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(principal_of(request), Customer) or IsStaffMember().has_permission(request, view)


def may(staff: StaffMember, groups: frozenset[str] | set[str]) -> bool:
    return staff.is_superuser or bool(staff.groups & groups)


def require_self_or_staff(request: Request, user_id: UUID) -> None:
    """NotFound for a customer who asks about somebody else: their things answer as if they did not exist."""
    principal = principal_of(request)
    if isinstance(principal, Customer) and principal.user_id != user_id:
        raise NotFound
