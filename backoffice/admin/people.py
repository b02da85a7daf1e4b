"""A customer's page: facts masked, everything that happened, and the reveal. Takes the place of the plain form."""

from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from aarokya.common import clock
from aarokya.common.office.base import is_uuid, may
from aarokya.common.office.forms import ReasonForm
from accounts.admin import CustomerAdmin, DependantAdmin
from accounts.models import Dependant, Staff, User
from backoffice import facts
from backoffice.selectors import timeline
from backoffice.services import revealing

admin.site.unregister([User, Dependant])


@admin.register(User)
class PersonAdmin(CustomerAdmin):
    """The list is the same; the page of one is a timeline."""

    def get_urls(self) -> list[Any]:
        reveal = self.admin_site.admin_view(self.reveal)
        return [path("<path:object_id>/reveal/", reveal, name="accounts_user_reveal"), *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the timeline; anything but looking is refused as before."""
        if object_id is None or request.method != "GET" or not self.has_view_permission(request):
            return cast("HttpResponse", super().changeform_view(request, object_id, form_url, extra_context))
        if not is_uuid(object_id) or not User.objects.filter(pk=UUID(object_id)).exists():
            return cast("HttpResponse", self._get_obj_does_not_exist_redirect(request, self.opts, object_id))
        return self.page(request, get_object_or_404(User, pk=UUID(object_id)), ReasonForm())

    def page(self, request: HttpRequest, user: User, form: ReasonForm) -> HttpResponse:
        now, staff = clock.now(), cast("Staff", request.user)
        until = revealing.revealed_until(user, session=request.session, now=now)
        revealing.visit(user, staff=staff.username, session=request.session, now=now)
        moments, older = timeline.of(user.pk, staff=staff, before=moment_of(request.GET.get("before", "")) or now)
        context = {
            **self.admin_site.each_context(request),
            "title": user.masked_phone,
            "opts": self.opts,
            "original": user,
            "user_facts": facts.whole(user) if until else facts.masked(user),
            "until": datetime.fromtimestamp(until, UTC) if until else None,
            "may_reveal": may(request, "backoffice.reveal_person"),
            "may_impersonate": may(request, "backoffice.impersonate_person"),
            "form": form,
            "moments": moments,
            "older": older.isoformat() if older else "",
            "person": user,
        }
        return TemplateResponse(request, "admin/backoffice/person.html", context)

    def reveal(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST with a reason: the personal data is shown for minutes."""
        if not may(request, "backoffice.reveal_person"):
            raise PermissionDenied
        if not is_uuid(object_id):
            raise Http404
        user, form = get_object_or_404(User, pk=UUID(object_id)), ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            staff = request.user.get_username()
            reason = form.cleaned_data["reason"]
            revealing.reveal(user, staff=staff, reason=reason, session=request.session, now=clock.now())
            messages.info(request, "Shown for five minutes. The customer can read that you looked, and why.")
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[user.pk]))
        return self.page(request, user, form)


@admin.register(Dependant)
class MemberAdmin(DependantAdmin):
    """People of a family: names and birth dates are for the policy's page, where they are needed."""

    fields = ("id", "relationship", "status", "version", "primary_user", "created_at", "last_modified_at")


def moment_of(text: str) -> datetime | None:
    """Return the time in the address of an older page; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
