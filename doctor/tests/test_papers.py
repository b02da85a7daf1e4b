"""The summary for others: schema, FHIR R4 and paper."""

from io import BytesIO
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from pypdf import PdfReader

from doctor.intake import summary
from doctor.intake.memory import Memory, Patient
from doctor.tests.builders import INTAKES, Clinic, Talker


def test_the_bundle_is_fhir(talker: Talker) -> None:
    talker.tell()

    answer = talker.client.get(f"/doctor/session/{talker.session_id}/fhir")

    bundle = Bundle.model_validate(answer.json())
    kinds = [entry.resource.get_resource_type() for entry in bundle.entry or () if entry.resource]
    assert kinds == ["Patient", "QuestionnaireResponse", "Condition", "Condition", "MedicationStatement"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_resource_kind_and_every_quote(talker: Talker) -> None:
    talker.start(language="en")
    for text in (*INTAKES["en"][:5], "penicillin and prawns", "no"):
        talker.say(text)

    document = talker.client.get(f"/doctor/session/{talker.session_id}/fhir").json()

    Bundle.model_validate(document)
    resources = [entry["resource"] for entry in document["entry"]]
    allergies = [each["code"]["text"] for each in resources if each["resourceType"] == "AllergyIntolerance"]
    assert allergies == ["penicillin", "prawns"]
    said = [item["answer"][0]["valueString"] for item in resources[1]["item"]]
    assert said[0] == INTAKES["en"][0]
    assert {each["verificationStatus"]["coding"][0]["code"] for each in resources if each["resourceType"] == "Condition"} == {
        "unconfirmed"
    }


def test_the_same_session_makes_the_same_bundle_and_the_same_paper(clinic: Clinic, talker: Talker) -> None:
    talker.tell()
    talker.submitted()
    path = f"/doctor/session/{talker.session_id}"

    assert talker.client.get(f"{path}/fhir").json() == talker.client.get(f"{path}/fhir").json()
    assert talker.client.get(f"{path}/summary.pdf").content == talker.client.get(f"{path}/summary.pdf").content


def text_of(answer: Any) -> str:
    assert answer.headers["Content-Type"] == "application/pdf"
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


def test_paper_for_the_patient_and_for_the_doctor(clinic: Clinic, talker: Talker) -> None:
    talker.tell("hi-Latn")
    talker.submitted()
    path = f"/doctor/session/{talker.session_id}/summary.pdf"

    mine = text_of(talker.client.get(path))
    theirs = text_of(talker.client.get(path, {"audience": "doctor"}))

    assert "Takleef" in mine
    assert "Complaint" in theirs
    for page in (mine, theirs):
        assert "mujhe do din se khansi hai" in page
        assert "Dr. Kavya Shetty" in page
        assert talker.row().seal in page.replace("\n", "")


@pytest.mark.parametrize("language", INTAKES)
def test_paper_in_each_language(talker: Talker, language: str) -> None:
    talker.tell(language)

    assert len(text_of(talker.client.get(f"/doctor/session/{talker.session_id}/summary.pdf"))) > 200


def test_no_paper_before_the_summary(talker: Talker) -> None:
    talker.start()

    assert talker.client.get(f"/doctor/session/{talker.session_id}/summary.pdf").json()["error"] == "DR-1504"
    assert talker.client.get(f"/doctor/session/{talker.session_id}/fhir").json()["error"] == "DR-1504"


WHOLE = {
    "chief_complaint": ("cough", "cough"),
    "onset_and_duration": ({"hours": 48.0}, "two days"),
    "severity": ({"score": 4}, "4"),
    "associated_symptoms": ([], "no"),
    "existing_conditions": ([], "no"),
    "medications": ([], "no"),
    "allergies": ([], "no"),
}
MAN = Patient(40, "MALE")


def memory(**changes: Any) -> Memory:
    found = Memory()
    for name, (value, said) in (WHOLE | changes).items():
        found.note(name, value, said)
    return found


def test_the_schema_accepts_what_is_whole() -> None:
    assert summary.compose(memory(), language="en", patient=MAN)["severity"] == {"score": 4, "said": "4"}


@pytest.mark.parametrize(
    "changes",
    [
        {"severity": ({"score": 11}, "11")},
        {"severity": ({"score": 4.5}, "4.5")},
        {"medications": (["x" * 1001], "x")},
        {"medications": ([""], "x")},
        {"allergies": ([], "")},
        {"onset_and_duration": ({"hours": -1}, "x")},
    ],
)
def test_the_schema_refuses_what_is_not(changes: dict[str, Any]) -> None:
    with pytest.raises(summary.SummaryInvalid):
        summary.compose(memory(**changes), language="en", patient=MAN)


@pytest.mark.parametrize("name", WHOLE)
def test_each_field_is_needed(name: str) -> None:
    found = memory()
    del found.facts[name]

    with pytest.raises(summary.SummaryInvalid, match=name):
        summary.compose(found, language="en", patient=MAN)


def test_pregnancy_is_needed_where_it_applies() -> None:
    woman = Patient(30, "FEMALE")

    assert memory().missing(woman) == ["pregnancy"]
    assert memory().missing(Patient(60, "FEMALE")) == []
    assert memory(pregnancy=("yes", "I am pregnant")).missing(woman) == []
