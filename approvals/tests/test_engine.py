"""The engine: another person, with the authority, in time, once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from aarokya.common import clock
from aarokya.common.errors import Conflict, Forbidden, InvalidInput, InvalidTransition
from aarokya.common.models import AuditEntry
from aarokya.common.money import Money
from accounts.models import Staff
from approvals import authority, services
from approvals.errors import AlreadyAsked, Lapsed, NoAuthority, SamePerson
from approvals.models import Delegation, Kind, Limit, Request, State

pytestmark = pytest.mark.django_db
NOW = clock.now()
WANTED = {"alone_up_to": 100, "approve_up_to": 5_000}


def person(name: str, *groups: str, boss: bool = False) -> Staff:
    made = Staff.objects.create(username=name, is_staff=True, is_superuser=boss)
    made.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    return made


@pytest.fixture
def limit() -> Limit:
    return Limit.objects.get(kind=Kind.REFUND, role="finance")


def asked(limit: Limit, *, actor: str = "staff:asha", kind: Kind = Kind.LIMIT, **fields: Any) -> Request:
    """The engine's own kind needs no other app; `kind` LIMIT is for superusers, others for the roles in the table."""
    wish = {"reason": "more refunds than before", "payload": WANTED, "now": NOW, **fields}
    return services.ask(kind=kind, subject=limit, actor=actor, **wish)


def test_a_second_person_carries_it_out(limit: Limit) -> None:
    person("asha", boss=True)
    person("bela", boss=True)
    request = asked(limit)

    with pytest.raises(SamePerson):
        services.approve(request_id=request.pk, actor="staff:asha", now=NOW)
    done = services.approve(request_id=request.pk, actor="staff:bela", reason="agreed", now=NOW)

    limit.refresh_from_db()
    assert (done.state, done.outcome, limit.alone_up_to) == (State.APPROVED, "The limit is changed", 100)
    acts = AuditEntry.objects.filter(action__startswith="approval.").order_by("id").values_list("actor", "action")
    assert list(acts) == [("staff:asha", "approval.asked"), ("staff:bela", "approval.approved")]
    with pytest.raises(InvalidTransition):
        services.approve(request_id=request.pk, actor="staff:bela", now=NOW)


def test_who_has_no_authority_neither_approves_nor_declines(limit: Limit) -> None:
    person("carl", "finance", "ops")
    request = asked(limit)

    for verb in (services.approve, services.decline):
        with pytest.raises(NoAuthority):
            verb(request_id=request.pk, actor="staff:carl", reason="no", now=NOW)
    with pytest.raises(NoAuthority):
        services.approve(request_id=request.pk, actor="staff:nobody", now=NOW)


def test_a_role_approves_up_to_its_limit(limit: Limit) -> None:
    carl = person("carl", "finance")
    Limit.objects.filter(pk=limit.pk).update(approve_up_to=700_000)
    within, above = (Request(kind=Kind.REFUND, amount=Money(paise), requested_by="staff:x") for paise in (700_000, 700_001))

    assert authority.may_approve(carl, within)
    assert not authority.may_approve(carl, above)


@pytest.mark.parametrize(("paise", "needs"), [(500_000, False), (500_001, True)])
def test_alone_up_to_the_limit_of_the_role(paise: int, needs: bool) -> None:
    person("carl", "finance")

    assert authority.needs_second_person(kind=Kind.REFUND, amount=Money(paise), actor="staff:carl") is needs
    assert authority.needs_second_person(kind=Kind.REFUND, amount=Money(1), actor="staff:nobody")
    assert authority.needs_second_person(kind=Kind.PAYOUT, amount=Money(1), actor="staff:carl")


def test_only_one_request_waits_for_a_subject(limit: Limit) -> None:
    asked(limit)
    with pytest.raises(AlreadyAsked):
        asked(limit, actor="staff:bela")


def test_what_nobody_decided_lapses(limit: Limit) -> None:
    person("bela", boss=True)
    request, later = asked(limit), NOW + timedelta(days=3)

    with pytest.raises(Lapsed):
        services.approve(request_id=request.pk, actor="staff:bela", now=later)
    assert services.expire_lapsed(now=later - timedelta(seconds=1)) == 0
    assert services.expire_lapsed(now=later) == 1
    assert services.expire_lapsed(now=later) == 0

    request.refresh_from_db()
    assert (request.state, request.decided_by) == (State.EXPIRED, "system:approvals")
    assert asked(limit).state == State.WAITING


def test_who_asked_may_take_it_back(limit: Limit) -> None:
    request = asked(limit)
    assert services.decline(request_id=request.pk, actor="staff:asha", reason="a mistake", now=NOW).state == State.DECLINED


@pytest.mark.parametrize(
    "change",
    [
        {"state": "APPROVED", "decided_by": "staff:asha"},
        {"state": "APPROVED", "decided_by": "staff:bela", "decided_for": "staff:asha"},
        {"state": "APPROVED", "decided_by": ""},
        {"state": "APPROVED", "decided_by": "staff:bela"},
    ],
)
def test_the_database_refuses_the_requesters_own_word(limit: Limit, change: dict[str, str]) -> None:
    asked(limit)
    with pytest.raises(IntegrityError, match=r"approval_(second_person|another_account)"), transaction.atomic():
        Request.objects.update(decided_at=NOW, **change)


