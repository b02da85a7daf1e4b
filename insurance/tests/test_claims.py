"""Claims: drafted, documented, forwarded once, queried, answered, decided, settled; signed notices; files by their bytes."""

import hashlib
import hmac
import json
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction
from rest_framework.test import APIClient

from aarokya.common import outbox
from aarokya.common.clock import epoch_s
from aarokya.common.errors import InvalidTransition
from aarokya.common.ids import uuid7
from aarokya.common.models import OutboxMessage
from accounts.models import Dependant, User
from insurance import files, gateways
from insurance.errors import FileTypeRefused
from insurance.gateways.base import GatewayError
from insurance.gateways.claims import ClaimTruth, Query, truth_of
from insurance.gateways.storage import FileMissing, FolderStore
from insurance.models import Benefit, Claim, ClaimDocumentKind, ClaimStatus, ClaimWebhook, Policy
from insurance.services import claims, forwarding, lifecycle
from insurance.tests import builders
from insurance.tests.builders import NOW
from insurance.tests.test_admin import page, staff
from insurance.tests.test_api_preview import assert_refused

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 100 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50 + b"IEND\xaeB`\x82"
INCIDENT = {
    "incident_date": "2026-11-10",
    "hospital_name": "Narayana, Bommasandra",
    "description": "Fell from a motorcycle",
    "amount": 2_500_000,
}


@pytest.fixture(autouse=True)
def _store(settings: Any, tmp_path: Path) -> None:
    settings.STORAGE_DIR = tmp_path / "files"


@pytest.fixture
def policy(user: User, spouse: Dependant, benefit: Benefit) -> Policy:
    policy = builders.make_policy(user, benefit=benefit, dependants=[spouse])
    start = date(2026, 1, 1)
    lifecycle.activate(policy, external_policy_id="NH-1", start_date=start, actor="staff:x", now=NOW)
    return policy


