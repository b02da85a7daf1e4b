"""The sandbox's configuration, read once from the environment."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Configuration:
    """Credentials the simulated partners expect and the address they call back."""

    state_dir: Path
    webhook_url: str
    return_url: str
    juspay_api_key: str
    juspay_merchant_id: str
    juspay_webhook_username: str
    juspay_webhook_password: str
    juspay_response_key: str
    razorpay_key_id: str
    razorpay_key_secret: str
    razorpay_webhook_secret: str
    razorpay_webhook_url: str
    stripe_secret_key: str
    stripe_webhook_secret: str
    stripe_webhook_url: str
    issuer_api_key: str
    narayana_api_key: str
    narayana_webhook_key: str
    narayana_webhook_url: str
    aathma_api_key: str
    aathma_webhook_url: str
    aathma_webhook_secret: str
    nama_api_key: str
    gupshup_user_id: str
    gupshup_password: str
    msg91_auth_key: str
    valuefirst_username: str
    valuefirst_password: str
    sms_receipt_url: str
    sms_receipt_key: str
    dlt_entity_id: str


@cache
def configuration() -> Configuration:
    """The environment's answer; every variable has the default that the product's own sandbox settings use."""
    read = os.environ.get
    merchant = f"http://127.0.0.1:{read('PORT') or 8000}"
    return Configuration(
        state_dir=Path(read("SANDBOX_STATE_DIR") or Path(read("LOCAL_DIR") or ".local") / "sandbox"),
        webhook_url=read("WEBHOOK_URL") or f"{merchant}/webhooks/juspay",
        return_url=f"{read('PUBLIC_URL') or merchant}/payments/return",
        juspay_api_key=read("JUSPAY_API_KEY") or "sandbox-api-key",
        juspay_merchant_id=read("JUSPAY_MERCHANT_ID") or "aarokya",
        juspay_webhook_username=read("JUSPAY_WEBHOOK_USERNAME") or "aarokya",
        juspay_webhook_password=read("JUSPAY_WEBHOOK_PASSWORD") or "sandbox-webhook",
        juspay_response_key=read("JUSPAY_RESPONSE_KEY") or "sandbox-response-key",
        razorpay_key_id=read("RAZORPAY_KEY_ID") or "rzp_test_sandbox",
        razorpay_key_secret=read("RAZORPAY_KEY_SECRET") or "sandbox-razorpay-key",
        razorpay_webhook_secret=newest(read("RAZORPAY_WEBHOOK_SECRETS")) or "sandbox-razorpay-webhook",
        razorpay_webhook_url=read("RAZORPAY_WEBHOOK_URL") or f"{merchant}/webhooks/razorpay",
        stripe_secret_key=read("STRIPE_SECRET_KEY") or "sk_test_sandbox",
        stripe_webhook_secret=newest(read("STRIPE_WEBHOOK_SECRETS")) or "whsec_sandbox",
        stripe_webhook_url=read("STRIPE_WEBHOOK_URL") or f"{merchant}/webhooks/stripe",
        issuer_api_key=read("ISSUER_API_KEY") or "sandbox-issuer-key",
        narayana_api_key=read("NARAYANA_API_KEY") or "sandbox-narayana-key",
        narayana_webhook_key=read("NARAYANA_WEBHOOK_KEY") or "sandbox-narayana-webhook-key",
        narayana_webhook_url=read("NARAYANA_WEBHOOK_URL") or f"{merchant}/webhooks/narayana",
        aathma_api_key=read("AATHMA_API_KEY") or "sandbox-aathma-key",
        aathma_webhook_url=read("AATHMA_WEBHOOK_URL") or f"{merchant}/webhooks/aathma",
        aathma_webhook_secret=read("AATHMA_WEBHOOK_SECRET") or "sandbox-aathma-webhook",
        nama_api_key=read("NAMA_API_KEY") or "sandbox-nama-key",
        gupshup_user_id=read("GUPSHUP_USER_ID") or "2000000001",
        gupshup_password=read("GUPSHUP_PASSWORD") or "sandbox-gupshup",
        msg91_auth_key=read("MSG91_AUTH_KEY") or "sandbox-msg91-key",
        valuefirst_username=read("VALUEFIRST_USERNAME") or "sandbox",
        valuefirst_password=read("VALUEFIRST_PASSWORD") or "sandbox-valuefirst",
        sms_receipt_url=read("SMS_RECEIPT_URL") or f"{merchant}/webhooks/sms",
        sms_receipt_key=read("SMS_RECEIPT_KEY") or "sandbox-receipt-key",
        dlt_entity_id=read("DLT_ENTITY_ID") or "1101000000000000001",
    )


def newest(secrets: str | None) -> str:
    """The first of a comma-separated list: what is signed with while an older one is rotated out."""
    return (secrets or "").split(",")[0].strip()
