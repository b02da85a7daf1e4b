from payments.gateways.juspay.client import JuspayGateway
from payments.gateways.juspay.landing import JuspayReturn
from payments.gateways.juspay.mandates import JuspayMandates
from payments.gateways.juspay.webhooks import JuspayWebhooks

__all__ = ["JuspayGateway", "JuspayMandates", "JuspayReturn", "JuspayWebhooks"]
