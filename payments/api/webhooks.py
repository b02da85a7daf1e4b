"""What gateways send us: their webhooks, and the customer's browser on its way back."""

from collections.abc import Mapping
from datetime import datetime

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
from payments.models import OPEN, UNPAID_END, Order, OrderEvent, OrderStatus, PublicStatus
from payments.services import inbox, syncing
from payments.services.schedule import OPEN_FOR

LEFT = "LEFT"
RELOAD_S = 3
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
        return self.land(request.query_params.dict(), may_reload=True)

    @documented("Landing page after a payment", response=PAGE, errors=("FORBIDDEN", "NOT_FOUND"), public=True)
    def post(self, request: Request) -> HttpResponse:
        return self.land(request._request.POST.dict())

    def land(self, parameters: Mapping[str, str], *, may_reload: bool = False) -> HttpResponse:
        now = clock.now()
        landing = next((found for reader in return_readers() if (found := reader.landing(parameters))), None)
        if landing is None:
            raise Forbidden("This page was not opened by the payment service")
        order = selectors.order_at(landing)
        fresh = syncing.poll(order=order, cause=OrderEvent.Cause.RETURN, gateway=gateway(), now=now)
        shown = what_to_say(fresh, left=landing.left, now=now)
        reload_s = RELOAD_S if may_reload and shown == PublicStatus.PENDING and fresh.age(now) < OPEN_FOR else None
        said = {"status": shown, "amount": fresh.amount, "reload_s": reload_s}
        return HttpResponse(render_to_string("payments/return.html", said))


def what_to_say(order: Order, *, left: bool, now: datetime) -> str:
    """That nothing was paid is said only if the gateway said so just now: the last answer may be older than the payment."""
    is_fresh = order.synced_at is not None and order.synced_at >= now
    if order.status in OPEN | UNPAID_END and order.gateway_amount and not is_fresh:
        return PublicStatus.PENDING.value
    return LEFT if left and order.status == OrderStatus.SESSION_OPEN else order.public_status.value
