"""The page where a member of staff gives themselves an authenticator, and the one where a superuser lets them in to do so."""

from collections.abc import Callable
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from unfold.widgets import UnfoldAdminTextareaWidget

from aarokya.common import clock
from aarokya.common.errors import InvalidToken
from accounts.back_office import PROVED_AT, StepUpForm, may_move_money, staff_of
from accounts.models import Staff, StaffAuthenticator
from accounts.services import authenticators

PAGE = "admin:accounts_staff_authenticator"
OPEN_PAGES = ("admin:accounts_staff_authenticator", "admin:logout", "admin:jsi18n")
REASON_WIDGET = UnfoldAdminTextareaWidget(attrs={"rows": 3})


class InviteForm(forms.Form):
    """Why this person gets a code instead of their authenticator."""

    reason = forms.CharField(
        min_length=5, max_length=500, widget=REASON_WIDGET, help_text="Who asked, and how you know it is them"
    )


class EnrolmentMiddleware:
    """Outside the sandbox, shows who has no authenticator nothing but the page where they get one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SANDBOX or not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        person = staff_of(request)
        if person is None or authenticators.is_enrolled(person):
            return self.get_response(request)
        if request.path_info in {reverse(name) for name in OPEN_PAGES}:
            return self.get_response(request)
        return HttpResponseRedirect(reverse(PAGE))


def authenticator(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show where one stands; scan, prove and write down the recovery codes; renew them; change phones."""
    person = staff_of(request)
    if person is None:
        raise PermissionDenied
    if request.method != "POST":
        return show(request, context, person)
    act = request.POST.get("act")
    if act in {"begin", "codes"} and authenticators.is_enrolled(person) and not may_move_money(request):
        query = f"next={reverse(PAGE)}"
        return HttpResponseRedirect(f"{reverse('admin:accounts_staff_step_up')}?{query}")
    if act == "codes" and authenticators.is_enrolled(person):
        codes = authenticators.renew_recovery_codes(staff=person, actor=f"staff:{person.username}", now=clock.now())
        return show(request, context, person, codes=codes)
    if act == "confirm":
        return confirm(request, context, person)
    return show(request, context, person, scanning=True)


def confirm(request: HttpRequest, context: dict[str, Any], person: Staff) -> HttpResponse:
    form, now = StepUpForm(request.POST), clock.now()
    if not form.is_valid():
        return show(request, context, person, scanning=True, form=form)
    try:
        enrolment = authenticators.confirm(staff=person, code=form.cleaned_data["totp"].replace(" ", ""), now=now)
    except InvalidToken as refusal:
        form.add_error("totp", refusal.text)
        return show(request, context, person, scanning=True, form=form)
    request.session[PROVED_AT] = clock.epoch_s(now)
    return show(request, context, person, codes=enrolment.recovery_codes)


def show(
    request: HttpRequest,
    context: dict[str, Any],
    person: Staff,
    *,
    scanning: bool = False,
    form: StepUpForm | None = None,
    codes: tuple[str, ...] = (),
) -> HttpResponse:
    """Render the page. Secret and codes are in this answer only; the admin lets nothing keep its answers."""
    enrolled = StaffAuthenticator.objects.filter(staff=person).exclude(confirmed_at=None).first()
    page = {**context, "title": "Your authenticator", "enrolled": enrolled, "codes": codes}
    page["unused"] = person.recovery_codes.filter(used_at=None).count()
    if not codes and (scanning or enrolled is None):
        secret = authenticators.begin(staff=person, now=clock.now())
        page |= {"secret": secret, "picture": picture_of(authenticators.address(person, secret)), "form": form or StepUpForm()}
    return TemplateResponse(request, "admin/authenticator.html", page)


def picture_of(text: str) -> SafeString:
    """Return the QR code as SVG."""
    drawn = segno.make(text, error="m").svg_inline(scale=5, border=4, light="#fff")
    return mark_safe(drawn)  # noqa: S308  # drawn by segno from numbers alone


def invite(request: HttpRequest, context: dict[str, Any], staff_id: int) -> HttpResponse:
    """Ask why, then show once the code with which this person enters to enrol. Superusers only, freshly proved."""
    person = staff_of(request)
    if person is None or not person.is_superuser:
        raise PermissionDenied
    guest = get_object_or_404(Staff, pk=staff_id)
    if not may_move_money(request):
        return HttpResponseRedirect(f"{reverse('admin:accounts_staff_step_up')}?next={request.path_info}")
    form, code = InviteForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        actor = f"staff:{person.username}"
        code = authenticators.invite(staff=guest, actor=actor, reason=form.cleaned_data["reason"], now=clock.now())
    page = {**context, "title": f"Let {guest.username} enrol", "form": form, "code": code, "guest": guest}
    return TemplateResponse(request, "admin/invite.html", page)
