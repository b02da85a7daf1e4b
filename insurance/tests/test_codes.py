"""Every code of insurance is raised by a test; those of our own bugs here, by breaking what shows the answer."""

import re
from pathlib import Path
from typing import Any, NoReturn

import pytest
from rest_framework.test import APIClient

from aarokya.common.api.system import catalogue
from accounts.models import Dependant
from insurance.api import render
from insurance.models import Benefit, Mrn
from insurance.tests.test_api_preview import assert_refused

TESTS = Path(__file__).parent
FAMILIES = re.compile(r"(IP|BE|BPE|MR|CL)-\d+")
CODES = sorted(row["error"] for row in catalogue() if FAMILIES.fullmatch(row["error"]))


def test_there_are_codes_of_every_family() -> None:
    assert {code.partition("-")[0] for code in CODES} == {"IP", "BE", "BPE", "MR", "CL"}


@pytest.mark.parametrize("code", CODES)
def test_a_test_names_every_code(code: str) -> None:
    others = (path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))

    assert any(f'"{code}"' in text for text in others)


def break_showing(monkeypatch: pytest.MonkeyPatch, shown: str) -> None:
    def broken(*_: Any, **__: Any) -> NoReturn:
        raise ZeroDivisionError("the inside of it")

    monkeypatch.setattr(render, shown, broken)


@pytest.mark.parametrize(
    ("shown", "path", "code"), [("benefit", "/benefits", "BE-500"), ("provider", "/benefit_providers", "BPE-400")]
)
@pytest.mark.usefixtures("benefit")
def test_a_bug_in_a_list_has_a_number_and_tells_nothing(
    shown: str, path: str, code: str, ops: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_showing(monkeypatch, shown)

    answer = ops.get(path)

    assert_refused(answer, code, 500)
    assert "inside" not in answer.content.decode()


def test_mr_900_a_bug_leaves_no_row(ops: APIClient, benefit: Benefit, child: Dependant, monkeypatch: pytest.MonkeyPatch) -> None:
    break_showing(monkeypatch, "mrn")
    body = {"dependant_id": str(child.pk), "benefit_provider_id": str(benefit.provider_id), "mrn": "M1"}

    assert_refused(ops.post("/mrns", body, format="json"), "MR-900", 500)
    assert Mrn.objects.count() == 0