def post(client: APIClient, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    with time_machine.travel(NOW, tick=False):
        return client.post(path, body or {}, format="json", headers=headers)


def begin(client: APIClient, policy: Policy, **changes: Any) -> Any:
    path = f"/users/{policy.primary_user_id}/insurance_policies/{policy.pk}/claims"
    return post(client, path, INCIDENT | changes)


def path_of(claim: Claim, end: str = "") -> str:
    return f"/users/{claim.policy.primary_user_id}/claims/{claim.pk}{end}"


def upload(client: APIClient, claim: Claim, content: bytes = PDF, *, kind: str = "bill", name: str = "bill.pdf") -> Any:
    form = {"kind": kind, "file": SimpleUploadedFile(name, content, "text/html")}
    return client.post(path_of(claim, "/documents"), form, format="multipart")


@pytest.fixture
def claim(client_of_user: APIClient, policy: Policy) -> Claim:
    answer = begin(client_of_user, policy)
    assert answer.status_code == HTTPStatus.CREATED, answer.content
    return Claim.objects.select_related("policy").get()


@pytest.fixture
def forwarded(claim: Claim, hospital: httpx2.Client) -> Claim:
    gateway, store = gateways.claims(), gateways.store()
    claims.add_document(claim, kind=ClaimDocumentKind.BILL, name="bill.pdf", content=PDF, store=store, actor="user:x", now=NOW)
    claims.submit(claim, actor="user:x", now=NOW)
    forwarding.forward(claim.pk, gateway=gateway, store=store, now=NOW)
    claim.refresh_from_db()
    return claim


def decide(hospital: httpx2.Client, claim: Claim, outcome: str, **more: Any) -> None:
    body = {"outcome": outcome, "copies": 0} | more
    hospital.post(f"/claims/{claim.external_claim_id}", json=body).raise_for_status()


def synchronise(claim: Claim) -> bool:
    news = forwarding.synchronise(claim.pk, gateway=gateways.claims(), now=NOW)
    claim.refresh_from_db()
    return news


def test_a_draft_shows_everything(client_of_user: APIClient, ops: APIClient, policy: Policy, claim: Claim) -> None:
    shown = client_of_user.get(path_of(claim)).json()
    assert (shown["status"], shown["amount"], shown["currency"]) == ("DRAFT", 2_500_000, "INR")
    assert (shown["decision"], shown["approved_amount"], shown["documents"], shown["messages"]) == (None, None, [], [])
    assert shown["number"].startswith("CLM-2026-")
    assert shown["dependant_id"] == str(builders.self_of(policy.primary_user).pk)
    assert ops.get(path_of(claim)).json() == shown
    for path in (
        f"/users/{policy.primary_user_id}/claims",
        f"/users/{policy.primary_user_id}/insurance_policies/{policy.pk}/claims",
    ):
        assert client_of_user.get(path).json()["data"] == [shown]


def test_cl_1101_missing_and_strangers(client_of_user: APIClient, user: User, claim: Claim) -> None:
    for end in ("", f"/documents/{uuid7()}"):
        assert_refused(client_of_user.get(f"/users/{user.pk}/claims/{uuid7()}{end}"), "CL-1101", 404)
    stranger = builders.make_user()
    assert_refused(builders.client_of(stranger).get(path_of(claim)), "NOT_FOUND", 404)
    assert_refused(builders.client_of(stranger).get(f"/users/{stranger.pk}/claims/{claim.pk}"), "CL-1101", 404)


@pytest.mark.parametrize("change", [{"amount": 0}, {"amount": 1.5}, {"incident_date": "1/2/2026"}, {"hospital_name": ""}])
def test_cl_1102_bad_values(client_of_user: APIClient, policy: Policy, change: dict[str, Any]) -> None:
    assert_refused(begin(client_of_user, policy, **change), "CL-1102", 400)


def test_cl_1103_bad_ids(client_of_user: APIClient, user: User, policy: Policy) -> None:
    assert_refused(client_of_user.get(f"/users/{user.pk}/claims/x"), "CL-1103", 400)
    assert_refused(begin(client_of_user, policy, dependant_id="x"), "CL-1103", 400)


@pytest.mark.parametrize("day", ["2025-12-31", "2026-11-21", "2027-06-01"])
def test_cl_1104_the_policy_did_not_cover(client_of_user: APIClient, policy: Policy, day: str) -> None:
    assert_refused(begin(client_of_user, policy, incident_date=day), "CL-1104", 409)


def test_cl_1105_the_patient_is_no_member(client_of_user: APIClient, policy: Policy, spouse: Dependant, child: Dependant) -> None:
    assert_refused(begin(client_of_user, policy, dependant_id=str(child.pk)), "CL-1105", 400)
    assert begin(client_of_user, policy, dependant_id=str(spouse.pk)).json()["dependant_id"] == str(spouse.pk)


def test_documents_go_in_and_come_out(client_of_user: APIClient, claim: Claim) -> None:
    first, again = (upload(client_of_user, claim, JPEG, name="../../etc/ÜX\x07.html") for _ in range(2))
    assert (first.status_code, again.status_code) == (HTTPStatus.CREATED, HTTPStatus.OK)
    assert first.json() == again.json()
    shown = first.json()
    assert (shown["media_type"], shown["size"], shown["kind"]) == ("image/jpeg", len(JPEG), "BILL")
    assert shown["sha256"] == hashlib.sha256(JPEG).hexdigest()
    file = client_of_user.get(path_of(claim, f"/documents/{shown['id']}"))
    assert (file.content, file["Content-Type"], file["X-Content-Type-Options"]) == (JPEG, "image/jpeg", "nosniff")
    assert file["Content-Disposition"].startswith("attachment")


def test_cl_1100_a_file_that_is_gone_is_our_bug(client_of_user: APIClient, claim: Claim, tmp_path: Path) -> None:
    document = upload(client_of_user, claim).json()["id"]
    for path in (tmp_path / "files").rglob(f"{document}*"):
        path.unlink()
    assert_refused(client_of_user.get(path_of(claim, f"/documents/{document}")), "CL-1100", 500)


def test_the_back_office_reads_claims_but_not_what_happened(client_of_user: APIClient, claim: Claim) -> None:
    upload(client_of_user, claim)
    clerk = staff("ops")
    assert claim.number in page(clerk, "claim_changelist")
    shown = page(clerk, "claim_change", claim.pk)
    assert "bill.pdf" in shown
    assert "motorcycle" not in shown


def test_cl_1106_too_large(client_of_user: APIClient, claim: Claim, settings: Any) -> None:
    large = PDF.replace(b"endobj", b"x" * 3_000_000 + b"endobj")  # above the limit of other bodies
    assert upload(client_of_user, claim, large).status_code == HTTPStatus.CREATED
    settings.CLAIM_FILE_BYTES_MAX = 1000
    assert_refused(upload(client_of_user, claim, large + b"%%EOF"), "CL-1106", 413)
    assert_refused(upload(client_of_user, claim, PDF + b"x" * 1000 + b"%%EOF"), "CL-1106", 413)


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90", b"<html>", PDF[:-8], PNG[:-9], b"%PDF-1.7 /JavaScript (app.alert(1)) %%EOF", b"PK\x03\x04"],
)
def test_cl_1107_what_it_is_counts_not_what_it_says(client_of_user: APIClient, claim: Claim, content: bytes) -> None:
    assert_refused(upload(client_of_user, claim, content, name="bill.pdf"), "CL-1107", 415)
    assert claim.documents.count() == 0


