"""`POST /users/{id}/insurance_policies/preview_enrollment_form`: the PDF, the nominee's rules, nothing written."""

import io
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from rest_framework.test import APIClient

from aarokya.common.ids import uuid7
from accounts.models import Dependant, User
from insurance.models import Benefit
from insurance.tests import builders
from insurance.tests.test_api_preview import assert_refused

EXTERNAL = {
    "type": "external",
    "salutation": "Mrs",
    "name": "Spouse Name",
    "date_of_birth": "1992-04-15",
    "relationship": "spouse",
    "gender": "female",
    "phone": "+919999999999",
}


def form(client: APIClient, user: User, benefit: Benefit, *dependants: Dependant, **more: Any) -> Any:
    body = {"benefit_id": str(benefit.pk), "dependant_ids": [str(each.pk) for each in dependants]}
    return client.post(f"/users/{user.pk}/insurance_policies/preview_enrollment_form", body | more, format="json")


def text_of(answer: Any) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_the_published_example(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    answer = form(client_of_user, user, benefit, nominee_details=EXTERNAL)
    assert answer.status_code == HTTPStatus.OK
    assert answer["Content-Type"] == "application/pdf"
    assert "enrollment_form_preview.pdf" in answer["Content-Disposition"]
    shown = text_of(answer)
    for words in ("PREVIEW", "00000000-0000-0000-0000-000000000000", "Spouse Name", "Ravi", user.phone[-5:], benefit.name):
        assert words in shown


def test_a_dependant_as_nominee_and_every_member(
    client_of_user: APIClient, user: User, benefit: Benefit, spouse: Dependant, child: Dependant
) -> None:
    nominee = {"type": "dependant", "dependant_id": str(spouse.pk)}
    shown = text_of(form(client_of_user, user, benefit, spouse, child, nominee_details=nominee))
    assert spouse.last_name in shown
    assert child.first_name in shown


def test_reads_only(client_of_user: APIClient, user: User, spouse: Dependant, benefit: Benefit) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = form(client_of_user, user, benefit, spouse, nominee_details=EXTERNAL)
    assert answer.status_code == HTTPStatus.OK
    assert len(queries) <= 4
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_self_alone_needs_no_nominee(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    assert form(client_of_user, user, benefit).status_code == HTTPStatus.OK


def test_ip_1015_nominee_missing(client_of_user: APIClient, user: User, benefit: Benefit, spouse: Dependant) -> None:
    assert_refused(form(client_of_user, user, benefit, spouse), "IP-1015", 400)
    assert_refused(form(client_of_user, user, benefit, spouse, nominee_details=None), "IP-1015", 400)


def test_ip_1007_nominee_unknown_or_a_strangers(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    strangers = builders.make_spouse(builders.make_user())
    for dependant_id in (uuid7(), strangers.pk):
        nominee = {"type": "dependant", "dependant_id": str(dependant_id)}
        assert_refused(form(client_of_user, user, benefit, nominee_details=nominee), "IP-1007", 404)


def test_ip_1010_nominee_is_no_spouse(client_of_user: APIClient, user: User, benefit: Benefit, child: Dependant) -> None:
    assert_refused(
        form(client_of_user, user, benefit, nominee_details={"type": "dependant", "dependant_id": str(child.pk)}), "IP-1010", 400
    )
    assert_refused(form(client_of_user, user, benefit, nominee_details=EXTERNAL | {"relationship": "sibling"}), "IP-1010", 400)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"date_of_birth": "15-04-1992"}, "IP-1010"),
        ({"date_of_birth": "2999-01-01"}, "IP-1010"),
        ({"phone": "12345"}, "IP-1010"),
        ({"gender": "unknown"}, "IP-1010"),
        ({"name": ""}, "IP-1010"),
        ({"dependant_id": "x"}, "VALIDATION_ERROR"),
    ],
)
def test_bad_external_nominees(
    client_of_user: APIClient, user: User, benefit: Benefit, change: dict[str, Any], code: str
) -> None:
    answer = form(client_of_user, user, benefit, nominee_details=EXTERNAL | change)
    assert_refused(answer, code, 400)
    assert answer.json()["details"][0]["field"] == f"nominee_details.{next(iter(change))}"


def test_bad_nominee_id(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    nominee = {"type": "dependant", "dependant_id": "x"}
    assert_refused(form(client_of_user, user, benefit, nominee_details=nominee), "IP-1011", 400)


def test_errors_stay_json_for_a_client_that_accepts_only_pdf(client_of_user: APIClient, user: User, benefit: Benefit) -> None:
    path = f"/users/{user.pk}/insurance_policies/preview_enrollment_form"
    headers = {"Accept": "application/pdf"}
    assert_refused(
        client_of_user.post(path, {"benefit_id": "x", "dependant_ids": []}, format="json", headers=headers), "IP-1011", 400
    )
    body = {"benefit_id": str(benefit.pk), "dependant_ids": []}
    assert client_of_user.post(path, body, format="json", headers=headers)["Content-Type"] == "application/pdf"
