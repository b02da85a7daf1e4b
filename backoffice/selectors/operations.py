"""How the machine stands: money that hangs, partners, queues of work."""

from datetime import datetime, timedelta

from aarokya.common.display import grouped
from aarokya.common.health import outbox_state
from backoffice.selectors.panels import Panel, Table, Tile, query, whole_rupees
from backoffice.spans import span

AGES = (("under 15 min", 0, 900), ("15 min – 1 h", 900, 3600), ("1 – 24 h", 3600, 86_400), ("over a day", 86_400, 10**9))
STUCK = """
    SELECT 1 AS n, 'Payments open' AS what, opened_at AS since, amount FROM payments_order
        WHERE status IN ('CREATED', 'SESSION_OPEN', 'PENDING')
    UNION ALL SELECT 2, 'Payments mismatched', opened_at, amount FROM payments_order WHERE status = 'MISMATCH'
    UNION ALL SELECT 3, 'Refunds under way', requested_at, amount FROM payments_refund WHERE finished_at IS NULL
    UNION ALL SELECT 4, 'Paid, policy not issued', last_modified_at, premium_paid FROM insurance_policy
        WHERE status = 'pending' AND premium_paid > 0
"""
# Which partner a handler's work goes to. Its deliveries are what we know of the partner without asking it.
PARTNERS = {
    "accounts.handlers.send_code": "SMS",
    "wallets.handlers.provision": "Wallet issuer",
    "wallets.handlers.load_issuer": "Wallet issuer",
    "wallets.handlers.debit_issuer": "Wallet issuer",
    "wallets.handlers.correct_issuer": "Wallet issuer",
    "payments.handlers.process_webhook": "Juspay",
    "payments.handlers.check_order": "Juspay",
    "payments.handlers.step_debit": "Juspay",
    "payments.handlers.command_mandate": "Juspay",
    "payments.handlers.execute_refund": "Juspay",
    "doctor.handlers.forward": "Aathma",
    "doctor.handlers.check": "Aathma",
    "doctor.handlers.forward_addendum": "Aathma",
    "doctor.handlers.forward_feedback": "Aathma",
    "doctor.handlers.forward_cancellation": "Aathma",
}
RECENT = 20_000  # messages: the newest by id, so that the look costs the same however long the table is


def money_stuck(*, now: datetime) -> Panel:
    rows = query(
        f"""
        SELECT what, extract(epoch FROM %(now)s - since)::bigint AS age, amount FROM ({STUCK}) AS stuck ORDER BY n
        """,  # noqa: S608
        {"now": now},
    )
    names = list(dict.fromkeys(what for what, _, _ in rows))
    cells = [(name, *(bucket(rows, name, low, high) for _, low, high in AGES)) for name in names]
    old = sum(amount for _, age, amount in rows if age >= AGES[0][2])
    tiles = (Tile("Stuck over 15 minutes", whole_rupees(old), tone="warning" if old else "good"),)
    return Panel("Money stuck, by age", tiles, table=Table(("What", *(label for label, _, _ in AGES)), tuple(cells)))


def bucket(rows: list[tuple[str, int, int]], name: str, low: int, high: int) -> str:
    """Return `₹1,500 (3)`: how much and how many, or a dash."""
    amounts = [amount for what, age, amount in rows if what == name and max(age, 0) >= low and age < high]
    return f"{whole_rupees(sum(amounts))} ({grouped(len(amounts))})" if amounts else "–"


def partners(*, now: datetime) -> Panel:
    """From the last deliveries: how long they took from being due to being done, and what fails now."""
    rows = query(
        """
        SELECT m.handler, count(*) FILTER (WHERE done_at >= %(hour)s),
               percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM done_at - not_before))
                   FILTER (WHERE done_at >= %(hour)s),
               count(*) FILTER (WHERE done_at IS NULL AND attempts > 0), max(done_at)
        FROM common_outbox m WHERE id > (SELECT COALESCE(max(id), 0) FROM common_outbox) - %(recent)s
            AND handler = ANY(%(handlers)s)
        GROUP BY m.handler
        """,
        {"hour": now - timedelta(hours=1), "recent": RECENT, "handlers": list(PARTNERS)},
    )
    lines = []
    for name in dict.fromkeys(PARTNERS.values()):
        mine = [row for row in rows if PARTNERS[row[0]] == name]
        lines.append(partner_line(name, mine, now=now))
    headers = ("Partner", "Health", "Done in an hour", "95 % within", "Failing now", "Last success")
    return Panel("Partners", table=Table(headers, tuple(lines)))


def partner_line(name: str, rows: list[tuple[str, int, float | None, int, datetime | None]], *, now: datetime) -> tuple[str, ...]:
    done, failing = sum(row[1] for row in rows), sum(row[3] for row in rows)
    slowest = max((row[2] for row in rows if row[2] is not None), default=None)
    last = max((row[4] for row in rows if row[4]), default=None)
    health = "quiet" if not done and not failing else "failing" if failing and not done else "troubled" if failing else "well"
    within = "–" if slowest is None else f"{max(slowest, 0):.1f} s"
    return (name, health, grouped(done), within, grouped(failing), f"{span(now - last)} ago" if last else "–")


def machinery(*, now: datetime) -> Panel:
    state = outbox_state(now)
    [(hooks, oldest)] = query(
        "SELECT count(*), min(received_at) FROM payments_webhook_inbox WHERE state IN ('RECEIVED', 'UNKNOWN_ORDER')"
    )
    [(due, due_since)] = query(
        """SELECT count(*), min(next_attempt_at) FROM wallets_wallet
           WHERE status IN ('CREATED', 'PENDING', 'IN_PROGRESS', 'RETRYING')"""
    )
    tiles = (
        Tile("Outbox", grouped(state.open), age_note(state.open, state.oldest_s), "warning" if state.oldest_s > 60 else ""),
        Tile(
            "Quarantine", grouped(state.quarantined), "gave up; a person has to look", "danger" if state.quarantined else "good"
        ),
        Tile("Webhooks unprocessed", grouped(hooks), since(oldest, now)),
        Tile("Wallets being opened", grouped(due), since(due_since, now)),
    )
    return Panel("Queues of the machine", tiles)


def age_note(count: int, seconds: float) -> str:
    return f"oldest {span(timedelta(seconds=seconds))}" if count else "nothing waits"


def since(moment: datetime | None, now: datetime) -> str:
    return f"oldest {span(now - moment)}" if moment else "nothing waits"
