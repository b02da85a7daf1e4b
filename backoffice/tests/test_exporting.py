"""Exports: two people, masked unless agreed otherwise, made in the background, fetched by who asked, gone after a day."""

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from openpyxl import load_workbook

from aarokya.common import clock, outbox
from aarokya.common.clock import ist_day
from aarokya.common.errors import Forbidden, InvalidInput
from aarokya.common.models import AuditEntry
from accounts.models import Access, Staff, User
from approvals import services as engine
from approvals.models import Request
from backoffice.models import Export, ExportState, Format
from backoffice.services import exporting
from backoffice.tests.conftest import SignIn
from insurance.tests import builders

pytestmark = pytest.mark.django_db


def asked(client: Client, **fields: Any) -> Export:
    today = ist_day(clock.now()).isoformat()
    body = {"dataset": "customers", "first_day": today, "last_day": today, "format": "XLSX", "reason": "audit of July"}
    answer = client.post("/admin/backoffice/export/ask/", {**body, **fields})
    assert answer.status_code == 302, answer.content
    return Export.objects.get()


def agree(by: str = "bela") -> None:
    person = Staff.objects.create(username=by, is_staff=True)
    person.groups.set(Group.objects.filter(name="ops"))
    engine.approve(request_id=Request.objects.get().pk, actor=f"staff:{by}", reason="looks right", now=clock.now())
    outbox.drain(now=clock.now())


def fetched(client: Client, export: Export) -> list[tuple[Any, ...]]:
    answer = client.get(f"/admin/backoffice/export/{export.pk}/fetch/", follow=True)
    assert answer.status_code == 200
    return list(load_workbook(io.BytesIO(answer.content)).worksheets[0].values)


def test_a_masked_export_is_made_after_a_second_person_agreed(sign_in: SignIn) -> None:
    user, ops = builders.make_user(), sign_in("ops")
    User.objects.filter(pk=user.pk).update(first_name="=HYPERLINK(1)")
    export = asked(ops)
    outbox.drain(now=clock.now())
    assert export.state == ExportState.WAITING

    agree()

    header, line = fetched(ops, export)
    assert header[:2] == ("user_id", "phone")
    assert line[:3] == (str(user.pk), f"'+91 ••••••{user.phone[-4:]}", "'=••• K•••")
    stored = Export.objects.get()
    assert (stored.state, stored.rows, user.phone in stored.content) == (ExportState.DONE, 1, False)
    assert set(AuditEntry.objects.filter(action__startswith="export.").values_list("action", flat=True)) == {
        "export.made",
        "export.fetched",
    }
    assert not Access.objects.exists()


def test_readable_data_stand_in_every_customers_access_log(sign_in: SignIn) -> None:
    user, ops = builders.make_user(), sign_in("ops")
    export = asked(ops, readable="on")
    assert Request.objects.get().kind == "UNMASK"

    agree()

    assert fetched(ops, export)[1][1:3] == (f"'{user.phone}", user.full_name)
    noted = Access.objects.get()
    assert (noted.user_id, noted.staff, noted.what, noted.reason) == (user.pk, "ops", "export: customers", "audit of July")


def test_nobody_else_fetches_it_and_no_link_lives_long(sign_in: SignIn) -> None:
    ops, other = sign_in("ops"), sign_in("finance")
    export = asked(ops)
    agree()
    token = exporting.link(export, staff=Staff.objects.get(username="ops"))
    address = f"/admin/backoffice/export/file/{token}/"

    assert other.get(address).status_code == 404
    assert ops.get(address + "x").status_code == 404
    assert ops.get(f"/admin/backoffice/export/file/X{token[1:]}/").status_code == 404
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        ops.force_login(Staff.objects.get(username="ops"))
        assert ops.get(address).status_code == 404
    assert ops.get(address).status_code == 200


def test_files_are_forgotten_after_a_day(sign_in: SignIn) -> None:
    ops = sign_in("ops")
    export = asked(ops)
    agree()

    assert exporting.forget_old(now=clock.now() + timedelta(hours=23)) == 0
    assert exporting.forget_old(now=clock.now() + timedelta(hours=25)) == 1

    export.refresh_from_db()
    assert (export.state, export.content) == (ExportState.FORGOTTEN, None)
    assert "not ready" in ops.get(f"/admin/backoffice/export/{export.pk}/fetch/", follow=True).content.decode()


def test_a_declined_export_is_never_made(sign_in: SignIn) -> None:
    export = asked(sign_in("ops"))
    engine.decline(request_id=Request.objects.get().pk, actor="staff:ops", reason="a mistake", now=clock.now())
    outbox.drain(now=clock.now())
    export.refresh_from_db()
    assert (export.state, export.rows) == (ExportState.DECLINED, None)


def test_making_it_twice_leaves_one_file_and_one_entry(sign_in: SignIn) -> None:
    export = asked(sign_in("ops"))
    agree()
    exporting.make(export_id=export.pk, now=clock.now())
    assert AuditEntry.objects.filter(action="export.made").count() == 1


@pytest.mark.parametrize(
    ("dataset", "days", "error"),
    [("transfers", 0, Forbidden), ("customers", 400, InvalidInput), ("x", 0, InvalidInput), ("customers", -1, InvalidInput)],
)
def test_what_cannot_be_exported(sign_in: SignIn, dataset: str, days: int, error: type[Exception]) -> None:
    sign_in("ops")
    today = ist_day(clock.now())
    with pytest.raises(error):
        exporting.ask(
            dataset=dataset,
            first_day=today,
            last_day=today + timedelta(days=days),
            masked=True,
            form=Format.CSV,
            reason="no reason",
            staff=Staff.objects.get(username="ops"),
            now=clock.now(),
        )
    assert not Export.objects.exists()
