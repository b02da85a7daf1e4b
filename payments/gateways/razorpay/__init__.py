from payments.gateways.razorpay.webhooks import RazorpayWebhooks

__all__ = ["RazorpayWebhooks"]
