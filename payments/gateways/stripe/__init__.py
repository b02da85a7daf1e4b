from payments.gateways.stripe.client import StripeGateway
from payments.gateways.stripe.landing import StripeReturn
from payments.gateways.stripe.webhooks import StripeWebhooks

__all__ = ["StripeGateway", "StripeReturn", "StripeWebhooks"]
