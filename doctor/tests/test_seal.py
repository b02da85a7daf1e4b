"""Locked means locked: for the API, for the ORM and for raw SQL of the application's role."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from doctor.models import Addendum, Message, Session, SessionStatus
from doctor.services import sealing
from doctor.tests.builders import Clinic, Talker, deliver
from tests import database

STATEMENTS = [
    "UPDATE doctor_session SET status = 'IN_PROGRESS' WHERE id = %(id)s",
    "UPDATE doctor_session SET summary = '' WHERE id = %(id)s",
    "UPDATE doctor_session SET seal = repeat('0', 64) WHERE id = %(id)s",
    "UPDATE doctor_session SET fee = 0, fee_transfer_id = NULL, covered_by = 'POLICY' WHERE id = %(id)s",
    "UPDATE doctor_session SET last_modified_at = now() WHERE id = %(id)s",
    "DELETE FROM doctor_session WHERE id = %(id)s",
    "UPDATE doctor_message SET text = '' WHERE session_id = %(id)s",
    "UPDATE doctor_message SET session_id = gen_random_uuid() WHERE session_id = %(id)s",
    "DELETE FROM doctor_message WHERE session_id = %(id)s",
    (
        "INSERT INTO doctor_message (id, created_at, last_modified_at, session_id, number, role, author, text, said_at, replaced)"
        " VALUES (gen_random_uuid(), now(), now(), %(id)s, 999, 'PATIENT', 'PATIENT', '', now(), '')"
    ),
    "TRUNCATE doctor_message",
    "ALTER TABLE doctor_session DISABLE TRIGGER ALL",
    "DROP TRIGGER doctor_session_guard ON doctor_session",
    "SET session_replication_role = replica",
]


@pytest.fixture
def locked(clinic: Clinic, talker: Talker) -> Talker:
    talker.tell()
    assert talker.submitted()["status"] == "LOCKED"
    return talker


def assert_refused(statement: str, session_id: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"id": session_id})


@pytest.mark.parametrize("statement", STATEMENTS)
def test_raw_sql(locked: Talker, statement: str) -> None:
    before = sealing.seal_of(locked.row())

    assert_refused(statement, locked.session_id)

    assert sealing.seal_of(locked.row()) == before == locked.row().seal


@pytest.mark.parametrize("statement", STATEMENTS)
def test_raw_sql_while_aathma_has_not_answered(clinic: Clinic, talker: Talker, statement: str) -> None:
    clinic.fault("consultation", "drop")
    talker.tell()
    assert talker.submitted()["status"] == "SUBMITTED"
    if "last_modified_at" in statement:  # refused as well: nothing but the lock may change
        assert_refused(statement, talker.session_id)
        return

    assert_refused(statement, talker.session_id)


def test_the_orm(locked: Talker) -> None:
    row = locked.row()
    row.summary = {}
    message = Message.objects.filter(session=row).first()
    assert message is not None
    message.text = "something else"
    for act in (row.save, row.delete, message.save, message.delete, Session.objects.filter(pk=row.pk).delete):
        with (
            pytest.raises(Exception, match=r"cannot change|not edited|keeps its messages|permission denied|protected"),
            transaction.atomic(),
        ):
            act()


def test_the_api(locked: Talker) -> None:
    before = locked.see()
    path = f"/doctor/session/{locked.session_id}"

    codes = [
        locked.try_say("I want to change what I said").json()["error"],
        locked.client.delete(path).json()["error"],
        locked.client.patch(path, {"status": "STARTED"}, format="json").json()["error"],
    ]

    assert codes == ["DR-1503", "DR-1507", "METHOD_NOT_ALLOWED"]
    assert locked.see() == before
    assert locked.submitted()["status"] == "LOCKED"


def test_an_addendum_is_a_new_entry_and_the_export_shows_both(clinic: Clinic, locked: Talker) -> None:

    path = f"/doctor/session/{locked.session_id}"
    headers = {"Idempotency-Key": "a1"}
    first, again = (
        locked.client.post(f"{path}/addendum", {"text": "I also take aspirin"}, format="json", headers=headers) for _ in range(2)
    )
    deliver()

    assert first.status_code == 201
    assert first.json() == again.json()
    export = locked.client.get(f"{path}/export").json()
    assert [each["text"] for each in export["addenda"]] == ["I also take aspirin"]
    assert export["summary"]["medications"]["items"] == ["metformin"]
    assert len(export["messages"]) == 15
    assert clinic.books()["addenda"] == 1
    assert locked.row().seal == sealing.seal_of(locked.row())


def test_an_addendum_is_never_edited_and_never_early(locked: Talker) -> None:
    locked.client.post(f"/doctor/session/{locked.session_id}/addendum", {"text": "more"}, format="json")
    for statement in ("UPDATE doctor_addendum SET text = ''", "DELETE FROM doctor_addendum"):
        assert_refused(statement, locked.session_id)
    assert Addendum.objects.count() == 1

    other = Talker.new()
    other.start()
    early = other.client.post(f"/doctor/session/{other.session_id}/addendum", {"text": "x"}, format="json")
    assert (early.status_code, early.json()["error"]) == (409, "DR-1508")


def test_a_session_is_not_locked_without_submission(talker: Talker) -> None:
    talker.tell()

    assert_refused(
        "UPDATE doctor_session SET status = 'LOCKED', locked_at = now(), submitted_at = now(), seal = repeat('a', 64),"
        " covered_by = 'POLICY' WHERE id = %(id)s",
        talker.session_id,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE doctor_message SET said_at = said_at + interval '1 second' WHERE session_id = %s AND number = 2",
        "DELETE FROM doctor_message WHERE session_id = %s AND number = 2",
        "UPDATE doctor_session SET seal = repeat('0', 64) WHERE id = %s",
    ],
)
def test_verification_finds_what_somebody_stronger_changed(clinic: Clinic, tamper: str) -> None:
    talker = Talker.new(money=100_000)
    talker.tell()
    talker.submitted()
    assert verify() == 0

    with database.superuser(connection.settings_dict["NAME"]) as superuser, superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute(tamper, [talker.session_id])

    assert verify() == 1


def verify() -> int:
    try:
        call_command("doctor_verify", stdout=StringIO())
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_every_pair_of_states(talker: Talker) -> None:
    """The table of moves is the whole truth: what it does not list is refused."""
    from aarokya.common.errors import InvalidTransition
    from aarokya.common.state import move

    talker.start()
    row = talker.row()
    listed = {(old, new) for old, news in Session.MOVES.items() for new in news}
    assert set(Session.MOVES) == set(SessionStatus)
    for old in SessionStatus:
        for new in SessionStatus:
            if (old, new) not in listed:
                row.status = old
                with pytest.raises(InvalidTransition):
                    move(row, new)
