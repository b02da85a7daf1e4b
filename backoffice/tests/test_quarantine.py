"""A message that gave up is tried again by who may, for a reason that is kept."""

from datetime import UTC, datetime

import pytest

from aarokya.common.errors import InvalidTransition
from aarokya.common.models import AuditEntry, OutboxMessage
from backoffice.services import messages
from backoffice.tests.conftest import SignIn

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def poisoned() -> OutboxMessage:
    return OutboxMessage.objects.create(
        topic="otp.requested",
        handler="accounts.handlers.send_code",
        payload={"challenge_id": "secret-payload"},
        not_before=NOW,
        attempts=10,
        quarantined_at=NOW,
        last_error="PartnerError: no answer",
    )


def url(message: OutboxMessage) -> str:
    return f"/admin/common/outboxmessage/{message.pk}/replay/"


def test_replaying_shows_its_effect_first_and_is_audited(sign_in: SignIn, poisoned: OutboxMessage) -> None:
    office = sign_in("ops")

    shown = office.post(url(poisoned), {"reason": "gateway is back"}).content.decode()
    assert "handed to a worker at once" in shown
    poisoned.refresh_from_db()
    assert poisoned.quarantined_at

    office.post(url(poisoned), {"reason": "gateway is back", "confirm": "1"})
    poisoned.refresh_from_db()
    assert poisoned.attempts == 0
    assert OutboxMessage.objects.open().filter(pk=poisoned.pk).exists()
    entry = AuditEntry.objects.get(action="outbox.replayed")
    assert (entry.actor, entry.reason, entry.object_id) == ("staff:ops", "gateway is back", str(poisoned.pk))


def test_without_a_reason_nothing_happens(sign_in: SignIn, poisoned: OutboxMessage) -> None:
    assert "This field is required" in sign_in("ops").post(url(poisoned), {"reason": " ", "confirm": "1"}).content.decode()
    poisoned.refresh_from_db()
    assert poisoned.quarantined_at


def test_a_second_replay_is_refused_in_words(sign_in: SignIn, poisoned: OutboxMessage) -> None:
    office = sign_in("ops")
    office.post(url(poisoned), {"reason": "again", "confirm": "1"})
    answer = office.post(url(poisoned), {"reason": "again", "confirm": "1"})
    assert "not in quarantine" in answer.content.decode()
    assert AuditEntry.objects.filter(action="outbox.replayed").count() == 1


@pytest.mark.parametrize("group", ["finance", "support", "auditor"])
def test_others_may_not(sign_in: SignIn, poisoned: OutboxMessage, group: str) -> None:
    assert sign_in(group).post(url(poisoned), {"reason": "x", "confirm": "1"}).status_code == 403
    poisoned.refresh_from_db()
    assert poisoned.quarantined_at


def test_the_service_refuses_what_is_done(poisoned: OutboxMessage) -> None:
    OutboxMessage.objects.update(done_at=NOW)
    with pytest.raises(InvalidTransition):
        messages.replay(poisoned.pk, actor="staff:ops", reason="x", now=NOW)


def test_the_quarantine_is_a_list_without_payloads(sign_in: SignIn, poisoned: OutboxMessage) -> None:
    OutboxMessage.objects.create(topic="t", handler="h", payload={}, not_before=NOW, done_at=NOW)
    office = sign_in("ops")
    listed = office.get("/admin/common/outboxmessage/?state=quarantine")
    assert [row.pk for row in listed.context["cl"].result_list] == [poisoned.pk]
    page = office.get(f"/admin/common/outboxmessage/{poisoned.pk}/change/").content.decode()
    assert "no answer" in page
    assert "secret-payload" not in page


def test_idempotency_keys_have_no_page(sign_in: SignIn) -> None:
    assert sign_in().get("/admin/common/idempotencykey/").status_code == 404
