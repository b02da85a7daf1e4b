"""Scheduled work."""

from celery import shared_task

from aarokya.common import clock
from insurance import gateways
from insurance.services import collecting, forwarding, lapses, reminders, terms, watchdog


@shared_task(name="insurance.tasks.advance_policies", acks_late=True, time_limit=600)
def advance_policies() -> int:
    """Move policies whose term or grace has ended, or whose premiums stayed away; return how many.

    Daily, just after midnight in Asia/Kolkata.
    """
    now = clock.now()
    day = clock.ist_day(now)
    moved = (terms.advance_all(day=day, now=now), terms.reissue_outgrown(day=day, now=now), lapses.lapse_all(day=day, now=now))
    return sum(1 for moves in moved for _ in moves)


@shared_task(name="insurance.tasks.remind_policyholders", acks_late=True, time_limit=600)
def remind_policyholders() -> int:
    """Remind of cover that ends; return how many reminders were given. Daily, in the morning."""
    now = clock.now()
    day = clock.ist_day(now)
    return sum(1 for given in (reminders.remind_all(day=day, now=now), reminders.warn_all(day=day, now=now)) for _ in given)


@shared_task(name="insurance.tasks.collect_premiums", acks_late=True, time_limit=600)
def collect_premiums() -> int:
    """Take the day's premiums from the wallets of those who agreed; return how many. Every few minutes."""
    return sum(1 for _ in collecting.collect_due(now=clock.now()))


@shared_task(name="insurance.tasks.give_up_unissued", acks_late=True, time_limit=600)
def give_up_unissued() -> int:
    """Give back what was paid for policies that were never issued; return how many. Every hour."""
    now = clock.now()
    return sum(1 for _ in watchdog.give_up_all(day=clock.ist_day(now), now=now))


@shared_task(name="insurance.tasks.poll_claims", acks_late=True, time_limit=600)
def poll_claims() -> int:
    """Ask the insurer about claims whose turn it is; return how many had news. Webhooks are only hints."""
    return sum(1 for _ in forwarding.poll_due(gateway=gateways.claims(), now=clock.now()))
