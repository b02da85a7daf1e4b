"""As a customer: what the app shows and nothing else, for minutes, under a banner, and the customer reads it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import InternalError, connection
from django.test import Client

from aarokya.common import clock
from aarokya.common.models import AuditEntry
from accounts.models import Access, Staff, User
from backoffice.models import Impersonation
from backoffice.services import impersonating
from backoffice.tests.conftest import SignIn
from insurance.tests import builders
from wallets.handlers import open_wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    made = builders.make_user()
    open_wallet({"user_id": str(made.pk)}, now=clock.now())
    return made


def started(client: Client, user: User, **fields: str) -> Any:
    body = {"ticket": "T-17", "reason": "cannot find the policy", **fields}
    return client.post(f"/admin/backoffice/impersonation/start/{user.pk}/", body)


def test_every_screen_opens_read_only_under_a_banner_and_is_noted(sign_in: SignIn, user: User) -> None:
    policy, support = builders.make_policy(user), sign_in("support")
    where = started(support, user).headers["Location"]
    visit = Impersonation.objects.get()

    for name in impersonating.SCREENS:
        page = support.get(where, {"screen": name})
        assert (page.status_code, page.context["answer"].status) == (200, 200), name
        assert "Read only" in page.content.decode()
    assert str(policy.pk) in support.get(where, {"screen": "Policies"}).content.decode()

    noted = Access.objects.filter(user=user, staff="support")
    assert noted.filter(what="the app as you see it", reason="T-17: cannot find the policy").count() == 1
    assert noted.filter(what="the app as you see it: Wallet").count() == 1
    assert AuditEntry.objects.get(action="impersonation.started").object_id == str(visit.pk)


def test_the_database_refuses_writes_while_one_looks(sign_in: SignIn, user: User, settings: Any) -> None:
    sign_in("support")
    visit = impersonating.start(user=user, staff=Staff.objects.get(), ticket="T-1", reason="asked for help", now=clock.now())
    settings.ROOT_URLCONF = "backoffice.tests.writing_urls"

    with pytest.raises(InternalError, match="read-only transaction"):
        impersonating.read("/writes", visit=visit, query={})

    with connection.cursor() as cursor:  # and afterwards writing is possible again
        cursor.execute("UPDATE accounts_user SET last_modified_at = now()")
    assert User.objects.get().first_name == user.first_name


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_nothing_but_looking_is_there(sign_in: SignIn, user: User, verb: str) -> None:
    support = sign_in("support")
    where = started(support, user).headers["Location"]
    assert getattr(support, verb)(where).status_code == 405
    assert support.get(where, {"screen": "/wallet/pay"}).status_code == 404


def test_a_visit_ends_by_itself_or_by_leaving_and_is_ones_own(sign_in: SignIn, user: User) -> None:
    support, other = sign_in("support"), sign_in("ops")
    where = started(support, user).headers["Location"]
    visit = Impersonation.objects.get()

    assert other.get(where).status_code == 404
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert support.get(where).status_code == 404
    assert support.post(f"/admin/backoffice/impersonation/{visit.pk}/leave/").status_code == 302
    assert support.get(where).status_code == 404
    assert AuditEntry.objects.filter(action="impersonation.ended").count() == 1


@pytest.mark.parametrize("fields", [{"reason": ""}, {"ticket": ""}])
def test_without_a_reason_and_a_ticket_nothing_is_shown(sign_in: SignIn, user: User, fields: dict[str, str]) -> None:
    assert started(sign_in("support"), user, **fields).status_code == 200
    assert not Impersonation.objects.exists()


def test_who_is_gone_has_no_app(sign_in: SignIn, user: User) -> None:
    User.objects.filter(pk=user.pk).update(status="DEACTIVATED", deactivated_at=clock.now())
    assert "no app to look at" in started(sign_in("support"), user).content.decode()
