"""Nothing sticks out: each text of each document stays within its cell, and each cell within its page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from aarokya.common.documents import engine, render_html
from insurance.documents import (
    ENROLLMENT_FORM_TEMPLATE,
    ENROLLMENT_FORM_TITLE,
    LANGUAGES,
    EnrollmentForm,
    Issue,
    Member,
    Nominee,
    issued,
)
from insurance.tests.test_documents import PREVIEW

SLACK = 0.5  # CSS pixels
NAMES = {
    "en": "Venkatanarasimharajuvaripeta",
    "hi": "वेंकटनरसिंहराजुवारिपेटा",
    "kn": "ವೆಂಕಟನರಸಿಂಹರಾಜುವಾರಿಪೇಟ",
    "ta": "வெங்கடநரசிம்மராஜுவாரிபேட்டை",
}


def crowded(language: str) -> EnrollmentForm:
    """Eight members, names of 255 letters without a space, an address of 500, and a number as long as the column."""
    name = (NAMES[language] * 10)[:255]
    relations = ("SELF", "SPOUSE", "MOTHER", "FATHER", "FATHER_IN_LAW", "MOTHER_IN_LAW", "CHILD", "SIBLING")
    members = tuple(Member(name, each, date(1988, 6, 14), 38, "FEMALE", record_number="T" * 64) for each in relations)
    return replace(
        PREVIEW,
        applicant=replace(PREVIEW.applicant, name=name, address="x" * 500, email="a" * 240 + "@example.in"),
        coverage=replace(PREVIEW.coverage, benefit=name, provider=name, plan_code="8A", description=name * 4),
        members=members,
        nominee=Nominee(name, "SPOUSE", date(1991, 2, 3), "FEMALE", "+919999999999"),
        is_preview=False,
        issue=Issue("N" * 100, date(2026, 11, 20), date(2027, 11, 19)),
    )


def pages_of(kind: str, language: str) -> Any:
    form = crowded(language)
    template, title, shown = {
        "form": (ENROLLMENT_FORM_TEMPLATE, ENROLLMENT_FORM_TITLE, form),
        "preview": (ENROLLMENT_FORM_TEMPLATE, ENROLLMENT_FORM_TITLE, replace(form, is_preview=True, issue=None)),
        "schedule": (issued.SCHEDULE_TEMPLATE, issued.SCHEDULE_TITLE, issued.issued_policy(form)),
        "card": (issued.CARD_TEMPLATE, issued.CARD_TITLE, issued.issued_policy(form)),
    }[kind]
    html = render_html(template, shown, title=title, language=language)
    return engine._lay_out(engine._build_press(), html).pages


def texts_in(box: Any, edge: float) -> Iterator[tuple[str, float, float]]:
    """Yield each text with its right edge and that of the innermost block around it."""
    for child in getattr(box, "children", []):
        if hasattr(child, "text") and child.text.strip():
            yield child.text, child.position_x + child.width, edge
        is_block = "Block" in type(child).__name__ or "Cell" in type(child).__name__
        inner = child.content_box_x() + child.width if is_block and isinstance(child.width, float | int) else edge
        yield from texts_in(child, inner)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["preview", "form", "schedule", "card"])
def test_nothing_sticks_out(kind: str, language: str) -> None:
    found = 0
    for page in pages_of(kind, language):
        body = page._page_box
        for text, right, edge in texts_in(body, body.content_box_x() + body.width):
            found += 1
            assert right <= min(edge, body.width + body.content_box_x()) + SLACK, (kind, language, text[:40], right, edge)
    assert found > 20


@pytest.mark.parametrize("kind", ["form", "schedule", "card"])
def test_a_list_that_goes_over_pages_has_its_heading_on_each(kind: str) -> None:
    pages = [[text for text, _, _ in texts_in(page._page_box, 0)] for page in pages_of(kind, "en")]
    split = [texts for texts in pages if {"Self", "Mother", "Sibling"} & set(texts)]
    assert len(split) > 1
    assert all("Relationship" in texts for texts in split)
