"""Looking at the app as a customer: started with a ticket and a reason, shown under a banner, over after minutes."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.widgets import UnfoldAdminTextInputWidget

from aarokya.common import clock
from aarokya.common.errors import DomainError, NotFound
from aarokya.common.office import base
from aarokya.common.office.base import LookOnly, may
from aarokya.common.office.forms import ReasonForm
from accounts.models import Staff, User
from backoffice import screens
from backoffice.models import Impersonation
from backoffice.services import impersonating

RIGHT = "backoffice.impersonate_person"
FIRST = next(iter(impersonating.SCREENS))
PASSED_ON = ("cursor", "offset", "limit")
ADVICE = (
    "You see what the app shows this customer, names and amounts included. Nothing can be changed from there. "
    "The customer reads in their access log that you looked, at which screens, and why."
)


class StartForm(ReasonForm):
    """Why, and for whom it was asked."""

    ticket = forms.CharField(
        min_length=2,
        max_length=60,
        help_text="Of the call or message in which help was asked for.",
        widget=UnfoldAdminTextInputWidget(),
    )
    field_order = ("ticket", "reason")


@admin.register(Impersonation)
class ImpersonationAdmin(LookOnly):
    """Who looked as whom, when and why."""

    list_display = ("started_at", "staff", "user_id", "ticket", "reason", "expires_at", "ended_at")
    list_select_related = ("staff",)
    search_fields = ("=ticket", "=user__id")
    ordering = ("-started_at", "-id")
    fields = ("staff", "user_id", "ticket", "reason", "started_at", "expires_at", "ended_at")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("start/<path:object_id>/", wrap(self.start), name="backoffice_impersonation_start"),
            path("<path:object_id>/look/", wrap(self.look), name="backoffice_impersonation_look"),
            path("<path:object_id>/leave/", wrap(self.leave), name="backoffice_impersonation_leave"),
            *super().get_urls(),
        ]

    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say why; then the app is shown for a quarter of an hour."""
        refuse_strangers(request)
        user, form = get_object_or_404(User, pk=base.uuid_of(object_id)), StartForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                visit = impersonating.start(
                    user=user, staff=cast("Staff", request.user), ticket=given["ticket"], reason=given["reason"], now=clock.now()
                )
            except DomainError as refused:
                form.add_error(None, refused.text)
            else:
                return HttpResponseRedirect(reverse("admin:backoffice_impersonation_look", args=[visit.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"See the app as {user.masked_phone}",
            "verb": "Show me the app",
            "advice": ADVICE,
            "form": form,
            "opts": self.opts,
            "back": reverse("admin:accounts_user_change", args=[user.pk]),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/office/form.html", context)

    def look(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One screen. Reading is all there is: whatever else is tried is refused here, and by the database."""
        refuse_strangers(request)
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        name, now = request.GET.get("screen", FIRST), clock.now()
        try:
            visit = impersonating.running(visit_id=base.uuid_of(object_id), staff=cast("Staff", request.user), now=now)
            query = {key: request.GET[key] for key in PASSED_ON if key in request.GET}
            screen = impersonating.look(visit, name, query=query, now=now)
        except NotFound as error:
            raise Http404(error.text) from error
        context = {
            **self.admin_site.each_context(request),
            "title": f"{name}, as {visit.user.masked_phone} sees it",
            "opts": self.opts,
            "visit": visit,
            "screens": list(impersonating.SCREENS),
            "chosen": name,
            "answer": screen,
            "shape": screens.shape(screen.data),
        }
        return TemplateResponse(request, "admin/backoffice/impersonation.html", context)

    def leave(self, request: HttpRequest, object_id: str) -> HttpResponse:
        refuse_strangers(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            visit = impersonating.running(visit_id=base.uuid_of(object_id), staff=cast("Staff", request.user), now=clock.now())
        except NotFound as error:
            raise Http404(error.text) from error
        impersonating.end(visit, now=clock.now())
        messages.info(request, "You are yourself again.")
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[visit.user_id]))


def refuse_strangers(request: HttpRequest) -> None:
    if not may(request, RIGHT):
        raise PermissionDenied
