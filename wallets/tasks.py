"""Scheduled work: rows say what is due, these only look."""

import structlog
from celery import shared_task

from aarokya.common import clock
from aarokya.common.metrics import ALERTS
from wallets.gateways import issuer
from wallets.services import holds, opening, reconciling, recurring, settlements, verification

SAMPLE = 500  # wallets
COMPARED_AT_ONCE = 200  # wallets: a call of some 10 ms each, every five minutes: 57,000 a day
logger = structlog.get_logger(__name__)


@shared_task(name="wallets.tasks.provision_due")
def provision_due() -> None:
    """Take up wallets whose attempt is due: what the outbox missed and what a crash left behind."""
    for wallet_id in opening.due(now=clock.now()):
        opening.provision(wallet_id=wallet_id, issuer=issuer(), now=clock.now())


@shared_task(name="wallets.tasks.expire_holds")
def expire_holds() -> None:
    """Give back what is held past its time."""
    holds.release_expired(now=clock.now())


@shared_task(name="wallets.tasks.verify_ledger", time_limit=3600, soft_time_limit=3500)
def verify_ledger() -> None:
    """Every invariant over every wallet; an alert when one does not hold."""
    alert(verification.verify(now=clock.now()))


@shared_task(name="wallets.tasks.sample_ledger")
def sample_ledger() -> None:
    """Every invariant over some wallets: finds a fault within minutes at little cost."""
    alert(verification.verify(now=clock.now(), sample=SAMPLE))


@shared_task(name="wallets.tasks.reconcile_issuer")
def reconcile_issuer() -> None:
    """Compare the wallets that were longest not compared with the issuer, and mirror what it says of them."""
    reconciling.sweep(issuer=issuer(), now=clock.now(), limit=COMPARED_AT_ONCE)


@shared_task(name="wallets.tasks.contribute_recurring")
def contribute_recurring() -> None:
    """Give every recurring contribution whose day has come."""
    for recurring_id in recurring.due(now=clock.now()):
        recurring.give_turn(recurring_id=recurring_id, now=clock.now())


@shared_task(name="wallets.tasks.take_snapshots")
def take_snapshots() -> None:
    """What the platform's accounts stand at, so that nobody has to add up all their transfers."""
    settlements.take_snapshots(now=clock.now())


def alert(findings: list[verification.Finding]) -> None:
    """Log at the level that pages somebody."""
    for finding in findings:
        if finding.count:
            ALERTS.labels(kind=f"ledger_{finding.code}").inc()
            logger.error("ledger.invariant_broken", invariant=finding.code, count=finding.count, subjects=finding.subjects)
