"""Claims over HTTP."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page
from aarokya.common.api.permissions import require_self_or_staff
from aarokya.common.api.schema import documented
from aarokya.common.api.views import (
    CustomerAPIView,
    CustomerRequest,
    PublicAPIView,
    SharedAPIView,
    SharedRequest,
    WhateverAccepted,
)
from aarokya.common.errors import Detail, PayloadTooLarge
from insurance import gateways
from insurance.api import render_claims as render
from insurance.api.parsing import NumberedView
from insurance.api.serializers import claims as wire
from insurance.api.views.policies import require_buyer
from insurance.errors import ClaimBadUuid, ClaimInternalError, ClaimInvalid, FileTooLarge
from insurance.models import Claim
from insurance.selectors import claims as selectors
from insurance.selectors import policies
from insurance.services import claims, notices

FORM_OVERHEAD = 16 * 1024  # of a multipart body beside its file
NOTICE_BYTES_MAX = 64 * 1024


class ClaimView(NumberedView):
    """The numbers of claims."""

    invalid = ClaimInvalid
    bad_uuid = ClaimBadUuid
    internal = ClaimInternalError

    def owner(self, request: Request, uid: str) -> UUID:
        """Return the user of the path; somebody else's path does not exist for a customer."""
        user_id = self.id(uid, "user_id")
        require_self_or_staff(request, user_id)
        return user_id

    def drafted(self, request: SharedRequest | CustomerRequest, user_id: UUID, pid: str) -> Claim:
        body = self.parse(wire.ClaimInput, request.data)
        policy = policies.policy_of(user_id, self.id(pid, "policy_id"))
        incident = claims.Incident(patient_id=body.pop("dependant_id", None), **body)
        return claims.draft(policy, incident, claim_id=request.resource_id, actor=request.user.actor, now=clock.now())


