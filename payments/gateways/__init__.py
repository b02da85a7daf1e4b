"""Which gateways a deployment is connected to. Only edges call these; services are given what they need."""

from functools import cache

from django.conf import settings

from aarokya.common.errors import NotFound
from payments.gateways.base import Gateway, ReturnReader, WebhookReader
from payments.gateways.juspay import JuspayReturn, JuspayWebhooks
from payments.gateways.mandates import MandateGateway
from payments.gateways.razorpay import RazorpayGateway, RazorpayReturn, RazorpayWebhooks
from payments.gateways.stripe import StripeGateway, StripeReturn, StripeWebhooks
from payments.gateways.switchboard import Switchboard


@cache
def gateway() -> MandateGateway:
    """Return the port: each order goes to, and is asked about at, the provider that is written in it."""
    return Switchboard(
        others={other.provider: other for other in others()},
        base_url=settings.JUSPAY_BASE_URL,
        api_key=settings.JUSPAY_API_KEY,
        merchant_id=settings.JUSPAY_MERCHANT_ID,
        client_id=settings.JUSPAY_CLIENT_ID,
    )


def others() -> list[Gateway]:
    """Return the gateways beside Juspay whose keys are configured."""
    found: list[Gateway] = []
    if hasattr(settings, "RAZORPAY_KEY_ID"):
        key = (settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET)
        found.append(RazorpayGateway(base_url=settings.RAZORPAY_BASE_URL, key=key))
    if hasattr(settings, "STRIPE_SECRET_KEY"):
        keys = (settings.STRIPE_SECRET_KEY, settings.STRIPE_PUBLISHABLE_KEY)
        found.append(StripeGateway(base_url=settings.STRIPE_BASE_URL, secret_key=keys[0], publishable_key=keys[1]))
    return found


@cache
def webhook_reader(provider: str) -> WebhookReader:
    """Return the reader of `POST /webhooks/{provider}`; NotFound for a gateway that this deployment does not know."""
    if provider == JuspayWebhooks.provider:
        return JuspayWebhooks(((settings.JUSPAY_WEBHOOK_USERNAME, settings.JUSPAY_WEBHOOK_PASSWORD),))
    if provider == RazorpayWebhooks.provider and hasattr(settings, "RAZORPAY_KEY_ID"):
        return RazorpayWebhooks(tuple(settings.RAZORPAY_WEBHOOK_SECRETS))
    if provider == StripeWebhooks.provider and hasattr(settings, "STRIPE_SECRET_KEY"):
        return StripeWebhooks(tuple(settings.STRIPE_WEBHOOK_SECRETS))
    raise NotFound


@cache
def return_readers() -> tuple[ReturnReader, ...]:
    """Return the readers of the landing page's parameters; each knows its own signature."""
    readers: list[ReturnReader] = [JuspayReturn(settings.JUSPAY_RESPONSE_KEY)]
    if hasattr(settings, "RAZORPAY_KEY_ID"):
        readers.append(RazorpayReturn(settings.RAZORPAY_KEY_SECRET))
    if hasattr(settings, "STRIPE_SECRET_KEY"):
        readers.append(StripeReturn())
    return tuple(readers)
