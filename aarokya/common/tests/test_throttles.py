"""General rate limits: per person and per address, agreed between processes, open while Redis is down."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from aarokya.common.api import throttles
from aarokya.common.api.throttles import Counters

ASHA = "Customer 00000000-0000-7000-8000-00000000a5a0"
RAVI = "Customer 00000000-0000-7000-8000-0000000000a1"
NOW_S = 1_795_000_000.0  # ten seconds into a minute


@pytest.fixture(autouse=True)
def _fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts as a newly started process has them, at a moment that does not move into the next minute."""
    monkeypatch.setattr(throttles, "COUNTERS", Counters())
    monkeypatch.setattr(throttles.GeneralThrottle, "timer", staticmethod(lambda: NOW_S))


@pytest.fixture(autouse=True)
def _our_urls(settings: Settings) -> None:
    settings.ROOT_URLCONF = "aarokya.common.tests.urls"


def ask(*, who: str = ASHA, address: str = "203.0.113.9") -> Any:
    return Client().get("/echo", headers={"Authorization": who}, REMOTE_ADDR=address)


def test_the_headers_count_down_to_the_refusal(settings: Settings) -> None:
    settings.RATE_PER_USER = 3

    answers = [ask() for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer.headers["X-RateLimit-Limit"] for answer in answers} == {"3"}
    reset_at = int(answers[-1].headers["X-RateLimit-Reset"])
    assert reset_at % 60 == 0
    assert 0 < reset_at - NOW_S <= 60
    refused = answers[-1].json()
    assert (refused["error"], refused["status_code"]) == ("RATE_LIMITED", 429)
    assert int(answers[-1].headers["Retry-After"]) == refused["retry_after"] == reset_at - int(NOW_S)


def test_one_persons_limit_is_not_anothers(settings: Settings) -> None:
    settings.RATE_PER_USER = 1

    assert [ask(who=who).status_code for who in (ASHA, ASHA, RAVI)] == [200, 429, 200]


def test_one_address_is_limited_whoever_asks(settings: Settings) -> None:
    settings.RATE_PER_ADDRESS = 2

    assert [ask(who=who).status_code for who in (ASHA, RAVI, ASHA)] == [200, 200, 429]
    assert ask(address="203.0.113.10").status_code == 200


def test_wrong_tokens_count_against_their_address(settings: Settings) -> None:
    settings.RATE_PER_ADDRESS = 2

    answers = [ask(who="Guess 1") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[0].headers["X-RateLimit-Remaining"] == "1"


def test_an_address_is_what_our_own_proxy_says(settings: Settings) -> None:
    settings.RATE_PER_ADDRESS, settings.TRUSTED_PROXIES = 1, 1

    def through_proxy(forwarded: str) -> int:
        headers = {"Authorization": ASHA, "X-Forwarded-For": forwarded}
        return int(Client().get("/echo", headers=headers, REMOTE_ADDR="10.0.0.1").status_code)

    assert [through_proxy(f"1.1.1.{number}, 203.0.113.9") for number in range(2)] == [200, 429]
    assert through_proxy("1.1.1.1, 203.0.113.10") == 200


def test_without_our_proxy_the_header_proves_nothing(settings: Settings) -> None:
    settings.RATE_PER_ADDRESS, settings.TRUSTED_PROXIES = 1, 0

    statuses = [
        Client().get("/echo", headers={"Authorization": ASHA, "X-Forwarded-For": f"1.1.1.{number}"}).status_code
        for number in range(2)
    ]

    assert statuses == [200, 429]


def test_a_new_minute_begins_at_zero() -> None:
    counters = Counters()
    for _ in range(5):
        counters.hit("user:a", 3, now_s=NOW_S)

    assert counters.hit("user:a", 3, now_s=NOW_S).wait_s is not None
    verdict = counters.hit("user:a", 3, now_s=NOW_S + 60)
    assert (verdict.remaining, verdict.wait_s) == (2, None)
    assert list(counters.counts) == ["user:a"]


def test_two_processes_agree_within_a_second() -> None:
    one, other = Counters(), Counters()
    for _ in range(6):
        one.hit("user:a", 10, now_s=NOW_S)
        other.hit("user:a", 10, now_s=NOW_S)
    later_one = one.hit("user:a", 10, now_s=NOW_S + 1)
    later_other = other.hit("user:a", 10, now_s=NOW_S + 1)
    latest_one = one.hit("user:a", 10, now_s=NOW_S + 2)

    assert later_one.remaining == 2  # 7 of its own, and the one that the other had told
    assert (later_other.remaining, later_other.wait_s is None) == (0, False)
    assert latest_one.wait_s is not None


def test_redis_hears_of_requests_once_a_second() -> None:
    counters = Counters()
    for _ in range(200):
        counters.hit("user:a", 1000, now_s=NOW_S + 0.9)
    told = f"rate:user:a:{int(NOW_S) // 60}"
    assert cache.get(told) == 10

    assert counters.hit("user:a", 1000, now_s=NOW_S + 1.9).remaining == 1000 - 201
    assert cache.get(told) == 201


def test_who_asks_now_and_then_costs_no_round_trip() -> None:
    counters = Counters()
    verdicts = [counters.hit("user:a", 600, now_s=NOW_S + second) for second in range(9)]

    assert cache.get(f"rate:user:a:{int(NOW_S) // 60}") is None
    assert verdicts[-1].remaining == 600 - 9


def test_what_processes_keep_to_themselves_stays_small() -> None:
    """Four processes take turns, ten requests a second each: together they let through the limit and ten each at most."""
    processes = [Counters() for _ in range(4)]
    let_through = sum(
        each.hit("user:a", 600, now_s=NOW_S + second).wait_s is None
        for second in range(18)
        for _ in range(10)
        for each in processes
    )

    assert 600 <= let_through <= 600 + 4 * (10 + 10)


def test_while_redis_is_down_each_process_counts_alone(settings: Settings, tmp_path: Any) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"unix://{tmp_path}/nobody"}}
    settings.RATE_PER_USER = 2

    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    assert ask(who=RAVI).status_code == 200
