"""Which gateway a deployment uses. Only edges call these; services are given what they need."""

from functools import cache

from django.conf import settings

from payments.gateways.base import ReturnReader, WebhookReader
from payments.gateways.juspay import JuspayMandates, JuspayReturn, JuspayWebhooks
from payments.gateways.mandates import MandateGateway


@cache
def gateway() -> MandateGateway:
    """Return the gateway that new orders go to and open ones are asked at."""
    return JuspayMandates(
        base_url=settings.JUSPAY_BASE_URL,
        api_key=settings.JUSPAY_API_KEY,
        merchant_id=settings.JUSPAY_MERCHANT_ID,
        client_id=settings.JUSPAY_CLIENT_ID,
    )


@cache
def juspay_webhooks() -> WebhookReader:
    """Return the reader of `POST /webhooks/juspay`."""
    return JuspayWebhooks(((settings.JUSPAY_WEBHOOK_USERNAME, settings.JUSPAY_WEBHOOK_PASSWORD),))


@cache
def return_reader() -> ReturnReader:
    """Return the reader of the landing page's parameters."""
    return JuspayReturn(settings.JUSPAY_RESPONSE_KEY)
