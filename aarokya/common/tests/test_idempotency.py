"""A repeated POST gets the first answer instead of a second effect."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from aarokya.common import clock
from aarokya.common.api import idempotency
from aarokya.common.models import IdempotencyKey, OutboxMessage
from aarokya.common.tests import views

ASHA = "00000000-0000-7000-8000-00000000a5a0"
RAVI = "00000000-0000-7000-8000-0000000000a1"
PATHS = ["/durable", "/resumable"]
pytestmark = pytest.mark.urls("aarokya.common.tests.urls")


def post(body: dict[str, Any], *, key: str | None = "k-1", path: str = "/durable", user: str = ASHA) -> Any:
    client = Client(raise_request_exception=False)
    headers = {"Authorization": f"Customer {user}"} | ({"Idempotency-Key": key} if key is not None else {})
    return client.post(path, body, content_type="application/json", headers=headers)


def effects() -> int:
    return OutboxMessage.objects.filter(topic="effect").count()


def is_hit(response: HttpResponse) -> bool:
    return response.headers.get("Idempotency-Hit") == "true"


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_a_repeat_gets_the_stored_answer(path: str) -> None:
    first = post({"amount": 100}, path=path)
    again = post({"amount": 100}, path=path)

    assert (first.status_code, is_hit(first)) == (201, False)
    assert (again.status_code, is_hit(again)) == (201, True)
    assert again.json() == first.json()
    assert effects() == 1


@pytest.mark.django_db
def test_without_a_key_every_request_counts() -> None:
    assert [post({}, key=None).status_code for _ in range(2)] == [201, 201]
    assert effects() == 2
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_another_body_under_the_same_key_is_refused(path: str) -> None:
    post({"amount": 100}, path=path)

    response = post({"amount": 101}, path=path)

    assert (response.status_code, response.json()["error"]) == (422, "IDEMPOTENCY_MISMATCH")
    assert effects() == 1


@pytest.mark.django_db
def test_another_path_under_the_same_key_is_refused() -> None:
    post({}, path="/durable")

    assert post({}, path="/resumable").status_code == 422


@pytest.mark.django_db
def test_a_key_belongs_to_its_user() -> None:
    mine = post({"amount": 100}, user=ASHA)
    other = post({"amount": 100}, user=RAVI)

    assert not is_hit(other)
    assert other.json()["customer"] == RAVI
    assert mine.json()["customer"] == ASHA
    assert effects() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 256, "with space", "ünïcode", "tab\t", "\x7f"])
def test_a_bad_key_is_refused(key: str) -> None:
    response = post({}, key=key)

    assert response.status_code == 400
    assert response.json()["error"] == "VALIDATION_ERROR"
    assert response.json()["details"][0]["field"] == "Idempotency-Key"
    assert effects() == 0


@pytest.mark.django_db
def test_the_longest_key_is_accepted() -> None:
    assert post({}, key="!" + "~" * 254).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("do", "status"),
    [
        ("VALIDATION_ERROR", 400),
        ("CONFLICT", 409),
        ("RATE_LIMITED", 429),
        ("BUG", 500),
        ("UPSTREAM_ERROR", 502),
        ("SERVICE_UNAVAILABLE", 503),
    ],
)
def test_passing_refusals_are_not_kept(path: str, do: str, status: int) -> None:
    answers = [post({"do": do}, path=path) for _ in range(2)]

    assert [(answer.status_code, is_hit(answer)) for answer in answers] == [(status, False)] * 2
    assert effects() == 0
    assert not IdempotencyKey.objects.exclude(status_code=None).exists()


@pytest.mark.django_db
def test_what_a_partner_failed_keeps_its_id_for_the_repeat() -> None:
    answers = [post({"do": "UPSTREAM_ERROR"}, path="/resumable") for _ in range(2)]
    (row,) = IdempotencyKey.objects.all()

    assert [answer.status_code for answer in answers] == [502, 502]
    assert row.pk.version == 7
    assert row.lease_until <= clock.now()


@pytest.mark.django_db
def test_a_key_whose_request_was_not_valid_is_free_for_another() -> None:
    assert post({"do": "VALIDATION_ERROR"}, path="/resumable").status_code == 400
    assert post({}, path="/resumable").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("do", "status"), [("INSUFFICIENT_BALANCE", 402), ("FORBIDDEN", 403), ("NOT_FOUND", 404)])
def test_settled_refusals_are_kept(path: str, do: str, status: int) -> None:
    first, again = (post({"do": do}, path=path) for _ in range(2))

    assert (first.status_code, is_hit(first)) == (status, False)
    assert (again.status_code, is_hit(again)) == (status, True)
    assert again.json() == first.json()
    assert effects() == 0


@pytest.fixture
def gate() -> Iterator[views.Gate]:
    views.GATES["WAIT"] = gate = views.Gate()
    yield gate
    gate.opened.set()
    views.GATES.clear()


class Call(threading.Thread):
    """One request in a thread of its own."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__()
        self.ask = ask
        self.answer: Any = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self.ask()
        finally:
            connection.close()

    def result(self) -> Any:
        self.join(timeout=30)
        assert not self.is_alive()
        return self.answer


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", PATHS)
def test_a_repeat_while_the_first_runs_is_told_to_wait(path: str, gate: views.Gate) -> None:
    first = Call(lambda: post({"do": "WAIT"}, path=path))
    assert gate.entered.wait(timeout=20)

    early = post({"do": "WAIT"}, path=path)
    gate.opened.set()

    assert (early.status_code, early.json()["error"]) == (409, "CONFLICT")
    assert 1 <= int(early.headers["Retry-After"]) <= 60
    assert early.json()["retry_after"] == int(early.headers["Retry-After"])
    assert first.result().status_code == 201
    assert is_hit(post({"do": "WAIT"}, path=path))
    assert effects() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", PATHS)
