from payments.gateways.razorpay.client import RazorpayGateway
from payments.gateways.razorpay.landing import RazorpayReturn
from payments.gateways.razorpay.webhooks import RazorpayWebhooks

__all__ = ["RazorpayGateway", "RazorpayReturn", "RazorpayWebhooks"]
