"""Opening at the issuer: every fault, a crash between any two steps, five tries, and never a second wallet."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from aarokya.common import clock, outbox
from aarokya.common.errors import InvalidTransition, NotFound
from aarokya.common.ids import uuid7
from aarokya.common.models import AuditEntry, OutboxMessage
from wallets import handlers, tasks
from wallets.models import ProvisioningStatus, Wallet
from wallets.services import opening
from wallets.tests.builders import NOW, make_holder, make_user, together
from wallets.tests.issuers import Desk, Died, MortalIssuer

pytestmark = pytest.mark.django_db


def due_wallet() -> UUID:
    return make_holder().wallet_id


def state(wallet_id: UUID) -> Wallet:
    return Wallet.objects.get(pk=wallet_id)


def test_a_new_user_has_a_wallet_at_once_and_the_issuer_hears_of_it_later(desk: Desk) -> None:
    user = make_user()
    with transaction.atomic():
        outbox.emit("user.registered", payload={"user_id": str(user.pk)}, key=f"user:{user.pk}", now=NOW)
        wallet = Wallet.objects.of(user.pk).get()
    assert (wallet.status, wallet.issuer_status, wallet.transcorp_wallet_id) == ("CREATED", "UNKNOWN", None)

    handlers.provision({"user_id": str(user.pk)}, now=NOW)

    wallet.refresh_from_db()
    assert (wallet.status, wallet.issuer_status, wallet.attempts) == ("COMPLETED", "ACTIVE", 1)
    assert list(desk.books()["wallets"]) == [wallet.transcorp_wallet_id]


def test_provisioning_again_changes_nothing(desk: Desk) -> None:
    wallet_id = due_wallet()

    for _ in range(3):
        opening.provision(wallet_id=wallet_id, issuer=desk.issuer, now=NOW)

    assert state(wallet_id).attempts == 1
    assert desk.books()["customers"] == 1


@pytest.mark.parametrize("operation", ["customer", "wallet"])
@pytest.mark.parametrize("mode", ["http_500", "malformed", "drop", "drop_after", "timeout", "timeout_after"])
def test_a_fault_is_waited_out_and_one_wallet_results(desk: Desk, mode: str, operation: str) -> None:
    wallet_id = due_wallet()
    desk.fault(mode, operation=operation)

    opening.provision(wallet_id=wallet_id, issuer=desk.issuer, now=NOW)
    waiting = state(wallet_id)
    desk.control("DELETE", "faults")
    opening.provision(wallet_id=wallet_id, issuer=desk.issuer, now=NOW + timedelta(seconds=5))

    assert (waiting.status, waiting.attempts) == ("RETRYING", 1)
    assert waiting.next_attempt_at is not None
    assert timedelta(seconds=2.25) <= waiting.next_attempt_at - NOW <= timedelta(seconds=3.75)
    assert waiting.last_error
    assert state(wallet_id).status == ProvisioningStatus.COMPLETED
    assert (desk.books()["customers"], len(desk.books()["wallets"])) == (1, 1)


@pytest.mark.parametrize(
    "point", ["before:create_customer", "after:create_customer", "before:create_wallet", "after:create_wallet"]
)
def test_a_crash_between_any_two_steps_resumes_without_a_second_wallet(desk: Desk, point: str) -> None:
    wallet_id = due_wallet()
    mortal = MortalIssuer(desk.issuer, point)

    with pytest.raises(Died):
        opening.provision(wallet_id=wallet_id, issuer=mortal, now=NOW)
    assert wallet_id not in opening.due(now=NOW + timedelta(seconds=59)), "whoever died still has the lease"
    assert wallet_id in opening.due(now=NOW + timedelta(seconds=60))
    opening.provision(wallet_id=wallet_id, issuer=mortal, now=NOW + timedelta(seconds=60))

    assert state(wallet_id).status == ProvisioningStatus.COMPLETED
    books = desk.books()
    assert list(books["wallets"]) == [state(wallet_id).transcorp_wallet_id]
    assert books["customers"] == 1


def test_the_fifth_failure_is_the_last(desk: Desk) -> None:
    wallet_id = due_wallet()
    desk.fault("http_500")
    moment, pauses = NOW, []

    for _ in range(4):
        opening.provision(wallet_id=wallet_id, issuer=desk.issuer, now=moment)
        next_attempt_at = state(wallet_id).next_attempt_at
        assert next_attempt_at is not None
        pauses.append((next_attempt_at - moment).total_seconds())
        moment = next_attempt_at
    for day in range(2):
        opening.provision(wallet_id=wallet_id, issuer=desk.issuer, now=moment + timedelta(days=day))

    wallet = state(wallet_id)
    assert (wallet.status, wallet.attempts, wallet.next_attempt_at) == ("FAILED", 5, None)
    assert [round(pause / (3 * 2**number)) for number, pause in enumerate(pauses)] == [1, 1, 1, 1]
    assert wallet_id not in opening.due(now=moment + timedelta(days=1))
    retries = OutboxMessage.objects.filter(topic="wallet.provisioning_due", payload={"wallet_id": str(wallet_id)})
    assert retries.count() == 4


def test_five_crashes_end_in_failed_too(desk: Desk) -> None:
    wallet_id = due_wallet()
    for number in range(5):
        with pytest.raises(Died):
            opening.provision(
                wallet_id=wallet_id, issuer=MortalIssuer(desk.issuer, "before:create_customer"), now=NOW + timedelta(hours=number)
            )

    opening.provision(wallet_id=wallet_id, issuer=desk.issuer, now=NOW + timedelta(hours=6))

    assert state(wallet_id).status == ProvisioningStatus.FAILED


def test_ops_can_try_a_failed_wallet_again(desk: Desk) -> None:
    wallet_id = due_wallet()
    desk.fault("http_500")
    for hour in range(5):
        opening.provision(wallet_id=wallet_id, issuer=desk.issuer, now=NOW + timedelta(hours=hour))
    desk.control("DELETE", "faults")
    later = NOW + timedelta(days=1)

    opening.retry(wallet_id=wallet_id, actor="staff:ops", reason="issuer is back", now=later)
    opening.provision(wallet_id=wallet_id, issuer=desk.issuer, now=later)

    assert state(wallet_id).status == ProvisioningStatus.COMPLETED
    assert AuditEntry.objects.get(action="wallet.provisioning_retried").reason == "issuer is back"
    with pytest.raises(InvalidTransition):
        opening.retry(wallet_id=wallet_id, actor="staff:ops", reason="again", now=later)
    with pytest.raises(NotFound):
        opening.retry(wallet_id=uuid7(), actor="staff:ops", reason="nobody", now=later)


def test_the_sweep_takes_up_what_is_due(desk: Desk) -> None:
    wallets = [due_wallet() for _ in range(3)]

    tasks.provision_due()

    assert {state(wallet_id).status for wallet_id in wallets} == {ProvisioningStatus.COMPLETED}
    assert len(desk.books()["wallets"]) == 3


def test_the_command_can_be_tried_dry(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    wallet_id = due_wallet()

    call_command("provision_wallets", "--dry-run")
    assert state(wallet_id).status == ProvisioningStatus.CREATED
    call_command("provision_wallets")

    assert state(wallet_id).status == ProvisioningStatus.COMPLETED
    assert "1 opened" in capsys.readouterr().out
    assert len(desk.books()["wallets"]) == 1


def test_a_completed_wallet_must_have_its_id() -> None:
    wallet_id = due_wallet()

    with pytest.raises(IntegrityError, match="wallet_sound"), transaction.atomic():
        Wallet.objects.filter(pk=wallet_id).update(status=ProvisioningStatus.COMPLETED)


@pytest.mark.django_db(transaction=True)
def test_many_workers_make_one_attempt(desk: Desk) -> None:
    wallet_id = due_wallet()

    together([partial(opening.provision, wallet_id=wallet_id, issuer=desk.issuer, now=clock.now()) for _ in range(8)], threads=8)

    assert (state(wallet_id).status, state(wallet_id).attempts) == ("COMPLETED", 1)
    assert desk.books()["customers"] == 1
