"""The SMS provider that the settings choose."""

from functools import cache

from django.conf import settings

from aarokya.common.clients.http import PartnerClient
from accounts.gateways.sms.base import OneTimeCodeText, SmsGateway
from accounts.gateways.sms.gupshup import GupshupGateway

__all__ = ["OneTimeCodeText", "SmsGateway", "sms_gateway"]


@cache
def sms_gateway() -> SmsGateway:
    return GupshupGateway(
        PartnerClient("gupshup", settings.GUPSHUP_URL),
        user_id=settings.GUPSHUP_USER_ID,
        password=settings.GUPSHUP_PASSWORD,
        header=settings.SMS_HEADER,
        entity_id=settings.DLT_ENTITY_ID,
        template_id=settings.DLT_OTP_TEMPLATE_ID,
    )