def test_cl_1102_a_form_without_file_or_kind(client_of_user: APIClient, claim: Claim) -> None:
    assert_refused(client_of_user.post(path_of(claim, "/documents"), {"kind": "bill"}, format="multipart"), "CL-1102", 400)
    assert_refused(upload(client_of_user, claim, kind="selfie"), "CL-1102", 400)
    assert_refused(upload(client_of_user, claim, b""), "CL-1102", 400)


def test_cl_1108_no_more_than_twenty(client_of_user: APIClient, claim: Claim) -> None:
    def add(number: int) -> None:
        content = PDF + f"%{number} %%EOF".encode()
        claims.add_document(
            claim, kind=ClaimDocumentKind.OTHER, name="x", content=content, store=gateways.store(), actor="user:x", now=NOW
        )

    for number in range(20):
        add(number)
    assert_refused(upload(client_of_user, claim, PDF + b"%20 %%EOF"), "CL-1108", 409)
    assert claim.documents.count() == 20


def test_cl_1109_documents_are_needed(client_of_user: APIClient, claim: Claim) -> None:
    assert_refused(post(client_of_user, path_of(claim, "/submit")), "CL-1109", 409)
    upload(client_of_user, claim)
    assert post(client_of_user, path_of(claim, "/submit")).json()["status"] == "SUBMITTED"
    assert_refused(post(client_of_user, path_of(claim, "/submit")), "INVALID_TRANSITION", 409)
    assert_refused(upload(client_of_user, claim, PNG), "INVALID_TRANSITION", 409)
    assert_refused(post(client_of_user, path_of(claim, "/answers"), {"text": "x"}), "INVALID_TRANSITION", 409)


def test_submission_leaves_through_the_outbox(client_of_user: APIClient, claim: Claim, hospital: httpx2.Client) -> None:
    upload(client_of_user, claim)
    post(client_of_user, path_of(claim, "/submit"))
    message = OutboxMessage.objects.get(topic="claim.submitted")
    assert outbox.deliver(message.pk, now=NOW)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.FORWARDED
    [there] = hospital.get("/claims").json()
    assert (there["claim_id"], there["documents"]) == (claim.external_claim_id, 1)


def test_a_failing_insurer_gets_it_once_and_later(claim: Claim, hospital: httpx2.Client) -> None:
    gateway, store = gateways.claims(), gateways.store()
    claims.add_document(claim, kind=ClaimDocumentKind.BILL, name="b", content=PDF, store=store, actor="user:x", now=NOW)
    claims.submit(claim, actor="user:x", now=NOW)
    for operation in ("claim_submit", "claim_document"):
        fault = {"partner": "narayana", "operation": operation, "mode": "http_500"}
        hospital.post("/faults", json=fault).raise_for_status()
        with pytest.raises(GatewayError):
            forwarding.forward(claim.pk, gateway=gateway, store=store, now=NOW)
        hospital.delete("/faults").raise_for_status()
    for _ in range(2):  # delivered at least once
        forwarding.forward(claim.pk, gateway=gateway, store=store, now=NOW)
    [there] = hospital.get("/claims").json()
    assert there["documents"] == 1


