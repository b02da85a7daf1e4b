"""Debits under a mandate: told, asked for, settled once, and stopped before the bank stops us."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connections, transaction
from rest_framework.test import APIClient

from aarokya.common import outbox
from aarokya.common.api.principals import StaffMember
from aarokya.common.clients.http import PartnerError
from aarokya.common.money import Money
from accounts.models import Notice, User
from payments.gateways import gateway
from payments.models import ExecutionStatus, Frequency, MandateExecution, MandateStatus, Order
from payments.services.mandates import debiting, planning
from payments.tests.builders import Bank, make_customer, sign_in
from payments.tests.mandates import Autopay
from payments.tests.premiums import Premiums
from tests import figures

pytestmark = pytest.mark.django_db
DAY = Money(2_500)


def ops() -> APIClient:
    client = APIClient()
    sign_in(client, StaffMember(staff_id=1, username="olga", groups=frozenset({"ops"}), is_superuser=False))
    return client


def paid(autopay: Autopay) -> int:
    """Days of premium that were paid."""
    return (Money(365 * 2_500) - autopay.premiums.owed(autopay.policy_id)).paise // 2_500


def orders_asked_for(autopay: Autopay) -> int:
    """How many different debits the bank was asked for up to the one that the test is about."""
    dispatched = MandateExecution.objects.filter(due_on__lte=autopay.execution.due_on).exclude(order=None)
    return dispatched.count()


def charged_at_bank(autopay: Autopay) -> int:
    return int(autopay.bank.books()["totals"]["charged"])


def test_a_debit_is_announced_a_day_ahead_and_settled_once(autopay: Autopay) -> None:
    autopay.start()

    asked = autopay.plan_and_dispatch()
    before = (asked.status, asked.order and asked.order.status, paid(autopay))
    autopay.move_to(asked.execute_at + timedelta(seconds=2))
    autopay.decide("CHARGED")
    autopay.work(asked.execute_at + timedelta(hours=2, minutes=30))
    autopay.work(asked.execute_at + timedelta(hours=3))

    assert before == ("PENDING", "PENDING", 1)
    assert asked.notified_at is not None
    assert timedelta(hours=24) <= asked.execute_at - asked.notified_at <= timedelta(hours=48)
    assert (autopay.execution.status, paid(autopay), charged_at_bank(autopay)) == ("SUCCESS", 2, 5_000)
    assert orders_asked_for(autopay) == 1


@pytest.mark.parametrize(("frequency", "texts"), [(Frequency.DAILY, []), (Frequency.YEARLY, ["debit_ahead"])])
def test_of_a_debit_that_does_not_come_daily_we_remind_ourselves(
    autopay: Autopay, frequency: Frequency, texts: list[str]
) -> None:
    autopay.premiums.frequency = frequency
    autopay.start()
    asked = autopay.plan_and_dispatch()
    told = Notice.objects.filter(user_id=autopay.mandate.user_id)
    assert [notice.template for notice in told] == texts
    assert all(notice.values == {"amount": "Rs 25.00", "date": f"{asked.due_on:%d-%m-%Y}"} for notice in told)


def test_a_week_goes_by(autopay: Autopay) -> None:
    autopay.start()

    for _ in range(7):
        autopay.debit_day()

    days = list(MandateExecution.objects.order_by("due_on").values_list("due_on", flat=True))
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=1)}
    assert (paid(autopay), charged_at_bank(autopay)) == (8, 8 * 2_500)
    past = autopay.get(f"mandates/{autopay.mandate.pk}/calendar").json()
    assert len(past["past"]) + len(past["coming"]) >= 7


def test_the_last_debit_takes_what_is_left_and_then_none_comes(autopay: Autopay) -> None:
    autopay.premiums.prices[autopay.policy_id] = Money(3_600)
    autopay.start()

    last = autopay.debit_day()
    due_at = autopay.mandate.next_plan_at
    assert due_at is not None
    autopay.work(due_at)
    autopay.work(due_at + timedelta(days=3))

    assert (last.amount, autopay.premiums.owed(autopay.policy_id)) == (Money(1_100), Money(0))
    assert (MandateExecution.objects.count(), autopay.mandate.status) == (1, MandateStatus.ACTIVE)


def test_a_policy_that_is_gone_ends_the_mandate_at_the_bank_too(autopay: Autopay) -> None:
    autopay.start()
    autopay.premiums.daily.clear()

    due_at = autopay.mandate.next_plan_at
    assert due_at is not None
    autopay.work(due_at)

    assert (autopay.mandate.status, autopay.at_bank(), MandateExecution.objects.count()) == ("COMPLETED", "REVOKED", 0)


def test_nothing_is_credited_without_charged(autopay: Autopay) -> None:
    """F39: status checks 27 h after the debit was asked for, every 15 min, six times; then it is unknown, and still nothing."""
    autopay.start()
    asked = autopay.plan_and_dispatch()
    autopay.decide("PENDING")
    assert asked.dispatched_at is not None
    first = asked.next_step_at
    for number in range(6):
        autopay.work(asked.dispatched_at + timedelta(hours=27, minutes=15 * number, seconds=1))

    unknown = autopay.execution
    assert first == asked.dispatched_at + timedelta(hours=27)
    assert (unknown.status, unknown.checks, unknown.next_step_at) == ("STATUS_UNKNOWN", 6, None)
    assert paid(autopay) == 1
    autopay.decide("CHARGED")
    autopay.work(asked.dispatched_at + timedelta(hours=54))
    assert (autopay.execution.status, paid(autopay)) == ("SUCCESS", 2)


def test_three_failures_pause_it_here_and_at_the_bank_and_nine_stop_it(autopay: Autopay) -> None:
    """F39: the bank would revoke at ten."""
    autopay.start()
    seen = []
    for number in range(1, 10):
        assert autopay.debit_day("FAILED").status == ExecutionStatus.FAILED
        seen.append((autopay.mandate.failures, autopay.mandate.status, autopay.at_bank()))
        if number in {3, 6}:
            assert autopay.post("resume").status_code == 200

    answer = autopay.post("resume")

    assert seen[1] == (2, "ACTIVE", "ACTIVE")
    assert [seen[index] for index in (2, 5, 8)] == [(count, "PAUSED", "PAUSED") for count in (3, 6, 9)]
    assert (answer.status_code, answer.json()["error"]) == (409, "ME-1210")
    autopay.work(autopay.execution.execute_at + timedelta(days=3))  # tomorrow's was with the bank already: it was stopped there
    assert (paid(autopay), charged_at_bank(autopay), autopay.at_bank()) == (1, 2_500, "PAUSED")
    told = Notice.objects.filter(user_id=autopay.mandate.user_id).values_list("template", flat=True)
    assert list(told) == ["debit_failed", "debit_failed", "mandate_paused"] * 3
    figures.note("F39", "paused at 3, 6, 9; stopped at 9; mandate at the bank still stands")


def test_a_success_forgives_the_failures_before_it(autopay: Autopay) -> None:
    autopay.start()
    for outcome in ("FAILED", "FAILED", "CHARGED", "FAILED"):
        autopay.debit_day(outcome)

    assert (autopay.mandate.failures, autopay.mandate.status) == (1, "ACTIVE")


@pytest.mark.parametrize(("mode", "operation"), [("timeout_after", "txn"), ("drop", "txn"), ("http_500", "mandate")])
def test_a_lost_answer_is_one_debit(autopay: Autopay, mode: str, operation: str) -> None:
    autopay.start()
    due_at = autopay.mandate.next_plan_at
    assert due_at is not None
    planning.plan_due(now=due_at)
    autopay.move_to(due_at)
    autopay.bank.fault(operation, mode, times=3, delay_s=0.1)  # as often as one step tries
    with pytest.raises(PartnerError):
        debiting.step(execution_id=autopay.execution.pk, gateway=gateway(), now=due_at)
    autopay.bank.heal()

    autopay.work(due_at + timedelta(minutes=6))
    autopay.decide("CHARGED")
    autopay.work(autopay.execution.execute_at + timedelta(hours=2, minutes=30))

    assert (autopay.execution.status, paid(autopay), charged_at_bank(autopay)) == ("SUCCESS", 2, 5_000)
    assert orders_asked_for(autopay) == 1


def test_a_debit_the_bank_never_took_voids_its_order(autopay: Autopay) -> None:
    autopay.start()
    due_at = autopay.mandate.next_plan_at
    assert due_at is not None
    autopay.bank.fault("txn", "http_500")
    autopay.work(due_at)
    autopay.bank.heal()

    autopay.work(autopay.execution.execute_at + timedelta(minutes=1))

    order = autopay.execution.order
    assert order is not None
    assert (autopay.execution.status, order.status) == ("FAILED", "EXPIRED")
    assert (autopay.mandate.failures, paid(autopay)) == (0, 1)  # no fault of the account
    assert order.order_id in autopay.premiums.released


def test_who_could_not_be_told_in_time_is_not_debited(autopay: Autopay) -> None:
    autopay.start()
    due_at = autopay.mandate.next_plan_at
    assert due_at is not None
    autopay.bank.fault("mandate", "http_500")
    autopay.work(due_at)
    autopay.bank.heal()

    autopay.work(due_at + timedelta(hours=1, minutes=1))

    assert (autopay.execution.status, autopay.execution.reason) == ("FAILED", "the customer could not be told in time")
    assert not autopay.bank.calls("txn")


def test_one_debit_can_be_cancelled_before_the_bank_has_it(autopay: Autopay) -> None:
    autopay.start()
    due_at = autopay.mandate.next_plan_at
    assert due_at is not None
    planning.plan_due(now=due_at)
    execution = autopay.execution

    answer = autopay.post_debit(execution, "cancel")
    autopay.work(due_at)

    assert (answer.status_code, answer.json()["status"]) == (200, "CANCELLED")
    assert not autopay.bank.calls("txn")


def test_one_debit_can_be_cancelled_at_the_bank(autopay: Autopay) -> None:
    autopay.start()
    execution = autopay.plan_and_dispatch()

    answer = autopay.post_debit(execution, "cancel")
    autopay.work(execution.execute_at + timedelta(hours=30))

    order = autopay.execution_of(execution).order
    assert order is not None
    assert (answer.json()["status"], order.status) == ("CANCELLED", "FAILED")
    assert (autopay.mandate.failures, paid(autopay)) == (0, 1)


def test_cancelling_four_minutes_before_is_refused_cleanly(autopay: Autopay) -> None:
    """F39."""
    autopay.start()
    execution = autopay.plan_and_dispatch()
    autopay.move_to(execution.execute_at - timedelta(minutes=4))

    answer = autopay.post_debit(execution, "cancel")

    assert (answer.status_code, answer.json()["error"]) == (409, "ME-1209")
    assert autopay.execution.status == "PENDING"
    figures.note("F39b", "ME-1209, debit goes on")


def test_a_mandate_revoked_while_a_debit_is_under_way(autopay: Autopay) -> None:
    """F39: no credit without CHARGED."""
    autopay.start()
    execution = autopay.plan_and_dispatch()

    autopay.decide("REVOKED")  # in the customer's UPI app
    autopay.move_to(execution.execute_at + timedelta(minutes=1))
    autopay.decide("CHARGED")  # the bank comes to the debit and finds no mandate
    autopay.work(execution.execute_at + timedelta(hours=2, minutes=30))

    assert (autopay.execution.status, autopay.mandate.status) == ("FAILED", "CANCELLED")
    assert (paid(autopay), charged_at_bank(autopay)) == (1, 2_500)
    figures.note("F39c", "credits without CHARGED 0")


def test_claims_from_outside_are_one_debit_for_each_firing(autopay: Autopay) -> None:
    autopay.start()
    path = f"/mandates/{autopay.mandate.pk}/execute"

    nameless = ops().post(path, format="json")
    first = ops().post(path, format="json", headers={"X-Mandate-Execution-Id": "firing-1"})
    again = ops().post(path, format="json", headers={"x-kronos-idempotency-key": "firing-1"})  # the older header

    assert nameless.status_code == 400
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 200, first.json()["id"])
    assert (MandateExecution.objects.count(), len(autopay.bank.calls("txn"))) == (1, 1)
    shown = autopay.get(f"mandates/{autopay.mandate.pk}/executions").json()["data"]
    assert [(row["amount"], row["currency"]) for row in shown] == [(2_500, "INR")]
    assert [(row["status"], row["external_order_status"] or "", row["job_execution_id"]) for row in shown] == [
        ("PENDING", shown[0]["external_order_status"] or "", "firing-1")
    ]


def test_a_firing_whose_id_would_have_to_be_cut_is_refused(autopay: Autopay) -> None:
    autopay.start()
    path = f"/mandates/{autopay.mandate.pk}/execute"

    for key in ("x" * 101, "a b", "ä"):
        answer = ops().post(path, format="json", headers={"X-Mandate-Execution-Id": key})
        assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR")

    assert not MandateExecution.objects.exists()
    assert ops().post(path, format="json", headers={"X-Mandate-Execution-Id": "x" * 100}).status_code == 201


def test_a_status_check_by_hand_settles(autopay: Autopay) -> None:
    autopay.start()
    execution = autopay.plan_and_dispatch()
    autopay.decide("CHARGED")
    path = f"/mandates/{autopay.mandate.pk}/executions/{execution.pk}/status_check"

    answers = [ops().post(path, {"attempt": 1}, format="json") for _ in range(2)]

    assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [(200, "SUCCESS")] * 2
    assert paid(autopay) == 2


def test_debits_of_others_do_not_exist(autopay: Autopay, premiums: Premiums) -> None:
    autopay.start()
    execution = autopay.plan_and_dispatch()
    stranger = Autopay(autopay.bank, make_customer(), premiums, autopay.policy_id)
    path = f"mandates/{autopay.mandate.pk}/executions/{execution.pk}"

    assert [autopay.get(path).status_code, stranger.get(path).status_code] == [200, 404]
    assert ops().post(f"/mandates/{execution.pk}/executions/{execution.pk}/status_check").status_code == 404


def test_a_charge_after_a_failure_is_honoured(autopay: Autopay) -> None:
    autopay.start()
    autopay.debit_day("FAILED")
    order = autopay.execution.order
    assert order is not None

    autopay.bank.outcome(order, "CHARGED")
    autopay.work(autopay.execution.execute_at + timedelta(hours=6))

    assert (autopay.execution.status, paid(autopay), autopay.mandate.failures) == ("SUCCESS", 2, 0)


def test_the_database_refuses_a_debit_above_what_was_agreed_to(autopay: Autopay) -> None:
    autopay.start()
    autopay.plan_and_dispatch()

    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        MandateExecution.objects.update(amount=Money(1))
    with pytest.raises(IntegrityError, match="above what was agreed to"), transaction.atomic():
        MandateExecution.objects.create(
            mandate=autopay.mandate, due_on="2030-01-01", amount=Money(2_501), execute_at=autopay.execution.execute_at
        )


@pytest.mark.django_db(transaction=True)
def test_planners_and_workers_at_once_make_one_debit(bank: Bank, premiums: Premiums) -> None:
    autopay = Autopay.of(bank, make_customer(), premiums)
    autopay.start()
    due_at = autopay.mandate.next_plan_at
    assert due_at is not None
    autopay.move_to(due_at)
    ready = threading.Barrier(8)

    def work() -> None:
        ready.wait()
        try:
            planning.plan_due(now=due_at)
            planning.announce_steps(now=due_at)
            outbox.drain(now=due_at)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    autopay.work(due_at + timedelta(minutes=2))

    assert MandateExecution.objects.count() == 1
    assert Order.objects.filter(mandate_role="DEBIT").count() == 1
    assert autopay.execution.status == "PENDING"


def test_time_does_not_pass_for_customers_without_mandates(bank: Bank, customer: User) -> None:
    assert planning.plan_due(now=customer.created_at + timedelta(days=400)) == 0
