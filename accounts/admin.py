"""The back office's view of people: mostly to look at."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import path
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts import back_office
from accounts.models import Dependant, Platform, Staff, User, UserSession


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Nothing is added, changed or deleted here."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 (Django's signature)
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 (Django's signature)
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 (Django's signature)
        return False


@admin.register(Staff)
class StaffAdmin(UserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold ships no types
    """Members of staff, their groups and passwords."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "is_active", "is_superuser", "last_login", "locked_until")
    list_filter = ("is_active", "groups")

    def get_urls(self) -> list[Any]:
        """With the page that asks for the second factor again."""
        view = self.admin_site.admin_view(self.step_up)
        return [path("step_up/", view, name="accounts_staff_step_up"), *super().get_urls()]

    def step_up(self, request: HttpRequest) -> HttpResponse:
        return back_office.step_up(request, self.admin_site.each_context(request))


@admin.register(Platform)
class PlatformAdmin(ReadOnlyAdmin):
    """Partners; they are kept through the API, which shows each new secret once."""

    list_display = ("name", "status", "created_at")
    list_filter = ("status",)


@admin.register(User)
class CustomerAdmin(ReadOnlyAdmin):
    """Customers. The list shows no name and no whole number: those are on each one's own page."""

    list_display = ("id", "masked_phone", "status", "platform", "created_at")
    list_filter = ("status", "platform")
    list_select_related = ("platform",)
    search_fields = ("=phone", "=id")
    exclude = ("email_index", "aadhaar_last4", "id_proof", "bank_account")
    ordering = ("-created_at", "-id")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the encrypted columns, which the list neither shows nor needs to decrypt."""
        rows = super().get_queryset(request)
        is_list = request.resolver_match is not None and request.resolver_match.url_name == "accounts_user_changelist"
        return rows.only("id", "phone", "status", "platform", "created_at") if is_list else rows


@admin.register(Dependant)
class DependantAdmin(ReadOnlyAdmin):
    """People of a family."""

    list_display = ("id", "relationship", "status", "version", "created_at")
    list_filter = ("status", "relationship")
    search_fields = ("=primary_user__phone", "=primary_user__id")
    raw_id_fields = ("primary_user",)


@admin.register(UserSession)
class SessionAdmin(ReadOnlyAdmin):
    """Logins."""

    list_display = ("id", "opened_at", "last_used_at", "revoked_at", "revoked_because")
    list_filter = ("revoked_because",)
    search_fields = ("=user__phone", "=user__id")
    raw_id_fields = ("user",)
    exclude = ("device",)