def test_query_answer_decision_settlement(client_of_user: APIClient, forwarded: Claim, hospital: httpx2.Client) -> None:
    assert synchronise(forwarded) is False
    decide(hospital, forwarded, "QUERIED", text="Which ward?")
    assert synchronise(forwarded) is True
    assert synchronise(forwarded) is False
    shown = client_of_user.get(path_of(forwarded)).json()
    assert (shown["status"], [each["text"] for each in shown["messages"]]) == ("QUERIED", ["Which ward?"])
    upload(client_of_user, forwarded, PNG, kind="report")
    answered = post(client_of_user, path_of(forwarded, "/answers"), {"text": "General ward"})
    assert (answered.status_code, answered.json()["status"]) == (HTTPStatus.CREATED, "ANSWERED")
    for _ in range(2):
        assert outbox.deliver(OutboxMessage.objects.get(topic="claim.answered").pk, now=NOW)
    [there] = hospital.get("/claims").json()
    assert (there["documents"], there["answers"]) == (2, 1)
    decide(hospital, forwarded, "PART_APPROVED", amount=2_000_000, text="Room rent is capped")
    assert synchronise(forwarded) is True
    decide(hospital, forwarded, "SETTLED")
    assert synchronise(forwarded) is True
    shown = client_of_user.get(path_of(forwarded)).json()
    assert (shown["status"], shown["decision"], shown["approved_amount"]) == ("SETTLED", "PART_APPROVED", 2_000_000)
    assert shown["decision_reason"] == "Room rent is capped"
    assert shown["settlement_reference"].startswith("UTR")
    assert Claim.objects.get().next_poll_at is None


def test_polling_finds_what_no_notice_told(forwarded: Claim, hospital: httpx2.Client) -> None:
    decide(hospital, forwarded, "REJECTED", text="Not covered")
    gateway = gateways.claims()
    assert list(forwarding.poll_due(gateway=gateway, now=NOW)) == []  # its turn comes in an hour
    later = NOW + timedelta(hours=1)
    hospital.post("/faults", json={"partner": "narayana", "mode": "malformed"}).raise_for_status()
    assert list(forwarding.poll_due(gateway=gateway, now=later)) == []
    hospital.delete("/faults").raise_for_status()
    later += timedelta(hours=1)
    assert list(forwarding.poll_due(gateway=gateway, now=later)) == [forwarded.pk]
    assert list(forwarding.poll_due(gateway=gateway, now=later + timedelta(days=9))) == []


def test_news_out_of_order_never_go_backwards(forwarded: Claim) -> None:
    approved = ClaimTruth(
        state="SETTLED", decision="APPROVED", approved_amount=1, reason="", settlement_reference="U1", queries=()
    )
    early = ClaimTruth(
        state="QUERIED",
        decision="",
        approved_amount=0,
        reason="",
        settlement_reference="",
        queries=(Query(query_id="q", text="?"),),
    )
    with transaction.atomic():
        assert forwarding.learn(forwarded, approved, now=NOW)
        assert forwarded.status == ClaimStatus.SETTLED
        assert forwarding.learn(forwarded, early, now=NOW)  # the question is kept, the state stays
    assert forwarded.status == ClaimStatus.SETTLED


def test_answers_that_make_no_sense() -> None:
    good: dict[str, Any] = {"status": "APPROVED", "decision": "APPROVED", "approved_amount": 5, "queries": []}
    assert truth_of(good).approved_amount == 5
    nonsense: list[Any] = [None, []]
    for wrong in (
        *nonsense,
        good | {"status": "?"},
        good | {"approved_amount": -1},
        good | {"decision": "MAYBE"},
        good | {"queries": 1},
    ):
        with pytest.raises(GatewayError):
            truth_of(wrong)


