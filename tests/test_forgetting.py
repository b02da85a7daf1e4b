"""A person with money and cover asks to be forgotten: what waits, what stays and until when, what goes."""

import json
from datetime import date, timedelta

import pytest

from aarokya.common import clock
from accounts.models import ErasureRequest
from accounts.services import erasure
from doctor.models import EmergencyContact, Language, Session
from doctor.services import sessions as conversations
from insurance.models import Policy
from insurance.services import lifecycle, terms
from insurance.tests import builders as insurance
from wallets.models import Wallet
from wallets.services import opening
from wallets.tests.builders import Holder, adjust, pay

NOW = insurance.NOW
BOOKS_DAYS = 8 * 366

pytestmark = pytest.mark.django_db


def test_money_and_running_cover_come_first_then_policies_keep_their_people() -> None:
    user = insurance.make_user()
    spouse, child = insurance.make_spouse(user), insurance.make_dependant(user, first_name="Uncovered")
    opening.open_wallet(user_id=user.pk, now=NOW)
    holder = Holder(user.pk, Wallet.objects.of(user.pk).get().pk)
    adjust(holder, 50_000)
    policy = insurance.make_policy(user, benefit=insurance.make_benefit("2A"), dependants=[spouse])
    lifecycle.activate(policy, external_policy_id="NH-1", actor="staff:test", now=NOW)

    made = erasure.request(user_id=user.pk, actor=f"user:{user.pk}", now=NOW)
    assert [words.split()[0] for words in made.waits_for] == ["Policy", "The"]
    assert erasure.erase_due(now=NOW + erasure.NOTICE) == 0

    pay(holder, 50_000)
    policy.refresh_from_db()
    ended = ended_policy(policy)
    after = NOW + timedelta(days=500)
    assert erasure.erase_due(now=after) == 1

    made.refresh_from_db()
    user.refresh_from_db()
    for person in (spouse, child):
        person.refresh_from_db()
    assert made.status == "ERASED"
    assert {kept["until"] for kept in made.kept} >= {(ended + timedelta(days=BOOKS_DAYS)).isoformat()}
    assert (user.first_name, child.first_name, spouse.first_name) == ("", "", "Meena")

    everything_over = clock.ist_midnight(ended + timedelta(days=BOOKS_DAYS + 500))
    while ErasureRequest.objects.get().status != "COMPLETE":
        assert erasure.erase_due(now=everything_over) == 1
    spouse.refresh_from_db()
    policy.refresh_from_db()
    assert spouse.first_name == ""
    assert policy.nominee_details is None


def ended_policy(policy: Policy) -> date:
    """Let the term and the time for renewal pass."""
    assert policy.end_date is not None
    for days in (1, 20, 60):
        day = policy.end_date + timedelta(days=days)
        terms.advance(policy.pk, day=day, now=clock.ist_midnight(day))
    policy.refresh_from_db()
    assert policy.status == "expired"
    return policy.end_date


def test_the_copy_tells_of_money_and_cover_too() -> None:
    user = insurance.make_user()
    spouse = insurance.make_spouse(user)
    opening.open_wallet(user_id=user.pk, now=NOW)
    adjust(Holder(user.pk, Wallet.objects.of(user.pk).get().pk), 12_345)
    policy = insurance.make_policy(user, benefit=insurance.make_benefit("2A"), dependants=[spouse])

    body = insurance.client_of(user).get("/user/export").json()

    assert [row["amount"] for row in body["wallet"]["wallets"][0]["transactions"]] == [12_345]
    assert [row["id"] for row in body["insurance"]["policies"]] == [str(policy.pk)]
    assert str(spouse.pk) in json.dumps(body["insurance"]["policies"][0]["nominee_details"])
    assert len(body["insurance"]["mrns"]) == 2


def test_conversations_go_and_the_contact_too() -> None:
    user = insurance.make_user()
    conversations.start(user_id=user.pk, dependant_id=None, language=Language.ENGLISH, consented=True, now=NOW)
    EmergencyContact.objects.create(user=user, name="Meena", phone="+919876543210")
    body = insurance.client_of(user).get("/user/export").json()["doctor"]
    assert body["sessions"][0]["messages"][0]["text"]
    assert body["emergency_contact"]["name"] == "Meena"

    erasure.request(user_id=user.pk, actor=f"user:{user.pk}", now=NOW)
    assert erasure.erase_due(now=NOW + erasure.NOTICE) == 1

    session = Session.objects.get(user=user)
    assert (session.status, session.messages.count(), EmergencyContact.objects.count()) == ("ABANDONED", 0, 0)
