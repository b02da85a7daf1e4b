"""What gateways send us: their webhooks, and the customer's browser on its way back."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.template.loader import render_to_string
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from aarokya.common import clock, failpoints
from aarokya.common.api.schema import documented
from aarokya.common.api.views import PublicAPIView, WhateverAccepted
from aarokya.common.errors import Forbidden, InvalidToken, PayloadTooLarge
from payments import selectors
from payments.api.serializers import WebhookOutput
from payments.gateways import gateway, return_readers, webhook_reader
from payments.models import OrderEvent
from payments.services import inbox, syncing

BODY_BYTES_MAX = 256 * 1024
WEBHOOK_ERRORS = ("INVALID_TOKEN", "PAYLOAD_TOO_LARGE")
PAGE = {(200, "text/html"): OpenApiTypes.STR}


class WebhookView(PublicAPIView):
    """A gateway's webhooks. Its many deliveries share few addresses, so the general rate limit does not apply."""

    provider = ""
    throttle_classes = ()
    content_negotiation_class = WhateverAccepted

    def take(self, request: Request) -> Response:
        reader = webhook_reader(self.provider)
        body = request._request.body  # not longer than DATA_UPLOAD_MAX_MEMORY_SIZE
        if not reader.is_authentic(request.headers, body):
            raise InvalidToken("The webhook credentials are wrong")
        if len(body) > BODY_BYTES_MAX:
            raise PayloadTooLarge
        failpoints.reach("webhook.arrived")
        inbox.receive(reader=reader, headers=request.headers, body=body, now=clock.now())
        failpoints.reach("webhook.stored")
        return Response({"status": "ok"})


class JuspayWebhookView(WebhookView):
    provider = "JUSPAY"

    @documented("Juspay webhook (HTTP Basic)", response=WebhookOutput, errors=WEBHOOK_ERRORS, public=True)
    def post(self, request: Request) -> Response:
        return self.take(request)


class RazorpayWebhookView(WebhookView):
    provider = "RAZORPAY"

    @documented("Razorpay webhook (X-Razorpay-Signature)", response=WebhookOutput, errors=WEBHOOK_ERRORS, public=True)
    def post(self, request: Request) -> Response:
        return self.take(request)


class StripeWebhookView(WebhookView):
    provider = "STRIPE"

    @documented("Stripe webhook (Stripe-Signature)", response=WebhookOutput, errors=WEBHOOK_ERRORS, public=True)
    def post(self, request: Request) -> Response:
        return self.take(request)


class ReturnView(PublicAPIView):
    """Where the gateway sends the customer's browser afterwards. A forged landing is refused; a true one only makes us ask."""

    content_negotiation_class = WhateverAccepted

    @documented("Landing page after a payment", response=PAGE, errors=("FORBIDDEN", "NOT_FOUND"), public=True)
    def get(self, request: Request) -> HttpResponse:
        return self.land(request.query_params.dict())

    @documented("Landing page after a payment", response=PAGE, errors=("FORBIDDEN", "NOT_FOUND"), public=True)
    def post(self, request: Request) -> HttpResponse:
        return self.land(request._request.POST.dict())

    def land(self, parameters: Mapping[str, str]) -> HttpResponse:
        now = clock.now()
        landing = next((found for reader in return_readers() if (found := reader.landing(parameters))), None)
        if landing is None:
            raise Forbidden("This page was not opened by the payment service")
        order = selectors.order_at(landing)
        fresh = syncing.poll(order=order, cause=OrderEvent.Cause.RETURN, gateway=gateway(), now=now)
        return HttpResponse(
            render_to_string("payments/return.html", {"status": fresh.public_status.value, "amount": fresh.amount})
        )
