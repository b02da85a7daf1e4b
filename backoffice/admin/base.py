"""What the back office's own pages share."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin


def actor_of(request: HttpRequest) -> str:
    return f"staff:{request.user.get_username()}"


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the member of staff has `app.codename`."""
    user: Any = request.user
    return bool(user.has_perm(permission))


class LookOnly(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Rows that nobody adds, changes or deletes here; the group's view permission lets in."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 (Django's signature)
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False
