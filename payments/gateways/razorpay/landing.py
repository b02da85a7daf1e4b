"""What Razorpay's checkout posts to the return address: its ids, signed with the secret of our API key."""

from collections.abc import Mapping

from payments.gateways.base import Landing
from payments.gateways.signatures import any_matches


class RazorpayReturn:
    """The `ReturnReader` of Razorpay."""

    def __init__(self, key_secret: str) -> None:
        self.key_secret = key_secret

    def landing(self, parameters: Mapping[str, str]) -> Landing | None:
        """The signature is over `order id|payment id`, both Razorpay's."""
        reference = parameters.get("razorpay_order_id", "")
        message = f"{reference}|{parameters.get('razorpay_payment_id', '')}".encode()
        given = [parameters.get("razorpay_signature", "")]
        return Landing(reference=reference) if any_matches(given, secrets=(self.key_secret,), message=message) else None
