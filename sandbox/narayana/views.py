"""Narayana over HTTP: JSON, header `x-api-key`."""

import base64
import hashlib
import hmac
from datetime import date
from typing import Any

from django.http import HttpRequest

from sandbox.config import configuration
from sandbox.desk import Call, Desk
from sandbox.narayana import catalogue, claims, register
from sandbox.wire import Answer, Refusal, query

GENDERS = {"Male", "Female"}


def guard(request: HttpRequest) -> None:
    """Refuse a missing or wrong key."""
    if not hmac.compare_digest(request.headers.get("x-api-key", "").encode(), configuration().narayana_api_key.encode()):
        raise _refusal("UNAUTHORIZED", "x-api-key is missing or wrong", 401)


DESK = Desk("narayana", guard, lambda message: {"code": "BAD_REQUEST", "message": message})


@DESK.serve("patient_search")
def search_patients(call: Call) -> Answer:
    """`POST /patients/search`."""
    first_name, last_name, born = (_text(call, name) for name in ("first_name", "last_name", "date_of_birth"))
    found = register.search(call.book, first_name=first_name, last_name=last_name, date_of_birth=_day(born))
    return Answer({"patients": found})


@DESK.serve("patient_register", key="request_id")
def register_patient(call: Call) -> Answer:
    """`POST /patients`: a temporary number; the medical record number comes with the first visit."""
    request_id = _text(call, "request_id")
    person = read_person(call)
    if earlier := register.registered(call.book, request_id):
        return Answer(earlier)
    return Answer(register.enter(call.book, person=person, request_id=request_id, mrn=None, now=call.now), 201)


@DESK.serve("plans", parse=query)
def plans(_call: Call) -> Answer:
    """`GET /plans`."""
    return Answer(catalogue.plans())


def read_person(call: Call) -> register.Person:
    """The person in a body; refuses missing names, impossible dates and a gender the register does not know."""
    gender = call.body.get("gender")
    if gender not in GENDERS:
        raise _refusal("INVALID_GENDER", "gender must be Male or Female", 400)
    return register.Person(
        first_name=_text(call, "first_name"),
        last_name=_text(call, "last_name"),
        date_of_birth=_day(_text(call, "date_of_birth")),
        gender=gender,
        phone=_text(call, "phone"),
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise _refusal("INVALID_DATE", "date_of_birth must be YYYY-MM-DD", 400) from error


def _text(call: Call, name: str) -> str:
    value = call.body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _refusal("MISSING_FIELD", f"{name} is required", 400)
    return value.strip()


def _refusal(code: str, message: str, status: int) -> Refusal:
    return Refusal({"code": code, "message": message}, status=status)


@DESK.serve("claim_submit", key="request_id")
def submit_claim(call: Call) -> Answer:
    """`POST /claims`."""
    request_id = _text(call, "request_id")
    for name in ("policy_number", "patient_name", "incident_date", "hospital_name"):
        _text(call, name)
    if type(call.body.get("amount")) is not int or call.body["amount"] < 1:
        raise _refusal("INVALID_AMOUNT", "amount must be a positive whole number of paise", 400)
    claim, is_new = claims.enter(call.book, request_id=request_id, body=call.body, now=call.now)
    return Answer(claim, 201 if is_new else 200)


@DESK.serve("claim_status", parse=query)
def claim_status(call: Call, *, claim_id: str) -> Answer:
    """`GET /claims/{claim_id}`."""
    return Answer(claims.shown(call.book, _claim(call, claim_id)))


@DESK.serve("claim_document", key="document_id")
def attach_document(call: Call, *, claim_id: str) -> Answer:
    """`POST /claims/{claim_id}/documents`: the file in base64."""
    claim, document_id = _claim(call, claim_id), _text(call, "document_id")
    try:
        content = base64.b64decode(_text(call, "content"), validate=True)
    except ValueError as error:
        raise _refusal("INVALID_DOCUMENT", "content must be base64", 400) from error
    digest = hashlib.sha256(content).hexdigest()
    claims.attach(call.book, claim_id=claim["claim_id"], document_id=document_id, sha256=digest)
    return Answer({"document_id": document_id, "sha256": digest}, 201)


@DESK.serve("claim_answer", key="answer_id")
def answer_query(call: Call, *, claim_id: str) -> Answer:
    """`POST /claims/{claim_id}/answers`."""
    claim, answer_id, text = _claim(call, claim_id), _text(call, "answer_id"), _text(call, "text")
    claims.answer(call.book, claim_id=claim["claim_id"], answer_id=answer_id, text=text)
    return Answer({"answer_id": answer_id}, 201)


def _claim(call: Call, claim_id: str) -> Any:
    found = claims.row(call.book, claim_id)
    if found is None:
        raise _refusal("NOT_FOUND", "no such claim", 404)
    return found
