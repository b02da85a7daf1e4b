"""The month on paper: what it says, in which language, and that it says nothing of others."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from pypdf import PdfReader
from rest_framework.test import APIClient

from accounts.models import User
from wallets.documents.statement import language_of
from wallets.documents.words import PURPOSES, WORDS
from wallets.models import Purpose
from wallets.services.statements import statement
from wallets.tests.builders import NOW, adjust, client_of, contribute, make_holder, make_user, pay, refund

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _at_the_end_of_november() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 30, 12, tzinfo=UTC), tick=True):
        yield


def read(client: APIClient, **asked: str) -> str:
    answer = client.get("/wallet/statement", asked)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_a_month_with_its_movements_and_balances() -> None:
    holder = make_holder(own=100_000)
    User.objects.filter(pk=holder.user_id).update(first_name="Asha", last_name="Rao")
    contribute(holder, 20_000)
    paid = pay(holder, 30_000, note="X-ray")
    refund(paid.transfer_id, 5_000)

    text = read(client_of(holder.user_id), month="2026-11")

    for shown in ("Wallet Statement", "Asha Rao", "1 Nov 2026 – 30 Nov 2026", "City Hospital", "Acme Logistics", "X-ray"):
        assert shown in text
    for amount in ("₹0.00", "₹1,250.00", "₹300.00", "₹950.00"):  # before, in, out, after
        assert amount in text


def test_the_months_are_months_in_india_and_follow_each_other() -> None:
    holder = make_holder(own=500)  # on 20 November

    november, december = (
        statement(user_id=holder.user_id, month=month, language="en", now=NOW) for month in (NOVEMBER, date(2026, 12, 1))
    )

    assert (november.opening, november.closing, len(november.lines)) == (0, 500, 1)
    assert (december.opening, december.closing, december.lines) == (500, 500, ())
    assert november.total_in - november.total_out == november.closing - november.opening


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_language_prints_in_its_own_script(language: str) -> None:
    holder = make_holder()
    adjust(holder, 100)

    answer = client_of(holder.user_id).get("/wallet/statement", {"month": "2026-11", "language": language})

    reader = PdfReader(io.BytesIO(answer.content))
    assert answer["Content-Language"] == language
    assert reader.metadata is not None
    assert reader.metadata.title == WORDS[language].title
    assert "₹1.00" in reader.pages[0].extract_text()


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_purpose_has_words(language: str) -> None:
    assert set(PURPOSES[language]) == set(Purpose.objects.values_list("pk", flat=True))
    assert language == "en" or not set(PURPOSES[language].values()) & set(PURPOSES["en"].values())


@pytest.mark.parametrize("language", sorted(WORDS))
def test_purposes_are_in_the_language_and_names_as_they_are(language: str) -> None:
    holder = make_holder(own=100_000)
    contribute(holder, 20_000)
    pay(holder, 30_000)

    shown = [line.particulars for line in statement(user_id=holder.user_id, month=NOVEMBER, language=language, now=NOW).lines]

    words = PURPOSES[language]
    assert shown == [
        f"{words['ADJUSTMENT']}, Tests",
        f"{words['CONTRIBUTION']}, Acme Logistics",
        f"{words['HOSPITAL']}, City Hospital",
    ]


@pytest.mark.parametrize(
    ("own", "asked", "accepted", "shown"),
    [("ta", "", "hi", "ta"), ("ta", "kn", "hi", "kn"), ("en", "", "hi", "hi"), ("en", "", "", "en")],
)
def test_the_customers_own_language_comes_before_the_devices(own: str, asked: str, accepted: str, shown: str) -> None:
    holder = make_holder()
    User.objects.filter(pk=holder.user_id).update(language=own)

    answer = client_of(holder.user_id).get(
        "/wallet/statement", {"month": "2026-11", "language": asked}, headers={"Accept-Language": accepted}
    )

    assert answer["Content-Language"] == shown


@pytest.mark.parametrize(
    ("asked", "language"),
    [("hi", "hi"), ("KN", "kn"), ("fr, ta-IN;q=0.8, en;q=0.5", "ta"), ("fr", "en"), ("", "en"), ("*;q=0.1", "en")],
)
def test_the_first_language_we_have(asked: str, language: str) -> None:
    assert language_of(asked) == language


def test_the_same_statement_is_the_same_file() -> None:
    holder = make_holder(own=100)
    client = client_of(holder.user_id)

    first, second = (client.get("/wallet/statement", {"month": "2026-11"}).content for _ in range(2))

    assert first == second


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-1", "0000-01", "2026-12", "2026-11-01", "٢٠٢٦-11"])
def test_other_months_are_refused(month: str) -> None:
    answer = client_of(make_holder().user_id).get("/wallet/statement", {"month": month})

    assert (answer.status_code, answer.json()["error"]) == (400, "VALIDATION_ERROR")


def test_without_a_wallet_there_is_none() -> None:
    assert client_of(make_user().pk).get("/wallet/statement", {"month": "2026-11"}).status_code == 404
    assert APIClient().get("/wallet/statement", {"month": "2026-11"}).status_code == 401


def test_a_long_month_has_all_its_lines() -> None:
    holder = make_holder()
    for number in range(1, 121):
        adjust(holder, number)

    made = statement(user_id=holder.user_id, month=NOVEMBER, language="en", now=NOW + timedelta(days=20))

    assert (len(made.lines), made.closing) == (120, 120 * 121 // 2)
