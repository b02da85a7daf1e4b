"""Many contributions: each row once, whatever is sent twice, refused, interrupted or raced."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from aarokya.common import outbox
from aarokya.common.ids import uuid7
from accounts.models import User, UserStatus
from wallets import services, tasks
from wallets.models import (
    ContributionBatch,
    ContributionRow,
    Interval,
    RecurringContribution,
    Sponsor,
    Standing,
    Tier,
    Transfer,
)
from wallets.services import batches, recurring
from wallets.tests.builders import (
    NOW,
    broken_invariants,
    deposit,
    make_holder,
    make_sponsor,
    pot_of,
    staff_client,
    together,
)
from wallets.tests.issuers import Died

pytestmark = pytest.mark.django_db


def row(user_id: UUID, number: int = 1, /, **changes: Any) -> dict[str, Any]:
    return {"user_id": str(user_id), "amount": 100, "reference": f"pay-{number}"} | changes


def send(sponsor: Sponsor, rows: list[Any], *, key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"sponsor_id": str(sponsor.pk), "rows": rows, "note": "November"}
    return staff_client("ops").post("/contributions/bulk", body, format="json", headers=headers)


def send_csv(sponsor: Sponsor, text: str) -> Any:
    path = f"/contributions/bulk?sponsor_id={sponsor.pk}&note=November"
    return staff_client("ops").post(path, text.encode(), content_type="text/csv")


def deliver(batch_id: str) -> None:
    while batches.give_chunk(batch_id=UUID(batch_id), now=NOW):
        pass


def progress(batch_id: str) -> dict[str, Any]:
    found: dict[str, Any] = staff_client("ops").get(f"/contributions/bulk/{batch_id}").json()
    return {name: found[name] for name in ("status", "pending", "posted", "refused", "amount_posted")}


def codes(batch_id: str, state: str = "") -> list[tuple[int, str]]:
    asked = {"state": state} if state else {}
    rows = staff_client("ops").get(f"/contributions/bulk/{batch_id}/rows", asked).json()["data"]
    return [(found["number"], found["code"]) for found in rows]


def test_a_bulk_is_taken_in_at_once_and_given_afterwards() -> None:
    sponsor, holders = make_sponsor(pot=1_000), [make_holder() for _ in range(3)]

    taken = send(sponsor, [row(holder.user_id, number) for number, holder in enumerate(holders)])

    batch_id = taken.json()["id"]
    assert (taken.status_code, taken.json()["status"], taken.json()["pending"]) == (202, "RUNNING", 3)
    outbox.drain(now=NOW + timedelta(days=400))  # whatever the wall clock says: everything is due
    assert progress(batch_id) == {"status": "DONE", "pending": 0, "posted": 3, "refused": 0, "amount_posted": 300}
    assert [holder.pools() for holder in holders] == [(0, 100)] * 3
    assert pot_of(sponsor) == 700
    assert Transfer.objects.filter(source="Acme Logistics", note="November").count() == 3
    assert broken_invariants() == {}


def test_each_bad_row_is_refused_by_itself() -> None:
    sponsor, holder, gone = make_sponsor(pot=10_000_000), make_holder(tier=Tier.SMALL), make_holder()
    User.objects.filter(pk=gone.user_id).update(status=UserStatus.DEACTIVATED, deactivated_at=NOW)
    frozen = make_holder()
    services.set_standing(wallet_id=frozen.wallet_id, standing=Standing.FROZEN, actor="staff:x", reason="x", now=NOW)
    someone = row(holder.user_id)
    rows = [
        someone,
        someone,  # the same reference again
        row(holder.user_id, 3, amount=1_000_001),
        row(frozen.user_id, 4),
        row(gone.user_id, 5),
        row(uuid7(), 6),
        row(holder.user_id, 7, amount=1.5),
        row(holder.user_id, 8, amount=True),
        row(holder.user_id, 9, amount=0),
        row(holder.user_id, 10, phone="9876543210"),
        {"amount": 100, "reference": "pay-11"},
        row(holder.user_id, 12, colour="red"),
        "nonsense",
        row(holder.user_id, 14, user_id="x"),
        row(holder.user_id, 15, reference=""),
        row(holder.user_id, 16, note="n" * 256),
        {"phone": "12345", "amount": 100, "reference": "pay-17"},
    ]

    batch_id = send(sponsor, rows).json()["id"]
    deliver(batch_id)

    assert codes(batch_id, "posted") == [(1, "")]
    assert codes(batch_id, "refused") == [
        (2, "INVALID"),
        (3, "OVER_LIMIT"),
        (4, "WALLET_FROZEN"),
        (5, "UNKNOWN_PERSON"),
        (6, "UNKNOWN_PERSON"),
        *[(number, "INVALID") for number in range(7, 18)],
    ]
    assert holder.pools() == (0, 100)


def test_csv_by_phone() -> None:
    sponsor, holder = make_sponsor(pot=1_000), make_holder()
    phone = User.objects.get(pk=holder.user_id).phone

    taken = send_csv(sponsor, f'phone,amount,reference,note\r\n{phone[3:]},250,p1,"Diwali, 2026"\r\n{phone},x,p2,\r\n')

    deliver(taken.json()["id"])
    assert (taken.status_code, holder.pools()) == (202, (0, 250))
    assert codes(taken.json()["id"]) == [(1, ""), (2, "INVALID")]
    assert Transfer.objects.get(purpose="CONTRIBUTION").note == "Diwali, 2026"


@pytest.mark.parametrize("text", ["phone,colour\n1,2\n", 'phone,amount\n"1,2\n', "\xff", "phone,amount,reference\n", ""])
def test_csv_that_cannot_be_read(text: str) -> None:
    sponsor = make_sponsor()
    raw = text.encode("latin-1")
    path = f"/contributions/bulk?sponsor_id={sponsor.pk}"

    answer = staff_client("ops").post(path, raw, content_type="text/csv")

    assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(("count", "status"), [(0, 400), (10_000, 202), (10_001, 400)])
def test_up_to_ten_thousand_rows(count: int, status: int) -> None:
    sponsor, holder = make_sponsor(), make_holder()
    compact = [{"user_id": str(holder.user_id), "amount": 1, "reference": f"r{number}"} for number in range(count)]

    answer = send(sponsor, compact)

    assert answer.status_code == status
    assert ContributionRow.objects.count() == (count if status == 202 else 0)


def test_a_repeated_request_is_one_batch_and_a_repeated_reference_one_gift() -> None:
    sponsor, holder = make_sponsor(pot=1_000), make_holder()

    first, again = send(sponsor, [row(holder.user_id)], key="k"), send(sponsor, [row(holder.user_id)], key="k")
    other = send(sponsor, [row(holder.user_id), row(holder.user_id, 2)])
    for batch in ContributionBatch.objects.all():
        deliver(str(batch.pk))

    assert first.json() == again.json()
    assert progress(other.json()["id"])["posted"] == 2  # the first row found its gift made already
    assert (holder.pools(), pot_of(sponsor)) == ((0, 200), 800)


def test_an_interrupted_chunk_leaves_nothing_behind_and_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sponsor, holders = make_sponsor(pot=1_000), [make_holder() for _ in range(5)]
    batch_id = send(sponsor, [row(holder.user_id, number) for number, holder in enumerate(holders)]).json()["id"]
    monkeypatch.setattr(batches, "CHUNK", 2)

    batches.give_chunk(batch_id=UUID(batch_id), now=NOW)
    with pytest.raises(Died), transaction.atomic():
        die_after(lambda: batches.give_chunk(batch_id=UUID(batch_id), now=NOW))
    assert progress(batch_id)["posted"] == 2

    deliver(batch_id)
    assert progress(batch_id)["posted"] == 5
    assert pot_of(sponsor) == 500
    assert broken_invariants() == {}


def die_after(work: Callable[[], object]) -> None:
    work()
    raise Died("before the commit")


def test_refused_rows_are_tried_again_once_the_cause_is_gone() -> None:
    sponsor, rich, frozen = make_sponsor(pot=150), make_holder(), make_holder()
    freeze = partial(services.set_standing, wallet_id=frozen.wallet_id, actor="staff:x", reason="x", now=NOW)
    freeze(standing=Standing.FROZEN)
    rows = [row(rich.user_id, 1), row(rich.user_id, 2), row(frozen.user_id, 3, amount=20), {"amount": 1}]
    batch_id = send(sponsor, rows).json()["id"]
    deliver(batch_id)
    assert codes(batch_id, "refused") == [(2, "POT_EMPTY"), (3, "WALLET_FROZEN"), (4, "INVALID")]

    deposit(sponsor, 500)
    freeze(standing=Standing.OPEN)
    retried = staff_client("ops").post(f"/contributions/bulk/{batch_id}/retry")
    deliver(batch_id)

    assert retried.status_code == 202
    assert codes(batch_id, "refused") == [(4, "INVALID")]
    assert (rich.pools(), frozen.pools(), pot_of(sponsor)) == ((0, 200), (0, 20), 430)
    later = staff_client("ops").post(f"/contributions/bulk/{batch_id}/retry").json()
    assert later["pending"] == 0


@pytest.mark.django_db(transaction=True)
def test_workers_and_batches_for_the_same_people_race_without_deadlock_or_a_second_gift() -> None:
    sponsors = [make_sponsor(pot=100_000, name=name) for name in ("One", "Two")]
    holders = [make_holder() for _ in range(30)]
    ids = []
    for sponsor, people in zip(sponsors, (holders, holders[::-1]), strict=True):
        ids.append(send(sponsor, [row(holder.user_id, number) for number, holder in enumerate(people)]).json()["id"])

    together([partial(deliver, batch_id) for batch_id in ids * 4], threads=8)

    assert [progress(batch_id)["posted"] for batch_id in ids] == [30, 30]
    assert {holder.pools() for holder in holders} == {(0, 200)}
    assert [pot_of(sponsor) for sponsor in sponsors] == [97_000, 97_000]
    assert broken_invariants() == {}


def test_strangers_batches_do_not_exist() -> None:
    assert staff_client("ops").get(f"/contributions/bulk/{uuid7()}").status_code == 404
    assert staff_client("support").post("/contributions/bulk", {}, format="json").status_code == 403
    assert APIClient().post("/contributions/bulk", {}, format="json").status_code == 401


def scheduled(sponsor: Sponsor, user_id: UUID, /, **changes: Any) -> Any:
    body = {
        "sponsor_id": str(sponsor.pk),
        "user_id": str(user_id),
        "amount": 500,
        "interval": "monthly",
        "starts_on": "2026-10-31",
        "ends_on": "2027-01-01",
    }
    return staff_client("ops").post("/contributions/recurring", body | changes, format="json")


def give_due(recurring_id: str) -> int:
    """Give what is due on the day of NOW and return how many turns were given."""
    given = 0
    while recurring.give_turn(recurring_id=UUID(recurring_id), now=NOW):
        given += 1
    return given


def test_a_recurring_contribution_gives_each_turn_once_until_its_end() -> None:
    sponsor, holder = make_sponsor(pot=10_000), make_holder()
    made = scheduled(sponsor, holder.user_id).json()

    turns = [
        (day, recurring.give_turn(recurring_id=UUID(made["id"]), now=NOW + timedelta(days=day)))
        for day in (-25, 0, 0, 9, 10, 40, 41, 80)
    ]

    # Due on 31 October, 30 November, 31 December; 1 January 2027 is the last possible day.
    assert [day for day, given in turns if given] == [0, 10, 41]
    found = RecurringContribution.objects.get()
    assert (found.status, found.turn, holder.pools()) == ("ENDED", 3, (0, 1_500))


@pytest.mark.parametrize(
    ("interval", "starts_on", "days"),
    [
        (Interval.MONTHLY, date(2027, 11, 30), ["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"]),
        (Interval.MONTHLY, date(2026, 12, 31), ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (Interval.WEEKLY, date(2026, 12, 24), ["2026-12-24", "2026-12-31", "2027-01-07", "2027-01-14", "2027-01-21"]),
    ],
)
def test_days_of_turns(interval: Interval, starts_on: date, days: list[str]) -> None:
    found = RecurringContribution(interval=interval, starts_on=starts_on)

    assert [found.day_of(turn).isoformat() for turn in range(5)] == days


def test_missed_turns_are_made_up_and_an_empty_pot_keeps_the_turn_due() -> None:
    sponsor, holder = make_sponsor(pot=900), make_holder()
    recurring_id = scheduled(sponsor, holder.user_id, starts_on="2026-08-20", ends_on=None).json()["id"]

    assert give_due(recurring_id) == 1
    assert RecurringContribution.objects.get().last_refusal == "PotEmpty"
    deposit(sponsor, 10_000)
    assert give_due(recurring_id) == 3  # September, October, November
    assert holder.pools() == (0, 2_000)


def test_a_turn_that_the_wallet_refuses_is_over() -> None:
    sponsor, holder = make_sponsor(pot=10_000_000), make_holder(tier=Tier.SMALL)
    recurring_id = scheduled(sponsor, holder.user_id, amount=1_000_001).json()["id"]

    assert not recurring.give_turn(recurring_id=UUID(recurring_id), now=NOW)

    shown = staff_client("ops").get("/contributions/recurring", {"user_id": str(holder.user_id)}).json()["data"][0]
    assert (shown["given"], shown["last_refusal"], shown["next_on"]) == (1, "LimitReached", "2026-11-30")


def test_an_ended_one_gives_no_more() -> None:
    sponsor, holder = make_sponsor(pot=10_000), make_holder()
    recurring_id = scheduled(sponsor, holder.user_id).json()["id"]

    ended = staff_client("ops").delete(f"/contributions/recurring/{recurring_id}")

    assert (ended.status_code, ended.json()["status"], ended.json()["next_on"]) == (200, "ENDED", None)
    assert give_due(recurring_id) == 0
    tasks.contribute_recurring()
    assert holder.pools() == (0, 0)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_on": "2026-10-30"}, "VALIDATION_ERROR"),
        ({"interval": "daily"}, "VALIDATION_ERROR"),
        ({"starts_on": "31-10-2026"}, "INVALID_DATE_FORMAT"),
        ({"amount": 0}, "VALIDATION_ERROR"),
        ({"user_id": "00000000-0000-7000-8000-00000000dead"}, "SPE-1408"),
        ({"sponsor_id": "00000000-0000-7000-8000-00000000dead"}, "SPE-1401"),
    ],
)
def test_odd_schedules_are_refused(changes: dict[str, Any], code: str) -> None:
    assert scheduled(make_sponsor(), make_holder().user_id, **changes).json()["error"] == code
