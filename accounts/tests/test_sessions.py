"""Refreshing, listing and ending sessions."""

import time
from datetime import timedelta

import pytest
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from aarokya.common import clock, outbox
from aarokya.common.ids import uuid7
from aarokya.common.models import OutboxMessage
from accounts.models import OtpChallenge, UserSession
from accounts.services import codes, liveness, people, sessions
from accounts.services.liveness import RECENT
from accounts.tests.builders import NOW, log_in, make_member
from accounts.tests.http import as_user, bearing, post, refusal

pytestmark = pytest.mark.django_db


def forget_locally() -> None:
    """What another process remembers: nothing."""
    RECENT.forget(follows=False)


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


def test_a_logout_elsewhere_is_known_here_within_a_second() -> None:
    client = bearing(log_in(make_member(), now=clock.now()).pair.access.text)
    assert client.get("/user/profile").status_code == 200
    session_id = UserSession.objects.get().pk
    assert RECENT.has(session_id)

    # Another process ended it: this one's memory still says "live".
    sessions.log_out(session_id=session_id, now=clock.now())
    RECENT.add(session_id, changes=RECENT.changes)
    assert client.get("/user/profile").status_code == 200
    time.sleep(0.6)

    assert refusal(client.get("/user/profile")) == (401, "INVALID_TOKEN")


def test_live_never_overwrites_revoked() -> None:
    log_in(make_member(), now=clock.now())
    session_id = UserSession.objects.get().pk

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
    log_in(make_member(), now=clock.now())
    theirs = UserSession.objects.get().pk
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


def test_what_no_rule_asks_about_is_forgotten() -> None:
    user = make_member()
    log_in(user, now=NOW)
    log_in(user, now=NOW + timedelta(days=210))

    sessions.forget_old(now=NOW + timedelta(days=211))
    codes.forget_old(now=NOW + timedelta(days=211))

    assert UserSession.objects.get().opened_at == NOW + timedelta(days=210)
    assert OtpChallenge.objects.get().requested_at == NOW + timedelta(days=210)
