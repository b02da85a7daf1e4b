"""What must always hold in the ledger, each as one query that returns what does not: (subject, expected, found).

The queries read `w` (wallets), `t` (transfers) and `e` (entries), which `verification` limits to a sample or not.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """`needs` names a table of another app without which the question does not arise. `whole`: a sample cannot answer it."""

    code: str
    title: str
    sql: str
    needs: str = ""
    whole: bool = False


INVARIANTS = (
    Invariant(
        "I1",
        "balances equal the sum of transfers, per pool",
        """
        SELECT w.id, concat_ws(' + ', COALESCE(s.own, 0), COALESCE(s.others, 0)),
               concat_ws(' + ', w.own_balance, w.others_balance)
        FROM w LEFT JOIN (
            SELECT wallet_id, sum(direction * own_amount) AS own, sum(direction * others_amount) AS others
            FROM t GROUP BY wallet_id
        ) s ON s.wallet_id = w.id
        WHERE (w.own_balance, w.others_balance) IS DISTINCT FROM (COALESCE(s.own, 0), COALESCE(s.others, 0))
        """,
    ),
    Invariant(
        "I2",
        "entries are numbered without gaps, one for each transfer",
        """
        SELECT w.id, concat_ws(' / ', w.entries, w.entries, w.entries),
               concat_ws(' / ', COALESCE(c.entries, 0), COALESCE(c.newest, 0), COALESCE(s.transfers, 0))
        FROM w
        LEFT JOIN (SELECT wallet_id, count(*) AS entries, max(number) AS newest FROM e GROUP BY wallet_id) c ON c.wallet_id = w.id
        LEFT JOIN (SELECT wallet_id, count(*) AS transfers FROM t GROUP BY wallet_id) s ON s.wallet_id = w.id
        WHERE (w.entries, w.entries, w.entries)
              IS DISTINCT FROM (COALESCE(c.entries, 0), COALESCE(c.newest, 0), COALESCE(s.transfers, 0))
        """,
    ),
    Invariant(
        "I3",
        "the balance after each entry is the running sum",
        """
        SELECT concat(wallet_id, ' #', number), concat_ws(' + ', own, others), concat_ws(' + ', own_after, others_after)
        FROM (
            SELECT e.wallet_id, e.number, e.own_after, e.others_after,
                   sum(t.direction * t.own_amount) OVER history AS own, sum(t.direction * t.others_amount) OVER history AS others
            FROM e LEFT JOIN t ON t.id = e.transfer_id AND t.wallet_id = e.wallet_id
            WINDOW history AS (PARTITION BY e.wallet_id ORDER BY e.number)
        ) run
        WHERE (own_after, others_after) IS DISTINCT FROM (own, others)
        """,
    ),
    Invariant(
        "I4",
        "wallets and contra accounts sum to zero",
        """
        SELECT 'all wallets', -contra.total, wallets.total
        FROM (SELECT COALESCE(sum(own_balance + others_balance), 0) AS total FROM w) wallets,
             (SELECT COALESCE(-sum(t.direction * (t.own_amount + t.others_amount)), 0) AS total
              FROM t JOIN wallets_contra_account c ON c.id = t.contra_id) contra
        WHERE wallets.total + contra.total <> 0
        """,
    ),
    Invariant(
        "I5",
        "what is held and reserved equals the open holds and reservations",
        """
        SELECT w.id, concat_ws(' / ', COALESCE(h.own, 0), COALESCE(h.others, 0), COALESCE(r.amount, 0)),
               concat_ws(' / ', w.own_held, w.others_held, w.incoming_reserved)
        FROM w
        LEFT JOIN (SELECT wallet_id, sum(own_amount) AS own, sum(others_amount) AS others FROM wallets_hold
                   WHERE state = 'ACTIVE' GROUP BY wallet_id) h ON h.wallet_id = w.id
        LEFT JOIN (SELECT wallet_id, sum(amount) AS amount FROM wallets_incoming_reservation
                   WHERE state = 'OPEN' GROUP BY wallet_id) r ON r.wallet_id = w.id
        WHERE (w.own_held, w.others_held, w.incoming_reserved)
              IS DISTINCT FROM (COALESCE(h.own, 0), COALESCE(h.others, 0), COALESCE(r.amount, 0))
        """,
    ),
    Invariant(
        "I6",
        "every settled top-up or contribution through the gateway has its credit",
        """
        SELECT o.order_id, o.amount, COALESCE(t.own_amount + t.others_amount, 0)
        FROM payments_order o
        JOIN w ON w.user_id = o.user_id AND w.kind_id = 'HEALTH'
        LEFT JOIN t ON t.wallet_id = w.id AND t.direction = 1 AND t.reference_id = o.order_id
             AND t.purpose_id = CASE o.type WHEN 'CONTRIBUTION' THEN 'GIFT' ELSE 'TOPUP' END
        WHERE o.type IN ('WALLET_TOPUP', 'CONTRIBUTION') AND o.settlement = 'DONE'
              AND o.amount IS DISTINCT FROM t.own_amount + t.others_amount
        """,
        needs="payments_order",
    ),
    Invariant(
        "I7",
        "every credit of a top-up or contribution has its settled order, or the refund that was paid into the wallet",
        """
        SELECT t.id, t.reference_id, COALESCE(o.status, 'no order')
        FROM t LEFT JOIN payments_order o ON o.order_id = t.reference_id
        LEFT JOIN payments_refund r ON r.unique_request_id = t.reference_id AND r.destination = 'WALLET'
             AND r.status = 'SUCCESS' AND r.amount = t.own_amount + t.others_amount
        WHERE t.purpose_id IN ('TOPUP', 'GIFT') AND t.direction = 1 AND t.reverses_id IS NULL
              AND o.settlement IS DISTINCT FROM 'DONE' AND r.id IS NULL
        """,
        needs="payments_order",
    ),
    Invariant(
        "I8",
        "refunds give back at most what each pool gave, to the same wallet",
        """
        SELECT COALESCE(paid.id, r.reverses_id), concat_ws(' + ', paid.own_amount, paid.others_amount),
               concat_ws(' + ', r.own, r.others)
        FROM (SELECT reverses_id, wallet_id, direction, sum(own_amount) AS own, sum(others_amount) AS others
              FROM t WHERE reverses_id IS NOT NULL GROUP BY reverses_id, wallet_id, direction) r
        LEFT JOIN t paid ON paid.id = r.reverses_id AND paid.wallet_id = r.wallet_id AND paid.direction = -r.direction
        WHERE paid.id IS NULL OR r.own > paid.own_amount OR r.others > paid.others_amount
        """,
    ),
    Invariant(
        "I9",
        "the issuer has every transfer within an hour",
        """
        SELECT t.id, 'at the issuer', 'not yet'
        FROM t JOIN w ON w.id = t.wallet_id AND w.status = 'COMPLETED'
        WHERE t.at < %(now)s - interval '1 hour'
              AND NOT EXISTS (SELECT FROM wallets_issuer_posting p WHERE p.transfer_id = t.id)
        """,
    ),
    Invariant(
        "I10",
        "no wallet is negative, holds more than it has, or is above its cap",
        """
        SELECT w.id, concat('0 … ', w.cap), concat_ws(' + ', w.own_balance, w.others_balance, w.incoming_reserved)
        FROM w
        WHERE LEAST(w.own_balance, w.others_balance, w.own_held, w.others_held, w.incoming_reserved) < 0
           OR w.own_held > w.own_balance OR w.others_held > w.others_balance
           OR w.own_balance + w.others_balance + w.incoming_reserved > w.cap
        """,
    ),
    Invariant(
        "I11",
        "a sponsor's pot is what was deposited less what was given",
        """
        SELECT p.contra_id,
               concat_ws(' / ', COALESCE(x.total, 0), COALESCE(x.deposits, 0) - COALESCE(g.given, 0), x.entries, x.newest),
               concat_ws(' / ', p.balance, p.balance, p.entries, p.entries)
        FROM wallets_pot p
        LEFT JOIN (SELECT contra_id, sum(amount) AS total, sum(amount) FILTER (WHERE kind = 'DEPOSIT') AS deposits,
                          count(*) AS entries, max(number) AS newest FROM wallets_pot_entry GROUP BY contra_id) x
               ON x.contra_id = p.contra_id
        LEFT JOIN (SELECT contra_id, sum(direction * (own_amount + others_amount)) AS given FROM t GROUP BY contra_id) g
               ON g.contra_id = p.contra_id
        WHERE (p.balance, p.balance, p.entries, p.entries) IS DISTINCT FROM
              (COALESCE(x.total, 0), COALESCE(x.deposits, 0) - COALESCE(g.given, 0),
               COALESCE(x.entries, 0), COALESCE(x.newest, 0))
        """,
        whole=True,
    ),
    Invariant(
        "I12",
        "snapshots of the platform's accounts equal the transfers before them",
        """
        SELECT concat(s.contra_id, ' ', s.until), COALESCE(sum(-t.direction * (t.own_amount + t.others_amount)), 0), s.balance
        FROM wallets_contra_snapshot s LEFT JOIN t ON t.contra_id = s.contra_id AND t.at < s.until
        WHERE s.until = (SELECT max(n.until) FROM wallets_contra_snapshot n WHERE n.contra_id = s.contra_id)
        GROUP BY s.contra_id, s.until, s.balance
        HAVING COALESCE(sum(-t.direction * (t.own_amount + t.others_amount)), 0) <> s.balance
        """,
        whole=True,
    ),
)
