"""What waits for a person: one row per queue, counted with one statement that indexes answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

STUCK_AFTER = timedelta(minutes=15)  # by then the sweeper has asked the gateway again


@dataclass(frozen=True, slots=True)
class Queue:
    """`model` is where its rows are looked at, `query` what the list is filtered by, `rows` which rows they are in SQL.

    `since` is the column that says since when a row waits. `%(stuck)s` in `rows` is the moment before which an open
    payment is stuck.
    """

    title: str
    icon: str
    model: str
    permission: str
    table: str
    rows: str
    since: str
    query: str = ""
    urgent: bool = False
    ends_after: timedelta | None = None  # by then the system settles a row itself: shown as a countdown


QUEUES = (
    Queue(
        "To approve",
        "done_all",
        "approvals.request",
        "approvals.view_request",
        "approvals_request",
        "state = 'WAITING'",
        "requested_at",
        "state__exact=WAITING",
        urgent=True,
    ),
    Queue(
        "Policies to activate",
        "verified",
        "insurance.policy",
        "insurance.view_policy",
        "insurance_policy",
        "status = 'pending'",
        "created_at",
        "status__exact=pending",
    ),
    Queue(
        "Paid, not issued",
        "timer",
        "insurance.policy",
        "insurance.view_policy",
        "insurance_policy",
        "status = 'pending' AND premium_status IN ('PAID', 'PART_PAID')",
        "last_modified_at",
        "status__exact=pending&premium_status__in=PAID,PART_PAID",
        urgent=True,
        ends_after=timedelta(days=settings.UNISSUED_REFUND_DAYS),
    ),
    Queue(
        "Claims to answer",
        "contact_support",
        "insurance.claim",
        "insurance.view_claim",
        "insurance_claim",
        "status = 'QUERIED'",
        "last_modified_at",
        "status__exact=QUERIED",
    ),
    Queue(
        "Patients to tell apart",
        "group",
        "insurance.patientregistration",
        "insurance.view_patientregistration",
        "insurance_patient_registration",
        "status = 'AMBIGUOUS'",
        "last_modified_at",
        "status__exact=AMBIGUOUS",
    ),
    Queue(
        "Wallets not opened",
        "account_balance_wallet",
        "wallets.wallet",
        "wallets.view_wallet",
        "wallets_wallet",
        "status = 'FAILED'",
        "last_modified_at",
        "status__exact=FAILED",
    ),
    Queue(
        "Payments stuck",
        "hourglass_top",
        "payments.order",
        "payments.view_order",
        "payments_order",
        "status IN ('CREATED', 'SESSION_OPEN', 'PENDING') AND opened_at <= %(stuck)s",
        "opened_at",
        "status__in=CREATED,SESSION_OPEN,PENDING",
    ),
    Queue(
        "Payments mismatched",
        "report",
        "payments.order",
        "payments.view_order",
        "payments_order",
        "status = 'MISMATCH'",
        "opened_at",
        "status__exact=MISMATCH",
        urgent=True,
    ),
    Queue(
        "Refunds to approve",
        "price_check",
        "payments.refund",
        "payments.view_refund",
        "payments_refund",
        "status = 'AWAITING_APPROVAL'",
        "requested_at",
        "status__exact=AWAITING_APPROVAL",
    ),
    Queue(
        "Money to explain",
        "confirmation_number",
        "payments.ticket",
        "payments.view_ticket",
        "payments_ticket",
        "closed_at IS NULL",
        "opened_at",
        "closed_at__isempty=1",
        urgent=True,
    ),
    Queue(
        "Refunds under way",
        "undo",
        "payments.refund",
        "payments.view_refund",
        "payments_refund",
        "finished_at IS NULL",
        "requested_at",
        "finished_at__isnull=True",
    ),
    Queue(
        "Differences to the issuer",
        "balance",
        "wallets.difference",
        "wallets.view_difference",
        "wallets_difference",
        "status = 'OPEN'",
        "found_at",
        "status__exact=OPEN",
        urgent=True,
    ),
    Queue(
        "Emergencies",
        "emergency",
        "doctor.emergencyalert",
        "doctor.view_emergencyalert",
        "doctor_emergency_alert",
        "acknowledged_at IS NULL",
        "raised_at",
        urgent=True,
    ),
    Queue(
        "Outbox quarantine",
        "outbox",
        "common.outboxmessage",
        "common.view_outboxmessage",
        "common_outbox",
        "quarantined_at IS NOT NULL AND done_at IS NULL",
        "quarantined_at",
        "state=quarantine",
        urgent=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many rows a queue holds and since when the oldest waits (None when it is empty)."""

    queue: Queue
    count: int
    oldest: datetime | None


def visible_to(staff: Any) -> list[Queue]:
    """The queues whose rows this member of staff may look at."""
    return [queue for queue in QUEUES if staff.has_perm(queue.permission)]


def waiting(queues: Sequence[Queue], *, now: datetime) -> list[Waiting]:
    """Return the length of each queue, in order; one statement for all."""
    if not queues:
        return []
    parts = [f"SELECT {n} AS n, count(*), min({q.since}) FROM {q.table} WHERE {q.rows}" for n, q in enumerate(queues)]  # noqa: S608 (our own constants)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY n", {"stuck": now - STUCK_AFTER})
        return [Waiting(queues[n], count, oldest) for n, count, oldest in cursor.fetchall()]
