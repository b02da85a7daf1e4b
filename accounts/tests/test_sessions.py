"""Refreshing, listing and ending sessions."""

from datetime import timedelta

import pytest
import redis
import time_machine
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from aarokya.common import clock, outbox
from aarokya.common.errors import InvalidToken
from aarokya.common.ids import uuid7
from aarokya.common.models import OutboxMessage
from accounts.models import UserSession
from accounts.services import liveness, people, refreshing, sessions
from accounts.services.liveness import RECENT
from accounts.tests.builders import NOW, log_in, make_member
from accounts.tests.http import as_user, bearing, post, refusal

pytestmark = pytest.mark.django_db


def forget_locally() -> None:
    """What another process, or this one half a second later, remembers: nothing."""
    RECENT.until.clear()


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

    columns = [value for row in refreshing.RefreshToken.objects.values_list() for value in row]

    assert login.pair.refresh not in columns
    assert second.refresh not in columns


def test_logout_ends_this_device_at_once_and_no_other(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    user = make_member()
    phone, tablet = as_user(user, device_info="phone"), as_user(user, device_info="tablet")
    assert phone.get("/user/profile").status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        answer = phone.post("/auth/logout")

    assert answer.json() == {"success": True, "message": "Logged out"}
    assert refusal(phone.get("/user/profile")) == (401, "INVALID_TOKEN")
    forget_locally()
    assert refusal(phone.get("/user/profile")) == (401, "INVALID_TOKEN")
    assert tablet.get("/user/profile").status_code == 200


def test_a_logout_elsewhere_is_known_here_within_a_second(valkey: redis.Redis) -> None:
    login = log_in(make_member(), now=clock.now())
    client = bearing(login.pair.access.text)
    client.get("/user/profile")
    session = UserSession.objects.get()

    # Another process: its own memory, the same database and Redis.
    UserSession.objects.filter(pk=session.pk).update(revoked_at=clock.now(), revoked_because="LOGOUT")
    valkey.flushdb()
    valkey_says_revoked = liveness.announce_end([])
    liveness.cache.set(liveness.key(session.pk), liveness.REVOKED, 60)

    with time_machine.travel(clock.now() + timedelta(seconds=1), tick=True):
        RECENT.until = {key: until - 1 for key, until in RECENT.until.items()}
        assert refusal(client.get("/user/profile")) == (401, "INVALID_TOKEN")
    assert valkey_says_revoked


def test_live_never_overwrites_revoked() -> None:
    session_id = log_in(make_member(), now=clock.now()) and UserSession.objects.get().pk

    liveness.announce_end([session_id])
    verdict = liveness.stored_verdict(session_id, now=clock.now())  # read before the commit of the revocation

    assert verdict == liveness.LIVE
    assert liveness.shared_verdict(session_id) == liveness.REVOKED


def test_logout_everywhere() -> None:
    user = make_member()
    clients = [as_user(user, device_info=name) for name in ("phone", "tablet")]

    clients[0].post("/auth/logout/all")

    assert [refusal(client.get("/user/profile")) for client in clients] == [(401, "INVALID_TOKEN")] * 2


def test_a_logged_out_device_cannot_refresh() -> None:
    login = log_in(make_member(), now=clock.now())
    bearing(login.pair.access.text).post("/auth/logout")

    assert refusal(post("/auth/token/refresh", {"refresh_token": login.pair.refresh})) == (401, "INVALID_TOKEN")


def test_the_list_of_devices_marks_this_one_and_revokes_another() -> None:
    user = make_member()
    phone, tablet = as_user(user, device_info="phone"), as_user(user, device_info="tablet")

    listed = phone.get("/auth/sessions").json()
    other = next(each["id"] for each in listed["data"] if not each["current"])
    revoked = phone.delete(f"/auth/sessions/{other}")

    assert listed["total"] == 2
    assert {(each["device_info"], each["current"]) for each in listed["data"]} == {("phone", True), ("tablet", False)}
    assert revoked.status_code == 204
    assert refusal(tablet.get("/user/profile")) == (401, "INVALID_TOKEN")
    assert refusal(phone.delete(f"/auth/sessions/{other}")) == (404, "NOT_FOUND")


def test_somebody_elses_session_is_not_found() -> None:
    theirs = log_in(make_member(), now=clock.now()) and UserSession.objects.get().pk
    me = as_user(make_member())

    assert refusal(me.delete(f"/auth/sessions/{theirs}")) == (404, "NOT_FOUND")
    assert refusal(me.delete(f"/auth/sessions/{uuid7()}")) == (404, "NOT_FOUND")
    assert UserSession.objects.live(clock.now()).filter(pk=theirs).exists()


def test_deactivation_ends_every_session() -> None:
    user = make_member()
    login = log_in(user, now=clock.now())
    client = bearing(login.pair.access.text)
    client.get("/user/profile")

    people.deactivate(user_id=user.pk, actor="staff:test", reason="", now=clock.now())

    assert refusal(client.get("/user/profile")) == (401, "INVALID_TOKEN")
    assert refusal(post("/auth/token/refresh", {"refresh_token": login.pair.refresh})) == (401, "INVALID_TOKEN")


def test_authentication_asks_no_database_when_redis_knows(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = as_user(make_member())
    client.get("/user/profile")

    with django_assert_num_queries(1):
        client.get("/user/profile")
    forget_locally()
    with django_assert_num_queries(1):
        client.get("/user/profile")


@pytest.fixture
def no_redis(settings: LazySettings) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.mark.usefixtures("no_redis")
def test_without_redis_the_database_is_asked() -> None:
    user = make_member()
    client, other = as_user(user), as_user(user)
    assert client.get("/user/profile").status_code == 200

    client.post("/auth/logout")
    forget_locally()

    assert refusal(client.get("/user/profile")) == (401, "INVALID_TOKEN")
    assert other.get("/user/profile").status_code == 200


def test_a_revocation_without_redis_is_announced_later(settings: LazySettings) -> None:
    log_in(make_member(), now=clock.now())
    session = UserSession.objects.get()
    alive = settings.CACHES
    settings.CACHES = {"default": alive["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    sessions.log_out(session_id=session.pk, now=clock.now())
    settings.CACHES = alive
    assert liveness.shared_verdict(session.pk) is None

    messages = OutboxMessage.objects.filter(topic="session.ended").values_list("pk", flat=True)
    delivered = [outbox.deliver(message_id, now=clock.now()) for message_id in messages]

    assert delivered == [True]
    assert liveness.shared_verdict(session.pk) == liveness.REVOKED
