"""The SMS provider that the settings choose."""

from functools import cache

from django.conf import settings

from aarokya.common.clients.http import PartnerClient
from accounts.gateways.sms.base import OneTimeCodeText, SmsGateway
from accounts.gateways.sms.gupshup import GupshupGateway

__all__ = ["OneTimeCodeText", "SmsGateway", "sms_gateway"]


@cache
def sms_gateway() -> SmsGateway:
    base_url, _, path = settings.GUPSHUP_URL.rpartition("/")
    return GupshupGateway(
        PartnerClient("gupshup", base_url),
        path=path,
        user_id=settings.GUPSHUP_USER_ID,
        password=settings.GUPSHUP_PASSWORD,
        header=settings.SMS_HEADER,
        entity_id=settings.DLT_ENTITY_ID,
        template_id=settings.DLT_OTP_TEMPLATE_ID,
    )
