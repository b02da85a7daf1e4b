"""How the business stands: people, wallets, top-ups, policies, premiums."""

from datetime import datetime, timedelta

from aarokya.common.clock import ist_midnight
from aarokya.common.display import grouped
from backoffice.selectors.panels import INDIA, Panel, Table, Tile, last_days, query, stacked, whole_rupees
from insurance.models import PolicyStatus

SIGN_UPS_D = 30
TOP_UPS_D = 14
ACTIVE_D = 7


def people(*, now: datetime) -> Panel:
    days = last_days(SIGN_UPS_D, now=now)
    new = dict(
        query(
            f"SELECT (created_at {INDIA})::date, count(*) FROM accounts_user WHERE created_at >= %s GROUP BY 1",  # noqa: S608
            [ist_midnight(days[0])],
        )
    )
    [(total, onboarded)] = query("SELECT count(*), count(*) FILTER (WHERE status = 'ACTIVE') FROM accounts_user")
    [(active,)] = query(
        "SELECT count(DISTINCT user_id) FROM accounts_usersession WHERE last_used_at >= %s", [now - timedelta(days=ACTIVE_D)]
    )
    tiles = (
        Tile("Customers", grouped(total), f"{grouped(onboarded)} onboarded"),
        Tile("New today", grouped(new.get(days[-1], 0))),
        Tile("Active users", grouped(active), f"used the app within {ACTIVE_D} days"),
    )
    return Panel("Sign-ups", tiles, stacked(days, [("sign-ups", "primary", new)]))


def wallet_float(*, now: datetime) -> Panel:  # noqa: ARG001 (every panel is asked alike)
    [(own, others, held, promised, frozen)] = query(
        """
        SELECT COALESCE(sum(own_balance), 0)::bigint, COALESCE(sum(others_balance), 0)::bigint,
               COALESCE(sum(own_held + others_held), 0)::bigint, COALESCE(sum(incoming_reserved), 0)::bigint,
               count(*) FILTER (WHERE standing <> 'OPEN')
        FROM wallets_wallet
        """
    )
    tiles = (
        Tile("Own money", whole_rupees(own), "topped up by the holders"),
        Tile("Others' money", whole_rupees(others), "employers, platforms, family, government"),
        Tile("Held", whole_rupees(held), "set aside for payments under way"),
        Tile("On its way in", whole_rupees(promised), "head-room kept for top-ups"),
    )
    note = f"{grouped(frozen)} wallets are frozen or closed." if frozen else ""
    return Panel("Wallet float", tiles, note=note)


def top_ups(*, now: datetime) -> Panel:
    days = last_days(TOP_UPS_D, now=now)
    rows = query(
        f"""
        SELECT (opened_at {INDIA})::date, count(*) FILTER (WHERE status = 'CHARGED'),
               count(*) FILTER (WHERE status IN ('FAILED', 'EXPIRED')),
               COALESCE(sum(amount) FILTER (WHERE status = 'CHARGED'), 0)::bigint
        FROM payments_order WHERE type = 'WALLET_TOPUP' AND opened_at >= %s GROUP BY 1
        """,  # noqa: S608
        [ist_midnight(days[0])],
    )
    good, bad = {day: paid for day, paid, _, _ in rows}, {day: lost for day, _, lost, _ in rows}
    today = next((row for row in rows if row[0] == days[-1]), (days[-1], 0, 0, 0))
    ended = sum(good.values()) + sum(bad.values())
    failing = round(sum(bad.values()) * 100 / ended) if ended else 0
    tiles = (
        Tile("Topped up today", whole_rupees(today[3]), f"{grouped(today[1])} payments"),
        Tile("Failed or expired", f"{failing} %", f"of {TOP_UPS_D} days", "warning" if failing > 20 else ""),
    )
    return Panel("Top-ups", tiles, stacked(days, [("paid", "good", good), ("failed", "danger", bad)]))


def policies(*, now: datetime) -> Panel:  # noqa: ARG001
    counts = dict(query("SELECT status, count(*) FROM insurance_policy GROUP BY status"))
    rows = tuple((str(status.label), grouped(counts[status.value])) for status in PolicyStatus if counts.get(status.value))
    return Panel("Policies", table=Table(("Status", "Policies"), rows))


def premiums(*, now: datetime) -> Panel:
    days = last_days(SIGN_UPS_D, now=now)
    paid = dict(
        query(
            f"""SELECT (received_at {INDIA})::date, sum(amount)::bigint FROM insurance_premium_payment
                WHERE received_at >= %s GROUP BY 1""",  # noqa: S608
            [ist_midnight(days[0])],
        )
    )
    [(due, unpaid)] = query(
        """
        SELECT COALESCE(sum((premium_amounts ->> 'annual')::bigint - premium_paid), 0)::bigint, count(*) FROM insurance_policy
        WHERE status NOT IN ('expired', 'cancelled', 'rejected') AND premium_status IN ('UNPAID', 'PART_PAID')
        """
    )
    tiles = (
        Tile("Collected", whole_rupees(sum(paid.values())), f"in {SIGN_UPS_D} days"),
        Tile("Still due", whole_rupees(due), f"on {grouped(unpaid)} policies"),
    )
    return Panel("Premiums", tiles, stacked(days, [("collected", "good", paid)], money=True))
