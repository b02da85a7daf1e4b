"""Tokens for third parties who give."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.envelope import envelope
from aarokya.common.api.fields import normal_phone
from aarokya.common.api.numbered import NumberedErrors
from aarokya.common.api.schema import documented
from aarokya.common.api.views import PublicAPIView
from aarokya.common.errors import Detail, InvalidInput
from accounts.api.credentials import platform_of
from accounts.api.serializers import partners as wire
from accounts.errors import BeneficiaryDisabled, TokenInternalError
from accounts.models import ContributorKind
from accounts.services import contributors
from accounts.services.contributors import Contributor


class ContributorTokenView(NumberedErrors, PublicAPIView):
    """`/auth/contributor_token`. Public to our tokens: the platform's credentials are its own."""

    invalid = InvalidInput
    internal = TokenInternalError

    @documented(
        "Leave for a third party to give to one of the platform's people. Who cannot receive: `status` is DISABLED",
        request=wire.ContributorTokenInput,
        response=wire.ContributorTokenOutput,
        errors=("AUE-301", "AUE-302", "AUE-304", "AUE-305", "AUE-306", "AUE-308", "INVALID_PHONE"),
        public=True,
    )
    def post(self, request: Request) -> Response:
        body = self.parse(wire.ContributorTokenInput, request.data)
        platform = platform_of(request, named=None)
        try:
            token = contributors.issue(
                platform=platform,
                phone=body["beneficiary_identifier"],
                channel=body.get("contribution_channel") or "",
                contributor=contributor_of(body.get("contributor_ref")),
                now=clock.now(),
            )
        except BeneficiaryDisabled as refusal:
            # Partners pass this body on to their app, which looks at `status` alone.
            return Response(envelope(refusal) | {"status": "DISABLED"}, status=refusal.status)
        return Response({"contributor_token": token.text})


def contributor_of(given: dict[str, Any] | None) -> Contributor | None:
    if given is None:
        return None
    if given["type"] != ContributorKind.PHONE:
        return Contributor(given["type"], given["value"])
    phone = normal_phone(given["value"])
    if phone is None:
        words = "must be an Indian mobile number"
        raise InvalidInput(f"contributor_ref.value: {words}", details=(Detail("contributor_ref.value", "invalid", words),))
    return Contributor(given["type"], phone)
