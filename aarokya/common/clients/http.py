"""The one way out: every partner is called through this client, with a time limit and never inside a transaction."""

import json
import random
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

import httpx2
import structlog
from django.db import connections

from aarokya.common import metrics
from aarokya.common.clients.deadline import BoundedTransport, until

TRIES = 3
ANSWER_BYTES_MAX = 2 * 1024 * 1024
logger = structlog.get_logger(__name__)


class PartnerError(Exception):
    """A partner gave no usable answer.

    `permanent`: repeating the same call cannot help. `status` is None when nothing came back.
    """

    def __init__(self, message: str, *, permanent: bool, status: int | None = None) -> None:
        self.permanent = permanent
        self.status = status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class PartnerAnswer:
    """What came back: the HTTP status, the text as sent, and the JSON (numbers with a point are Decimal, never float)."""

    status: int
    text: str
    json: Any

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class PartnerClient:
    """HTTP to one partner. `connect_s` and `total_s` bound every call; only calls marked idempotent are repeated."""

    def __init__(
        self,
        partner: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        connect_s: float = 2.0,
        total_s: float = 8.0,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.partner = partner
        self.total_s = total_s
        timeout = httpx2.Timeout(total_s, connect=connect_s)
        self.http = httpx2.Client(
            base_url=base_url,
            headers=dict(headers or {}),
            timeout=timeout,
            transport=transport or BoundedTransport(),
            trust_env=False,
        )
        weakref.finalize(self, self.http.close)  # when the client is dropped, at the latest when the process ends

    def request(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        idempotent: bool = False,
    ) -> PartnerAnswer:
        """Call the partner and return its answer, a 4xx included.

        PartnerError when there is none: no connection, time-out, 5xx, 429, or a body that is not JSON. With
        `idempotent` such a call is repeated up to three times within the same total time.
        """
        refuse_inside_transaction(self.partner, operation)
        request = self.http.build_request(
            method,
            path.lstrip("/"),
            json=json,
            data=dict(form) if form else None,
            params=params,
            headers=headers,
        )
        deadline = time.monotonic() + self.total_s
        tries = TRIES if idempotent else 1
        for attempt in range(1, tries + 1):
            try:
                return self.send(request, operation=operation, auth=auth, deadline=deadline)
            except PartnerError as error:
                pause = 0.1 * 2**attempt * random.uniform(0.75, 1.25)  # noqa: S311 (spreads retries; guards nothing)
                if attempt == tries or error.permanent or time.monotonic() + pause >= deadline:
                    raise
                time.sleep(pause)
        raise AssertionError("unreachable: the last try raises or returns")

    def send(
        self,
        request: httpx2.Request,
        *,
        operation: str,
        auth: tuple[str, str] | None,
        deadline: float,
    ) -> PartnerAnswer:
        """One attempt, measured and logged without its body."""
        started = time.monotonic()
        outcome = "error"
        try:
            with until(deadline):
                answer = self.read(request, auth=auth, deadline=deadline)
            outcome = str(answer.status)
        except httpx2.TimeoutException as error:
            outcome = "timeout"
            raise PartnerError(f"{self.partner} {operation}: no answer in time", permanent=False) from error
        except httpx2.HTTPError as error:
            raise PartnerError(f"{self.partner} {operation}: {type(error).__name__}", permanent=False) from error
        finally:
            seconds = time.monotonic() - started
            metrics.PARTNER_SECONDS.labels(self.partner, operation, outcome).observe(seconds)
            logger.info(
                "partner.call",
                partner=self.partner,
                operation=operation,
                outcome=outcome,
                latency_ms=round(seconds * 1000),
            )
        if answer.status >= 500 or answer.status == 429:
            raise PartnerError(
                f"{self.partner} {operation}: HTTP {answer.status}",
                permanent=False,
                status=answer.status,
            )
        if answer.json is UNREADABLE:
            raise PartnerError(
                f"{self.partner} {operation}: the answer is not JSON",
                permanent=False,
                status=answer.status,
            )
        return answer

    def read(self, request: httpx2.Request, *, auth: tuple[str, str] | None, deadline: float) -> PartnerAnswer:
        """Read the body in pieces, so that a partner that drips bytes or sends too many cannot hold us."""
        basic = httpx2.BasicAuth(*auth) if auth else None
        response = self.http.send(request, auth=basic, stream=True)
        try:
            body = b""
            for piece in response.iter_bytes():
                body += piece
                if len(body) > ANSWER_BYTES_MAX:
                    raise httpx2.ReadError("the answer is too large", request=request)
                if time.monotonic() > deadline:
                    raise httpx2.ReadTimeout("the answer is too slow", request=request)
        finally:
            response.close()
        text = body.decode("utf-8", errors="replace")
        return PartnerAnswer(response.status_code, text, parsed(text))


UNREADABLE = object()


def parsed(text: str) -> Any:
    """Return the JSON, `None` for an empty body, UNREADABLE for anything else. Amounts never pass through float."""
    if not text.strip():
        return None
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return UNREADABLE


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def refuse_inside_transaction(partner: str, operation: str) -> None:
    """A call inside a transaction holds its locks for as long as the partner likes, and cannot be rolled back."""
    for connection in connections.all(initialized_only=True):
        # The transaction that Django's TestCase wraps around a test is not one of ours.
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise RuntimeError(f"{partner} {operation} was called inside a transaction")
