"""Whatever is logged, however it is logged: no secret is written."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import structlog
from django.test import Client

from aarokya.common.logging import clean, clean_text

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
REFRESH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
OPAQUE = "k3yV1sZr8Qm-0bTt5xPz_hNwUe2LcYjGfDo7aIiR4sM"
BASIC = "dXNlcjpwYXNzd29yZA=="
AADHAAR = "234123412346"
PHONE = "9876543210"
OTP = "481516"
# What may appear in no form anywhere in what was written.
SECRETS = (JWT, REFRESH, OPAQUE, BASIC, AADHAAR, PHONE, OTP, "2341 2341 2346", "2341-2341-2346", "98765 43210", "98765-43210")

logger = structlog.get_logger("planted")
plain = logging.getLogger("planted.plain")


@pytest.fixture
def written(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Everything that our formatter made of the records of this test, and all that reached the terminal besides."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    formatters = [each.formatter for each in logging.getLogger().handlers if each.get_name() == "stderr"]
    handler.setFormatter(formatters[0])
    logging.getLogger().addHandler(handler)

    def everything() -> str:
        out, err = capfd.readouterr()
        return stream.getvalue() + out + err

    yield everything
    logging.getLogger().removeHandler(handler)


def raise_with(text: str) -> None:
    raise ValueError(text)


def as_argument(value: str) -> None:
    logger.info("argument %s", value)
    plain.info("argument %s", value)
    plain.info("named %(value)s", {"value": value})


def in_the_event(value: str) -> None:
    event = f"event {value} ends"
    logger.info(event)
    plain.warning(event)


def as_extra(value: str) -> None:
    logger.info("extra", detail=value, items=[value, (value, {value})], nested={"deep": [{"deeper": value}]})
    plain.info("extra", extra={"detail": value, "nested": {"deep": [value]}})


def as_bytes_and_objects(value: str) -> None:
    logger.info(
        "objects", raw=value.encode(), error=ValueError(value), either={"a": [ValueError(value)]}, frozen=frozenset({value})
    )


def as_a_key(value: str) -> None:
    logger.info("keys", nested={value: 1, "list": [{value: True}]})


def in_exceptions(value: str) -> None:
    try:
        raise_with(f"failed for {value}")
    except ValueError as error:
        logger.exception("caught")
        plain.exception("caught %s", error)
        logger.warning("told", exc_info=error)


def in_chained_exceptions(value: str) -> None:
    try:
        try:
            raise_with(f"failed for {value}")
        except ValueError as error:
            raise KeyError({"about": value}) from error
    except KeyError:
        logger.warning("chained", exc_info=True)


def in_context(value: str) -> None:
    with structlog.contextvars.bound_contextvars(about=value):
        logger.info("context")
        plain.info("context")


WAYS = (as_argument, in_the_event, as_extra, as_bytes_and_objects, as_a_key, in_exceptions, in_chained_exceptions, in_context)
FORMS = [
    JWT,
    f"Bearer {JWT}",
    f"Authorization: Bearer {OPAQUE}",
    f"authorization=basic {BASIC}",
    REFRESH,
    OPAQUE,
    f"refresh_token={REFRESH}&x=1",
    AADHAAR,
    "2341 2341 2346",
    "2341-2341-2346",
    PHONE,
    f"+91{PHONE}",
    f"91-{PHONE}",
    "98765 43210",
    "+91 98765-43210",
    f"/users?phone={PHONE}",
    f"Key (phone)=(+91{PHONE}) already exists.",
    f"otp={OTP}",
    f"OTP: {OTP}",
    f"otp is {OTP}",
    f"Your code for Aarokya is {OTP}.",
    f"{OTP} is your Aarokya code",
    json.dumps({"phone": PHONE, "otp": OTP, "aadhaar": AADHAAR, "access_token": JWT}),
    f"a {AADHAAR} b {PHONE} c {JWT} d",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_planted_secret_is_written(way: Callable[[str], None], form: str, written: Callable[[], str]) -> None:
    way(form)

    text = written()
    assert text.count('"event"') >= 1
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize(
    "name",
    [
        "otp",
        "OTP",
        "otp_code",
        "password",
        "client_secret",
        "access_token",
        "refreshToken",
        "Authorization",
        "api-key",
        "x-api-key",
        "api_key",
        "aadhaar_last4",
        "Cookie",
        "signature",
        "account_number",
        "id_proof",
    ],
)
def test_what_is_named_a_secret_is_hidden_whatever_it_looks_like(name: str, written: Callable[[], str]) -> None:
    for value in ("plain-words", 481_516_234, ["plain-words"], {"a": "plain-words"}, b"plain-words"):
        logger.info("named", **{"nested": {name: value}, name: value})
        plain.info("named", extra={"nested": [{name: value}]})

    text = written()
    assert "plain-words" not in text
    assert "481516234" not in text


def test_numbers_that_are_phones_are_masked(written: Callable[[], str]) -> None:
    logger.info("numbers", phone=int(PHONE), full=int(f"91{PHONE}"), aadhaar_number=int(AADHAAR), about=int(AADHAAR))

    assert [secret for secret in SECRETS if secret in written()] == []


@pytest.mark.django_db
@pytest.mark.urls("aarokya.common.tests.urls")
def test_a_request_full_of_secrets_leaves_none_in_the_log(written: Callable[[], str]) -> None:
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {JWT}", "Cookie": f"s={REFRESH}"})
    body = {"phone": PHONE, "otp": OTP, "aadhaar_last4": AADHAAR, "refresh_token": REFRESH}
    for path in (f"/nowhere/{PHONE}?token={JWT}", "/echo", "/durable", f"/failing/bug?otp={OTP}", "/plain_failure"):
        client.get(path)
        client.post(path, body, content_type="application/json")

    text = written()
    assert text.count('"latency_ms"') >= 10
    assert [secret for secret in SECRETS if secret in text] == []


def test_a_line_is_one_json_object_with_its_facts(written: Callable[[], str]) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        logger.warning("two\nlines", amount=150, rate=1.5, missing=None, agreed=True)

    (line,) = [json.loads(line) for line in written().splitlines() if line.startswith("{") and "two" in line][:1]
    assert line["event"] == "two\nlines"
    assert (line["level"], line["logger"], line["request_id"]) == ("warning", "planted", "r-1")
    assert (line["amount"], line["rate"], line["missing"], line["agreed"]) == (150, 1.5, None, True)
    assert line["timestamp"].endswith("Z")


def test_a_masked_phone_still_says_whose_it_may_be() -> None:
    assert clean_text(f"call +91 {PHONE} now") == "call +91******3210 now"


@pytest.mark.parametrize(
    "harmless",
    [
        "order 01KAJ3W0Z9QK8F7T6V5X",
        "amount 123456 paise at 2026-11-20T10:15:30.123456Z",
        "IP-1009 HTTP 502 in 1234 ms",
        "policy 98765432-1012-7345-8678-987654321012 of user:01a1fb2c-9876-7432-8109-876543210987",
        str(UUID("98765432-1012-7345-8678-987654321012")),
        "1795000000 1795000000123",
        "aarokya.common.api.middleware",
    ],
)
def test_what_is_no_secret_stays_readable(harmless: str) -> None:
    assert clean(harmless) == harmless


def test_values_keep_their_shape() -> None:
    value: Any = {"a": [1, 2.5, None, True], "b": {"c": ("x",)}}

    assert clean(value) == {"a": [1, 2.5, None, True], "b": {"c": ["x"]}}
