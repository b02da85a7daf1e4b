"""The product as the mobile app sees it: HTTP, nothing else."""

import time
from collections.abc import Callable
from typing import Any, Self

import httpx2

PATIENCE_S = 60.0  # how long a step may take to become true; partners may be slow
PAUSE_S = 0.2


class StepFailed(Exception):
    """A step did not do what it must; the text says which code and status came back."""


class Api:
    """One caller of the API, a context manager. `token` is sent once it is known."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx2.Client(base_url=base_url, timeout=40.0, trust_env=False)
        self.token: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def call(
        self, method: str, path: str, *, key: str | None = None, body: Any = None, params: dict[str, str] | None = None
    ) -> httpx2.Response:
        """Return the answer of a success; StepFailed with the contract's code for anything else."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key:
            headers["Idempotency-Key"] = key
        try:
            response = self.http.request(method, path, json=body, params=params, headers=headers)
        except httpx2.HTTPError as error:
            raise StepFailed(f"{method} {path}: {type(error).__name__}: is the server running?") from error
        if not response.is_success:
            raise StepFailed(f"{method} {path}: {refusal(response)}")
        return response

    def get(self, path: str, **params: str) -> Any:
        return self.call("GET", path, params=params or None).json()

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        return self.call("POST", path, body=body or {}, key=key).json()

    def patch(self, path: str, body: Any) -> Any:
        return self.call("PATCH", path, body=body).json()


def refusal(response: httpx2.Response) -> str:
    """Return `IP-1014 (502): words`, or the status when the body is not the envelope."""
    try:
        body = response.json()
        return f"{body['error']} ({response.status_code}): {body['message']}"
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}"


def wait_until(ask: Callable[[], Any], true: Callable[[Any], bool], what: str) -> Any:
    """Ask until the answer is the wanted one; StepFailed after the patience runs out."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        answer = ask()
        if true(answer):
            return answer
        if time.monotonic() > deadline:
            raise StepFailed(f"{what} did not happen within {PATIENCE_S:.0f} s; last answer: {answer}")
        time.sleep(PAUSE_S)
