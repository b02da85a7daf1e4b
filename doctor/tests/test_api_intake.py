"""The conversation over HTTP, with the interviewer alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.tests import builders as people
from doctor.models import Message, Session, SessionStatus
from doctor.services import sessions
from doctor.tests.builders import INTAKES, NOW, Talker, client_of


@pytest.mark.parametrize("language", INTAKES)
def test_a_whole_intake_in_each_language(talker: Talker, language: str) -> None:
    talker.start(language=language)
    answer = [talker.say(text) for text in INTAKES[language]][-1]

    assert answer["status"] == "SUMMARY_READY"
    assert len(INTAKES[language]) <= 12
    summary = answer["summary"]
    assert summary["language"] == language
    assert summary["chief_complaint"]["said"] == INTAKES[language][0]
    assert summary["onset_and_duration"] == {"hours": 48, "said": INTAKES[language][0]}
    assert summary["severity"]["score"] == 4
    assert len(summary["medications"]["items"]) == 1
    assert summary["allergies"]["items"] == []
    assert summary["pregnancy"]["status"] == "no"


@pytest.mark.parametrize("language", INTAKES)
def test_without_a_choice_the_first_words_decide_the_language(talker: Talker, language: str) -> None:
    talker.start()

    assert talker.say(INTAKES[language][0])["language"] == language


def test_missing_fields_shrink_with_every_answer(talker: Talker) -> None:
    counts = [len(talker.start(language="en")["missing_fields"])]
    counts += [len(talker.say(text)["missing_fields"]) for text in INTAKES["en"]]

    assert counts == sorted(counts, reverse=True)
    assert (counts[0], counts[-1]) == (8, 0)


def test_states_on_the_way(talker: Talker) -> None:
    assert talker.start(language="en")["status"] == "STARTED"
    assert talker.say(INTAKES["en"][0])["status"] == "IN_PROGRESS"
    last = [talker.say(text) for text in INTAKES["en"][1:]][-1]
    assert last["status"] == "SUMMARY_READY"
    assert last["care"]["covered_by"] == "WALLET"


def test_chest_pain_is_asked_about_before_anything_else(talker: Talker) -> None:
    talker.start(language="en")

    assert "spread" in talker.say("chest pain when I cough")["reply"]
    assert "sweating" in talker.say("no")["reply"]
    assert "Since when" in talker.say("no")["reply"]


def test_an_answer_that_says_nothing_is_asked_again_and_then_kept_as_it_is(talker: Talker) -> None:
    talker.start(language="en")
    talker.say("my knee hurts")

    replies = [talker.say("purple monkey")["reply"] for _ in range(3)]

    assert replies[0].startswith("I did not quite understand.")
    assert "How bad" in replies[2]


def test_a_bare_yes_names_no_medicine(talker: Talker) -> None:
    talker.start(language="en")
    for text in INTAKES["en"][:4]:
        talker.say(text)

    assert talker.say("yes")["reply"].startswith("Please name them.")
    assert talker.say("telma 40 and aspirin")["missing_fields"] == ["allergies", "pregnancy"]


def test_what_is_said_after_the_summary_is_added_to_it(talker: Talker) -> None:
    talker.tell()

    answer = talker.say("I also lost my appetite")

    assert answer["status"] == "SUMMARY_READY"
    assert answer["summary"]["additions"] == ["I also lost my appetite"]


def test_a_man_is_not_asked_about_pregnancy(db: None) -> None:
    talker = Talker.new(gender="MALE", salutation="MR")
    talker.start(language="en")

    last = [talker.say(text) for text in INTAKES["en"][:-1]][-1]

    assert last["status"] == "SUMMARY_READY"
    assert last["summary"]["pregnancy"] is None


def test_for_a_child_with_the_parent(talker: Talker) -> None:
    child = people.add_dependant(
        talker.user, relationship="CHILD", first_name="Mina", gender="FEMALE", salutation="MS", date_of_birth=date(2020, 1, 1)
    )

    shown = talker.start(for_dependant_id=str(child.pk))

    assert shown["for_dependant_id"] == str(child.pk)
    assert talker.row().with_minor
    assert "pregnancy" not in shown["missing_fields"]


def test_a_strangers_dependant_does_not_exist(talker: Talker) -> None:
    other = people.add_dependant(people.make_member(now=NOW))

    answer = talker.client.post("/doctor/session", {"consent": True, "for_dependant_id": str(other.pk)}, format="json")

    assert answer.status_code == 404


def test_somebody_under_18_does_not_start_alone(db: None) -> None:
    user = people.make_user(now=NOW)
    type(user).objects.filter(pk=user.pk).update(dob="")
    user.dob = (NOW - timedelta(days=16 * 365)).date()
    user.save()

    answer = client_of(user).post("/doctor/session", {"consent": True}, format="json")

    assert (answer.status_code, answer.json()["error"]) == (403, "DR-1505")


@pytest.mark.parametrize("body", [{}, {"consent": False}])
def test_nothing_begins_without_consent(talker: Talker, body: dict[str, Any]) -> None:
    answer = talker.client.post("/doctor/session", body, format="json")

    assert (answer.status_code, answer.json()["error"]) == (400, "DR-1502")
    assert not Session.objects.exists()


def test_the_consent_has_a_text_in_each_language_and_its_version_is_kept(talker: Talker) -> None:
    consent = talker.client.get("/doctor/consent").json()

    assert set(consent["texts"]) == set(INTAKES)
    assert talker.start()["consent_version"] == consent["version"]
    assert talker.row().consented_at is not None


@pytest.mark.parametrize(
    "body",
    [{"text": ""}, {"text": 7}, {"text": None}, {}, {"text": "x" * 4001}, {"text": "hello", "role": "NAMA"}, {"text": "a\x00b"}],
)
def test_messages_that_are_none(talker: Talker, body: dict[str, Any]) -> None:
    talker.start()

    answer = talker.client.post(f"/doctor/session/{talker.session_id}/message", body, format="json")

    assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR")


def test_a_strangers_session_does_not_exist(talker: Talker) -> None:
    talker.start()
    stranger = Talker.new()
    path = f"/doctor/session/{talker.session_id}"

    answers = [stranger.client.get(path + more) for more in ("", "/export", "/fhir", "/summary.pdf")]
    answers += [stranger.client.post(path + more, {"text": "x"}, format="json") for more in ("/message", "/addendum")]
    answers += [stranger.client.delete(path), stranger.client.post(f"/doctor/submit/{talker.session_id}", {}, format="json")]

    assert {(answer.status_code, answer.json()["error"]) for answer in answers} == {(404, "DR-1501")}
    assert APIClient().get(path).status_code == 401


def test_a_repeated_message_is_heard_once(talker: Talker) -> None:
    talker.start(language="en")

    first, second = (talker.try_say("fever since two days", **{"Idempotency-Key": "m1"}) for _ in range(2))

    assert first.json() == second.json()
    assert Message.objects.filter(session_id=talker.session_id, role="PATIENT").count() == 1


def test_the_list_shows_newest_first_with_constant_queries(talker: Talker, django_assert_num_queries: Any) -> None:
    ids = [talker.start()["id"] for _ in range(3)]

    with django_assert_num_queries(2):
        listed = talker.client.get("/doctor/sessions").json()

    assert [row["id"] for row in listed["data"]] == ids[::-1]
    assert listed["total"] == 3


def test_forgetting_takes_the_words(talker: Talker) -> None:
    talker.start()
    talker.say("fever")

    assert talker.client.delete(f"/doctor/session/{talker.session_id}").status_code == 204

    assert not Message.objects.filter(session_id=talker.session_id).exists()
    assert (talker.row().status, talker.row().memory) == (SessionStatus.ABANDONED, {})
    assert talker.client.delete(f"/doctor/session/{talker.session_id}").status_code == 204
    assert talker.try_say("more").json()["error"] == "DR-1503"


def test_a_conversation_nobody_goes_on_with_is_given_up(talker: Talker) -> None:
    talker.start()
    last = talker.row().last_message_at
    day = timedelta(hours=24)

    assert sessions.abandon_idle(now=last + day) == 0
    assert sessions.abandon_idle(now=last + day + timedelta(seconds=1)) == 1
    assert talker.row().status == SessionStatus.ABANDONED


def test_words_are_encrypted_at_rest(talker: Talker) -> None:
    from django.db import connection

    talker.start()
    talker.say("a very personal rash")
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM doctor_message UNION ALL SELECT memory FROM doctor_session")
        stored = " ".join(row[0] for row in cursor.fetchall())

    assert "rash" not in stored
