"""Every route of the API with every kind of token that must not open it, and with people who have no business there."""

import itertools
import json
from datetime import timedelta
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

import jwt
import pytest
from django.conf import settings
from django.test import Client

from aarokya.common import clock
from aarokya.common.api.permissions import IsContributor, IsCustomer, IsStaffMember
from aarokya.common.ids import uuid7
from aarokya.common.tests.test_routes import EXAMPLES, ROUTES, view_of
from accounts.models import User
from accounts.services import contributors, people, sessions, tokens
from accounts.tests.builders import log_in, make_member, make_platform, make_staff, make_user

pytestmark = pytest.mark.django_db
callers = itertools.count(int(IPv4Address("10.0.0.1")))
METHODS = ("get", "post", "put", "patch", "delete")
GUARDED = sorted(address for address in ROUTES if not getattr(view_of(ROUTES[address]), "public", False))
OF_CUSTOMERS = [address for address in GUARDED if view_of(ROUTES[address]).permission_classes == (IsCustomer,)]
OF_STAFF = [address for address in GUARDED if view_of(ROUTES[address]).permission_classes == (IsStaffMember,)]
OF_CONTRIBUTORS = [address for address in GUARDED if view_of(ROUTES[address]).permission_classes == (IsContributor,)]
OF_A_USER = [address for address in GUARDED if address.startswith(f"users/{EXAMPLES['uuid']}")]


def claims(user: User, **changes: Any) -> dict[str, Any]:
    """What a good user token says, its session aside."""
    now = clock.epoch_s(clock.now())
    return {
        "sub": str(user.pk),
        "user_id": str(user.pk),
        "sid": str(uuid7()),
        "status": "ACTIVE",
        "aud": "user",
        "iat": now,
        "exp": now + 3600,
        "jti": "1",
    } | changes


def access(user: User) -> str:
    return log_in(user, now=clock.now()).pair.access.text


def live_session(user: User) -> str:
    log_in(user, now=clock.now())
    return str(user.sessions.latest("opened_at").pk)


def of_an_ended_session() -> str:
    user = make_member()
    token = access(user)
    sessions.log_out_everywhere(user_id=user.pk, now=clock.now())
    return token


def of_a_deactivated_user() -> str:
    user = make_member()
    token = access(user)
    people.deactivate(user_id=user.pk, actor="staff:test", reason="", now=clock.now())
    return token


def expired() -> str:
    user = make_member()
    return tokens.for_customer(
        user_id=user.pk, session_id=UUID(live_session(user)), status="ACTIVE", now=clock.now() - timedelta(hours=25)
    ).text


def signed(*, key: bytes | None = None, algorithm: str = "HS256", **changes: Any) -> str:
    """A user token of a live session, but for what is changed."""
    key_id, secret = next(iter(settings.JWT_KEYS.items()))
    user = make_member()
    body = claims(user, sid=live_session(user)) | changes
    return jwt.encode(body, "" if algorithm == "none" else key or secret, algorithm=algorithm, headers={"kid": key_id})


def of_dismissed_staff() -> str:
    staff = make_staff("gone", "ops")
    token = tokens.for_staff(staff_id=staff.pk, username="gone", now=clock.now()).text
    staff.is_active = False
    staff.save()
    return token


BAD = {
    "nothing": lambda: "",
    "garbage": lambda: "garbage",
    "three dots": lambda: "a.b.c",
    "unsigned": lambda: signed(algorithm="none"),
    "signed with another key": lambda: signed(key=b"x" * 40),
    "signed with another algorithm": lambda: signed(algorithm="HS512"),
    "for another audience": lambda: signed(aud="partner"),
    "for giving": lambda: signed(aud="contributor"),
    "without a session": lambda: signed(sid="none"),
    "of a session that never was": lambda: signed(sid=str(uuid7())),
    "without an end": lambda: signed(exp=None),
    "expired": expired,
    "of an ended session": of_an_ended_session,
    "of a deactivated user": of_a_deactivated_user,
    "of dismissed staff": of_dismissed_staff,
}


def answers(address: str, token: str) -> dict[str, tuple[int, str]]:
    """Return status and code of every method the route has."""
    client, view = (
        Client(raise_request_exception=False),
        view_of(ROUTES[address] if address in ROUTES else ROUTES[example(address)]),
    )
    found = {}
    for method in METHODS:
        if hasattr(view, method):
            headers = {"Authorization": f"Bearer {token}"}
            caller = str(IPv4Address(next(callers)))  # limits for an address are not in question here
            answer = client.generic(
                method.upper(), f"/{address}", b"{}", content_type="application/json", headers=headers, REMOTE_ADDR=caller
            )
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            body = json.loads(answer.content) if is_json and answer.content else {}
            found[method] = (answer.status_code, body.get("error", "") if isinstance(body, dict) else "")
    return found


