"""What Aathma sends us."""

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.schema import documented
from aarokya.common.api.views import PublicAPIView, WhateverAccepted
from aarokya.common.errors import InvalidToken, PayloadTooLarge
from doctor.api.serializers import ReceivedOutput
from doctor.gateways.aathma import is_signed
from doctor.services import webhooks

BODY_BYTES_MAX = 256 * 1024


class AathmaWebhookView(PublicAPIView):
    """`POST /webhooks/aathma`: signed over the raw body, stored, and only then understood."""

    throttle_classes = ()
    content_negotiation_class = WhateverAccepted

    @documented(
        "Aathma webhook (HMAC-SHA-256)", response=ReceivedOutput, errors=("INVALID_TOKEN", "PAYLOAD_TOO_LARGE"), public=True
    )
    def post(self, request: Request) -> Response:
        if int(request.headers.get("Content-Length") or 0) > BODY_BYTES_MAX:
            raise PayloadTooLarge
        body = request._request.body
        if not is_signed(request.headers.get("X-Aathma-Signature", ""), body, secret=settings.AATHMA_WEBHOOK_SECRET):
            raise InvalidToken("The webhook signature is wrong")
        webhooks.receive(body=body, now=clock.now())
        return Response({"status": "ok"})
