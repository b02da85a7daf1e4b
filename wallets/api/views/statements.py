"""The month on paper."""

import re
from datetime import date

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from aarokya.common import clock
from aarokya.common.api.schema import documented
from aarokya.common.api.views import CustomerAPIView, CustomerRequest
from aarokya.common.errors import Detail, InvalidInput
from accounts import selectors as accounts
from accounts.models import Language
from wallets.documents.statement import language_of, statement_pdf
from wallets.services.statements import statement

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


class StatementView(CustomerAPIView):
    @documented(
        "A month's statement as PDF, in the language asked for or the customer's own",
        response={(200, "application/pdf"): OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter("month", str, required=True, description="YYYY-MM, a month in Asia/Kolkata"),
            OpenApiParameter(
                "language", str, description="en, hi, mr, kn, ta, te, bn, gu or ml; else the customer's own, else Accept-Language"
            ),
        ],
        errors=("VALIDATION_ERROR", "NOT_FOUND"),
    )
    def get(self, request: CustomerRequest) -> HttpResponse:
        now = clock.now()
        month = month_of(request.query_params.get("month", ""), today=clock.ist_day(now))
        language = language_of(asked_in(request))
        made = statement(user_id=request.user.user_id, month=month, language=language, now=now)
        content = statement_pdf(made, language=language, now=now)
        name = f'attachment; filename="wallet_statement_{month:%Y_%m}.pdf"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store", "Content-Language": language}
        return HttpResponse(content, content_type="application/pdf", headers=headers)


def asked_in(request: CustomerRequest) -> str:
    """Languages, the most wanted first. English is everybody's at the beginning: only another one was chosen."""
    own = accounts.user(request.user.user_id).language
    chosen = "" if own == Language.ENGLISH else own
    wanted = (request.query_params.get("language"), chosen, request.headers.get("Accept-Language"))
    return ",".join(filter(None, wanted))


def month_of(text: str, *, today: date) -> date:
    """Return the month's first day. InvalidInput for anything but a month that has begun."""
    if not MONTH.fullmatch(text) or text.startswith("0000"):
        raise refused("must be a month written YYYY-MM")
    month = date.fromisoformat(f"{text}-01")
    if month > today:
        raise refused("has not begun yet")
    return month


def refused(words: str) -> InvalidInput:
    return InvalidInput(f"month: {words}", details=(Detail("month", "invalid", words),))
