"""The patient register and the plans."""

from typing import Any

import pytest

from sandbox.tests.people import Sandbox

ASHA = {"first_name": "Asha", "last_name": "Rao", "date_of_birth": "1990-02-28", "gender": "Female", "phone": "+919876543210"}
NAMED = {name: ASHA[name] for name in ("first_name", "last_name", "date_of_birth")}


def found(sandbox: Sandbox, **changes: str) -> list[dict[str, Any]]:
    patients: list[dict[str, Any]] = sandbox.narayana("POST", "patients/search", json=NAMED | changes).json()["patients"]
    return patients


def test_a_patient_is_registered_once_for_each_request(sandbox: Sandbox) -> None:
    first, second = (sandbox.narayana("POST", "patients", json=ASHA | {"request_id": "r1"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["temp_number"].startswith("T")
    assert first.json()["mrn"] is None
    assert sandbox.control("GET", "books")["patients"] == 1


def test_another_request_for_the_same_person_makes_a_double(sandbox: Sandbox) -> None:
    for request_id in ("r1", "r2"):
        sandbox.narayana("POST", "patients", json=ASHA | {"request_id": request_id})

    assert len(found(sandbox)) == 2


def test_search_ignores_letter_case_only(sandbox: Sandbox) -> None:
    number = sandbox.narayana("POST", "patients", json=ASHA | {"request_id": "r1"}).json()["temp_number"]

    assert found(sandbox, first_name="ASHA", last_name="rao") == [ASHA | {"temp_number": number, "mrn": None}]
    assert found(sandbox, date_of_birth="1990-03-01") == []


def test_the_first_visit_gives_the_record_number(sandbox: Sandbox) -> None:
    number = sandbox.narayana("POST", "patients", json=ASHA | {"request_id": "r1"}).json()["temp_number"]

    sandbox.control("POST", f"patients/{number}", {"mrn": "MRN0001"})

    assert found(sandbox)[0]["mrn"] == "MRN0001"


def test_a_patient_may_have_been_there_before(sandbox: Sandbox) -> None:
    sandbox.control("POST", "patients", ASHA | {"mrn": "MRN0002"})

    assert found(sandbox)[0]["mrn"] == "MRN0002"


@pytest.mark.parametrize(
    "changes",
    [
        {"gender": "female"},
        {"gender": "Other"},
        {"gender": None},
        {"date_of_birth": "1990-02-30"},
        {"first_name": " "},
        {"phone": 9},
    ],
)
def test_what_the_register_refuses(sandbox: Sandbox, changes: dict[str, Any]) -> None:
    assert sandbox.narayana("POST", "patients", json=ASHA | {"request_id": "r1"} | changes).status_code == 400
    assert sandbox.control("GET", "books")["patients"] == 0


def test_the_catalogue(sandbox: Sandbox) -> None:
    benefit = sandbox.narayana("GET", "plans").json()["benefits"][0]

    assert benefit["name"] == "Aarokya Arogya Suraksha"
    assert set(benefit["plans"]) == {"1A", "2A", "2A1C", "2A2C", "1A1C"}
    for variant in benefit["plans"].values():
        assert 0 < variant["daily_premium_amount"] < variant["annual_premium_amount"] < variant["coverage_amount"]


def test_the_key_is_required(sandbox: Sandbox) -> None:
    assert sandbox.call("GET", "narayana/plans").status_code == 401


CLAIM = {
    "request_id": "c1",
    "number": "CLM-2026-0000001",
    "policy_number": "NH-1",
    "record_number": "T10000001",
    "patient_name": "Asha Rao",
    "incident_date": "2026-11-01",
    "hospital_name": "Narayana, Bommasandra",
    "description": "Fracture",
    "amount": 2_500_000,
}


def test_a_claim_is_taken_once_for_each_request(sandbox: Sandbox) -> None:
    first, second = (sandbox.narayana("POST", "claims", json=CLAIM) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["status"] == "RECEIVED"
    assert sandbox.narayana("GET", f"claims/{first.json()['claim_id']}").json() == first.json()
    assert sandbox.narayana("GET", "claims/NHC0").status_code == 404
    assert sandbox.narayana("POST", "claims", json=CLAIM | {"request_id": "c2", "amount": 0}).status_code == 400


def test_documents_answers_queries_and_the_decision(sandbox: Sandbox) -> None:
    claim_id = sandbox.narayana("POST", "claims", json=CLAIM).json()["claim_id"]
    for _again in range(2):
        sandbox.narayana("POST", f"claims/{claim_id}/documents", json={"document_id": "d1", "content": "JVBERi0="})
        sandbox.narayana("POST", f"claims/{claim_id}/answers", json={"answer_id": "a1", "text": "Attached"})
    bad = sandbox.narayana("POST", f"claims/{claim_id}/documents", json={"document_id": "d2", "content": "?"})

    sandbox.control("POST", f"claims/{claim_id}", {"outcome": "QUERIED", "text": "Which ward?", "copies": 0})
    sandbox.control("POST", f"claims/{claim_id}", {"outcome": "APPROVED", "amount": 2_000_000, "copies": 0})
    sandbox.control("POST", f"claims/{claim_id}", {"outcome": "SETTLED", "copies": 0})

    found = sandbox.narayana("GET", f"claims/{claim_id}").json()
    assert bad.status_code == 400
    assert (found["documents"], found["answers"], found["queries"][0]["text"]) == (1, 1, "Which ward?")
    assert (found["status"], found["decision"], found["approved_amount"]) == ("SETTLED", "APPROVED", 2_000_000)
    assert found["settlement_reference"].startswith("UTR")
