"""Many policies from one file: looked at first, the bad rows left out, each good one once."""

import io
import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from aarokya.common import clock, outbox
from aarokya.common.errors import InvalidInput
from aarokya.common.models import AuditEntry
from backoffice.models import ActivationBatch, ActivationRow, BatchState
from backoffice.services import activating
from backoffice.sheets import reading, writing
from backoffice.tests.conftest import SignIn
from insurance.models import Benefit, Policy
from insurance.services import lifecycle
from insurance.tests import builders

pytestmark = pytest.mark.django_db
HEADER = ("policy_id", "external_policy_id", "start_date", "end_date")


def xlsx(lines: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    book = Workbook()
    for line in (header, *lines):
        book.active.append(list(line))  # type: ignore[union-attr]  # a new book has a sheet
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def checked(benefit: Benefit, data: bytes, name: str = "july.xlsx") -> ActivationBatch:
    return activating.check(data=data, file_name=name, provider=benefit.provider, actor="staff:olga", now=clock.now())


def problems(batch: ActivationBatch) -> dict[int, str]:
    return dict(batch.rows.exclude(problem="").order_by("number").values_list("number", "problem"))


def test_forty_with_three_bad_rows(sign_in: SignIn) -> None:
    benefit = builders.make_benefit("1A")
    policies = [builders.make_policy(benefit=benefit) for _ in range(40)]
    lines: list[list[Any]] = [[str(row.pk), f"NH-{number}", date(2026, 12, 1), None] for number, row in enumerate(policies)]
    lines[10][0] = "no such policy"
    lines[20][1] = ""
    lines[30][2] = "soon"
    ops = sign_in("ops")

    upload = SimpleUploadedFile("july.xlsx", xlsx(lines))
    answer = ops.post("/admin/backoffice/activationbatch/upload/", {"provider": benefit.provider_id, "file": upload})
    batch = ActivationBatch.objects.get()
    shown = ops.get(answer.headers["Location"]).content.decode()
    assert activating.counts(batch) == {"READY": 37, "WRONG": 3}
    assert not Policy.objects.filter(status="active").exists()
    assert "soon is no day" in shown
    assert set(problems(batch)) == {12, 22, 32}

    ops.post(f"/admin/backoffice/activationbatch/{batch.pk}/apply/", {"reason": "Mail of 1 July", "confirm": "1"})
    outbox.drain(now=clock.now())

    batch.refresh_from_db()
    assert (batch.state, activating.counts(batch)) == (BatchState.DONE, {"DONE": 37, "WRONG": 3})
    assert Policy.objects.filter(status="active").count() == 37
    assert Policy.objects.get(external_policy_id="NH-0").start_date == date(2026, 12, 1)
    assert AuditEntry.objects.filter(action="policy.activated", actor="staff:ops").count() == 37
    report = ops.get(f"/admin/backoffice/activationbatch/{batch.pk}/report.csv").content.decode("utf-8-sig").splitlines()
    assert len(report) == 41
    assert report[11].endswith("Left out,policy_id: " + f"{benefit.provider} has no such policy with us")


def test_looking_costs_the_same_for_one_row_and_for_many() -> None:
    benefit, costs = builders.make_benefit("1A"), []
    for count in (1, 9):
        lines = [[str(builders.make_policy(benefit=benefit).pk), f"N-{count}-{number}"] for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            checked(benefit, xlsx(lines, HEADER[:2]))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_every_kind_of_bad_row_is_named() -> None:
    benefit, other = builders.make_benefit("1A"), builders.make_policy()
    first, second, third, active = (builders.make_policy(benefit=benefit) for _ in range(4))
    lifecycle.activate(active, external_policy_id="TAKEN", actor="staff:x", now=clock.now())
    lines = [
        [str(other.pk), "A1"],
        [str(first.pk), "TWICE"],
        [str(second.pk), "TWICE"],
        [str(third.pk), "TAKEN"],
        [str(active.pk), "A2"],
        [str(active.pk), "TAKEN"],
    ]
    batch = checked(benefit, xlsx(lines[:4], HEADER[:2]))
    assert [words.split(":")[0] for words in problems(batch).values()] == ["policy_id", *["external_policy_id"] * 3]

    again = checked(benefit, xlsx([lines[4]], HEADER[:2]))
    assert "is active, not waiting" in problems(again)[2]
    done = checked(benefit, xlsx([lines[5]], HEADER[:2]))
    assert activating.counts(done) == {"DONE": 1}

    backwards = checked(benefit, xlsx([[str(first.pk), "B1", "2026-12-02", "01/12/2026"]]))
    assert "must not be before start_date" in problems(backwards)[2]


def test_the_same_file_is_the_same_batch_until_it_is_done() -> None:
    policy = builders.make_policy()
    data = f"Policy ID;External policy ID\n{policy.pk};C-1\n".encode("utf-8-sig")
    batch = checked(policy.benefit, data, "a.csv")
    assert checked(policy.benefit, data, "a.csv").pk == batch.pk

    activating.drop(batch=batch, actor="staff:olga", reason="another file comes", now=clock.now())

    assert checked(policy.benefit, data, "a.csv").pk != batch.pk


def test_what_became_impossible_meanwhile_is_said_and_the_rest_goes_on() -> None:
    benefit = builders.make_benefit("1A")
    gone, fine = (builders.make_policy(benefit=benefit) for _ in range(2))
    batch = checked(benefit, xlsx([[str(gone.pk), "D1"], [str(fine.pk), "D2"]], HEADER[:2]))
    lifecycle.reject(gone, actor="staff:x", reason="not insurable", now=clock.now())

    activating.apply(batch=batch, actor="staff:olga", reason="as mailed", now=clock.now())
    outbox.drain(now=clock.now())

    assert activating.counts(batch) == {"FAILED": 1, "DONE": 1}
    assert "cannot go from rejected" in problems(batch)[2]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_died_half_way_is_resumed_and_two_at_once_activate_each_once() -> None:
    benefit = builders.make_benefit("1A")
    policies = [builders.make_policy(benefit=benefit) for _ in range(8)]
    batch = checked(benefit, xlsx([[str(row.pk), f"E{number}"] for number, row in enumerate(policies)], HEADER[:2]))
    activating.apply(batch=batch, actor="staff:olga", reason="as mailed", now=clock.now())
    for number in (2, 3, 4):  # what one worker had done before it was killed
        activating.activate_row(batch, number, now=clock.now())

    def work() -> None:
        try:
            activating.work(batch_id=batch.pk, now=clock.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.drain(now=clock.now())

    batch.refresh_from_db()
    assert (batch.state, activating.counts(batch)) == (BatchState.DONE, {"DONE": 8})
    assert AuditEntry.objects.filter(action="policy.activated").count() == 8
    assert AuditEntry.objects.filter(action="activations.done").count() == 1


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"\x00\x01\x02", "a.csv", "CSV in UTF-8"),
        (b"\xff\xfe\x00", "a.csv", "CSV in UTF-8"),
        (b"PK\x03\x04 not a zip", "a.xlsx", "no readable .xlsx"),
        (b"policy_id\nx\n", "a.csv", "external_policy_id is missing"),
        (b"policy_id,external_policy_id,policy_id\nx,y,z\n", "a.csv", "there twice"),
        (b"policy_id,external_policy_id\n,\n", "a.csv", "no rows"),
        (b"", "a.csv", "no rows"),
        (b"x" * (reading.BYTES_MAX + 1), "a.csv", "2 MB"),
        (b"policy_id,external_policy_id\n" + b"a,b\n" * (reading.ROWS_MAX + 1), "a.csv", "at most 10000 rows"),
    ],
)
def test_what_is_no_table_is_refused_with_words(data: bytes, name: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        reading.read(data, file_name=name, columns=activating.COLUMNS)
    assert not ActivationRow.objects.exists()


def test_the_insurers_file_holds_what_waits_and_comes_back(sign_in: SignIn) -> None:
    policy = builders.make_policy()
    answer = sign_in("ops").post("/admin/backoffice/activationbatch/template/", {"provider": policy.provider_id})

    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]

    assert sheet["A2"].value == str(policy.pk)
    assert policy.primary_user.first_name not in str(list(sheet.values))
    batch = checked(policy.benefit, answer.content)
    assert "insurer's policy number is needed" in problems(batch)[2]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\n=1", "|calc"])
def test_no_cell_becomes_a_formula(text: str) -> None:
    assert writing.safe(text).startswith("'")
    sheet = load_workbook(io.BytesIO(writing.as_xlsx(("a",), [(text,)]))).worksheets[0]
    assert sheet["A2"].data_type == "s"
    assert writing.safe(-1) == -1