def test_the_database_refuses_a_late_yes_and_a_second_decision(limit: Limit) -> None:
    request = asked(limit)
    late = {"decided_by": "staff:bela", "decider": person("bela"), "decided_at": request.expires_at}
    with pytest.raises(IntegrityError, match="approval_in_time"), transaction.atomic():
        Request.objects.update(state="APPROVED", **late)
    services.decline(request_id=request.pk, actor="staff:asha", reason="a mistake", now=NOW)
    with pytest.raises(IntegrityError, match="was decided"), transaction.atomic():
        Request.objects.update(state="APPROVED", decided_by="staff:bela", decided_at=NOW)


@pytest.mark.parametrize("column", ["kind", "subject_id", "amount", "reason", "payload", "requested_by", "expires_at"])
def test_what_was_asked_cannot_be_rewritten(limit: Limit, column: str) -> None:
    asked(limit)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Request.objects.update(**{column: None})


def test_somebody_stands_in_but_never_for_the_requester(limit: Limit) -> None:
    asha, bela, carl = person("asha", boss=True), person("bela", boss=True), person("carl")
    span: dict[str, Any] = {
        "starts_at": NOW - timedelta(hours=1),
        "ends_at": NOW + timedelta(days=1),
        "reason": "leave",
        "now": NOW,
    }
    services.delegate(giver=asha, taker=carl, **span)
    request = asked(limit)

    with pytest.raises(NoAuthority):  # asha's authority, about what asha asked for
        services.approve(request_id=request.pk, actor="staff:carl", now=NOW)
    services.delegate(giver=bela, taker=carl, **span)
    with pytest.raises(NoAuthority):  # not yet, and not any more
        services.approve(request_id=request.pk, actor="staff:carl", now=NOW - timedelta(hours=2))
    done = services.approve(request_id=request.pk, actor="staff:carl", now=NOW)

    assert (done.decided_by, done.decided_for) == ("staff:carl", "staff:bela")


def test_authority_is_not_passed_on_twice(limit: Limit) -> None:
    asha, carl, dina = person("asha", boss=True), person("carl"), person("dina")
    span: dict[str, Any] = {
        "starts_at": NOW - timedelta(hours=1),
        "ends_at": NOW + timedelta(days=1),
        "reason": "leave",
        "now": NOW,
    }
    services.delegate(giver=asha, taker=carl, **span)
    services.delegate(giver=carl, taker=dina, **span)

    with pytest.raises(NoAuthority):
        services.approve(request_id=asked(limit, actor="staff:x").pk, actor="staff:dina", now=NOW)


def test_a_delegation_ends_before_its_time(limit: Limit) -> None:
    asha, carl = person("asha", boss=True), person("carl")
    ends_at = NOW + timedelta(days=1)
    made = services.delegate(giver=asha, taker=carl, starts_at=NOW, ends_at=ends_at, reason="leave", now=NOW)

    with pytest.raises(Forbidden):
        services.end_delegation(delegation=made, actor="staff:x", reason="why not", now=NOW)
    services.end_delegation(delegation=made, actor="staff:asha", reason="back", now=NOW)
    with pytest.raises(Conflict):
        services.end_delegation(delegation=made, actor="staff:asha", reason="back", now=NOW)
    with pytest.raises(NoAuthority):
        services.approve(request_id=asked(limit, actor="staff:x").pk, actor="staff:carl", now=NOW)


@pytest.mark.parametrize(("starts", "ends"), [(0, 0), (-2, -1), (0, 61), (1, 0)])
def test_a_delegation_has_a_sensible_span(starts: int, ends: int) -> None:
    asha, carl = person("asha"), person("carl")
    starts_at, ends_at = NOW + timedelta(days=starts), NOW + timedelta(days=ends)
    with pytest.raises(InvalidInput):
        services.delegate(giver=asha, taker=carl, starts_at=starts_at, ends_at=ends_at, reason="leave", now=NOW)
    with pytest.raises(InvalidInput):
        services.delegate(giver=asha, taker=asha, starts_at=NOW, ends_at=NOW + timedelta(days=1), reason="leave", now=NOW)
    assert not Delegation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_carry_it_out_once() -> None:
    for name in ("asha", "bela", "carl"):
        person(name, boss=True)
    limit = Limit.objects.get_or_create(kind=Kind.REFUND, role="finance", defaults={"alone_up_to": 500_000})[0]
    request, outcomes = asked(limit), []

    def decide(name: str) -> None:
        try:
            services.approve(request_id=request.pk, actor=f"staff:{name}", now=NOW)
            outcomes.append("done")
        except InvalidTransition:
            outcomes.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(name,)) for name in ("bela", "carl")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "late"]
    assert AuditEntry.objects.filter(action="approval.approved").count() == 1
