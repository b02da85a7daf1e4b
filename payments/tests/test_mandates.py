"""Agreeing to a mandate, and pausing, resuming and ending it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from aarokya.common import clock, outbox
from aarokya.common.clock import IST, ist_day
from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from accounts.models import User
from payments.models import Mandate, MandateStatus, Order
from payments.services.mandates import times
from payments.tests.builders import Bank, client_of, make_customer
from payments.tests.mandates import Autopay
from payments.tests.premiums import Premiums

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", range(0, 240, 7))
def test_debits_and_their_notices_keep_out_of_peak_hours(number: int) -> None:
    mandate_id = UUID(int=number)
    debit = times.debit_time(date(2026, 11, 22), mandate_id)

    notice = times.plan_time(date(2026, 11, 22), mandate_id)

    assert times.is_off_peak(debit)
    assert times.is_off_peak(notice)
    assert timedelta(hours=24) <= debit - notice <= timedelta(hours=48)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ((9, 59), True),
        ((10, 0), False),
        ((12, 59), False),
        ((13, 0), True),
        ((17, 0), False),
        ((21, 29), False),
        ((21, 30), True),
    ],
)
def test_the_hours_of_the_bank(moment: tuple[int, int], expected: bool) -> None:
    assert times.is_off_peak(datetime(2026, 11, 21, *moment, tzinfo=IST)) is expected


def test_a_day_whose_notice_would_come_too_late_is_left_out() -> None:
    mandate_id, day = UUID(int=0), date(2026, 11, 22)  # debited at 14:00
    in_time = datetime(2026, 11, 21, 14, 0, tzinfo=IST)

    assert times.first_possible_day(day, mandate_id, now=in_time) == day
    assert times.first_possible_day(day, mandate_id, now=in_time + timedelta(seconds=1)) == date(2026, 11, 23)
    assert times.first_possible_day(day, mandate_id, now=datetime(2026, 12, 24, 9, tzinfo=UTC)) == date(2026, 12, 26)


def test_a_yearly_debit_of_the_leap_day_comes_the_day_before() -> None:
    assert times.next_day(date(2028, 2, 29), "YEARLY") == date(2029, 2, 28)


def test_registering_opens_a_session_and_paying_activates(autopay: Autopay) -> None:
    answer = autopay.register()

    body = answer.json()
    assert (answer.status_code, body["mandate_status"], body["amount"], body["frequency"]) == (201, "PENDING", 2_500, "DAILY")
    assert body["currency"] == "INR"
    assert body["payload"]["sdk_payload"]["payload"]["orderId"] == body["order_id"]
    assert body["account_id"]
    autopay.agree()
    shown = autopay.get("mandates/active").json()
    assert (shown["mandate_status"], shown["external_mandate_status"], bool(shown["mandate_id"])) == ("ACTIVE", "ACTIVE", True)
    assert autopay.premiums.owed(autopay.policy_id) == Money(365 * 2_500 - 2_500)  # the first day is paid


def test_the_order_that_registers_can_be_asked_about(autopay: Autopay) -> None:
    autopay.register()
    path = f"mandate/order_status/{autopay.order_id}"
    before = autopay.get(path).json()
    autopay.bank.control("POST", f"mandates/{autopay.order_id}", {"outcome": "CHARGED"})

    after = autopay.get(path).json()

    assert (before["mandate_status"], before["txn_id"], before["start_date"]) == ("PENDING", None, None)
    assert (after["mandate_status"], after["juspay_order_status"], bool(after["txn_id"])) == ("ACTIVE", "CHARGED", True)
    at_bank = autopay.bank.control("GET", f"orders/{autopay.order_id}")["order"]
    assert (after["txn_uuid"], after["mandate_token"]) == (at_bank["txn_uuid"], at_bank["mandate"]["mandate_token"])
    assert (after["payment_method"], after["payment_method_type"], after["job_id"]) == ("UPI", "UPI", after["id"])
    assert {before[name] for name in ("txn_uuid", "payment_method", "payment_method_type", "job_id")} == {None}
    assert (after["order_id"], after["start_date"]) == (autopay.order_id, ist_day(clock.now()).isoformat())
    assert autopay.get(f"mandate/order_status/{autopay.some_order().order_id}").status_code == 404
    stranger = client_of(make_customer())
    assert stranger.get(f"/users/{autopay.customer.pk}/{path}").status_code == 404


def test_a_webhook_about_the_mandate_activates_it(autopay: Autopay) -> None:
    autopay.register()
    autopay.bank.control("POST", f"mandates/{autopay.order_id}", {"outcome": "CHARGED"})

    autopay.deliver("MANDATE_ACTIVATED")
    outbox.drain(now=clock.now())

    assert autopay.mandate.status == MandateStatus.ACTIVE


def test_one_live_mandate_per_user(autopay: Autopay) -> None:
    first = autopay.register(key="one")
    again = autopay.register(key="one")
    second = autopay.register(key="two")

    assert again.json() == first.json()
    assert (second.status_code, second.json()["error"]) == (409, "ME-1207")
    assert Mandate.objects.count() == 1


def test_the_database_keeps_it_to_one(autopay: Autopay) -> None:
    autopay.register()
    first = autopay.mandate
    other = Order.objects.exclude(pk=first.registration_id).first() or autopay.some_order()

    with pytest.raises(IntegrityError, match="mandate_one_live"), transaction.atomic():
        Mandate.objects.create(
            id=uuid7(),
            user_id=first.user_id,
            type=first.type,
            reference_type="insurance_policy",
            reference_id=str(uuid4()),
            registration=other,
            amount=Money(1),
            max_amount=Money(1),
            frequency="DAILY",
            status="PENDING",
        )


def test_no_mandate_no_debt_no_stranger(bank: Bank, customer: User, premiums: Premiums) -> None:
    none = client_of(customer).get(f"/users/{customer.pk}/mandates/active")
    nothing_owed = client_of(customer).post(f"/users/{customer.pk}/mandate/register", {}, format="json")
    stranger = client_of(make_customer()).get(f"/users/{customer.pk}/mandates")

    assert (none.status_code, none.json()["error"]) == (404, "ME-1208")
    assert (nothing_owed.status_code, nothing_owed.json()["error"]) == (409, "CONFLICT")
    assert stranger.status_code == 404


def test_who_does_not_agree_may_try_again(autopay: Autopay) -> None:
    autopay.register(key="one")
    autopay.bank.control("POST", f"mandates/{autopay.order_id}", {"outcome": "FAILED"})
    autopay.refresh()

    again = autopay.register(key="two")

    statuses = list(Mandate.objects.order_by("created_at").values_list("status", flat=True))
    assert (again.status_code, statuses) == (201, ["FAILED", "PENDING"])


def test_a_session_that_failed_is_resumed_by_the_same_key(autopay: Autopay) -> None:
    autopay.bank.fault("session", "http_500")
    failed = autopay.register(key="one")
    autopay.bank.heal()
    second = autopay.register(key="one")

    assert (failed.status_code, failed.json()["error"]) == (502, "UPSTREAM_ERROR")
    assert (second.status_code, second.json()["mandate_status"]) == (201, "PENDING")
    assert (Mandate.objects.count(), Order.objects.count()) == (1, 1)


def test_pausing_resuming_and_cancelling_reach_the_bank(autopay: Autopay) -> None:
    autopay.start()
    seen = []
    for verb in ("pause", "pause", "resume", "resume", "cancel", "cancel"):
        answer = autopay.post(verb)
        seen.append((answer.status_code, answer.json()["mandate_status"], autopay.at_bank()))

    assert seen == [
        *[(200, "PAUSED", "PAUSED")] * 2,
        *[(200, "ACTIVE", "ACTIVE")] * 2,
        *[(200, "CANCELLED", "REVOKED")] * 2,
    ]
    late = autopay.post("resume")
    assert (late.status_code, late.json()["error"]) == (409, "INVALID_TRANSITION")


def test_a_bank_that_does_not_answer_leaves_it_as_it_is(autopay: Autopay) -> None:
    autopay.start()
    autopay.bank.fault("mandate", "http_500")

    answer = autopay.post("pause")

    assert (answer.status_code, autopay.mandate.status) == (502, MandateStatus.ACTIVE)


def test_what_the_customer_does_at_the_bank_is_learnt(autopay: Autopay) -> None:
    autopay.start()
    seen = []
    for outcome in ("PAUSED", "ACTIVE", "REVOKED"):
        autopay.bank.control("POST", f"mandates/{autopay.mandate.external_id}", {"outcome": outcome})
        autopay.refresh()
        seen.append((autopay.mandate.status, autopay.mandate.pause_cause))

    assert seen == [("PAUSED", "BANK"), ("ACTIVE", ""), ("CANCELLED", "")]


def test_what_was_agreed_to_cannot_change(autopay: Autopay) -> None:
    autopay.start()

    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        Mandate.objects.update(max_amount=Money(1_000_000))


def test_the_calendar_shows_a_month_ahead(autopay: Autopay) -> None:
    autopay.start()

    coming = autopay.get(f"mandates/{autopay.mandate.pk}/calendar").json()["coming"]

    days = [entry["date"] for entry in coming]
    assert days == sorted(set(days))
    assert 29 <= len(days) <= 31
    assert {(entry["amount"], entry["currency"], entry["status"]) for entry in coming} == {(2_500, "INR", "PLANNED")}
