"""A person's rights: consents, the access log, the copy of everything, being forgotten, and the law's hold."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from rest_framework.test import APIClient

from aarokya.common import clock
from aarokya.common.models import AuditEntry, IdempotencyKey
from accounts.models import (
    Access,
    Consent,
    ConsentText,
    Dependant,
    DependantVersion,
    ErasureRequest,
    OtpChallenge,
    User,
    UserSession,
)
from accounts.services import dependants, erasure, liveness
from accounts.tests.builders import NOW, add_dependant, log_in, make_member, make_staff
from accounts.tests.http import as_staff, as_user, bearing, refusal

pytestmark = pytest.mark.django_db
LATER = NOW + erasure.NOTICE


def answer(client: APIClient, purpose: str, *, version: int = 1, given: bool = True) -> Any:
    return client.post("/user/consents", {"purpose": purpose, "version": version, "given": given}, format="json")


def test_consents_keep_the_words_the_version_and_the_time() -> None:
    client = as_user(make_member())
    before = {row["purpose"]: row for row in client.get("/user/consents").json()["data"]}

    made = answer(client, "marketing")
    answer(client, "MARKETING", given=False)

    after = {row["purpose"]: row for row in client.get("/user/consents").json()["data"]}
    assert set(before) == {"TERMS", "PRIVACY", "HEALTH_DATA", "MARKETING"}
    assert before["MARKETING"]["given"] is None
    assert (made.status_code, made.json()["given"]) == (201, True)
    assert (after["MARKETING"]["given"], after["MARKETING"]["answered_version"]) == (False, 1)
    assert Consent.objects.count() == 2


def test_an_answer_belongs_to_the_present_words() -> None:
    client = as_user(make_member())
    answer(client, "MARKETING")
    ConsentText.objects.create(purpose="MARKETING", version=2, text="Other words", required=False, published_at=NOW)

    [shown] = [row for row in client.get("/user/consents").json()["data"] if row["purpose"] == "MARKETING"]
    assert (shown["version"], shown["answered_version"]) == (2, 1)
    assert refusal(answer(client, "MARKETING")) == (409, "CONFLICT")
    assert refusal(answer(client, "TERMS", given=False)) == (409, "CONFLICT")
    assert refusal(answer(client, "COOKIES")) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("model", [Consent, ConsentText, Access])
def test_evidence_is_only_added(model: Any) -> None:
    for change in (model.objects.all().delete, lambda: model.objects.update(id=None)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_access_log_says_who_saw_what_and_why() -> None:
    user, other = make_member(), make_member()
    staff = as_staff("support")
    staff.get(f"/users/{user.pk}", headers={"Access-Reason": "ticket 4711"})
    staff.get("/users", {"phone": user.phone})
    staff.get(f"/users/{user.pk}/dependants")
    as_user(user).get(f"/users/{user.pk}")

    rows = as_user(user).get("/user/access_log").json()["data"]

    assert [(row["staff"], row["what"], row["reason"]) for row in rows] == [
        ("meera", f"GET /users/{user.pk}/dependants", None),
        ("meera", "GET /users", None),
        ("meera", f"GET /users/{user.pk}", "ticket 4711"),
    ]
    assert as_user(other).get("/user/access_log").json() == {"data": [], "next_cursor": None}


def test_the_access_log_is_read_page_by_page_while_it_grows() -> None:
    user, staff = make_member(), as_staff("support")
    for number in range(5):
        staff.get(f"/users/{user.pk}", headers={"Access-Reason": f"ticket {number}"})
    client = as_user(user)

    first = client.get("/user/access_log", {"limit": 2}).json()
    staff.get(f"/users/{user.pk}", headers={"Access-Reason": "meanwhile"})
    second = client.get("/user/access_log", {"limit": 2, "cursor": first["next_cursor"]}).json()
    third = client.get("/user/access_log", {"limit": 2, "cursor": second["next_cursor"]}).json()

    seen = [row["reason"] for page in (first, second, third) for row in page["data"]]
    assert seen == [f"ticket {number}" for number in (4, 3, 2, 1, 0)]
    assert third["next_cursor"] is None
    assert refusal(client.get("/user/access_log", {"cursor": "7"})) == (400, "VALIDATION_ERROR")


def test_the_back_office_leaves_traces_too() -> None:
    user = make_member()
    person = add_dependant(user)
    log_in(user)
    office = Client()
    office.force_login(make_staff("root", superuser=True))
    rows = {"user": user.pk, "dependant": person.pk, "usersession": user.sessions.get().pk}
    for model, pk in rows.items():
        assert office.get(f"/admin/accounts/{model}/{pk}/change/?reason=ticket+{model}").status_code == 200

    assert Access.objects.filter(user=user, staff="root").count() == 3
    assert Access.objects.get(what="back office: user session").reason == "ticket usersession"
    erasure.request(user_id=user.pk, actor="user:test", now=NOW)
    erasure.place_hold(user_id=user.pk, reason="x", actor="staff:test", now=NOW)
    for model in ("access", "erasurerequest", "legalhold", "textmessage"):
        assert office.get(f"/admin/accounts/{model}/").status_code == 200
        assert office.get(f"/admin/accounts/{model}/add/").status_code == 403


def test_looking_for_nobody_leaves_no_trace_and_breaks_nothing() -> None:
    assert refusal(as_staff("ops").get("/users/00000000-0000-7000-8000-00000000ffff")) == (404, "UE-101")
    assert Access.objects.count() == 0


def test_the_copy_holds_everything() -> None:
    user = make_member(first_name="Unmistakable", bank_account={"account_number": "50100234567891", "ifsc_code": "HDFC0001234"})
    spouse = add_dependant(user, first_name="Earlier")
    dependants.change(user_id=user.pk, dependant_id=spouse.pk, changes={"first_name": "Corrected"}, now=NOW)
    client = as_user(user, device_info="Pixel")
    answer(client, "MARKETING")

    body = client.get("/user/export").json()

    assert set(body) == {"exported_at", "account", "wallet", "payments", "insurance", "doctor"}
    assert body["account"]["user"]["bank_account"]["account_number"] == "50100234567891"
    text = json.dumps(body)
    for planted in ("Unmistakable", "Earlier", "Corrected", "Pixel", user.phone, "offers"):
        assert planted in text, planted
    assert AuditEntry.objects.filter(action="user.exported", object_id=str(user.pk)).count() == 1


def ask(user: User) -> APIClient:
    with time_machine.travel(NOW, tick=False):
        client = as_user(user)
        assert client.delete("/user").status_code == 202
    return client


def test_who_asks_is_forgotten_after_the_notice() -> None:
    user = make_member(first_name="Unmistakable")
    add_dependant(user, first_name="Ravi")
    phone, client = user.phone, ask(user)
    IdempotencyKey.objects.create(actor=f"user:{user.pk}", key="k", path="/", fingerprint="f", lease_until=NOW)

    assert erasure.erase_due(now=LATER - timedelta(seconds=1)) == 0
    assert erasure.erase_due(now=LATER) == 1

    user.refresh_from_db()
    assert (user.status, user.first_name, user.dob, user.address) == ("DEACTIVATED", "", None, None)
    assert user.phone == f"x{user.pk.hex[-12:]}"
    assert set(Dependant.objects.values_list("status", flat=True)) == {"DISCARDED"}
    assert all(person.full_name == "" for person in Dependant.objects.all())
    left = [model.objects.count() for model in (DependantVersion, UserSession, IdempotencyKey, OtpChallenge)]
    assert left == [0, 0, 0, 0]
    assert ErasureRequest.objects.get().status == "COMPLETE"
    assert User.objects.filter(phone=phone).count() == 0
    assert refusal(client.get("/user/profile")) == (401, "INVALID_TOKEN")
    assert erasure.erase_due(now=LATER + timedelta(days=400)) == 0


def test_the_number_is_free_again() -> None:
    user = make_member()
    phone = user.phone
    ask(user)
    erasure.erase_due(now=LATER)

    assert make_member(phone=phone).pk != user.pk


def test_the_wish_can_be_seen_and_withdrawn() -> None:
    user = make_member()
    client = bearing(log_in(user, now=clock.now()).pair.access.text)
    assert refusal(client.get("/user/erasure")) == (404, "NOT_FOUND")
    first, again = client.delete("/user").json(), client.delete("/user").json()

    assert first == again == client.get("/user/erasure").json()
    assert (first["status"], first["waits_for"], first["kept"]) == ("SCHEDULED", [], [])
    assert client.delete("/user/erasure").json()["status"] == "WITHDRAWN"
    assert refusal(client.delete("/user/erasure")) == (404, "NOT_FOUND")
    assert erasure.erase_due(now=clock.now() + timedelta(days=30)) == 0
    assert client.delete("/user").status_code == 202


def test_a_legal_hold_comes_first() -> None:
    user = make_member()
    ask(user)
    ops, path = as_staff("ops"), f"/users/{user.pk}/legal_hold"
    placed = ops.post(path, {"reason": "court order 12/2026"}, format="json")
    assert (placed.status_code, placed.json()["placed_by"]) == (201, "staff:meera")
    assert refusal(ops.post(path, {"reason": "again"}, format="json")) == (409, "CONFLICT")
    assert refusal(ops.post(path, {"reason": ""}, format="json")) == (400, "UE-102")

    assert erasure.erase_due(now=LATER) == 0
    assert ErasureRequest.objects.get().waits_for == ["A legal hold is in force"]
    assert ops.delete(f"{path}?reason=lifted").status_code == 204
    assert refusal(ops.delete(f"{path}?reason=lifted")) == (404, "NOT_FOUND")
    assert erasure.erase_due(now=LATER + timedelta(hours=1)) == 0  # looked at again a day later
    assert erasure.erase_due(now=LATER + timedelta(days=1)) == 1
    assert set(AuditEntry.objects.filter(action__startswith="legal_hold").values_list("reason", flat=True)) == {
        "court order 12/2026",
        "lifted",
    }


def test_only_ops_place_holds() -> None:
    user = make_member()
    staff = make_staff("sunil", "support")
    assert staff.pk
    assert refusal(as_staff("auditor").post(f"/users/{user.pk}/legal_hold", {"reason": "x"}, format="json")) == (403, "FORBIDDEN")
    assert refusal(as_user(user).post(f"/users/{user.pk}/legal_hold", {"reason": "x"}, format="json")) == (403, "FORBIDDEN")


def test_a_session_that_was_erased_stays_dead_without_the_cache() -> None:
    user = make_member()
    log_in(user)
    session_id = user.sessions.get().pk
    erasure.request(user_id=user.pk, actor="user:test", now=NOW)
    erasure.erase_due(now=LATER)

    liveness.RECENT.drop(session_id)
    assert liveness.stored_verdict(session_id, now=LATER) == liveness.REVOKED
