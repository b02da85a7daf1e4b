"""Pages of the back office that belong to no table."""

from typing import cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from aarokya.common import clock
from accounts.models import Staff
from backoffice.selectors.finding import TERM_MAX
from backoffice.services import searching


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """The one search box. A POST, so that numbers of people stay out of addresses, histories and logs."""
    term = request.POST.get("term", "")[:TERM_MAX]
    hits = searching.search(term, staff=cast("Staff", request.user), now=clock.now()) if term.strip() else []
    context = {**admin.site.each_context(request), "title": "Search", "term": term, "hits": hits}
    return TemplateResponse(request, "admin/backoffice/find.html", context)
