"""Refresh tokens: once each, and what a second use means."""

from datetime import timedelta

import pytest

from aarokya.common import clock
from aarokya.common.errors import InvalidToken
from accounts.models import RefreshToken, UserSession
from accounts.services import refreshing
from accounts.tests.builders import NOW, log_in, make_member
from accounts.tests.http import bearing, post, refusal

pytestmark = pytest.mark.django_db


def test_a_refresh_gives_a_new_pair_that_works() -> None:
    login = log_in(make_member(), now=clock.now())

    answer = post("/auth/token/refresh", {"refresh_token": login.pair.refresh}).json()

    assert answer.keys() == {
        "success",
        "access_token",
        "access_token_expires_at",
        "refresh_token",
        "refresh_token_expires_at",
    }
    assert answer["refresh_token"] != login.pair.refresh
    assert bearing(answer["access_token"]).get("/user/profile").status_code == 200
    assert post("/auth/token/refresh", {"refresh_token": answer["refresh_token"]}).status_code == 200


@pytest.mark.parametrize("token", ["", "0" * 64, "x", 5, None])
def test_what_is_no_refresh_token_is_refused(token: object) -> None:
    status, code = refusal(post("/auth/token/refresh", {"refresh_token": token}))

    assert (status, code) in {(401, "INVALID_TOKEN"), (400, "VALIDATION_ERROR")}


def test_an_unknown_refresh_token_is_invalid() -> None:
    assert refusal(post("/auth/token/refresh", {"refresh_token": "0" * 64})) == (401, "INVALID_TOKEN")


def test_a_lost_answer_is_given_again_within_a_minute() -> None:
    login = log_in(make_member())

    first = refreshing.refresh(token=login.pair.refresh, now=NOW)
    again = refreshing.refresh(token=login.pair.refresh, now=NOW + timedelta(seconds=60))

    assert again.refresh == first.refresh


def test_a_used_token_after_a_minute_ends_the_session() -> None:
    login = log_in(make_member())
    refreshing.refresh(token=login.pair.refresh, now=NOW)

    with pytest.raises(InvalidToken):
        refreshing.refresh(token=login.pair.refresh, now=NOW + timedelta(seconds=61))

    assert UserSession.objects.get().revoked_because == "REUSE"


def test_a_used_token_whose_successor_was_used_ends_the_session() -> None:
    login = log_in(make_member())
    second = refreshing.refresh(token=login.pair.refresh, now=NOW)
    third = refreshing.refresh(token=second.refresh, now=NOW + timedelta(seconds=5))

    with pytest.raises(InvalidToken):
        refreshing.refresh(token=login.pair.refresh, now=NOW + timedelta(seconds=10))
    with pytest.raises(InvalidToken):
        refreshing.refresh(token=third.refresh, now=NOW + timedelta(seconds=11))


def test_a_refresh_token_lives_thirty_days_from_its_making() -> None:
    login = log_in(make_member())

    second = refreshing.refresh(token=login.pair.refresh, now=NOW + timedelta(days=29))
    third = refreshing.refresh(token=second.refresh, now=NOW + timedelta(days=58))

    with pytest.raises(InvalidToken):
        refreshing.refresh(token=third.refresh, now=NOW + timedelta(days=88))


def test_the_database_holds_no_token() -> None:
    login = log_in(make_member())
    second = refreshing.refresh(token=login.pair.refresh, now=NOW)

    columns = [value for row in RefreshToken.objects.values_list() for value in row]

    assert login.pair.refresh not in columns
    assert second.refresh not in columns
