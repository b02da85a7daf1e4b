"""Narayana Health over HTTP: patients and plans. Connect 2 s, 8 s for each call."""

from typing import Any

from aarokya.common.clients.http import PartnerAnswer, PartnerClient, PartnerError
from insurance.gateways.base import GatewayError, Patient, Person

GENDERS = {"MALE": "Male", "FEMALE": "Female"}  # theirs; there is no third


class Narayana:
    """Implements PatientGateway and CatalogueGateway."""

    def __init__(self, *, base_url: str, api_key: str, total_s: float = 8) -> None:
        self.client = PartnerClient("narayana", base_url, headers={"x-api-key": api_key}, total_s=total_s)

    def close(self) -> None:
        """Close the connections."""
        self.client.http.close()

    def search(self, person: Person) -> list[Patient]:
        body = {"first_name": person.first_name, "last_name": person.last_name, "date_of_birth": person.born_on.isoformat()}
        answer = self.call("POST", "/patients/search", operation="patient_search", json=body)
        return [patient(each) for each in items(answer.json, "patients")]

    def register(self, person: Person) -> Patient:
        body = {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "date_of_birth": person.born_on.isoformat(),
            "gender": GENDERS[person.gender],
            "phone": person.phone,
            "request_id": str(person.request_id),
        }
        return patient(self.call("POST", "/patients", operation="patient_register", json=body).json)

    def plans(self) -> list[dict[str, object]]:
        return items(self.call("GET", "/plans", operation="plans").json, "benefits")

    def call(self, method: str, path: str, *, operation: str, json: Any = None) -> PartnerAnswer:
        try:
            # A search changes nothing and a registration carries its request id: both may be repeated.
            answer = self.client.request(method, path, operation=operation, json=json, idempotent=True)
        except PartnerError as error:
            raise GatewayError(str(error), permanent=error.permanent) from error
        if not answer.ok:
            raise GatewayError(f"narayana {operation}: HTTP {answer.status}", permanent=True)
        return answer


def items(document: Any, name: str) -> list[dict[str, Any]]:
    """Return the list called `name`; GatewayError when the answer has another shape."""
    found = document.get(name) if isinstance(document, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise GatewayError(f"narayana: the answer has no list of {name}", permanent=False)
    return found


def patient(document: Any) -> Patient:
    """Read `{temp_number?, mrn?}`; GatewayError when neither is there."""
    numbers = document if isinstance(document, dict) else {}
    found = Patient(temp_number=text(numbers.get("temp_number")), mrn=text(numbers.get("mrn")))
    if not found.as_json():
        raise GatewayError("narayana: a patient without a number", permanent=False)
    return found


def text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
