"""Entering the back office, and proving it again before money moves there."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from aarokya.common import clock
from aarokya.common.api.address import client_address
from aarokya.common.errors import InvalidToken
from accounts.models import Staff
from accounts.services import authenticators, staff, staff_sessions

PROVED_AT = "proved_at"  # in the session: Unix seconds
CODE_MAX = 24
CODE_WIDGET = UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "inputmode": "text"})
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class LoginForm(AuthenticationForm):  # type: ignore[misc]  # unfold ships no types
    """Name, password and the authenticator's code, judged by the same verb as the API's token."""

    totp = forms.CharField(label="Code of your authenticator", required=False, max_length=CODE_MAX, widget=CODE_WIDGET)

    def clean(self) -> dict[str, Any]:
        given, now = self.cleaned_data, clock.now()
        if not given.get("username") or not given.get("password"):
            return cast("dict[str, Any]", given)
        try:
            self.user_cache = staff.authenticate(
                username=given["username"], password=given["password"], code=given.get("totp", ""), now=now
            )
        except InvalidToken as refusal:
            raise forms.ValidationError(refusal.text, code="invalid_login") from refusal
        self.confirm_login_allowed(self.user_cache)
        self.request.session[PROVED_AT] = clock.epoch_s(now)
        device = self.request.META.get("HTTP_USER_AGENT", "")
        staff_sessions.note(self.request.session, address=client_address(self.request), device=device, now=now)
        return cast("dict[str, Any]", given)


class StepUpForm(forms.Form):
    """The authenticator's code alone: who it is, the session knows."""

    totp = forms.CharField(label="Code of your authenticator", max_length=CODE_MAX, widget=CODE_WIDGET)


class StepUpMiddleware:
    """Sends who is about to move money to the page that asks for the code again; only in the back office."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS or not request.path_info.startswith(settings.STEP_UP_PATHS) or may_move_money(request):
            return self.get_response(request)
        messages.warning(request, "Nothing was changed yet: show your code, then do it again")
        query = urlencode({"next": request.path_info})
        return HttpResponseRedirect(f"{reverse('admin:accounts_staff_step_up')}?{query}")


def may_move_money(request: HttpRequest) -> bool:
    """Whether the second factor was shown in the last ten minutes. Who is not logged in is the admin's to refuse."""
    person = staff_of(request)
    if person is None:
        return True
    seconds = request.session.get(PROVED_AT)
    return staff.has_proved(
        proved_at=datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None,
        has_authenticator=authenticators.is_enrolled(person),
        sandbox=settings.SANDBOX,
        now=clock.now(),
    )


def staff_of(request: HttpRequest) -> Staff | None:
    """Return who is logged in, None when nobody is."""
    user = request.user
    return user if isinstance(user, Staff) else None


def step_up(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page that asks for the code and goes back to where one came from."""
    form, now = StepUpForm(request.POST or None), clock.now()
    if request.method == "POST" and form.is_valid():
        try:
            staff.prove(username=request.user.get_username(), code=form.cleaned_data["totp"], now=now)
        except InvalidToken as refusal:
            form.add_error(None, refusal.text)
        else:
            request.session[PROVED_AT] = clock.epoch_s(now)
            return HttpResponseRedirect(next_page(request))
    page = {**context, "title": "Is it you?", "form": form, "next": request.GET.get("next", "")}
    return TemplateResponse(request, "admin/step_up.html", page)


def next_page(request: HttpRequest) -> str:
    """Return the page of ours that was asked for, or the front page."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/admin/")
    return wanted if is_ours else reverse("admin:index")
