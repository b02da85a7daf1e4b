"""Doctors and the model, as the product meets them."""

import hmac
import json
from hashlib import sha256
from typing import Any

import httpx2

from sandbox.tests.people import Merchant, Sandbox

BODY = {"id": "c1", "summary": {"chief_complaint": {"text": "cough", "said": "cough"}}, "patient": {"name": "Asha"}}


def aathma(sandbox: Sandbox, method: str, path: str, *, key: str = "", **options: Any) -> httpx2.Response:
    headers = {"x-api-key": "sandbox-aathma-key"} | ({"Idempotency-Key": key} if key else {})
    return sandbox.call(method, f"aathma/{path}", headers=headers, **options)


def chat(sandbox: Sandbox, question: str = "Since when?", *, stream: bool = False, said: str = "fever") -> httpx2.Response:
    task = json.dumps({"next_question": question})
    messages = [{"role": "user", "content": said}, {"role": "system", "content": task}]
    headers = {"Authorization": "Bearer sandbox-nama-key"}
    return sandbox.call("POST", "nama/chat/completions", headers=headers, json={"messages": messages, "stream": stream})


def test_one_consultation_for_each_id(sandbox: Sandbox) -> None:
    first, second = (aathma(sandbox, "POST", "consultations", key="c1", json=BODY) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["doctor"]["registration_number"] == "KMC-84211"
    assert len(sandbox.control("GET", "consultations")["consultations"]) == 1


def test_what_aathma_refuses(sandbox: Sandbox) -> None:
    assert aathma(sandbox, "POST", "consultations", json=BODY).status_code == 400
    assert aathma(sandbox, "POST", "consultations", key="c1", json={"id": "c1"}).status_code == 400
    assert aathma(sandbox, "GET", "consultations/unknown").status_code == 404
    assert sandbox.call("GET", "aathma/consultations/c1").status_code == 401


def test_what_the_doctors_side_does_is_told_by_signed_webhooks(sandbox: Sandbox, merchant: Merchant) -> None:
    aathma(sandbox, "POST", "consultations", key="c1", json=BODY)
    changed = sandbox.control("POST", "consultations/c1", {"outcome": "REASSIGNED", "webhooks": {"copies": 2}})

    first, second = merchant.wait_for(2)

    assert first.body == second.body
    assert (first.body["consultation_id"], first.body["version"]) == ("c1", changed["version"])
    header = next(value for name, value in first.headers.items() if name.lower() == "x-aathma-signature")
    moment, digest = (part.split("=", 1)[1] for part in header.split(","))
    body = json.dumps(first.body).encode()
    assert digest == hmac.new(b"sandbox-aathma-webhook", moment.encode() + b"." + body, sha256).hexdigest()


def test_a_doctor_may_come_later(sandbox: Sandbox) -> None:
    sandbox.control("POST", "aathma", {"assign": "later"})

    made = aathma(sandbox, "POST", "consultations", key="c1", json=BODY).json()
    assigned = sandbox.control("POST", "consultations/c1", {"outcome": "ASSIGNED", "webhooks": {"suppress": True}})

    assert (made["status"], made["doctor"]) == ("REQUESTED", None)
    assert (assigned["status"], assigned["version"]) == ("ASSIGNED", made["version"] + 1)


def test_cancelling_twice_is_cancelling_once(sandbox: Sandbox) -> None:
    aathma(sandbox, "POST", "consultations", key="c1", json=BODY)

    first, second = (aathma(sandbox, "POST", "consultations/c1/cancel", json={"reason": "x"}).json() for _ in range(2))

    assert first == second
    assert first["status"] == "CANCELLED"


def test_alerts_addenda_and_feedback_are_kept_once(sandbox: Sandbox) -> None:
    aathma(sandbox, "POST", "consultations", key="c1", json=BODY)
    for _ in range(2):
        aathma(sandbox, "POST", "alerts", json={"id": "a1", "rules": ["heart.sweating"]})
        aathma(sandbox, "POST", "consultations/c1/addenda", json={"id": "d1", "text": "more"})
        aathma(sandbox, "POST", "consultations/c1/feedback", json={"rating": 5})

    books = sandbox.control("GET", "consultations")
    assert (books["alerts"], books["addenda"], books["feedback"]) == (1, 1, 1)


def test_the_model_asks_what_it_is_told_to(sandbox: Sandbox) -> None:
    content = chat(sandbox).json()["choices"][0]["message"]["content"]

    assert json.loads(content) == {"reply": "Since when?", "emergency": False, "facts": []}


def test_the_model_streams(sandbox: Sandbox) -> None:
    answer = chat(sandbox, stream=True)

    events = [line.removeprefix("data: ") for line in answer.text.splitlines() if line]
    assert events[-1] == "[DONE]"
    pieces = [json.loads(event)["choices"][0]["delta"]["content"] for event in events[:-1]]
    assert json.loads("".join(pieces))["reply"] == "Since when?"


def test_the_model_can_be_told_to_misbehave(sandbox: Sandbox) -> None:
    sandbox.control("POST", "nama", {"behaviour": "not_json"})

    assert chat(sandbox).json()["choices"][0]["message"]["content"].startswith("Sure!")
    assert "500 mg" in chat(sandbox, said="please [[unsafe_dose]]").text
    assert chat(sandbox).status_code == 200
    assert sandbox.call("POST", "nama/chat/completions", json={}).status_code == 401
