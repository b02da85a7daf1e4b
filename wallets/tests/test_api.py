"""The wallet over the API: A7 to A11 and the feed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from aarokya.common.models import OutboxMessage
from aarokya.common.money import Money
from wallets import services
from wallets.models import Wallet
from wallets.tests.builders import adjust, client_of, contribute, make_holder, make_user, pay, provisioned, refund

pytestmark = pytest.mark.django_db
HISTORY = "/wallet/{}/transactions/history/{}"


def test_the_wallet_with_its_money_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    holder, issuer_id, client = provisioned(own=30_000, others=20_000)
    services.hold(
        user_id=holder.user_id,
        amount=Money(5_000),
        purpose="LAB",
        business_key="h",
        expires_at=datetime(2090, 1, 1, tzinfo=UTC),
        now=datetime(2026, 11, 20, tzinfo=UTC),
    )

    with django_assert_num_queries(1):
        answer = client.get("/wallet")

    assert answer.status_code == 200
    assert answer.json() == {
        "user_id": str(holder.user_id),
        "transcorp_wallet_id": issuer_id,
        "balance": 50_000,
        "available_balance": 45_000,
        "wallet_status": "COMPLETED",
        "wallet_status_transcorp": "ACTIVE",
    }


def test_a_wallet_not_open_at_the_issuer_yet() -> None:
    answer = client_of(make_holder().user_id).get("/wallet").json()

    assert (answer["transcorp_wallet_id"], answer["wallet_status"], answer["wallet_status_transcorp"]) == (
        None,
        "CREATED",
        "UNKNOWN",
    )


def test_opening_is_201_once_and_200_afterwards() -> None:
    user = make_user()
    client = client_of(user.pk)
    assert client.get("/wallet").json()["error"] == "NOT_FOUND"

    first, second = client.post("/wallet"), client.post("/wallet")

    assert (first.status_code, first.json()["created"]) == (201, True)
    assert (second.status_code, second.json()["created"]) == (200, False)
    assert first.json().keys() == client.get("/wallet").json().keys() | {"created"}
    assert OutboxMessage.objects.filter(topic="wallet.provisioning_due").count() == 1


@pytest.mark.parametrize(("said", "linked"), [("ACTIVE", True), ("BLOCKED", False), ("UNKNOWN", None)])
def test_balance_and_status_by_the_issuers_id(said: str, linked: bool | None) -> None:
    holder, issuer_id, client = provisioned(own=30_000)
    Wallet.objects.filter(pk=holder.wallet_id).update(issuer_status=said)

    balance, status = client.get(f"/wallet/{issuer_id}/balance"), client.get(f"/wallet/{issuer_id}/status")

    assert balance.json() == {
        "wallet_id": issuer_id,
        "currency": "INR",
        "current_balance": 30_000,
        "last_refreshed": {"seconds": int(holder.wallet().last_modified_at.timestamp())},
        "linked": linked,
    }
    assert status.json() == {"wallet_id": issuer_id, "wallet_status": "COMPLETED"}


def test_history_has_at_most_ten_rows_newest_first() -> None:
    holder, issuer_id, client = provisioned()
    loads = [adjust(holder, number) for number in range(1, 13)]
    spent = pay(holder, 7)

    answer = client.get(HISTORY.format(issuer_id, 0)).json()

    assert answer["wallet_id"] == issuer_id
    assert len(answer["transactions"]) == 10
    assert answer["transactions"][0] == {
        "transaction_id": str(spent.transfer_id),
        "amount": -7,
        "currency": "INR",
        "occurred_at": {"seconds": int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp())},
        "transaction_status": "SUCCESS",
    }
    assert [row["transaction_id"] for row in answer["transactions"][1:]] == [
        str(load.transfer_id) for load in reversed(loads[3:])
    ]


@pytest.mark.parametrize(
    ("moment", "days", "rows"),
    [
        ("2026-11-20T18:29:59Z", 1, 1),  # 23:59:59 in Asia/Kolkata: still the day of the movement
        ("2026-11-20T18:30:00Z", 1, 0),  # midnight there
        ("2026-11-20T18:30:00Z", 2, 1),
        ("2027-11-19T18:29:59Z", 365, 1),
        ("2027-11-19T18:30:00Z", 365, 0),
        ("2030-01-01T00:00:00Z", 0, 1),
    ],
)
def test_history_days_are_days_in_india(moment: str, days: int, rows: int) -> None:
    holder, issuer_id, client = provisioned()
    adjust(holder, 100)

    with time_machine.travel(moment, tick=False):
        answer = client.get(HISTORY.format(issuer_id, days)).json()

    assert len(answer["transactions"]) == rows


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ("366", "NUMBER_OF_DAYS_OUT_OF_RANGE"),
        ("-1", "NUMBER_OF_DAYS_OUT_OF_RANGE"),
        ("2147483648", "NUMBER_OF_DAYS_OUT_OF_RANGE"),
        ("abc", "VALIDATION_ERROR"),
        ("1.5", "VALIDATION_ERROR"),
        ("99999999999999999999", "VALIDATION_ERROR"),
        ("\u0661", "VALIDATION_ERROR"),
    ],
)
def test_history_refuses_other_days(days: str, code: str) -> None:
    _, issuer_id, client = provisioned()

    answer = client.get(HISTORY.format(issuer_id, days))

    assert (answer.status_code, answer.json()["error"]) == (400, code)


@pytest.mark.parametrize("path", ["balance", "status", "transactions/history/30"])
def test_a_strangers_wallet_answers_as_if_it_did_not_exist(path: str) -> None:
    holder, issuer_id, _ = provisioned()
    stranger = client_of(make_holder().user_id)

    theirs, nobodys = stranger.get(f"/wallet/{issuer_id}/{path}"), stranger.get(f"/wallet/wlm_nobody/{path}")
    by_our_id = client_of(holder.user_id).get(f"/wallet/{holder.wallet_id}/{path}")

    assert theirs.status_code == nobodys.status_code == by_our_id.status_code == 404
    assert {**theirs.json(), "request_id": ""} == {**nobodys.json(), "request_id": ""}


@pytest.mark.parametrize("wallet_id", ["%F0%9F%A9%BA", "a" * 300, "..", "%27%20OR%201=1"])
def test_odd_wallet_ids_do_not_exist(wallet_id: str) -> None:
    _, _, client = provisioned()

    assert client.get(f"/wallet/{wallet_id}/balance").status_code == 404


@pytest.mark.parametrize("path", ["/wallet", "/wallet/transactions", "/wallet/wlm_1/balance", "/payees"])
def test_everything_needs_a_token(path: str) -> None:
    answer = APIClient().get(path)

    assert (answer.status_code, answer.json()["error"]) == (401, "INVALID_TOKEN")


def test_the_feed_shows_each_movement_and_goes_on_by_cursor() -> None:
    holder, _, client = provisioned(own=1_000)
    contribute(holder, 500)
    spent = pay(holder, 700, note="X-ray")
    refund(spent.transfer_id, 100)

    first = client.get("/wallet/transactions", {"limit": 3}).json()
    rest = client.get("/wallet/transactions", {"limit": 3, "cursor": first["next_cursor"]}).json()

    assert [row["number"] for row in first["data"] + rest["data"]] == [4, 3, 2, 1]
    assert rest["next_cursor"] is None
    assert first["data"][0]["refund_of"] == str(spent.transfer_id)
    assert first["data"][1] == {
        "transaction_id": str(spent.transfer_id),
        "number": 3,
        "type": "DEBIT",
        "purpose": "HOSPITAL",
        "amount": 700,
        "own_amount": 200,
        "others_amount": 500,
        "currency": "INR",
        "balance_after": 800,
        "source": "City Hospital",
        "note": "X-ray",
        "reference_type": "TEST",
        "reference_id": "bill",
        "refund_of": None,
        "transaction_status": "SUCCESS",
        "occurred_at": "2026-11-20T10:00:00.000000Z",
    }


@pytest.mark.parametrize(("asked", "numbers"), [("credit", [2, 1]), ("DEBIT", [3]), ("contribution", [2]), ("LAB", [])])
def test_the_feed_by_type(asked: str, numbers: list[int]) -> None:
    holder, _, client = provisioned(own=1_000, others=500)
    pay(holder, 700)

    rows = client.get("/wallet/transactions", {"type": asked}).json()["data"]

    assert [row["number"] for row in rows] == numbers


def test_the_feed_by_time_is_half_open() -> None:
    _, _, client = provisioned(own=1_000)
    moment = datetime(2026, 11, 20, 10, tzinfo=UTC)

    def count(start: datetime, end: datetime) -> int:
        asked = {"start_time": start.isoformat(), "end_time": end.isoformat()}
        return len(client.get("/wallet/transactions", asked).json()["data"])

    second = timedelta(seconds=1)
    assert (count(moment, moment + second), count(moment - second, moment)) == (1, 0)


@pytest.mark.parametrize("asked", [{"type": "nothing"}, {"cursor": "x"}, {"limit": "101"}, {"start_time": "yesterday"}])
def test_the_feed_refuses_nonsense(asked: dict[str, str]) -> None:
    _, _, client = provisioned()

    assert client.get("/wallet/transactions", asked).json()["error"] == "VALIDATION_ERROR"


def test_every_page_of_the_feed_costs_the_same() -> None:
    holder, _, client = provisioned()
    for number in range(1, 31):
        adjust(holder, number)

    costs = set()
    for cursor in (31, 16, 2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/wallet/transactions", {"cursor": cursor})
        costs.add(len(queries))

    assert costs == {2}
