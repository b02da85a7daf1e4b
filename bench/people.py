"""Users as the API makes them, inside this process: every middleware runs, only the socket is missing."""

import itertools
from dataclasses import dataclass
from typing import Any

from django.test import Client

PHONES = itertools.count(8_000_000_000)
CLIENT = Client()  # one for all: each new one loads every middleware anew


@dataclass(frozen=True, slots=True)
class Person:
    phone: str
    user_id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def post(path: str, body: dict[str, Any], *, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the answer of a success; RuntimeError for anything else."""
    answer = CLIENT.post(path, body, content_type="application/json", headers=headers)
    if answer.status_code >= 300:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.content[:300]!r}")
    found: dict[str, Any] = answer.json()
    return found


def challenge(phone: str) -> dict[str, Any]:
    """Ask for a code and return what `/auth/otp/verify` wants with it."""
    asked = post("/auth/otp/trigger", {"phone": phone})
    return {"phone": phone, "otp": asked["otp"], "challenge_id": asked["challenge_id"], "device_info": "bench"}


def log_in(phone: str) -> Person:
    answer = post("/auth/otp/verify", challenge(phone))
    return Person(phone, answer["user_id"], answer["access_token"])


def somebody() -> Person:
    """A new user with an empty wallet."""
    return log_in(str(next(PHONES)))
