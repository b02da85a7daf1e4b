"""The catalogue: one code, one class, one status."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.utils.module_loading import autodiscover_modules

from aarokya.common.errors import CATALOGUE, Conflict, DomainError, NotFound

CONTRACT_WORDS = {
    "VALIDATION_ERROR": 400,
    "INVALID_PHONE": 400,
    "INVALID_DATE_FORMAT": 400,
    "IMMUTABLE_FIELD": 400,
    "MISSING_REQUIRED_FIELD": 400,
    "NUMBER_OF_DAYS_OUT_OF_RANGE": 400,
    "INVALID_OTP": 401,
    "OTP_EXPIRED": 401,
    "TOO_MANY_OTP_ATTEMPTS": 401,
    "INVALID_TOKEN": 401,
    "INSUFFICIENT_BALANCE": 402,
    "PAYMENT_DECLINED": 402,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "INVALID_TRANSITION": 409,
    "IDEMPOTENCY_MISMATCH": 422,
    "RATE_LIMITED": 429,
    "INTERNAL_ERROR": 500,
    "UPSTREAM_ERROR": 502,
    "SERVICE_UNAVAILABLE": 503,
}


def kinds(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds(below)


def test_the_words_of_the_contract() -> None:
    assert {code: CATALOGUE[code].status for code in CONTRACT_WORDS} == CONTRACT_WORDS


def test_every_error_of_every_app_has_words_and_the_status_of_its_code() -> None:
    autodiscover_modules("errors")

    for kind in kinds():
        assert kind.code in CATALOGUE, kind
        assert kind.message.strip(), kind
        assert HTTPStatus(kind.status).value >= 400, kind
        assert kind.status == CATALOGUE[kind.code].status, kind


def test_a_code_cannot_be_declared_twice() -> None:
    with pytest.raises(TypeError, match="CONFLICT is taken by Conflict"):
        type("Clash", (DomainError,), {"code": "CONFLICT", "message": "again", "status": 409})

    assert CATALOGUE["CONFLICT"] is Conflict


def test_a_code_cannot_be_declared_by_a_namesake_in_another_module() -> None:
    namesake = {"code": "NOT_FOUND", "message": "again", "status": 404, "__module__": "elsewhere", "__qualname__": "NotFound"}

    with pytest.raises(TypeError, match="NOT_FOUND is taken by NotFound"):
        type("NotFound", (DomainError,), namesake)

    assert CATALOGUE["NOT_FOUND"] is NotFound


def test_a_subclass_without_a_code_shares_its_parents() -> None:
    class Narrower(Conflict):
        message = "narrower words"

    assert Narrower.code == "CONFLICT"
    assert str(Narrower()) == "narrower words"
    assert CATALOGUE["CONFLICT"] is Conflict


def test_own_words_replace_the_classes_words() -> None:
    assert str(Conflict()) == Conflict.message
    assert str(Conflict("this one is taken")) == "this one is taken"
