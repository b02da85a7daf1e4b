"""Background work: `celery -A aarokya worker` and `celery -A aarokya beat`.

PostgreSQL rows say what is due; Celery only wakes a worker. So a lost task is found by the next sweep, and a task that
runs twice finds its row done.
"""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from django.conf import settings
from kombu import Queue

from aarokya.common import logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aarokya.settings")

QUEUES = URGENT_QUEUE, ORDINARY_QUEUE = "urgent", "celery"


def broker_url(redis_url: str) -> str:
    """Kombu names a Unix socket, and the database behind one, differently from redis-py."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)


app = Celery("aarokya")
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    # Workers take from both in turn, so that what somebody waits for never stands behind a backlog, nor the backlog still.
    task_queues=[Queue(name) for name in QUEUES],
    task_default_queue=ORDINARY_QUEUE,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=120,
    task_soft_time_limit=90,
    # Longer than the time limit, so that a running task is never handed out a second time.
    broker_transport_options={
        "visibility_timeout": 600,
        "queue_order_strategy": "round_robin",
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        # Whoever publishes learns at once that the broker is down (Celery's own pauses add up to 6 s);
        # workers wait by their own rules.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    task_publish_retry=False,  # the relay delivers by itself when the broker is down
    task_serializer="json",
    accept_content=["json"],
    timezone="Asia/Kolkata",
    worker_hijack_root_logger=False,
    beat_schedule={
        # Wallets whose next provisioning attempt is due.
        "provision-wallets": {"task": "wallets.tasks.provision_due", "schedule": 10.0},
        # Orders whose next look at the gateway is due: webhooks are only hints.
        "sweep-open-orders": {
            "task": "payments.tasks.sweep_open_orders",
            "schedule": 5.0,
        },
        # Mandates whose next debit, notice or status check is due.
        "sweep-mandates": {"task": "payments.tasks.sweep_mandates", "schedule": 30.0},
        # Orders, sessions, webhooks and refunds that were overlooked: R1, R2, R6, R7.
        "watch-payments": {"task": "payments.tasks.watch", "schedule": 3600.0},
        # Holds past their time give their money back.
        "expire-holds": {"task": "wallets.tasks.expire_holds", "schedule": 30.0},
        # The five-minute sample of the ledger's invariants.
        "sample-ledger": {"task": "wallets.tasks.sample_ledger", "schedule": 300.0},
        # Every invariant over everything, when little else happens .
        "verify-ledger": {"task": "wallets.tasks.verify_ledger", "schedule": crontab(hour=2, minute=30)},
        # Every wallet beside the issuer's at least once a day, a few at a time.
        "reconcile-issuer": {"task": "wallets.tasks.reconcile_issuer", "schedule": 300.0},
        # Recurring contributions, on their day in Asia/Kolkata and as soon as an empty pot is filled.
        "contribute-recurring": {"task": "wallets.tasks.contribute_recurring", "schedule": 900.0},
        # What the platform's accounts stand at, once a day.
        "take-snapshots": {"task": "wallets.tasks.take_snapshots", "schedule": crontab(hour=3, minute=15)},
        # Terms end with the day in Asia/Kolkata.
        "advance-policies": {"task": "insurance.tasks.advance_policies", "schedule": crontab(hour=0, minute=5)},
        "remind-policyholders": {"task": "insurance.tasks.remind_policyholders", "schedule": crontab(hour=9, minute=0)},
        # A day's premium from each wallet whose owner agreed, and later what could not be taken in the morning.
        "collect-premiums": {"task": "insurance.tasks.collect_premiums", "schedule": 300.0},
        # Paid for, and never issued: the money goes back.
        "give-up-unissued": {"task": "insurance.tasks.give_up_unissued", "schedule": 3600.0},
        # Webhooks are only hints: the insurer is asked as well.
        "poll-claims": {"task": "insurance.tasks.poll_claims", "schedule": 600.0},
        # What waited for a second person, and nobody came.
        "expire-approvals": {"task": "approvals.tasks.expire_lapsed", "schedule": 300.0},
        # Codes and logins that no rule asks about any more.
        "forget-codes-and-logins": {"task": "accounts.tasks.forget_old", "schedule": 3600.0},
        # Consultations whose next look at Aathma is due: webhooks are only hints.
        "check-consultations": {"task": "doctor.tasks.check_consultations", "schedule": 10.0},
        # Conversations nobody went on with for a day.
        "abandon-idle-intakes": {"task": "doctor.tasks.abandon_idle", "schedule": 3600.0},
        # Wishes to be forgotten that have fallen due.
        "erase-people": {"task": "accounts.tasks.erase_due", "schedule": 3600.0},
        # Yesterday's audit log, when nobody can add to it any more.
        "anchor-audit": {"task": "backoffice.tasks.anchor_audit", "schedule": crontab(hour=0, minute=30)},
        "forget-exports": {"task": "backoffice.tasks.forget_exports", "schedule": 3600.0},
        "forget-idempotency-keys": {
            "task": "common.forget_idempotency_keys",
            "schedule": 3600.0,
        },
    },
)
app.autodiscover_tasks(["aarokya.common", "accounts", "approvals", "wallets", "payments", "insurance", "doctor", "backoffice"])


@setup_logging.connect
def use_our_logging(**_: object) -> None:
    """Keep Celery from replacing the JSON logs with its own format."""
    logging.configure(settings.LOGGING)
