"""What Stripe adds to the return address. It signs nothing; the client secret is known to the payer and to us alone."""

from collections.abc import Mapping

from payments.gateways.base import Landing


class StripeReturn:
    """The `ReturnReader` of Stripe. A landing names an intent by an id that cannot be guessed, and only makes us ask."""

    def landing(self, parameters: Mapping[str, str]) -> Landing | None:
        intent, secret = parameters.get("payment_intent", ""), parameters.get("payment_intent_client_secret", "")
        belongs = intent.startswith("pi_") and len(secret) > len(intent) + len("_secret_")
        return Landing(reference=intent) if belongs and secret.startswith(f"{intent}_secret_") else None
