"""What is handed out and what goes when a person wants to be forgotten; and what staff may see."""

from datetime import timedelta

import pytest
from django.test import Client

from aarokya.common.clock import ist_day
from accounts.tests import builders as people
from doctor.models import EmergencyContact, Message, SessionStatus
from doctor.personal_data import HOLDER
from doctor.tests.builders import NOW, Clinic, Talker

TODAY = ist_day(NOW)


def test_the_export_holds_conversation_summary_and_addenda(clinic: Clinic, talker: Talker) -> None:
    talker.tell()
    talker.submitted()
    talker.client.post(f"/doctor/session/{talker.session_id}/addendum", {"text": "also a rash"}, format="json")

    [session] = HOLDER.export(talker.user.pk)["sessions"]

    assert session["messages"][1]["text"] == "I have a cough and a sore throat since two days"
    assert session["summary"]["medications"]["items"] == ["metformin"]
    assert [row["text"] for row in session["addenda"]] == ["also a rash"]


def test_drafts_go_and_sealed_records_stay(clinic: Clinic, talker: Talker) -> None:
    talker.tell()
    talker.submitted()
    sealed = talker.session_id
    talker.start()
    talker.say("something private")
    talker.client.put("/doctor/emergency_contact", {"name": "Ravi", "phone": "9876543210"}, format="json")

    HOLDER.erase(talker.user.pk, spare=frozenset(), now=NOW)

    assert talker.row().status == SessionStatus.ABANDONED
    assert not Message.objects.filter(session_id=talker.session_id).exists()
    assert Message.objects.filter(session_id=sealed).exists()
    assert not EmergencyContact.objects.exists()
    assert HOLDER.waits_for(talker.user.pk) != []
    [kept] = HOLDER.kept(talker.user.pk, today=TODAY)
    assert kept.until > TODAY + timedelta(days=3 * 365)
    [later] = HOLDER.kept(talker.user.pk, today=TODAY + timedelta(days=4 * 366))
    assert later.until > TODAY + timedelta(days=4 * 366)


@pytest.mark.parametrize("page", ["session", "emergencyalert", "assignment", "consultationgrant", "feedback", "aathmawebhook"])
def test_the_back_office_shows_no_words(clinic: Clinic, talker: Talker, page: str) -> None:
    talker.tell()
    talker.submitted()
    client = Client()
    client.force_login(people.make_staff("root", superuser=True))

    listed = client.get(f"/admin/doctor/{page}/", follow=True)
    opened = client.get(f"/admin/doctor/session/{talker.session_id}/change/", follow=True)

    assert (listed.status_code, opened.status_code) == (200, 200)
    for answer in (listed, opened):
        assert "sore throat" not in answer.content.decode()
