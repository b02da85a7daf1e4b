"""The back office's view of people: mostly to look at."""

import operator
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import path
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from aarokya.common import clock
from aarokya.common.office.base import LookOnly
from accounts import back_office, enrolling, staff_logins
from accounts.models import Access, Dependant, ErasureRequest, LegalHold, Platform, Staff, TextMessage, User, UserSession
from accounts.services import accesses


class PersonalAdmin(LookOnly):
    """Pages about one person: who opens one stands in that person's access log; `?reason=` says why."""

    owner = "user"  # the attribute, or the path through attributes, that leads to the user

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, obj: Model | None = None, **kwargs: Any) -> Any:
        if obj is not None:
            accesses.note(
                user_ids=[operator.attrgetter(self.owner)(obj)],
                staff=request.user.get_username(),
                what=f"back office: {obj._meta.verbose_name}",
                reason=request.GET.get("reason", ""),
                now=clock.now(),
            )
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


@admin.register(Staff)
class StaffAdmin(UserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold ships no types
    """Members of staff, their groups and passwords."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "is_active", "is_superuser", "last_login", "locked_until")
    list_filter = ("is_active", "groups")
    actions_detail = ("invite", "logins")

    def get_urls(self) -> list[Any]:
        """With the pages of the second factor: to show it again, to get one."""
        pages = (
            ("step_up/", self.step_up, "step_up"),
            ("authenticator/", self.authenticator, "authenticator"),
            ("sessions/", self.sessions, "sessions"),
        )
        own = [path(route, self.admin_site.admin_view(view), name=f"accounts_staff_{name}") for route, view, name in pages]
        return [*own, *super().get_urls()]

    def step_up(self, request: HttpRequest) -> HttpResponse:
        return back_office.step_up(request, self.admin_site.each_context(request))

    def authenticator(self, request: HttpRequest) -> HttpResponse:
        return enrolling.authenticator(request, self.admin_site.each_context(request))

    def sessions(self, request: HttpRequest) -> HttpResponse:
        return staff_logins.logins(request, self.admin_site.each_context(request))

    @action(description="Where they are logged in", url_path="logins", icon="devices")  # type: ignore[untyped-decorator]  # as below
    def logins(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return staff_logins.logins(request, self.admin_site.each_context(request), int(object_id))

    @action(description="Let them enrol an authenticator", url_path="invite", icon="key")  # type: ignore[untyped-decorator]  # unfold ships no types
    def invite(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return enrolling.invite(request, self.admin_site.each_context(request), object_id)


@admin.register(Platform)
class PlatformAdmin(LookOnly):
    """Partners; they are kept through the API, which shows each new secret once."""

    list_display = ("name", "status", "created_at")
    list_filter = ("status",)


@admin.register(User)
class CustomerAdmin(PersonalAdmin):
    """Customers. The list shows no name and no whole number: those are on each one's own page."""

    owner = "pk"
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
class DependantAdmin(PersonalAdmin):
    """People of a family."""

    owner = "primary_user_id"

    list_display = ("id", "relationship", "status", "version", "created_at")
    list_filter = ("status", "relationship")
    search_fields = ("=primary_user__phone", "=primary_user__id")
    raw_id_fields = ("primary_user",)


@admin.register(UserSession)
class SessionAdmin(PersonalAdmin):
    """Logins."""

    owner = "user_id"

    list_display = ("id", "opened_at", "last_used_at", "revoked_at", "revoked_because")
    list_filter = ("revoked_because",)
    search_fields = ("=user__phone", "=user__id")
    raw_id_fields = ("user",)
    exclude = ("device",)


@admin.register(Access)
class AccessAdmin(LookOnly):
    """Who was shown what about whom."""

    list_display = ("at", "staff", "what", "reason", "user_id")
    search_fields = ("=staff", "=user__id", "=user__phone")
    raw_id_fields = ("user",)
    ordering = ("-at", "-id")


@admin.register(ErasureRequest)
class ErasureRequestAdmin(LookOnly):
    """Wishes to be forgotten, what they wait for and what the law keeps."""

    list_display = ("user_id", "status", "requested_at", "due_at", "waits_for", "next_look_at")
    list_filter = ("status",)
    search_fields = ("=user__id", "=user__phone")
    raw_id_fields = ("user",)
    ordering = ("-requested_at", "-id")


@admin.register(LegalHold)
class LegalHoldAdmin(LookOnly):
    """Whose data must stay; holds are placed and lifted through the API, with a reason."""

    list_display = ("user_id", "reason", "placed_by", "placed_at", "lifted_at")
    search_fields = ("=user__id", "=user__phone")
    raw_id_fields = ("user",)
    ordering = ("-placed_at", "-id")


@admin.register(TextMessage)
class TextMessageAdmin(LookOnly):
    """Codes and notices at the SMS providers: never the code, never the text."""

    list_display = ("handed_over_at", "provider", "state", "reason", "reported_at")
    list_filter = ("provider", "state")
    search_fields = ("=reference",)
    raw_id_fields = ("challenge", "notice")
    ordering = ("-handed_over_at", "-id")