def notice(body: dict[str, Any] | bytes, *, key: bytes = b"sandbox-narayana-webhook-key", age_s: int = 0) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    moment = str(epoch_s(NOW) - age_s)
    digest = hmac.new(key, moment.encode() + b"." + raw, hashlib.sha256).hexdigest()
    headers = {"X-Narayana-Signature": f"t={moment},v1={digest}"}
    with time_machine.travel(NOW, tick=False):
        return APIClient().post("/webhooks/narayana", raw, content_type="application/json", headers=headers)


def test_a_signed_notice_makes_us_ask(forwarded: Claim, hospital: httpx2.Client) -> None:
    decide(hospital, forwarded, "APPROVED", amount=2_500_000)
    told = {"event_id": "e1", "claim_id": forwarded.external_claim_id, "status": "a lie"}
    for _ in range(2):
        assert notice(told).status_code == HTTPStatus.OK
    assert outbox.deliver(OutboxMessage.objects.get(topic="claim.noticed").pk, now=NOW)
    forwarded.refresh_from_db()
    assert (forwarded.status, forwarded.decision) == (ClaimStatus.DECIDED, "APPROVED")
    assert notice({"event_id": "e2", "claim_id": "somebody else's"}).status_code == HTTPStatus.OK
    unknown = OutboxMessage.objects.filter(topic="claim.noticed").latest("id")
    assert outbox.deliver(unknown.pk, now=NOW)


def test_forged_old_and_malformed_notices() -> None:
    told = {"event_id": "e1", "claim_id": "NHC1"}
    assert_refused(notice(told, key=b"wrong"), "INVALID_TOKEN", 401)
    assert_refused(notice(told, age_s=301), "INVALID_TOKEN", 401)
    assert_refused(notice(b"{"), "VALIDATION_ERROR", 400)
    assert_refused(notice({"event_id": 1}), "VALIDATION_ERROR", 400)
    assert_refused(notice(b"x" * 70_000), "PAYLOAD_TOO_LARGE", 413)
    assert_refused(APIClient().post("/webhooks/narayana", b"{}", content_type="application/json"), "INVALID_TOKEN", 401)
    assert not ClaimWebhook.objects.exists()


def test_the_older_path_files_in_one_step(client_of_user: APIClient, policy: Policy) -> None:
    answer = post(client_of_user, f"/insurance/policies/{policy.pk}/claim", INCIDENT)
    assert (answer.status_code, answer.json()["status"]) == (HTTPStatus.CREATED, "SUBMITTED")
    assert_refused(post(client_of_user, f"/insurance/policies/{uuid7()}/claim", INCIDENT), "IP-1001", 404)


def test_what_was_claimed_cannot_change(claim: Claim) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.update(amount=1)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Claim.objects.all().delete()


def test_two_answers_at_once(forwarded: Claim, hospital: httpx2.Client) -> None:
    decide(hospital, forwarded, "QUERIED", text="?")
    synchronise(forwarded)
    claims.answer(forwarded, text="one", actor="user:x", now=NOW)
    with pytest.raises(InvalidTransition):
        claims.answer(Claim.objects.get(), text="two", actor="user:x", now=NOW)


def test_the_store_keeps_secrets(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    store.put("claims/a/b", PDF)
    assert store.get("claims/a/b") == PDF
    [kept] = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert b"PDF" not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0
    with pytest.raises(FileMissing):
        store.get("claims/a/c")
    with pytest.raises(ValueError, match="out of the store"):
        store.put("../x", PDF)


def test_files_are_what_their_bytes_are() -> None:
    assert [files.media_type(content) for content in (PDF, JPEG, PNG)] == ["application/pdf", "image/jpeg", "image/png"]
    with pytest.raises(FileTypeRefused):
        files.media_type(b"")
    assert files.safe_name("a/b\\c<d>.pdf") == "cd.pdf"
    assert files.safe_name("../") == "document"
