"""Databases that refuse, are full, block or pick a victim, slow tasks, poison, wrong clocks: no effect is half done."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings, settings
from django.db import connection
from psycopg import sql

from aarokya.common import clock, ids, outbox
from aarokya.common.errors import InvalidToken
from aarokya.common.models import OutboxMessage
from aarokya.common.money import Money
from accounts.services import tokens
from payments.models import Order, WebhookInbox
from payments.tests.builders import Bank, balance, event, make_customer, push, topup
from payments.tests.conftest import bank
from payments.tests.test_races import at_once
from tests import database, figures
from wallets import selectors, services
from wallets.models import Hold, Tier, Transfer
from wallets.tests.builders import Holder, broken_invariants, client_of, hospital, make_holder
from wallets.tests.builders import pay as ledger_pay

pytestmark = pytest.mark.django_db(transaction=True)
DATABASE = sql.Identifier(settings.DATABASES["default"]["NAME"])
LOCK_TIMEOUT_S = 2
PAYEE = UUID(int=2)  # the hospital
__all__ = ["bank"]


def pay(holder: Holder, amount: int = 1_000, *, key: str) -> Any:
    body = {"payee_id": str(PAYEE), "amount": amount, "purpose": "HOSPITAL", "reference_id": key}
    return client_of(holder.user_id).post("/wallet/pay", body, format="json", headers={"Idempotency-Key": key})


def topped_up(customer: Any, *, key: str) -> Any:
    body = {"type": "WALLET_TOPUP", "amount": 50_000}
    return client_of(customer.pk).post("/payments/session", body, format="json", headers={"Idempotency-Key": key})


@contextmanager
def altered(setting: str, back: str) -> Iterator[None]:
    """The whole database with another setting, for connections made from now on."""
    with database.superuser("postgres") as server:
        try:
            server.execute(sql.SQL("ALTER DATABASE {} " + setting).format(DATABASE))
            connection.close()
            yield
        finally:
            server.execute(sql.SQL("ALTER DATABASE {} " + back).format(DATABASE))
            connection.close()


@contextmanager
def raising(sqlstate: str, *, on: str, times: int) -> Iterator[None]:
    """Inserts into a table fail with this error the first few times; a sequence counts, since a rollback does not undo it."""
    with database.superuser(settings.DATABASES["default"]["NAME"]) as server:
        server.execute(
            f"""
            CREATE SEQUENCE testing.planted;
            CREATE FUNCTION testing.fail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                IF nextval('testing.planted') <= {times} THEN
                    RAISE EXCEPTION 'planted' USING ERRCODE = '{sqlstate}';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER planted AFTER INSERT ON {on} FOR EACH ROW EXECUTE FUNCTION testing.fail();
            """
        )
        try:
            yield
        finally:
            server.execute(f"DROP TRIGGER planted ON {on}; DROP FUNCTION testing.fail; DROP SEQUENCE testing.planted")


def test_f30_a_read_only_database_and_a_full_disk(bank: Bank) -> None:
    hospital()
    holder, customer = make_holder(own=10_000), make_customer()
    order = topup(customer, now=clock.now())
    bank.outcome(order, "CHARGED")
    rows = {model: model.objects.count() for model in (Order, Transfer, WebhookInbox)}

    with altered("SET default_transaction_read_only = on", "RESET default_transaction_read_only"):
        read_only = attempts(holder, customer, order)
        readable = client_of(customer.pk).get("/wallet").status_code
    with raising("53100", on="common_outbox", times=10**6), raising_on_transfers():
        full = attempts(holder, customer, order)

    assert {answer.status_code for answer in read_only + full} == {503}
    assert {answer.json()["error"] for answer in read_only + full} == {"SERVICE_UNAVAILABLE"}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in read_only + full)
    assert rows == {model: model.objects.count() for model in rows}
    assert readable == 200
    after = attempts(holder, customer, order)
    outbox.drain(now=clock.now())
    assert [answer.status_code for answer in after] == [201, 201, 200]
    assert (balance(customer), holder.pools(), broken_invariants()) == (50_000, (9_000, 0), {})
    figures.note("F30", f"{len(read_only + full)} writes: 503 each, rows written 0; reads 200; all three succeed afterwards")


@contextmanager
def raising_on_transfers() -> Iterator[None]:
    """The same for the ledger's own table: a second planted trigger."""
    with database.superuser(settings.DATABASES["default"]["NAME"]) as server:
        server.execute("CREATE TRIGGER full_disk AFTER INSERT ON wallets_transfer FOR EACH ROW EXECUTE FUNCTION testing.fail()")
        try:
            yield
        finally:
            server.execute("DROP TRIGGER full_disk ON wallets_transfer")


