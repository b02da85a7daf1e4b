from payments.gateways.stripe.webhooks import StripeWebhooks

__all__ = ["StripeWebhooks"]
