"""Asking for codes and trying them, over HTTP."""

from typing import Any

from accounts.tests.http import post

WRONG = "654321"  # the sandbox's code is 123456


def trigger(phone: str, **extra: Any) -> dict[str, Any]:
    answer = post("/auth/otp/trigger", {"phone": phone}, **extra)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def verify(phone: str, otp: str = "123456", *, address: str = "203.0.113.1", **body: Any) -> Any:
    return post("/auth/otp/verify", {"phone": phone, "otp": otp, **body}, REMOTE_ADDR=address)
