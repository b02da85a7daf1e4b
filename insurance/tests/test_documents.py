import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PageObject, PdfReader

from aarokya.common.documents import render_html
from insurance.documents import (
    ENROLLMENT_FORM_TEMPLATE,
    ENROLLMENT_FORM_TITLE,
    Applicant,
    Coverage,
    EnrollmentForm,
    Issue,
    Member,
    Nominee,
    Premium,
    plan_in_words,
    render_enrollment_form,
)

GOLDEN = Path(__file__).parent / "golden"
POLICY_ID = UUID("01926b3a-7c2e-7d4f-a1b2-c3d4e5f60001")
FAMILY = (
    Member("Mr Ravi Kumar Shetty", "SELF", date(1988, 6, 14), 38, "MALE"),
    Member("Mrs Lakshmi Shetty", "SPOUSE", date(1991, 2, 3), 35, "FEMALE"),
    Member("Master Arjun Shetty", "CHILD", date(2015, 8, 21), 11, "MALE"),
    Member("Ms Meera Shetty", "CHILD", date(2019, 12, 1), 6, "FEMALE"),
)
PREVIEW = EnrollmentForm(
    prepared_at=datetime(2026, 11, 20, 19, 30, tzinfo=UTC),  # 21 November in India
    applicant=Applicant(
        name="Mr Ravi Kumar Shetty",
        gender="MALE",
        date_of_birth=date(1988, 6, 14),
        phone="+919876543210",
        address="Flat 4B, Sai Residency, 12th Main, HSR Layout Sector 2, Bengaluru, Karnataka 560102",
        email="ravi.shetty@example.in",
    ),
    coverage=Coverage(
        provider="Narayana Health",
        benefit="Aarokya Family Care",
        plan_code="2A2C",
        sum_insured=50_000_000,
        term="12 months",
        grace_period_days=30,
    ),
    members=FAMILY,
    premium=Premium(daily=2400, annual=849_950),
    nominee=Nominee("Mrs Lakshmi Shetty", "SPOUSE", date(1991, 2, 3), "FEMALE", "+919999999999"),
    policy_id=POLICY_ID,
)
ISSUED = replace(PREVIEW, is_preview=False, issue=Issue("NH-2026-000123", date(2026, 11, 20), date(2027, 11, 19)))
ALONE = replace(
    PREVIEW, members=FAMILY[:1], nominee=None, coverage=replace(PREVIEW.coverage, plan_code="1A", grace_period_days=None)
)


def text_of(form: EnrollmentForm) -> str:
    return " ".join(" ".join(page.extract_text() for page in pages_of(form)).split())


def pages_of(form: EnrollmentForm) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(render_enrollment_form(form))).pages)


def html_of(form: EnrollmentForm) -> str:
    html = render_html(ENROLLMENT_FORM_TEMPLATE, form, title=ENROLLMENT_FORM_TITLE)
    return html.strip().replace("><", ">\n<") + "\n"


@pytest.mark.parametrize(("name", "form"), [("preview", PREVIEW), ("issued", ISSUED), ("alone", ALONE)])
def test_the_html_is_the_golden_one(name: str, form: EnrollmentForm) -> None:
    """After a wanted change: write `html_of(form)` over the file and read the difference."""
    assert html_of(form) == (GOLDEN / f"enrollment_form_{name}.html").read_text()


def test_a_preview_says_so_and_shows_every_block() -> None:
    text = text_of(PREVIEW)

    for expected in (
        "PREVIEW — not yet issued",
        "00000000-0000-0000-0000-000000000000",
        "Prepared on 21 November 2026",
        "14 June 1988",
        "+91 98765 43210",
        "ravi.shetty@example.in",
        "Narayana Health",
        "Aarokya Family Care",
        "2A2C: 2 adults, 2 children",
        "₹5,00,000.00",
        "Rupees five lakh only",
        "12 months",
        "30 days after the last day",
        "Master Arjun Shetty Child 21 August 2015 Male 11",
        "+91 99999 99999",
        "₹24.00",
        "Rupees twenty-four only",
        "₹8,499.50",
        "Rupees eight thousand four hundred and ninety-nine and fifty paise only",
        "Signature of Mr Ravi Kumar Shetty",
        "Page 1 of 1",
    ):
        assert expected in text
    assert str(POLICY_ID) not in text


def test_an_issued_form_shows_the_policy_and_no_banner() -> None:
    text = text_of(ISSUED)

    assert "PREVIEW" not in text
    assert str(POLICY_ID) in text
    assert "NH-2026-000123" in text
    assert "20 November 2026 to 19 November 2027" in text


def test_one_person_needs_no_nominee_and_may_have_no_grace() -> None:
    text = text_of(ALONE)

    assert "No nominee" in text
    assert "1A: 1 adult" in text
    assert "Grace period None" in text


@pytest.mark.parametrize("form", [PREVIEW, ISSUED, ALONE])
def test_a_family_of_four_fits_on_one_page(form: EnrollmentForm) -> None:
    assert len(pages_of(form)) == 1


def test_the_same_form_gives_the_same_bytes() -> None:
    assert render_enrollment_form(PREVIEW) == render_enrollment_form(PREVIEW)
    assert render_enrollment_form(PREVIEW) != render_enrollment_form(ISSUED)


def test_a_hostile_name_is_printed_as_text() -> None:
    name = '<script>alert(1)</script><img src="file:///etc/passwd">'
    form = replace(PREVIEW, applicant=replace(PREVIEW.applicant, name=name))

    assert "<script" not in html_of(form)
    assert "<img" not in html_of(form)
    assert "<script>alert(1)</script>" in text_of(form)


@pytest.mark.parametrize("letter", ["W", "अ"])
def test_a_very_long_name_wraps_within_its_column(letter: str) -> None:
    """The column of names is 209 points wide: no more than 30 of the widest letters fit beside the next column."""
    members = (replace(FAMILY[0], name=letter * 300), *FAMILY[1:])
    form = replace(PREVIEW, members=members, applicant=replace(PREVIEW.applicant, name="Ravi"))

    runs = re.findall(f"{letter}{letter}+", "\n".join(page.extract_text() for page in pages_of(form)))

    assert sum(map(len, runs)) == 300
    assert max(map(len, runs)) <= 30


def test_long_words_everywhere_keep_the_rest_of_the_form() -> None:
    applicant = replace(
        PREVIEW.applicant, name="Venkatanarasimharajuvaripeta" * 9, address="x" * 500, email="a" * 240 + "@example.in"
    )

    text = text_of(replace(PREVIEW, applicant=applicant))

    for expected in (
        "14 June 1988",
        "2A2C: 2 adults, 2 children",
        "Ms Meera Shetty Child 1 December 2019 Female 6",
        "Declarations",
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("1A", "1 adult"),
        ("2A1C", "2 adults, 1 child"),
        ("2A2C", "2 adults, 2 children"),
        ("1A1C", "1 adult, 1 child"),
        ("GOLD", "GOLD"),
    ],
)
def test_plan_codes_in_words(code: str, words: str) -> None:
    assert plan_in_words(code) == words
