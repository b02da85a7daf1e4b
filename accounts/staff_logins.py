"""The page that shows where a member of staff is logged in, and ends what should not be."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from aarokya.common import clock
from aarokya.common.errors import NotFound
from accounts.back_office import staff_of
from accounts.models import Staff
from accounts.services import staff_sessions

OWN = "ended by themselves"


class EndForm(forms.Form):
    """Which login, and of somebody else's why."""

    session = forms.CharField(max_length=32)
    reason = forms.CharField(min_length=3, max_length=300, required=False, widget=UnfoldAdminTextInputWidget())


def logins(request: HttpRequest, context: dict[str, Any], staff_id: int | None = None) -> HttpResponse:
    """One's own, or as a superuser anybody's."""
    person = staff_of(request)
    if person is None or (staff_id not in {None, person.pk} and not person.is_superuser):
        raise PermissionDenied
    whose = person if staff_id in {None, person.pk} else get_object_or_404(Staff, pk=staff_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if whose == person or form.cleaned_data["reason"]:
            return ended(request, person, whose, form)
        form.add_error("reason", "Say why: it goes into the audit log")
    found = staff_sessions.of(whose, this=request.session.session_key, now=clock.now())
    page = {**context, "title": f"Where {whose.username} is logged in", "logins": found, "is_own": whose == person, "form": form}
    return TemplateResponse(request, "admin/staff_logins.html", page)


def ended(request: HttpRequest, person: Staff, whose: Staff, form: EndForm) -> HttpResponse:
    wanted = {"session_id": form.cleaned_data["session"], "reason": form.cleaned_data["reason"] or OWN}
    try:
        staff_sessions.end(whose, **wanted, actor=f"staff:{person.username}", now=clock.now())
    except NotFound:
        messages.info(request, "That login was over already")
    else:
        messages.success(request, "That login has ended")
    return HttpResponseRedirect(request.path_info)