def attempts(holder: Holder, customer: Any, order: Order) -> list[Any]:
    """Every way in which money asks to be written."""
    return [pay(holder, key="bill"), topped_up(customer, key="top-up"), push(event(order.order_id, event_id="evt_1"))]


def test_f31_a_lock_held_for_long_and_no_connections_left() -> None:
    hospital()
    holder, other = make_holder(own=10_000), make_holder(own=10_000)
    threads = threading.active_count()
    with database.superuser(settings.DATABASES["default"]["NAME"]) as blocker, blocker.transaction():
        blocker.execute("SELECT 1 FROM wallets_wallet WHERE id = %s FOR UPDATE", [holder.wallet_id])
        began_s = time.monotonic()
        blocked = at_once([lambda n=n: pay(holder, key=f"blocked-{n}") for n in range(4)], threads=4)  # type: ignore[misc]
        waited_s = time.monotonic() - began_s
        free = pay(other, key="free")
    with altered("CONNECTION LIMIT 0", "CONNECTION LIMIT -1"):
        exhausted = without_connection(other)
    after = pay(holder, key="blocked-0")

    refused = [*blocked, exhausted]
    assert [(answer.status_code, answer.json()["error"]) for answer in refused] == [(503, "SERVICE_UNAVAILABLE")] * 5
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
    assert waited_s < 2 * LOCK_TIMEOUT_S + 2  # for the queue before the row, then for the row
    assert (free.status_code, after.status_code, holder.pools()) == (201, 201, (9_000, 0))
    assert threading.active_count() <= threads
    figures.note(
        "F31", f"lock held: 503 with Retry-After after {waited_s:.1f} s, others 201; no connection left: 503; threads left 0"
    )


def without_connection(holder: Holder) -> Any:
    """A payment whose very first query finds none."""
    body = {"payee_id": str(PAYEE), "amount": 1_000, "purpose": "HOSPITAL", "reference_id": "x"}
    return client_of(holder.user_id).post("/wallet/pay", body, format="json", headers={"Idempotency-Key": "none"})


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_f32_the_victim_of_a_conflict_is_repeated(bank: Bank, sqlstate: str) -> None:
    hospital()
    holder, customer = make_holder(own=10_000), make_customer()
    order = topup(customer, now=clock.now())
    bank.outcome(order, "CHARGED")

    with raising(sqlstate, on="wallets_transfer", times=2):
        paid = pay(holder, key="bill")
    with raising(sqlstate, on="wallets_transfer", times=2):
        looked = client_of(customer.pk).get(f"/payments/{order.order_id}/status")
    with raising(sqlstate, on="wallets_transfer", times=3):
        given_up = pay(holder, key="another")
    retried = pay(holder, key="another")

    assert (paid.status_code, looked.json()["status"], given_up.status_code, retried.status_code) == (201, "SUCCESS", 503, 201)
    assert (holder.pools(), balance(customer), broken_invariants()) == ((8_000, 0), 50_000, {})
    figures.note("F32", "40001 and 40P01: twice in a row repeated within the request, the third time 503; effects 1")


def test_f28_a_task_that_outlives_its_lease(bank: Bank, settings: LazySettings, caplog: pytest.LogCaptureFixture) -> None:
    """The gateway is slow, the lease lapses, the message is handed out again and both work on it."""
    settings.OUTBOX_LEASE_S = 0.2
    order = topup(make_customer(), now=clock.now())
    bank.outcome(order, "CHARGED")
    push(event(order.order_id))
    bank.fault("order_status", "slow", delay_s=1, times=2)

    def late(after_s: float) -> int:
        time.sleep(after_s)
        return outbox.drain(now=clock.now(), rounds=1)

    began = [threading.Thread(target=closing, args=[late, after_s]) for after_s in (0, 0.5)]
    for thread in began:
        thread.start()
    for thread in began:
        thread.join()
    outbox.drain(now=clock.now())

    calls, alerts = len(bank.calls("order_status")), caplog.text.count("outbox.overran_its_lease")
    credited = Transfer.objects.filter(reference_id=order.order_id).count()
    assert (calls, credited, balance(order.user), alerts) == (2, 1, 50_000, 2)
    figures.note("F28", f"worked on by {calls} at once: effects {credited}, alerts {alerts}")


