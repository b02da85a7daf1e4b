"""Who may use a route. The default is customers; everything else says so."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from aarokya.common import clock, outbox
from aarokya.common.api.principals import Contributor, Customer, StaffMember, principal_of
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


class IsContributor(BasePermission):
    """A third party who gives."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002 (DRF's signature)
        return isinstance(principal_of(request), Contributor)


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
    """NotFound for a customer who asks about somebody else: their things answer as if they did not exist.

    Staff are let in, and the user can read in their access log that they were.
    """
    principal = principal_of(request)
    if isinstance(principal, Customer) and principal.user_id != user_id:
        raise NotFound
    if isinstance(principal, StaffMember):
        note_access(request, principal, [user_id])


def note_access(request: Request, staff: StaffMember, user_ids: Sequence[UUID]) -> None:
    """Have it written down that staff is shown something about these users; why, says the header `Access-Reason`."""
    payload = {
        "user_ids": [str(user_id) for user_id in user_ids],
        "staff": staff.username,
        "what": f"{request.method} {request.path}",
        "reason": request.headers.get("Access-Reason", ""),
    }
    with transaction.atomic():
        outbox.emit("person.seen", payload=payload, now=clock.now())
