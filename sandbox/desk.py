"""The front desk of a simulated system: credentials, faults, the handler's transaction, the log. In that order."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from sandbox import clock, faults, journal, partners, store, wire
from sandbox.faults import Fault
from sandbox.wire import Answer, Refusal

Path = ParamSpec("Path")

PROXY_ERROR = Answer(
    "<html><head><title>500 Internal Server Error</title></head>"
    "<body><center><h1>500 Internal Server Error</h1></center><hr><center>nginx</center></body></html>",
    500,
    "text/html",
)
TOO_MANY = Answer("<html><head><title>429 Too Many Requests</title></head></html>", 429, "text/html")
PROXY_ANSWERS = {"http_500": PROXY_ERROR, "http_429": TOO_MANY}


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets: the request, its body as a dict, the books inside a write transaction, the present."""

    request: HttpRequest
    body: dict[str, Any]
    book: sqlite3.Connection
    now: datetime


Handler = Callable[Concatenate[Call, Path], Answer]


@dataclass(frozen=True, slots=True)
class Desk:
    """One system's desk. `guard` raises `Refusal` for bad credentials; `unreadable` words a malformed body."""

    name: str
    guard: Callable[[HttpRequest], None]
    unreadable: Callable[[str], Any]

    @property
    def system(self) -> partners.System:
        return next(system for system in partners.SYSTEMS if system.name == self.name)

    def serve(
        self, operation: str, *, key: str = "", parse: Callable[[HttpRequest], dict[str, Any]] = wire.json_body
    ) -> Callable[[Handler[Path]], wire.View]:
        """Make a Django view of a handler. `key` names the body field (or path part) that identifies a repetition."""
        if operation not in partners.operations_of(self.name):
            raise LookupError(f"{self.name} has no operation {operation}")

        def decorate(handler: Handler[Path]) -> wire.View:
            @wraps(handler)
            def view(request: HttpRequest, **path: Any) -> HttpResponseBase:
                return _Visit(self, operation, key, parse, handler, request, path).respond()

            return view

        return decorate


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request on its way through the desk."""

    desk: Desk
    operation: str
    key: str
    parse: Callable[[HttpRequest], dict[str, Any]]
    handler: Callable[..., Answer]
    request: HttpRequest
    path: dict[str, str]

    def respond(self) -> HttpResponseBase:
        fault = faults.on_request(system=self.desk.system, operation=self.operation, text=self._text())
        if fault is None:
            return wire.response(self._answered(None))
        match fault.mode:
            case "timeout" | "drop" | "http_500" | "http_429":
                return self._interrupted(fault)
            case "slow":
                faults.hold(fault.delay_s)
                return wire.response(self._answered(fault))
            case "malformed":
                return wire.response(_cut_short(self._answered(fault)))
            case _:
                self._answered(fault)
                faults.hold(fault.delay_s)
                return wire.hang_up()

    def _interrupted(self, fault: Fault) -> HttpResponseBase:
        """The fault strikes before the handler: nothing takes effect."""
        answer = PROXY_ANSWERS.get(fault.mode)
        self._record(answer=answer, fault=fault)
        faults.hold(fault.delay_s)
        return wire.response(answer) if answer else wire.hang_up()

    def _answered(self, fault: Fault | None) -> Answer:
        try:
            self.desk.guard(self.request)
            body = self.parse(self.request)
            with store.transaction() as book:
                answer = self.handler(Call(self.request, body, book, clock.now(book)), **self.path)
        except Refusal as refusal:
            answer = refusal.answer
        except wire.UnreadableBody as error:
            answer = Answer(self.desk.unreadable(str(error)), 400)
        self._record(answer=answer, fault=fault)
        return answer

    def _record(self, *, answer: Answer | None, fault: Fault | None) -> None:
        body = self._body_for_log()
        given = self.request.headers.get("Idempotency-Key") or body.get(self.key) or self.path.get(self.key)
        system = self.desk.system
        journal.record(
            journal.Entry(
                partner=system.partner,
                system=system.name,
                operation=self.operation,
                path=self.request.get_full_path(),
                idempotency_key=str(given) if given else None,
                body=body,
                answer=answer,
                fault=fault.mode if fault else None,
            )
        )

    def _body_for_log(self) -> dict[str, Any]:
        try:
            return self.parse(self.request)
        except wire.UnreadableBody:
            return {"unreadable": self.request.body.decode(errors="replace")}

    def _text(self) -> str:
        return self.request.get_full_path() + "\n" + self.request.body.decode(errors="replace")


def _cut_short(answer: Answer) -> Answer:
    text = wire.body_text(answer)
    return Answer(text[: len(text) // 2], answer.status, "application/json; charset=utf-8")