def test_a_killed_request_leaves_its_claim_and_nothing_of_its_effect(path: str) -> None:
    with pytest.raises(views.Crash):
        post({"do": "CRASH"}, path=path)

    row = IdempotencyKey.objects.get()
    assert (row.status_code, row.body, effects()) == (None, None, 0)
    early = post({"do": "CRASH"}, path=path)
    assert early.status_code == 409
    assert 35 < int(early.headers["Retry-After"]) <= 45


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", PATHS)
def test_a_lapsed_lease_is_taken_over_by_exactly_one(path: str, gate: views.Gate) -> None:
    with pytest.raises(views.Crash):
        post({"do": "CRASH"}, path=path)
    views.GATES["CRASH"] = gate  # the very same request, which this time does not crash but waits
    IdempotencyKey.objects.update(lease_until=clock.now() - timedelta(seconds=1))

    calls = [Call(lambda: post({"do": "CRASH"}, path=path)) for _ in range(8)]
    assert gate.entered.wait(timeout=20)
    wait_until(lambda: sum(not call.is_alive() for call in calls) == 7)
    gate.opened.set()

    assert sorted(call.result().status_code for call in calls) == [201] + [409] * 7
    assert effects() == 1
    assert is_hit(post({"do": "CRASH"}, path=path))


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_a_request_slower_than_its_lease_leaves_the_effect_to_its_successor(gate: views.Gate) -> None:
    slow = Call(lambda: post({"do": "WAIT"}))
    assert gate.entered.wait(timeout=20)
    IdempotencyKey.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    views.GATES["WAIT"] = views.Gate()
    views.GATES["WAIT"].opened.set()

    successor = post({"do": "WAIT"})
    gate.opened.set()

    assert successor.status_code == 201
    assert slow.result().status_code == 409
    assert effects() == 1
    again = post({"do": "WAIT"})
    assert (is_hit(again), again.json()) == (True, successor.json())


@pytest.mark.django_db(transaction=True)
def test_many_at_once_have_one_effect() -> None:
    calls = [Call(lambda: post({"amount": 1})) for _ in range(12)]

    answers = [call.result() for call in calls]

    assert effects() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["row"] for answer in answers if answer.status_code == 201}) == 1


@pytest.mark.django_db
def test_the_resumable_view_is_told_the_key() -> None:
    post({}, path="/resumable", key="order-7")
    post({}, path="/resumable", key=None)

    assert list(OutboxMessage.objects.order_by("id").values_list("last_error", flat=True)) == ["order-7", "None"]


@pytest.mark.django_db
def test_old_answers_are_forgotten() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    for key, age in (("young", timedelta(days=29)), ("old", timedelta(days=31))):
        post({}, key=key)
        IdempotencyKey.objects.filter(key=key).update(created_at=now - age)

    assert idempotency.forget_old(now=now, days=30) == 1
    assert IdempotencyKey.objects.get().key == "young"
