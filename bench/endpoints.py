"""Requests inside this process, every middleware included: how many queries, and how much CPU the Python takes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Relationship, User, UserStatus
from bench import frame, people
from bench.frame import Row
from bench.people import Person
from bench.processors import cpu_ms
from insurance.tests import builders

LOGINS = 60
PREVIEWS = 100
QUERIES_MAX = 4
LOGIN_CPU_MS_MAX = 3.0
CHILDREN = 6  # with the user and the spouse, eight people


def rows() -> list[Row]:
    return [login_row(), *preview_rows()]


def login_row() -> Row:
    """`POST /auth/otp/verify` of somebody who was here before."""
    phones = [people.somebody().phone for _ in range(LOGINS)]
    queries = count_queries(verification(people.challenge(phones[0])))
    spent = frame.median("login", lambda: per_login(phones))
    return Row(
        "`POST /auth/otp/verify`, returning user",
        f"{queries} queries, {spent:.2f} ms CPU",
        must=f"≤ {QUERIES_MAX} queries, ≤ {LOGIN_CPU_MS_MAX:.0f} ms of Python CPU",
        holds=queries <= QUERIES_MAX and spent <= LOGIN_CPU_MS_MAX,
    )


def per_login(phones: list[str]) -> float:
    """Mean milliseconds of CPU of one verification; asking for the codes is not counted."""
    asked = [verification(people.challenge(phone)) for phone in phones]
    return sum(cpu_ms(verify) for verify in asked) / len(asked)


def verification(body: dict[str, Any]) -> Callable[[], object]:
    return lambda: people.post("/auth/otp/verify", body)


def preview_rows() -> list[Row]:
    """A premium preview for one person and for a family of eight."""
    person = people.somebody()
    User.objects.filter(pk=person.user_id).update(status=UserStatus.ACTIVE)
    user = User.objects.get(pk=person.user_id)
    builders.make_dependant(user, relationship=Relationship.SELF, born_on=builders.date(1990, 5, 17))
    family = [builders.make_spouse(user).pk, *(builders.make_dependant(user).pk for _ in range(CHILDREN))]
    benefit_id = builders.make_benefit("1A", f"2A{CHILDREN}C").pk
    return [preview_row(person, benefit_id, []), preview_row(person, benefit_id, family)]


def preview_row(person: Person, benefit_id: UUID, family: list[UUID]) -> Row:
    body = {"benefit_id": str(benefit_id), "dependant_ids": [str(each) for each in family]}
    client = Client(headers=person.headers)

    def preview() -> None:
        answer = client.post(f"/users/{person.user_id}/insurance_policies/preview", body, content_type="application/json")
        assert answer.status_code == 200, answer.content

    preview()
    queries = count_queries(preview)
    people_covered = 1 + len(family)
    spent = frame.median("preview", lambda: cpu_ms(lambda: repeat(preview, PREVIEWS)) / PREVIEWS)
    return Row(
        f"premium preview, {people_covered} member{'s' if family else ''}",
        f"{queries} queries, {spent:.2f} ms CPU",
        must=f"≤ {QUERIES_MAX} queries",
        holds=queries <= QUERIES_MAX,
    )


def count_queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def repeat(work: Callable[[], object], times: int) -> None:
    for _ in range(times):
        work()
