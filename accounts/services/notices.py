"""Telling customers something by text message, in their language, once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from aarokya.common import outbox
from accounts.gateways.sms.base import SmsGateway, SmsText
from accounts.models import Notice, User, UserStatus
from accounts.services import texting

STALE_AFTER = timedelta(days=2)  # news that nobody could be told in time confuses more than it helps


def owe(*, user_id: UUID, template: str, business_key: str, values: Mapping[str, str], now: datetime) -> None:
    """Promise a text, in the caller's transaction; the same `business_key` promises nothing more.

    `template` is a name in `gateways.sms.templates`, `values` its variables.
    """
    user = User.objects.get(pk=user_id)
    notice, is_new = Notice.objects.get_or_create(
        business_key=business_key,
        defaults={"user": user, "template": template, "language": user.language, "values": dict(values), "owed_at": now},
    )
    if is_new:
        outbox.emit("notice.owed", key=f"notice:{user_id}", payload={"notice_id": str(notice.pk)}, now=now)


def send(*, notice_id: UUID, gateways: Sequence[SmsGateway], now: datetime) -> None:
    """Hand the text over, unless it was or is no longer news. PartnerError when no provider took it: the outbox repeats.

    Dying after the provider took it and before the commit means a second text; that is better than none.
    """
    notice = Notice.objects.select_related("user").filter(pk=notice_id, sent_at=None, owed_at__gt=now - STALE_AFTER).first()
    if notice is None or notice.user.status == UserStatus.DEACTIVATED:
        return
    text = SmsText(notice.user.phone, notice.template, notice.language, notice.values)
    texting.send(text, notice=notice, gateways=gateways, now=now)
    Notice.objects.filter(pk=notice.pk).update(sent_at=now, last_modified_at=now)
