"""The SMS providers that the settings choose, in their order."""

from collections.abc import Callable
from functools import cache
from urllib.parse import quote

from django.conf import settings

from aarokya.common.clients.http import PartnerClient
from accounts.gateways.sms.base import Receipt, SmsGateway, SmsText, one_time_code
from accounts.gateways.sms.gupshup import GupshupGateway
from accounts.gateways.sms.msg91 import Msg91Gateway
from accounts.gateways.sms.valuefirst import ValueFirstGateway

__all__ = ["Receipt", "SmsGateway", "SmsText", "one_time_code", "sms_gateways"]

ANSWER_S = 3.0  # a silent provider costs this much; with three of them a code still leaves within ten seconds


def gupshup() -> SmsGateway:
    base_url, _, path = settings.GUPSHUP_URL.rpartition("/")
    return GupshupGateway(
        client("gupshup", base_url),
        path=path,
        user_id=settings.GUPSHUP_USER_ID,
        password=settings.GUPSHUP_PASSWORD,
        header=settings.SMS_HEADER,
        entity_id=settings.DLT_ENTITY_ID,
        template_ids=settings.DLT_TEMPLATES,
    )


def msg91() -> SmsGateway:
    return Msg91Gateway(
        client("msg91", settings.MSG91_BASE_URL),
        auth_key=settings.MSG91_AUTH_KEY,
        header=settings.SMS_HEADER,
        template_ids=settings.MSG91_FLOWS,
    )


def valuefirst() -> SmsGateway:
    return ValueFirstGateway(
        client("valuefirst", settings.VALUEFIRST_BASE_URL),
        username=settings.VALUEFIRST_USERNAME,
        password=settings.VALUEFIRST_PASSWORD,
        header=settings.SMS_HEADER,
        entity_id=settings.DLT_ENTITY_ID,
        template_ids=settings.DLT_TEMPLATES,
        receipt_url=receipt_url("valuefirst"),
    )


def client(name: str, base_url: str) -> PartnerClient:
    return PartnerClient(name, base_url, total_s=ANSWER_S)


def receipt_url(name: str) -> str:
    """Where this provider reports deliveries: to be entered on its website, or sent along."""
    return f"{settings.PUBLIC_URL}/webhooks/sms/{name}?key={quote(settings.SMS_RECEIPT_KEY)}"


PROVIDERS: dict[str, Callable[[], SmsGateway]] = {"gupshup": gupshup, "msg91": msg91, "valuefirst": valuefirst}


@cache
def sms_gateways() -> tuple[SmsGateway, ...]:
    """Return one gateway for each name in SMS_PROVIDERS, the preferred first."""
    return tuple(PROVIDERS[name]() for name in settings.SMS_PROVIDERS)
