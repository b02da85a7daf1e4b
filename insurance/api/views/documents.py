"""Issued documents and the check of cards over HTTP."""

from datetime import datetime
from typing import ClassVar

from django.http import HttpResponse
from django.template.loader import render_to_string
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.schema import documented
from aarokya.common.api.views import PublicAPIView, SharedAPIView, SharedRequest, WhateverAccepted
from aarokya.common.clock import ist_day
from insurance import cards
from insurance.api.serializers import documents as wire
from insurance.api.views.policies import PolicyView, pdf
from insurance.documents import ENROLLMENT_FORM_FILE
from insurance.documents.issued import CARD_FILE, SCHEDULE_FILE
from insurance.models import DocumentKind
from insurance.selectors import policies
from insurance.selectors.cards import standing
from insurance.services import issues

PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}
ERRORS = ("IP-1001", "IP-1010", "IP-1011", "IP-1016")
HTML = "text/html"


class IssuedDocumentView(PolicyView, SharedAPIView):
    """One document of an issued policy."""

    content_negotiation_class = WhateverAccepted
    kind: ClassVar[DocumentKind]
    file_name: ClassVar[str]

    def document(self, request: SharedRequest, uid: str, pid: str) -> HttpResponse:
        user_id = self.owner(request, uid)
        language = self.query(wire.LanguageQuery, request)["language"]
        policy = policies.policy_of(user_id, self.id(pid, "policy_id"))
        return pdf(issues.print_document(policy, self.kind, language=language, now=clock.now()), self.file_name)


class EnrollmentFormView(IssuedDocumentView):
    """`GET /users/{uid}/insurance_policies/{pid}/enrollment_form`"""

    kind = DocumentKind.ENROLLMENT_FORM
    file_name = ENROLLMENT_FORM_FILE

    @documented("The enrolment form as issued", response=PDF, parameters=[wire.LanguageQuery], errors=ERRORS)
    def get(self, request: SharedRequest, uid: str, pid: str) -> HttpResponse:
        return self.document(request, uid, pid)


class ScheduleView(IssuedDocumentView):
    """`GET /users/{uid}/insurance_policies/{pid}/schedule`"""

    kind = DocumentKind.SCHEDULE
    file_name = SCHEDULE_FILE

    @documented("The policy schedule", response=PDF, parameters=[wire.LanguageQuery], errors=ERRORS)
    def get(self, request: SharedRequest, uid: str, pid: str) -> HttpResponse:
        return self.document(request, uid, pid)


class CardView(IssuedDocumentView):
    """`GET /users/{uid}/insurance_policies/{pid}/card`"""

    kind = DocumentKind.CARD
    file_name = CARD_FILE

    @documented("The e-card, with a QR that anybody can verify", response=PDF, parameters=[wire.LanguageQuery], errors=ERRORS)
    def get(self, request: SharedRequest, uid: str, pid: str) -> HttpResponse:
        return self.document(request, uid, pid)


class VerifyView(PublicAPIView):
    """`GET /verify/{code}`: what a card is worth today; JSON, or a page for a browser. Names nobody."""

    content_negotiation_class = WhateverAccepted

    @documented("Is this card ours, and does it cover today?", response=wire.VerifyOutput, public=True)
    def get(self, request: Request, code: str) -> Response | HttpResponse:
        found = verified(code, now=clock.now())
        if HTML in request.headers.get("Accept", ""):
            return HttpResponse(render_to_string("insurance/card.html", {"found": found}))
        return Response(found)


class VerifyPageView(PublicAPIView):
    """`GET /verify`: a page that checks cards by itself; save it, and it works without internet."""

    content_negotiation_class = WhateverAccepted

    @documented("A page that verifies cards offline", response={(200, HTML): OpenApiTypes.STR}, public=True)
    def get(self, _request: Request) -> HttpResponse:
        return HttpResponse(render_to_string("insurance/verify.html", {"keys": cards.published_keys()}))


def verified(code: str, *, now: datetime) -> dict[str, object]:
    """Return `{authentic, covered, reason, …}`; nothing more about a code that is not ours."""
    try:
        card = cards.read(code)
    except cards.CardForged as error:
        return {"authentic": False, "covered": False, "reason": str(error).capitalize()}
    found = standing(card, day=ist_day(now))
    return {
        "authentic": True,
        "covered": found.covered,
        "reason": found.reason,
        "policy_number": card.number,
        "plan_code": card.plan_code,
        "members": card.members,
        "start_date": card.start_date.isoformat(),
        "end_date": card.end_date.isoformat(),
        "provider": found.policy.provider.name if found.policy else None,
        "benefit": found.policy.benefit.name if found.policy else None,
    }
