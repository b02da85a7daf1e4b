"""Where staff are logged in, and who may end it."""

from typing import Any

import pytest
from django.test import Client

from aarokya.common.models import AuditEntry
from accounts.models import Staff

pytestmark = pytest.mark.django_db
OWN = "/admin/accounts/staff/sessions/"


def enter(name: str, device: str) -> Client:
    client = Client(headers={"User-Agent": device}, REMOTE_ADDR="203.0.113.7")
    answer = client.post("/admin/login/?next=/admin/", {"username": name, "password": name})
    assert answer.status_code == 302, answer.content
    return client


@pytest.fixture
def asha() -> Staff:
    return Staff.objects.create_user("asha", password="asha", is_staff=True)


@pytest.fixture
def boss() -> Staff:
    return Staff.objects.create_superuser("boss", password="boss")


def ids(client: Client, path: str = OWN) -> list[str]:
    """Of the logins that can be ended."""
    shown = client.get(path).content.decode()
    return [part.split('"')[0] for part in shown.split('name="session" value="')[1:]]


def says(client: Client, path: str = OWN) -> str:
    return client.get(path).content.decode()


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_one_sees_and_ends_ones_other_logins(asha: Staff) -> None:
    office, lost = enter("asha", "Firefox at the office"), enter("asha", "A lost laptop")
    enter_elsewhere = says(office)
    assert "A lost laptop" in enter_elsewhere
    assert "203.0.113.7" in enter_elsewhere
    [other] = ids(office)
    assert str(lost.session.session_key) not in enter_elsewhere

    assert office.post(OWN, {"session": other}).status_code == 302

    assert not is_in(lost)
    assert is_in(office)
    assert ids(office) == []
    entry = AuditEntry.objects.get(action="staff.session_ended")
    assert (entry.actor, entry.object_id) == ("staff:asha", str(asha.pk))
    assert "over already" in office.post(OWN, {"session": other}, follow=True).content.decode()


def test_a_superuser_ends_anybodys_and_says_why(asha: Staff, boss: Staff) -> None:
    theirs, mine = enter("asha", "Firefox"), enter("boss", "Safari")
    path = f"/admin/accounts/staff/{asha.pk}/logins/"
    [login] = ids(mine, path)

    assert "Say why" in mine.post(path, {"session": login}).content.decode()
    assert is_in(theirs)
    assert mine.post(path, {"session": login, "reason": "left the company"}).status_code == 302

    assert not is_in(theirs)
    assert AuditEntry.objects.get(action="staff.session_ended").reason == "left the company"


def test_nobody_else_looks_at_others(asha: Staff, boss: Staff) -> None:
    theirs: Any = enter("asha", "Firefox")
    enter("boss", "Safari")

    assert theirs.get(f"/admin/accounts/staff/{boss.pk}/logins/").status_code == 403
    assert ids(theirs) == []
