"""Becoming a member."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from aarokya.common.errors import DomainError
from accounts.errors import UnderAge
from accounts.models import Dependant, User, UserStatus
from accounts.services import people, tokens
from accounts.tests.builders import ADDRESS, NOW, make_member, make_user
from accounts.tests.http import as_staff, as_user, bearing, refusal

pytestmark = pytest.mark.django_db
WHOLE: dict[str, Any] = {
    "first_name": "Asha",
    "last_name": "Rao",
    "dob": "1991-08-15",
    "gender": "FEMALE",
    "salutation": "Ms",
    "address": ADDRESS,
}


def complete(user: User, body: dict[str, Any] = WHOLE, **extra: Any) -> Any:
    return as_user(user).post(f"/users/{user.pk}/complete_onboarding", body | extra, format="json")


def test_it_makes_a_member_with_a_self_and_a_fresh_token() -> None:
    user = make_user()

    answer = complete(user, email="asha@example.in", bank_details={"account_number": "123456789012", "ifsc_code": "HDFC0001234"})

    body = answer.json()
    assert answer.status_code == 200
    assert body["user"]["status"] == "ACTIVE"
    assert body["user"]["address"] == ADDRESS | {"line2": None}
    assert "bank_account" not in body["user"]
    assert tokens.claims_of(body["access_token"])["status"] == "ACTIVE"
    assert bearing(body["access_token"]).get("/user/profile").json()["profile_complete"] is True
    self_dependant = Dependant.objects.get(primary_user=user)
    assert (self_dependant.relationship, self_dependant.full_name) == ("SELF", "Asha Rao")
    assert User.objects.get().bank_account == {"account_number": "123456789012", "ifsc_code": "HDFC0001234"}


def test_the_second_time_is_refused() -> None:
    user = make_member()

    assert refusal(complete(user)) == (422, "AUE-307")
    assert Dependant.objects.filter(primary_user=user).count() == 1


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_every_detail_is_needed(missing: str) -> None:
    user = make_user()

    answer = complete(user, {name: value for name, value in WHOLE.items() if name != missing})

    assert refusal(answer) in {(400, "UE-102"), (400, "MISSING_REQUIRED_FIELD")}
    assert User.objects.get().status == UserStatus.ONBOARDING


@pytest.mark.parametrize(
    "address",
    [ADDRESS | {"pincode": "01234"}, ADDRESS | {"country": "US"}, ADDRESS | {"planet": "earth"}, {"line1": "x"}, [], 5, ""],
)
def test_addresses_that_are_none(address: Any) -> None:
    status, code = refusal(complete(make_user(), address=address))

    assert status == 400
    assert code in {"UE-102", "VALIDATION_ERROR", "MISSING_REQUIRED_FIELD"}


@pytest.mark.parametrize("dob", ["2999-01-01", "15/08/1991", "1850-01-01"])
def test_impossible_dates(dob: str) -> None:
    assert refusal(complete(make_user(), dob=dob)) == (400, "INVALID_DATE_FORMAT")


def test_eighteen_begins_at_midnight_in_india() -> None:
    user = make_user()
    eve = datetime(2026, 11, 20, 18, 29, 59, tzinfo=UTC)  # 23:59:59 in India
    details = WHOLE | {"dob": date(2008, 11, 21)}

    with pytest.raises(UnderAge):
        people.complete_onboarding(user_id=user.pk, details=details, now=eve)
    member = people.complete_onboarding(user_id=user.pk, details=details, now=eve + timedelta(seconds=1))

    assert member.status == UserStatus.ACTIVE


def test_too_young_over_http() -> None:
    with time_machine.travel(NOW, tick=False):
        assert refusal(complete(make_user(), dob="2008-11-21")) == (400, "UE-104")


def test_nobody_onboards_somebody_else() -> None:
    user = make_user()
    path = f"/users/{user.pk}/complete_onboarding"

    stranger = as_user(make_user()).post(path, WHOLE, format="json")
    staff = as_staff("ops").post(path, WHOLE, format="json")

    assert refusal(stranger) == (404, "NOT_FOUND")
    assert refusal(staff) == (403, "FORBIDDEN")


def test_a_refused_onboarding_changes_nothing() -> None:
    user = make_user()

    with pytest.raises(DomainError):
        people.complete_onboarding(user_id=user.pk, details=WHOLE | {"dob": date(2020, 1, 1)}, now=NOW)

    assert User.objects.get(pk=user.pk).first_name == ""