def closing(work: Any, *arguments: Any) -> None:
    try:
        work(*arguments)
    finally:
        connection.close()


def test_f41_a_poisoned_message(bank: Bank) -> None:
    """A webhook that can never be followed, with an ordinary one beside it at each of its tries."""
    push(event("UNKNOWN0000000000001"))
    moment, delays = clock.now(), []
    for _ in range(11):
        order = topup(make_customer(), now=moment)
        bank.outcome(order, "CHARGED")
        push(event(order.order_id))
        began_s = time.monotonic()
        outbox.drain(now=moment + timedelta(seconds=1))
        delays.append(time.monotonic() - began_s)
        assert balance(order.user) == 50_000
        moment += timedelta(minutes=20)

    poison = OutboxMessage.objects.get(topic="webhook.received", done_at=None)
    assert (poison.attempts, poison.quarantined_at is not None) == (10, True)
    assert max(delays) < 1
    figures.note("F41", f"the others done within {max(delays):.2f} s at each try; set aside after {poison.attempts}")


WRONG_BY = (timedelta(minutes=-10), timedelta(minutes=10), timedelta(hours=-1), timedelta(seconds=1.5))
# The month ends at midnight in India: a second before it the month's limit is used up, at midnight it is new.
LAST_SECOND, MIDNIGHT = datetime(2026, 12, 31, 18, 29, 59, tzinfo=UTC), datetime(2026, 12, 31, 18, 30, tzinfo=UTC)


def test_f33_clocks_that_are_wrong() -> None:
    """App hosts 10 min fast and slow, an hour back, a step: holds end by the database's clock and no id comes twice."""
    now, holder = clock.now(), make_holder(own=10_000)
    made: list[Any] = []
    for wrong_by in WRONG_BY:
        with time_machine.travel(now + wrong_by, tick=True):
            made += [make() for make in (ids.uuid7, ids.order_id) for _ in range(2_000)]
            hold(holder, f"{wrong_by}", expires_at=now + timedelta(minutes=5))
            services.release_expired(now=clock.now())
    short = hold(holder, "short", expires_at=clock.now() + timedelta(seconds=0.3))
    time.sleep(0.4)
    with time_machine.travel(now - timedelta(hours=1), tick=True):
        services.release_expired(now=clock.now())

    states = Counter(Hold.objects.values_list("state", flat=True))
    assert (len(set(made)), states) == (len(made), {"ACTIVE": len(WRONG_BY), "EXPIRED": 1})
    assert Hold.objects.get(pk=short).state == "EXPIRED"
    accepted = [seconds for seconds in (-600, -29, 0, 29, 600) if is_accepted(signed_ahead_by=seconds)]
    assert accepted == [-600, -29, 0, 29]
    loads = [loadable(moment) for moment in (LAST_SECOND, MIDNIGHT)]
    assert loads == [0, 1_000_000]
    figures.note(
        "F33",
        f"±10 min, −1 h, a step: holds ended early or late 0; {len(made):,} ids, twice 0; tokens 29 s ahead accepted, "
        "10 min refused; month's limit at 23:59:59 used up, at 00:00:00 new",
    )


def hold(holder: Holder, key: str, *, expires_at: datetime) -> Any:
    fields: dict[str, Any] = {"user_id": holder.user_id, "amount": Money(100), "purpose": "CONSULTATION", "now": clock.now()}
    return services.hold(**fields, business_key=f"f33:{key}", expires_at=expires_at)


def is_accepted(*, signed_ahead_by: int) -> bool:
    """Whether we take a token from a host whose clock runs ahead (or behind)."""
    moment = clock.now() + timedelta(seconds=signed_ahead_by)
    signed = tokens.for_customer(user_id=ids.uuid7(), session_id=ids.uuid7(), status="ACTIVE", now=moment)
    try:
        return bool(tokens.claims_of(signed.text))
    except InvalidToken:
        return False


def loadable(moment: datetime) -> int:
    """What a small wallet that took its month's 10,000 rupees in December, and spent them, may load at that moment."""
    holder = make_holder(tier=Tier.SMALL)
    services.credit_topup(user_id=holder.user_id, order_id=ids.order_id(), amount=Money(1_000_000), now=LAST_SECOND)
    ledger_pay(holder, 1_000_000)
    return selectors.topup_room(holder.user_id, now=moment).paise
