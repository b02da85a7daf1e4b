"""Delivery reports of SMS providers."""

import hmac
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.schema import documented
from aarokya.common.api.views import PublicAPIView, WhateverAccepted
from aarokya.common.errors import InvalidToken, NotFound, PayloadTooLarge
from accounts.api.serializers import auth as wire
from accounts.gateways.sms import sms_gateways
from accounts.services import texting

BODY_BYTES_MAX = 256 * 1024


class SmsReceiptView(PublicAPIView):
    """`/webhooks/sms/{provider}?key=…`. Providers report in bulk from few addresses: the general limit does not apply."""

    throttle_classes: Any = ()
    content_negotiation_class: Any = WhateverAccepted

    @documented("Delivery report, as parameters", response=wire.ReceiptOutput, errors=("INVALID_TOKEN",), public=True)
    def get(self, request: Request, provider: str) -> Response:
        return self.take(request, provider)

    @documented("Delivery report, as a form or JSON", response=wire.ReceiptOutput, errors=("INVALID_TOKEN",), public=True)
    def post(self, request: Request, provider: str) -> Response:
        return self.take(request, provider)

    def take(self, request: Request, provider: str) -> Response:
        if not hmac.compare_digest(request.query_params.get("key", "").encode(), settings.SMS_RECEIPT_KEY.encode()):
            raise InvalidToken("The key of the delivery report is wrong")
        gateway = next((each for each in sms_gateways() if each.name == provider), None)
        if gateway is None:
            raise NotFound
        receipts = gateway.receipts(given_by(request))
        known = texting.take_receipts(provider=provider, receipts=receipts, now=clock.now())
        return Response({"status": "ok", "known": known})


def given_by(request: Request) -> Mapping[str, object]:
    """Return parameters, form fields and JSON together; a JSON list is under `data`."""
    raw = request._request
    if int(raw.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES_MAX:
        raise PayloadTooLarge
    sent: dict[str, object] = dict(request.query_params.items())
    if raw.content_type != "application/json":
        return sent | dict(raw.POST.items())
    try:
        document = json.loads(raw.body or b"{}")
    except (ValueError, RecursionError):
        return sent  # what cannot be read reports nothing; an error would only make them send it again
    return sent | (document if isinstance(document, dict) else {"data": document})
