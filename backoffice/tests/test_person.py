"""A customer's page: masked until somebody gives a reason, for minutes, and the customer may read it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aarokya.common import clock
from aarokya.common.models import AuditEntry
from accounts.models import Access, Notice, User
from backoffice.tests.builders import make_order
from backoffice.tests.conftest import SignIn
from insurance.tests import builders as insurance
from wallets.tests.builders import make_holder

pytestmark = pytest.mark.django_db
SECRETS = ("Manjunath", "Gowda", "manju@example.in", "1990", "12 MG Road", "9876501234")


@pytest.fixture
def user() -> User:
    return User.objects.create(
        phone="+919876501234",
        first_name="Manjunath",
        last_name="Gowda",
        email="manju@example.in",
        dob=date(1990, 3, 4),
        address={"line1": "12 MG Road", "city": "Bengaluru"},
        bank_account={"account_number": "998877665544", "ifsc_code": "HDFC0000001"},
    )


def url(user: User) -> str:
    return f"/admin/accounts/user/{user.pk}/"


def page(client: Client, user: User, query: str = "") -> str:
    answer = client.get(f"{url(user)}change/{query}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def shown(text: str) -> set[str]:
    digits = text.replace(" ", "")
    return {secret for secret in SECRETS if secret in text or secret in digits}


@pytest.mark.parametrize("group", ["ops", "support", "finance", "auditor"])
def test_personal_data_is_masked(sign_in: SignIn, user: User, group: str) -> None:
    text = page(sign_in(group), user)
    assert shown(text) == set()
    assert "M•••• G••••" in text
    assert "+91******1234" in text


def test_a_reason_shows_it_for_five_minutes_to_this_login_alone(sign_in: SignIn, user: User) -> None:
    support, ops = sign_in("support"), sign_in("ops")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        answer = support.post(f"{url(user)}reveal/", {"reason": "Caller forgot their address"})
        assert answer.headers["Location"] == f"{url(user)}change/"
        text = page(support, user)
        assert shown(text) == set(SECRETS)
        assert "998877665544" not in text
        assert shown(page(ops, user)) == set()
        traveller.shift(timedelta(minutes=5))
        assert shown(page(support, user)) == set()


def test_the_customer_and_the_auditor_read_who_looked_and_why(sign_in: SignIn, user: User) -> None:
    support = sign_in("support")
    support.post(f"{url(user)}reveal/", {"reason": "Caller forgot their address"})
    page(support, user)
    entry = AuditEntry.objects.get(action="user.revealed")
    assert (entry.actor, entry.object_type, entry.object_id) == ("staff:support", "accounts.user", str(user.pk))
    assert entry.reason == "Caller forgot their address"
    noted = Access.objects.filter(user=user).values_list("staff", "what", "reason")
    assert set(noted) == {
        ("support", "personal data", "Caller forgot their address"),
        ("support", "timeline, masked", ""),
    }


def test_without_a_reason_nothing_is_shown(sign_in: SignIn, user: User) -> None:
    answer = sign_in("support").post(f"{url(user)}reveal/", {"reason": " "})
    assert "This field is required" in answer.content.decode()
    assert shown(answer.content.decode()) == set()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("group", ["finance", "auditor"])
def test_others_may_not_reveal(sign_in: SignIn, user: User, group: str) -> None:
    office = sign_in(group)
    assert "Show for five minutes" not in page(office, user)
    assert office.post(f"{url(user)}reveal/", {"reason": "curious"}).status_code == 403


def test_one_visit_is_noted_once(sign_in: SignIn, user: User) -> None:
    office = sign_in("ops")
    for _ in range(3):
        page(office, user)
    assert Access.objects.filter(user=user).count() == 1


def test_the_timeline_tells_of_wallet_payments_and_policies(sign_in: SignIn) -> None:
    policy = insurance.make_policy()
    user = policy.primary_user
    order = make_order(user, age=timedelta(minutes=1))
    Notice.objects.create(
        user=user, business_key="t", template="policy_active", language="kn", values={"name": "hidden"}, owed_at=user.created_at
    )
    text = page(sign_in("support"), user)
    assert "Registered" in text
    assert "policy active, not sent, in kn" in text
    assert "Policy bought" in text
    assert order.order_id in text
    holder = make_holder(own=1_000)
    owner = User.objects.get(pk=holder.user_id)
    for group, may_open in (("finance", True), ("support", False)):
        text = page(sign_in(group, "wallets"), owner)
        assert "Wallet +₹10.00" in text
        assert ("/admin/wallets/transfer/" in text.partition("What happened")[2]) == may_open, group


def test_the_timeline_hides_what_one_may_not_look_at(sign_in: SignIn, user: User) -> None:
    sign_in("support").post(f"{url(user)}reveal/", {"reason": "Caller forgot"})
    assert "user.revealed" in page(sign_in("auditor"), user)
    assert "user.revealed" not in page(sign_in("ops"), user)


def test_pages_of_a_long_timeline_lose_and_repeat_nothing(sign_in: SignIn, user: User) -> None:
    made = {make_order(user, age=timedelta(minutes=number)).order_id for number in range(1, 95)}
    office = sign_in("ops")
    seen: list[str] = []
    before = clock.now().isoformat()
    while before:
        context = office.get(f"{url(user)}change/", {"before": before}).context
        seen += [moment.text.rsplit(" ", 1)[-1] for moment in context["moments"] if moment.icon == "payments"]
        before = context["older"]
    assert len(seen) == len(set(seen))
    assert set(seen) == made


def test_a_page_costs_the_same_however_long_the_history(sign_in: SignIn, user: User) -> None:
    office = sign_in("ops")
    page(office, user)
    counts = []
    for _ in range(2):
        for number in range(5):
            make_order(user, age=timedelta(minutes=number + 1))
        with CaptureQueriesContext(connection) as queries:
            page(office, user)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_a_time_that_is_none_is_now(user: User, sign_in: SignIn) -> None:
    assert "Registered" in page(sign_in("ops"), user, "?before=yesterday")


def test_a_family_member_is_shown_without_name_and_birth(sign_in: SignIn) -> None:
    policy = insurance.make_policy()
    member = policy.members.select_related("dependant").all()[0].dependant
    answer = sign_in("support").get(f"/admin/accounts/dependant/{member.pk}/change/").content.decode()
    assert member.first_name not in answer
    assert member.date_of_birth.isoformat() not in answer
