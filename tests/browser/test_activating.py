"""A clerk's morning: one policy with the form beside it, then two hundred from the insurer's file."""

import io
from typing import Any

from openpyxl import Workbook
from playwright.sync_api import expect

from aarokya.demo.api import wait_until
from tests.browser.conftest import Desk
from tests.browser.desk import act, press

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_one_is_activated_with_its_form_beside_it(desk: Desk, seeded: dict[str, Any]) -> None:
    page = desk("ops")
    page.goto(f"/admin/insurance/policy/{seeded['policies']['ids'][0]}/change/")
    press(page, "Activate")
    expect(page.get_by_title("The enrolment form")).to_be_visible()

    act(page, "Activate", {"Insurer's policy number": "NH-BROWSER-1", "Reason": "The insurer's mail of today"})

    expect(page.get_by_text("Policy NH-BROWSER-1 is active until")).to_be_visible()


def test_two_hundred_are_activated_from_a_file_and_three_bad_rows_are_named(desk: Desk, seeded: dict[str, Any]) -> None:
    page, rows = (
        desk("ops"),
        [[identity, f"NH-{number}", "", ""] for number, identity in enumerate(seeded["policies"]["ids"][1:])],
    )
    assert len(rows) == 200
    rows[10][0], rows[20][1], rows[30][2] = "no such policy", "", "soon"
    page.goto("/admin/backoffice/activationbatch/upload/")
    page.get_by_label("Provider").select_option(label=seeded["policies"]["provider"])
    page.locator("input[type=file]").set_input_files({"name": "insurer.xlsx", "mimeType": XLSX, "buffer": workbook(rows)})
    page.locator("form[enctype] button[type=submit]").click()

    expect(page.get_by_text("197 ready").first).to_be_visible()
    expect(page.get_by_text("soon is no day").first).to_be_visible()
    batch = page.url
    press(page, "Apply")
    act(page, "Apply", {"Reason": "The insurer's file of today"})

    def summary() -> str:
        page.goto(batch)
        return page.locator("body").inner_text()

    shown = wait_until(summary, lambda text: "197 activated" in text.lower(), "197 activations")
    assert "no such policy" in shown
    with page.expect_download() as started:
        press(page, "Report")
    report = started.value.path().read_text("utf-8-sig").splitlines()
    assert len(report) == 201
    assert sum("Left out" in line for line in report) == 3


def workbook(rows: list[list[str]]) -> bytes:
    book = Workbook()
    for line in (["policy_id", "external_policy_id", "start_date", "end_date"], *rows):
        book.active.append(line)  # type: ignore[union-attr]  # a new book has a sheet
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()
