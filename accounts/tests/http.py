"""Clients of the API for tests."""

from typing import Any

from rest_framework.test import APIClient

from aarokya.common import clock
from accounts.models import User
from accounts.services import tokens
from accounts.tests.builders import log_in, make_staff


def as_user(user: User, *, device_info: str = "phone of the test") -> APIClient:
    """Logged in through a real code."""
    return bearing(log_in(user, device_info=device_info, now=clock.now()).pair.access.text)


def as_staff(*groups: str, username: str = "meera") -> APIClient:
    """A new member of staff in `groups`; with none, one who may do nothing."""
    staff = make_staff(username, *groups)
    return bearing(tokens.for_staff(staff_id=staff.pk, username=staff.username, now=clock.now()).text)


def bearing(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def post(path: str, body: Any, **extra: Any) -> Any:
    """An anonymous POST of JSON."""
    return APIClient().post(path, body, format="json", **extra)


def refusal(answer: Any) -> tuple[int, str]:
    """Return status and code of an answer in the envelope, and check the envelope."""
    body = answer.json()
    assert body["status_code"] == answer.status_code, body
    assert body["message"], body
    assert body["request_id"], body
    return answer.status_code, body["error"]