class PolicyClaimsView(ClaimView, SharedAPIView):
    """`/users/{uid}/insurance_policies/{pid}/claims`"""

    @documented(
        "Begin a claim: a draft to which documents are added",
        request=wire.ClaimInput,
        response=wire.ClaimOutput,
        status=201,
        errors=("IP-1001", "CL-1102", "CL-1103", "CL-1104", "CL-1105"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: SharedRequest, uid: str, pid: str) -> Response:
        user_id = self.owner(request, uid)
        require_buyer(request)
        claim = self.drafted(request, user_id, pid)
        return Response(render.claim(selectors.claim_of(user_id, claim.pk)), status=201)

    @documented("Claims of a policy, newest first", response=wire.ClaimPage, errors=("CL-1103",))
    def get(self, request: SharedRequest, uid: str, pid: str) -> Response:
        user_id = self.owner(request, uid)
        return page(request, selectors.claims_of(user_id, policy_id=self.id(pid, "policy_id")), render.claim)


class ClaimListView(ClaimView, SharedAPIView):
    """`GET /users/{uid}/claims`"""

    @documented("The user's claims, newest first", response=wire.ClaimPage, errors=("CL-1103",))
    def get(self, request: SharedRequest, uid: str) -> Response:
        return page(request, selectors.claims_of(self.owner(request, uid)), render.claim)


class ClaimDetailView(ClaimView, SharedAPIView):
    """`GET /users/{uid}/claims/{cid}`"""

    @documented("One claim with documents and thread", response=wire.ClaimOutput, errors=("CL-1101", "CL-1103"))
    def get(self, request: SharedRequest, uid: str, cid: str) -> Response:
        return Response(render.claim(selectors.claim_of(self.owner(request, uid), self.id(cid, "claim_id"))))


class ClaimSubmitView(ClaimView, SharedAPIView):
    """`POST /users/{uid}/claims/{cid}/submit`"""

    @documented(
        "Send the claim to the insurer",
        response=wire.ClaimOutput,
        errors=("CL-1101", "CL-1103", "CL-1109", "INVALID_TRANSITION"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: SharedRequest, uid: str, cid: str) -> Response:
        user_id = self.owner(request, uid)
        require_buyer(request)
        claim = selectors.claim_of(user_id, self.id(cid, "claim_id"))
        claims.submit(claim, actor=request.user.actor, now=clock.now())
        return Response(render.claim(selectors.claim_of(user_id, claim.pk)))


class ClaimAnswerView(ClaimView, SharedAPIView):
    """`POST /users/{uid}/claims/{cid}/answers`"""

    @documented(
        "Answer the insurer's query; documents added since go with it",
        request=wire.ClaimAnswerInput,
        response=wire.ClaimOutput,
        status=201,
        errors=("CL-1101", "CL-1102", "CL-1103", "INVALID_TRANSITION"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: SharedRequest, uid: str, cid: str) -> Response:
        user_id = self.owner(request, uid)
        require_buyer(request)
        body = self.parse(wire.ClaimAnswerInput, request.data)
        claim = selectors.claim_of(user_id, self.id(cid, "claim_id"))
        claims.answer(claim, text=body["text"], actor=request.user.actor, now=clock.now())
        return Response(render.claim(selectors.claim_of(user_id, claim.pk)), status=201)


class ClaimDocumentsView(ClaimView, SharedAPIView):
    """`POST /users/{uid}/claims/{cid}/documents`"""

    parser_classes = (MultiPartParser,)

    @documented(
        "Add a PDF, JPEG or PNG; the same file again is answered with 200",
        request={"multipart/form-data": wire.ClaimDocumentInput},
        response={201: wire.ClaimDocumentOutput, 200: wire.ClaimDocumentOutput},
        errors=("CL-1101", "CL-1102", "CL-1103", "CL-1106", "CL-1107", "CL-1108", "INVALID_TRANSITION", "UPSTREAM_ERROR"),
    )
    def post(self, request: SharedRequest, uid: str, cid: str) -> Response:
        user_id = self.owner(request, uid)
        require_buyer(request)
        refuse_large(request)
        form = self.form(request)
        claim = selectors.claim_of(user_id, self.id(cid, "claim_id"))
        row, new = claims.add_document(
            claim,
            kind=form["kind"],
            name=form["file"].name,
            content=form["file"].read(),
            store=gateways.store(),
            actor=request.user.actor,
            now=clock.now(),
        )
        return Response(render.document(row), status=201 if new else 200)

    def form(self, request: Request) -> dict[str, Any]:
        serializer = wire.ClaimDocumentInput(data=request.data)
        if not serializer.is_valid():
            details = tuple(Detail(name, problems[0].code, str(problems[0])) for name, problems in serializer.errors.items())
            raise ClaimInvalid(f"{details[0].field}: {details[0].message}", details=details)
        return dict(serializer.validated_data)


def refuse_large(request: Request) -> None:
    """Refuse by the announced length, before the body is read."""
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if announced.isdecimal() and int(announced) > settings.CLAIM_FILE_BYTES_MAX + FORM_OVERHEAD:
        raise FileTooLarge(f"A file may have {settings.CLAIM_FILE_BYTES_MAX} bytes")


class ClaimDocumentView(ClaimView, SharedAPIView):
    """`GET /users/{uid}/claims/{cid}/documents/{did}`"""

    content_negotiation_class = WhateverAccepted

    @documented(
        "The file as it was uploaded",
        response={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        errors=("CL-1101", "CL-1103"),
    )
    def get(self, request: SharedRequest, uid: str, cid: str, did: str) -> HttpResponse:
        user_id = self.owner(request, uid)
        row = selectors.document_of(user_id, self.id(cid, "claim_id"), self.id(did, "document_id"))
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.file_name)}",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(gateways.store().get(row.storage_key), content_type=row.media_type, headers=headers)


class OlderClaimView(ClaimView, CustomerAPIView):
    """`POST /insurance/policies/{policy_id}/claim`"""

    @documented(
        "File a claim in one step (older path); documents may follow when the insurer asks",
        request=wire.ClaimInput,
        response=wire.ClaimOutput,
        status=201,
        errors=("IP-1001", "CL-1102", "CL-1103", "CL-1104", "CL-1105"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: CustomerRequest, pid: str) -> Response:
        claim = self.drafted(request, request.user.user_id, pid)
        claims.submit(claim, documents_needed=False, actor=request.user.actor, now=clock.now())
        return Response(render.claim(selectors.claim_of(request.user.user_id, claim.pk)), status=201)


class NarayanaWebhookView(PublicAPIView):
    """`POST /webhooks/narayana`. Signed, so the general rate limit does not apply."""

    throttle_classes = ()
    content_negotiation_class = WhateverAccepted

    @documented(
        "The insurer has news about a claim (HMAC in X-Narayana-Signature)",
        response=wire.ClaimNoticeOutput,
        errors=("INVALID_TOKEN", "VALIDATION_ERROR", "PAYLOAD_TOO_LARGE"),
        public=True,
    )
    def post(self, request: Request) -> Response:
        body = request._request.body
        if len(body) > NOTICE_BYTES_MAX:
            raise PayloadTooLarge
        notices.receive(signature=request.headers.get("X-Narayana-Signature", ""), body=body, now=clock.now())
        return Response({"status": "ok"})
