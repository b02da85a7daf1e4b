"""Patients, conversations and the doctor's side, for tests."""

import hmac
import json
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

import httpx2
from django.conf import settings
from rest_framework.test import APIClient

from aarokya.common import clock, ids, outbox
from aarokya.common.api.principals import Customer, Principal, StaffMember
from aarokya.common.money import Money
from accounts.models import User
from accounts.tests import builders as people
from doctor.models import Assignment, Session
from wallets import services as wallets
from wallets.models import Wallet

NOW = clock.now()  # holds and outbox leases follow the database's clock
LATER = timedelta(minutes=5)
# For each language: the complaint with its duration, then one answer for each question that follows.
INTAKES = {
    "en": ("I have a cough and a sore throat since two days", "4 out of 10", "runny nose", "diabetes", "metformin", "no", "no"),
    "hi": ("मुझे दो दिन से खांसी है", "10 में से 4", "गले में खराश", "शुगर", "मेटफॉर्मिन", "नहीं", "नहीं"),
    "hi-Latn": ("mujhe do din se khansi hai", "10 me se 4", "gale me kharash", "sugar", "metformin", "nahi", "nahi"),
    "kn": ("ಎರಡು ದಿನದಿಂದ ಕೆಮ್ಮು ಇದೆ", "ಹತ್ತರಲ್ಲಿ ನಾಲ್ಕು", "ಗಂಟಲು ನೋವು", "ಇಲ್ಲ", "ಮೆಟ್ಫಾರ್ಮಿನ್", "ಇಲ್ಲ", "ಇಲ್ಲ"),
    "ta": ("இரண்டு நாளாக இருமல்", "பத்துக்கு நாலு", "தொண்டை வலி", "இல்லை", "மெட்ஃபார்மின்", "இல்லை", "இல்லை"),
}


def client_of(user: User) -> APIClient:
    return client_as(Customer(user_id=user.pk, session_id=ids.uuid7(), status=user.status))


def client_of_staff(*groups: str, username: str = "asha") -> APIClient:
    """An API client that is a member of staff in `groups`."""
    return client_as(StaffMember(staff_id=1, username=username, groups=frozenset(groups), is_superuser=False))


def client_as(principal: Principal) -> APIClient:
    client = APIClient()
    client.force_authenticate(cast("Any", principal))  # DRF's types only know Django's own users
    return client


def rich(user: User, paise: int = 100_000) -> None:
    """Put own money into the wallet."""
    wallet = Wallet.objects.of(user.pk).get()
    wallets.credit(
        user_id=user.pk,
        source=wallets.contra("suspense", "tests", name="Tests"),
        amount=Money(paise),
        purpose="ADJUSTMENT",
        business_key=f"test:{ids.uuid7()}",
        reference_type="TEST",
        reference_id=str(wallet.pk),
        now=NOW,
    )


def balance(user: User) -> int:
    """Paise in the wallet."""
    return Wallet.objects.of(user.pk).get().balance.paise


@dataclass
class Talker:
    """A patient at the app."""

    user: User
    client: APIClient
    session_id: str = ""

    @classmethod
    def new(cls, *, money: int = 0, **details: Any) -> "Talker":
        user = people.make_member(now=NOW, **({"dob": date(1991, 8, 15)} | details))
        if money:
            rich(user, money)
        return cls(user, client_of(user))

    def start(self, **body: Any) -> dict[str, Any]:
        answer = self.client.post("/doctor/session", {"consent": True} | body, format="json")
        assert answer.status_code == 201, answer.json()
        self.session_id = answer.json()["id"]
        return self.dict(answer)

    def try_say(self, text: str, **headers: str) -> Any:
        return self.client.post(f"/doctor/session/{self.session_id}/message", {"text": text}, format="json", headers=headers)

    def say(self, text: str) -> dict[str, Any]:
        answer = self.try_say(text)
        assert answer.status_code == 200, answer.json()
        return self.dict(answer)

    def tell(self, language: str = "en") -> dict[str, Any]:
        """Hold a whole intake; the last answer."""
        self.start(language=language)
        answers = [self.say(text) for text in INTAKES[language]]
        return answers[-1]

    def submit(self, **headers: str) -> Any:
        return self.client.post(f"/doctor/submit/{self.session_id}", {}, format="json", headers=headers)

    def submitted(self) -> dict[str, Any]:
        answer = self.submit()
        assert answer.status_code == 200, answer.json()
        return self.dict(answer)

    def see(self) -> dict[str, Any]:
        return self.dict(self.client.get(f"/doctor/session/{self.session_id}"))

    def row(self) -> Session:
        return Session.objects.get(pk=self.session_id)

    def assignment(self) -> Assignment:
        return Assignment.objects.get(session_id=self.session_id)

    @staticmethod
    def dict(answer: Any) -> dict[str, Any]:
        found: dict[str, Any] = answer.json()
        return found


@dataclass(frozen=True)
class Clinic:
    """The simulators' control interface."""

    http: httpx2.Client

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.http.request(method, f"/_control/{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def fault(
        self, operation: str, mode: str, *, partner: str = "aathma", times: int | None = None, delay_s: float | None = None
    ) -> None:
        wish = {"partner": partner, "operation": operation, "mode": mode, "times": times, "delay_s": delay_s}
        self.control("POST", "faults", {name: value for name, value in wish.items() if value is not None})

    def heal(self) -> None:
        self.control("DELETE", "faults")

    def books(self) -> dict[str, Any]:
        found: dict[str, Any] = self.control("GET", "consultations")
        return found

    def consultations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.books()["consultations"]
        return found

    def calls(self, partner: str, operation: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("GET", f"log?partner={partner}&operation={operation}")
        return found

    def act(self, talker: Talker, outcome: str, **more: Any) -> dict[str, Any]:
        """The doctor's side does something; its webhook is kept back unless asked for."""
        body = {"outcome": outcome, "webhooks": {"suppress": True}} | more
        found: dict[str, Any] = self.control("POST", f"consultations/{talker.assignment().pk}", body)
        return found

    def misbehave(self, behaviour: str, times: int = 1) -> None:
        self.control("POST", "nama", {"behaviour": behaviour, "times": times})


def push(talker: Talker, *, event_id: str = "", secret: bytes = b"", consultation_id: UUID | str | None = None) -> Any:
    """Deliver a webhook about the talker's consultation."""
    named = str(consultation_id or talker.assignment().pk)
    body = json.dumps({"id": event_id or f"ath_{ids.uuid7().hex}", "consultation_id": named}).encode()
    digest = hmac.new(secret or settings.AATHMA_WEBHOOK_SECRET, b"1." + body, sha256).hexdigest()
    headers = {"X-Aathma-Signature": f"t=1,v1={digest}"}
    return APIClient(headers=headers).generic("POST", "/webhooks/aathma", body.decode(), content_type="application/json")


def deliver() -> int:
    """Deliver everything in the outbox, what is due a little later included."""
    return outbox.drain(now=clock.now() + LATER)
