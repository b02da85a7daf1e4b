"""One port in front of all gateways: orders live where they were opened, mandates at Juspay."""

from collections.abc import Mapping

from aarokya.common.clients.http import PartnerError
from aarokya.common.money import Money
from payments.gateways.base import Gateway, GatewayOrder, GatewaySession, OrderAt, SessionRequest
from payments.gateways.juspay import JuspayMandates


class Switchboard(JuspayMandates):
    """The `MandateGateway` of the product. An order keeps its provider when PAYMENT_GATEWAY changes."""

    def __init__(self, *, others: Mapping[str, Gateway], base_url: str, api_key: str, merchant_id: str, client_id: str) -> None:
        super().__init__(base_url=base_url, api_key=api_key, merchant_id=merchant_id, client_id=client_id)
        self.others = dict(others)

    def create_session(self, request: SessionRequest) -> GatewaySession:
        """See `Gateway`."""
        other = self.other(request.provider)
        return other.create_session(request) if other else super().create_session(request)

    def fetch_order(self, order: OrderAt) -> GatewayOrder:
        """See `Gateway`."""
        other = self.other(order.provider)
        return other.fetch_order(order) if other else super().fetch_order(order)

    def refund(self, order: OrderAt, *, unique_request_id: str, amount: Money, transaction_id: str = "") -> GatewayOrder:
        """See `Gateway`."""
        other = self.other(order.provider)
        port = other.refund if other else super().refund
        return port(order, unique_request_id=unique_request_id, amount=amount, transaction_id=transaction_id)

    def other(self, provider: str) -> Gateway | None:
        """Return the provider's gateway, None for Juspay; PartnerError when its keys were taken away too early."""
        if provider == self.provider:
            return None
        if provider not in self.others:
            raise PartnerError(f"{provider} is not configured, and has orders", permanent=False)
        return self.others[provider]
