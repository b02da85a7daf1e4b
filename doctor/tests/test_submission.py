"""To the doctor: sealed, paid or covered, and one consultation whatever happens on the way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from aarokya.common import clock, outbox
from aarokya.common.models import AuditEntry
from accounts.tests import builders as people
from doctor.gateways import aathma
from doctor.gateways.base import AathmaUnavailable
from doctor.models import Assignment, AssignmentStatus, Cause, Coverage, SessionStatus
from doctor.services import assignments, submission
from doctor.tests.builders import NOW, Clinic, Talker, balance, deliver, push
from wallets.models import Transfer

FEE = 29_900
BROKEN = ("http_500", "malformed", "drop", "drop_after")


@pytest.fixture
def ready(talker: Talker) -> Talker:
    talker.tell()
    return talker


def test_the_answer_shows_the_doctor_and_the_session_is_locked(clinic: Clinic, ready: Talker) -> None:
    answer = ready.submitted()

    assert answer["status"] == "LOCKED"
    assigned = answer["assignment"]
    assert (assigned["status"], assigned["doctor_name"], assigned["registration_number"]) == (
        "ASSIGNED",
        "Dr. Kavya Shetty",
        "KMC-84211",
    )
    assert assigned["reference"].startswith("ATH-")
    assert assigned["slot_at"] is not None
    assert assigned["link"].startswith("https://")
    assert (answer["fee"], answer["currency"], len(answer["seal"])) == (FEE, "INR", 64)
    assert balance(ready.user) == 100_000 - FEE
    [sent] = clinic.calls("aathma", "consultation")
    assert sent["idempotency_key"] == str(ready.assignment().pk)
    assert sent["body"]["seal"] == answer["seal"]
    assert sent["body"]["patient"]["name"] == "Asha Rao"
    assert sent["body"]["fhir"]["resourceType"] == "Bundle"


def test_not_before_the_summary_is_ready(talker: Talker) -> None:
    talker.start(language="en")
    talker.say("fever since two days")

    answer = talker.submit().json()

    assert answer["error"] == "DR-1504"
    assert next(detail["field"] for detail in answer["details"]) == "severity"
    assert balance(talker.user) == 100_000


@pytest.mark.django_db
def test_without_money_nothing_is_sealed(clinic: Clinic) -> None:
    poor = Talker.new(money=FEE - 1)
    poor.tell()

    assert poor.submit().json()["error"] == "INSUFFICIENT_BALANCE"

    assert poor.row().status == SessionStatus.SUMMARY_READY
    assert clinic.consultations() == []
    from doctor.tests.builders import rich

    rich(poor.user, 1)
    assert poor.submitted()["status"] == "LOCKED"
    assert balance(poor.user) == 0


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "s1"}])
def test_submitting_twice_is_submitting_once(clinic: Clinic, ready: Talker, headers: dict[str, str]) -> None:
    first, second = (ready.submit(**headers) for _ in range(2))

    assert first.json()["assignment"] == second.json()["assignment"]
    assert Transfer.objects.filter(purpose_id="CONSULTATION").count() == 1
    assert len(clinic.consultations()) == 1


@pytest.mark.parametrize("mode", BROKEN)
def test_aathma_down_is_seen_and_mended(clinic: Clinic, ready: Talker, mode: str) -> None:
    clinic.fault("consultation", mode)
    answer = ready.submitted()
    assert (answer["status"], answer["assignment"]["status"]) == ("SUBMITTED", "PENDING")
    assert ready.assignment().last_error

    deliver()
    assert ready.row().status == SessionStatus.SUBMITTED
    clinic.heal()
    outbox.drain(now=clock.now() + timedelta(hours=2))

    assert ready.see()["status"] == "LOCKED"
    assert len(clinic.consultations()) == 1


def test_a_slow_aathma_does_not_hold_the_patient_for_ever(clinic: Clinic, ready: Talker) -> None:
    clinic.fault("consultation", "timeout_after", delay_s=20)
    began = clock.now()

    assert ready.submitted()["status"] == "SUBMITTED"
    assert clock.now() - began < timedelta(seconds=6)
    clinic.heal()
    deliver()

    assert ready.see()["status"] == "LOCKED"
    assert len(clinic.consultations()) == 1


def test_a_crash_before_aathma_was_called(clinic: Clinic, ready: Talker) -> None:
    submission.submit(user_id=ready.user.pk, session_id=ready.row().pk, now=NOW)
    assert clinic.consultations() == []

    deliver()

    assert ready.see()["status"] == "LOCKED"
    assert len(clinic.consultations()) == 1


def test_a_crash_after_aathma_answered(clinic: Clinic, ready: Talker) -> None:
    submission.submit(user_id=ready.user.pk, session_id=ready.row().pk, now=NOW)
    row = Assignment.objects.select_related("session__user", "session__dependant").get(session=ready.row())
    aathma().request(assignments.consultation(row, now=NOW))  # and the process died before it could write that down
    assert ready.row().status == SessionStatus.SUBMITTED

    deliver()

    assert ready.see()["status"] == "LOCKED"
    assert len(clinic.consultations()) == 1


def test_the_poll_finds_what_the_outbox_gave_up(clinic: Clinic, ready: Talker) -> None:
    clinic.fault("consultation", "http_500")
    ready.submitted()
    from aarokya.common.models import OutboxMessage

    OutboxMessage.objects.filter(topic="doctor.submitted").update(quarantined_at=NOW)
    clinic.heal()

    later = clock.now() + timedelta(minutes=30)
    assert assignments.announce_due(now=later) == 1
    outbox.drain(now=later)

    assert ready.see()["status"] == "LOCKED"
    assert len(clinic.consultations()) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_assignment(clinic: Clinic) -> None:
    talker = Talker.new(money=100_000)
    talker.tell()
    start = threading.Barrier(8)

    def submit(number: int) -> str:
        try:
            start.wait()
            submission.submit(user_id=talker.user.pk, session_id=talker.row().pk, now=NOW)
            if number % 2:
                assignments.forward(session_id=talker.row().pk, gateway=aathma(), now=NOW)
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(submit, range(8))) == ["done"] * 8

    assert talker.row().status == SessionStatus.LOCKED
    assert (Assignment.objects.count(), len(clinic.consultations())) == (1, 1)
    assert talker.assignment().events.count() == 1
    assert balance(talker.user) == 100_000 - FEE
    assert AuditEntry.objects.filter(action="doctor.session_sealed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_red_flag_racing_the_submission_is_either_free_or_too_late(clinic: Clinic) -> None:
    for _ in range(5):
        talker = Talker.new(money=100_000)
        talker.tell()
        start = threading.Barrier(2)

        def act(work: Any, start: threading.Barrier = start) -> None:
            try:
                start.wait()
                work()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            flag = talker.try_say
            list(pool.map(act, [talker.submit, lambda flag=flag: flag("I cannot breathe")]))

        is_emergency = talker.row().status == SessionStatus.EMERGENCY
        assert balance(talker.user) == (100_000 if is_emergency else 100_000 - FEE)
        assert is_emergency == (talker.row().fee_transfer_id is None)


def test_a_doctor_found_later_arrives_by_webhook_or_poll(clinic: Clinic, ready: Talker) -> None:
    clinic.control("POST", "aathma", {"assign": "later"})
    assert ready.submitted()["assignment"]["status"] == "REQUESTED"
    assert ready.row().status == SessionStatus.SUBMITTED
    clinic.act(ready, "ASSIGNED")

    assert push(ready).status_code == 200
    deliver()

    shown = ready.see()
    assert (shown["status"], shown["assignment"]["doctor_name"]) == ("LOCKED", "Dr. Kavya Shetty")
    assert [event.cause for event in ready.assignment().events.all()] == [Cause.SUBMIT, Cause.WEBHOOK]


def test_another_doctor_may_take_over_after_the_lock(clinic: Clinic, ready: Talker) -> None:
    ready.submitted()
    clinic.act(ready, "REASSIGNED")

    later = clock.now() + timedelta(hours=1)
    assignments.announce_due(now=later)
    outbox.drain(now=later)

    shown = ready.see()["assignment"]
    assert (shown["doctor_name"], shown["reassignments"]) == ("Dr. Arjun Menon", 1)
    assert ready.row().status == SessionStatus.LOCKED


@pytest.mark.parametrize(
    ("outcome", "back"), [("CANCELLED", FEE), ("DOCTOR_NO_SHOW", FEE), ("PATIENT_NO_SHOW", 0), ("COMPLETED", 0)]
)
def test_money_goes_back_when_the_doctor_failed(clinic: Clinic, ready: Talker, outcome: str, back: int) -> None:
    ready.submitted()
    clinic.act(ready, outcome, reason="ward round")

    for _ in range(2):
        push(ready)
        deliver()

    shown = ready.see()["assignment"]
    assert (shown["status"], shown["refunded"]) == (outcome, bool(back))
    assert balance(ready.user) == 100_000 - FEE + back


def test_the_patient_may_cancel(clinic: Clinic, ready: Talker) -> None:
    ready.submitted()
    path = f"/doctor/session/{ready.session_id}/cancel"
    clinic.fault("cancel", "drop_after", times=1)

    assert ready.client.post(path, {"reason": "feeling better"}, format="json").status_code == 200
    deliver()
    deliver()

    assert ready.see()["assignment"]["status"] == "CANCELLED"
    assert balance(ready.user) == 100_000
    assert ready.client.post(path, {}, format="json").json()["error"] == "DR-1511"


def test_an_old_state_never_replaces_a_newer_one(clinic: Clinic, ready: Talker) -> None:
    ready.submitted()
    old = aathma().fetch(ready.assignment().pk)
    assert old is not None
    clinic.act(ready, "COMPLETED")
    assignments.sync(assignment_id=ready.assignment().pk, gateway=aathma(), cause=Cause.POLL, now=NOW)

    assignments.apply(old, cause=Cause.WEBHOOK, now=NOW)

    assert ready.assignment().status == AssignmentStatus.COMPLETED
    assert ready.assignment().next_check_at is None


def test_feedback_once_and_only_afterwards(clinic: Clinic, ready: Talker) -> None:
    ready.submitted()
    path = f"/doctor/session/{ready.session_id}/feedback"
    assert ready.client.post(path, {"rating": 5}, format="json").json()["error"] == "DR-1509"
    clinic.act(ready, "COMPLETED")
    push(ready)
    deliver()

    assert ready.client.post(path, {"rating": 6}, format="json").json()["error"] == "VALIDATION_ERROR"
    assert ready.client.post(path, {"rating": 5, "comment": "kind"}, format="json").status_code == 201
    assert ready.client.post(path, {"rating": 1}, format="json").json()["error"] == "DR-1509"
    deliver()
    assert clinic.books()["feedback"] == 1


def test_webhooks_are_signed_stored_once_and_only_hints(clinic: Clinic, ready: Talker) -> None:
    ready.submitted()
    before = len(clinic.calls("aathma", "consultation_status"))

    assert push(ready, secret=b"wrong").json()["error"] == "INVALID_TOKEN"
    assert [push(ready, event_id="e1").status_code for _ in range(3)] == [200] * 3
    assert push(ready, event_id="e2", consultation_id="not-ours").status_code == 200
    deliver()

    assert len(clinic.calls("aathma", "consultation_status")) - before == 1
    from doctor.models import AathmaWebhook

    assert set(AathmaWebhook.objects.values_list("event_id", flat=True)) == {"e1", "e2"}
    assert not AathmaWebhook.objects.filter(processed_at=None).exists()


def test_a_permanent_refusal_is_kept_for_staff(clinic: Clinic, ready: Talker) -> None:
    submission.submit(user_id=ready.user.pk, session_id=ready.row().pk, now=NOW)
    from doctor.gateways.aathma import AathmaOverHttp

    wrong_key = AathmaOverHttp(base_url=str(aathma().client.http.base_url), api_key="wrong")
    with pytest.raises(AathmaUnavailable) as refused:
        assignments.forward(session_id=ready.row().pk, gateway=wrong_key, now=NOW)
    wrong_key.close()

    assert refused.value.permanent
    assert "401" in ready.assignment().last_error


def test_for_somebody_else_of_the_family(clinic: Clinic, talker: Talker) -> None:
    ravi = people.add_dependant(talker.user)
    talker.start(language="en", for_dependant_id=str(ravi.pk))
    from doctor.tests.builders import INTAKES

    for text in INTAKES["en"][:-1]:
        talker.say(text)

    assert talker.submitted()["status"] == "LOCKED"
    [sent] = clinic.calls("aathma", "consultation")
    assert (sent["body"]["patient"]["name"], sent["body"]["patient"]["relationship"]) == ("Ravi Rao", "SPOUSE")
    assert talker.row().covered_by == Coverage.WALLET