def example(address: str) -> str:
    """The route's example address for one with a real user in it."""
    first, _, rest = address.removeprefix("users/").partition("/")
    return f"users/{EXAMPLES['uuid']}" + (f"/{rest}" if first and rest else "")


def test_there_is_something_to_walk() -> None:
    assert len(OF_CUSTOMERS) > 10
    assert len(OF_STAFF) > 5
    assert len(OF_A_USER) > 10
    assert len(OF_CONTRIBUTORS) == 2


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # HS512 with a key that is not made for it
@pytest.mark.parametrize("kind", sorted(BAD))
def test_a_bad_token_opens_no_route(kind: str) -> None:
    token = BAD[kind]()

    opened = {
        f"{method} /{address}": answer
        for address in GUARDED
        for method, answer in answers(address, token).items()
        if answer != (401, "INVALID_TOKEN")
    }

    assert opened == {}


def test_the_token_that_the_bad_ones_are_made_from_is_good() -> None:
    assert answers("user/profile", signed())["get"] == (200, "")


def test_a_contributor_token_opens_its_own_routes_and_no_other() -> None:
    platform, _ = make_platform()
    user = make_member()
    User.objects.filter(pk=user.pk).update(platform=platform)
    token = contributors.issue(platform=platform, phone=user.phone, channel="", contributor=None, now=clock.now()).text

    refused = {address: set(answers(address, token).values()) == {(401, "INVALID_TOKEN")} for address in GUARDED}

    assert sorted(address for address, is_refused in refused.items() if not is_refused) == sorted(OF_CONTRIBUTORS)


@pytest.mark.parametrize("make", ["customer", "staff"])
def test_no_other_token_opens_a_route_of_contributors(make: str) -> None:
    staff = make_staff("admin", superuser=True)
    of_staff = tokens.for_staff(staff_id=staff.pk, username="admin", now=clock.now()).text
    token = access(make_member()) if make == "customer" else of_staff

    found = {address: set(answers(address, token).values()) for address in OF_CONTRIBUTORS}

    assert {address: seen for address, seen in found.items() if seen != {(401, "INVALID_TOKEN")}} == {}


def test_an_admin_token_opens_no_route_of_users() -> None:
    staff = make_staff("admin", superuser=True)
    token = tokens.for_staff(staff_id=staff.pk, username="admin", now=clock.now()).text

    found = {address: set(answers(address, token).values()) for address in OF_CUSTOMERS}

    assert {address: seen for address, seen in found.items() if seen != {(403, "FORBIDDEN")}} == {}


@pytest.mark.parametrize("make", [make_member, make_user], ids=["member", "onboarding"])
def test_a_user_token_opens_no_route_of_staff(make: Any) -> None:
    token = access(make())

    found = {address: set(answers(address, token).values()) for address in OF_STAFF}

    assert {address: seen for address, seen in found.items() if seen != {(403, "FORBIDDEN")}} == {}


def test_staff_without_a_group_open_no_route_of_staff() -> None:
    staff = make_staff("nobody")
    token = tokens.for_staff(staff_id=staff.pk, username="nobody", now=clock.now()).text

    found = {address: set(answers(address, token).values()) for address in OF_STAFF}

    assert {address: seen for address, seen in found.items() if seen != {(403, "FORBIDDEN")}} == {}


@pytest.mark.parametrize("address", OF_A_USER)
def test_a_stranger_finds_nothing_of_anybody(address: str) -> None:
    """Or is told first that the body is wrong; what staff alone may do is forbidden."""
    owner, token = make_member(), access(make_member())

    found = answers(address.replace(str(EXAMPLES["uuid"]), str(owner.pk), 1), token)

    for method, (status, code) in found.items():
        allowed = {404} if method == "get" else {400, 403, 404}
        assert status in allowed or address in OF_STAFF, f"{method.upper()} {address}: {status} {code}"


@pytest.mark.parametrize("address", [address for address in GUARDED if address not in OF_STAFF])
def test_somebody_who_is_onboarding_breaks_nothing(address: str) -> None:
    user = make_user()
    own = address.replace(str(EXAMPLES["uuid"]), str(user.pk), 1) if address in OF_A_USER else address

    found = answers(own, access(user))

    assert {method: answer for method, answer in found.items() if answer[0] >= 500} == {}
