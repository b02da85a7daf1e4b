"""Logging in and renewing it: public routes."""

from typing import ClassVar

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.schema import documented
from aarokya.common.api.views import PublicAPIView, StaffAPIView, StaffRequest
from accounts.api import render
from accounts.api.caller import caller_address
from accounts.api.serializers import auth as wire
from accounts.models import StaffGroup
from accounts.services import codes, logins, refreshing, staff
from accounts.services.logins import Device


class OtpTriggerView(PublicAPIView):
    """`/auth/otp/trigger`"""

    @documented(
        "Send a one-time code; the answer is the same for known and unknown numbers",
        request=wire.OtpTriggerInput,
        response=wire.OtpTriggerOutput,
        errors=("INVALID_PHONE", "RATE_LIMITED"),
        public=True,
    )
    def post(self, request: Request) -> Response:
        body = wire.OtpTriggerInput.parse(request.data)
        issued = codes.issue(**body, address=caller_address(request), now=clock.now())
        answer = {
            "success": True,
            "message": "A code is on its way",
            "challenge_id": str(issued.challenge_id),
            "expires_at": clock.epoch_s(issued.expires_at),
        }
        return Response(answer | ({"otp": issued.code} if settings.OTP_FIXED_CODE else {}))


class OtpVerifyView(PublicAPIView):
    """`/auth/otp/verify`"""

    @documented(
        "Log in with the code; who is new is registered",
        request=wire.OtpVerifyInput,
        response=wire.LoginOutput,
        errors=("INVALID_PHONE", "INVALID_OTP", "OTP_EXPIRED", "TOO_MANY_OTP_ATTEMPTS", "AUE-303", "RATE_LIMITED"),
        public=True,
    )
    def post(self, request: Request) -> Response:
        body = wire.OtpVerifyInput.parse(request.data)
        login = logins.verify(
            phone=body["phone"],
            code=body["otp"],
            challenge_id=body.get("challenge_id"),
            device=Device(body.get("device_info") or "", caller_address(request)),
            now=clock.now(),
        )
        answer = {"message": "Welcome", "user_id": str(login.user_id), "is_new_user": login.is_new_user}
        return Response(render.pair(login.pair) | answer)


class TokenRefreshView(PublicAPIView):
    """`/auth/token/refresh`"""

    @documented(
        "Exchange a refresh token for a new pair; each works once",
        request=wire.RefreshInput,
        response=wire.TokenPairOutput,
        errors=("INVALID_TOKEN",),
        public=True,
    )
    def post(self, request: Request) -> Response:
        body = wire.RefreshInput.parse(request.data)
        return Response(render.pair(refreshing.refresh(token=body["refresh_token"], now=clock.now())))


class StaffTokenView(PublicAPIView):
    """`/auth/admin/token`"""

    @documented(
        "An hour's admin token for a member of staff",
        request=wire.StaffTokenInput,
        response=wire.StaffTokenOutput,
        errors=("INVALID_TOKEN",),
        public=True,
    )
    def post(self, request: Request) -> Response:
        body = wire.StaffTokenInput.parse(request.data)
        token = staff.log_in(username=body["username"], password=body["password"], totp=body.get("totp") or "", now=clock.now())
        return Response(render.staff_token(token))


class StepUpView(StaffAPIView):
    """`/auth/admin/step_up`"""

    groups: ClassVar[set[str]] = {StaffGroup.OPS, StaffGroup.SUPPORT, StaffGroup.AUDITOR, StaffGroup.FINANCE}
    asks_for_proof: ClassVar[bool] = False

    @documented(
        "Show the second factor again: the new token may move money for ten minutes",
        request=wire.StepUpInput,
        response=wire.StaffTokenOutput,
        errors=("INVALID_TOKEN",),
    )
    def post(self, request: StaffRequest) -> Response:
        body = wire.StepUpInput.parse(request.data)
        return Response(render.staff_token(staff.step_up(username=request.user.username, totp=body["totp"], now=clock.now())))
