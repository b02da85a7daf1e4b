"""Settling with providers: everything wallets paid to an account, each movement in one batch only."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from aarokya.common import audit
from aarokya.common.clock import ist_text
from aarokya.common.errors import Conflict, NotFound
from aarokya.common.money import Money
from aarokya.common.state import move
from approvals import services as engine
from approvals.models import Kind
from wallets.models import ContraAccount, Settlement, SettlementStatus

# A movement carries the time at which it was asked for; by now whatever began before this has committed.
COMMITTED_WITHIN = timedelta(minutes=10)
SETTLED_KINDS = ("insurer_payable", "provider_payable", "merchant")

TAKE = """
WITH taken AS (
    INSERT INTO wallets_settlement_line (transfer_id, settlement_id)
    SELECT t.id, %(settlement)s FROM wallets_transfer t
    WHERE t.contra_id = %(contra)s AND t.at < %(until)s
          AND NOT EXISTS (SELECT FROM wallets_settlement_line l WHERE l.transfer_id = t.id)
    ON CONFLICT DO NOTHING RETURNING transfer_id
)
SELECT count(*), COALESCE(sum(-t.direction * (t.own_amount + t.others_amount)), 0)
FROM taken JOIN wallets_transfer t ON t.id = taken.transfer_id
"""
SNAPSHOT = """
INSERT INTO wallets_contra_snapshot (contra_id, until, balance, transfers)
SELECT c.id, %(until)s, COALESCE(s.balance, 0) + COALESCE(sum(-t.direction * (t.own_amount + t.others_amount)), 0),
       COALESCE(s.transfers, 0) + count(t.id)
FROM wallets_contra_account c
LEFT JOIN LATERAL (SELECT * FROM wallets_contra_snapshot p WHERE p.contra_id = c.id ORDER BY p.until DESC LIMIT 1) s ON true
JOIN wallets_transfer t ON t.contra_id = c.id AND t.at < %(until)s AND t.at >= COALESCE(s.until, '-infinity')
WHERE s.until IS NULL OR s.until < %(until)s
GROUP BY c.id, s.balance, s.transfers
ON CONFLICT DO NOTHING
"""
BALANCE = """
SELECT COALESCE(s.balance, 0) + COALESCE((
    SELECT sum(-t.direction * (t.own_amount + t.others_amount)) FROM wallets_transfer t
    WHERE t.contra_id = %(contra)s AND t.at >= COALESCE(s.until, '-infinity')), 0)
FROM (SELECT 1) one
LEFT JOIN LATERAL (SELECT * FROM wallets_contra_snapshot p WHERE p.contra_id = %(contra)s ORDER BY p.until DESC LIMIT 1) s ON true
"""


@transaction.atomic
def draw_up(*, settlement_id: UUID, contra_id: UUID, actor: str, now: datetime) -> Settlement:
    """Gather what is not settled yet. NotFound, Conflict when refunds leave nothing to pay."""
    account = ContraAccount.objects.filter(pk=contra_id, kind__in=SETTLED_KINDS).first()
    if account is None:
        raise NotFound
    settlement = Settlement.objects.create(pk=settlement_id, contra=account, until=now - COMMITTED_WITHIN, drawn_up_by=actor)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"settlement": settlement.pk, "contra": account.pk, "until": settlement.until})
        count, total = cursor.fetchone()
    if total <= 0:
        raise Conflict("There is nothing to settle")
    settlement.transfers, settlement.amount = count, Money(int(total))
    settlement.save(update_fields=["transfers", "amount"])
    after = {"amount": int(total), "transfers": count}
    audit.record(actor=actor, action="settlement.drawn_up", obj=settlement, after=after, now=now)
    shown = [{"name": "Money", "before": f"owed to {account.name}", "after": f"{settlement.amount} at their bank"}]
    reason = f"{count} movements until {ist_text(settlement.until)}"
    engine.ask(
        kind=Kind.SETTLEMENT,
        subject=settlement,
        amount=settlement.amount,
        reason=reason,
        preview=shown,
        actor=actor,
        now=now,
    )
    return settlement


@transaction.atomic
def confirm(*, settlement_id: UUID, bank_reference: str, actor: str, now: datetime) -> Settlement:
    """A second person paid it. NotFound, SamePerson as who drew it up, Conflict for a reference used before."""
    settlement = locked(settlement_id)
    if settlement.status == SettlementStatus.PAID:
        move(settlement, SettlementStatus.PAID)  # refuses
    request = engine.waiting_for(Kind.SETTLEMENT, settlement)
    engine.approve(request_id=request.pk, actor=actor, given={"bank_reference": bank_reference}, now=now)
    settlement.refresh_from_db()
    return settlement


def locked(settlement_id: UUID) -> Settlement:
    found = Settlement.objects.select_for_update().filter(pk=settlement_id).first()
    if found is None:
        raise NotFound
    return found


def paid(*, settlement_id: str, bank_reference: str, actor: str, now: datetime) -> Settlement:
    """Note what the second person saw at the bank, in the transaction of their approval."""
    settlement = Settlement.objects.get(pk=settlement_id)
    try:
        with transaction.atomic():
            move(settlement, SettlementStatus.PAID, paid_by=actor, bank_reference=bank_reference)
    except IntegrityError as error:
        raise Conflict("This bank reference confirmed another settlement") from error
    after = {"bank_reference": bank_reference}
    audit.record(actor=actor, action="settlement.paid", obj=settlement, after=after, now=now)
    return settlement


def take_snapshots(*, now: datetime) -> None:
    """Write what each account that moved since its last snapshot stands at."""
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT, {"until": now - COMMITTED_WITHIN})


def balance_of(contra_id: UUID) -> Money:
    """What an account has received from wallets, less what it gave: its newest snapshot and the transfers since."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCE, {"contra": contra_id})
        return Money(int(cursor.fetchone()[0]))
