"""HTTP in and out: bodies to dicts, answers to JSON, refusals as exceptions."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner says: a JSON value, or text when `content_type` is not JSON."""

    body: Any
    status: int = 200
    content_type: str = "application/json"


class Refusal(Exception):
    """A partner's own error answer; whatever the request had written is undone."""

    def __init__(self, body: Any, *, status: int = 400) -> None:
        super().__init__(body)
        self.answer = Answer(body, status)


class UnreadableBody(Exception):
    """The body is not what the operation takes; the message says why."""


def json_body(request: HttpRequest) -> dict[str, Any]:
    """The body as a JSON object."""
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise UnreadableBody("the body is not JSON") from error
    if not isinstance(body, dict):
        raise UnreadableBody("the body is not a JSON object")
    return body


def form_body(request: HttpRequest) -> dict[str, Any]:
    """The body as a form; the last of repeated fields counts."""
    if request.body and request.content_type != "application/x-www-form-urlencoded":
        raise UnreadableBody("the body must be application/x-www-form-urlencoded")
    return dict(request.POST.items())


def query(request: HttpRequest) -> dict[str, Any]:
    """The query string; for operations without a body."""
    return dict(request.GET.items())


def anywhere(request: HttpRequest) -> dict[str, Any]:
    """Query string and form together: some gateways take both."""
    return {**query(request), **form_body(request)}


def response(answer: Answer) -> HttpResponse:
    """The answer as Django sends it."""
    return HttpResponse(body_text(answer), status=answer.status, content_type=answer.content_type)


def body_text(answer: Answer) -> str:
    """The answer's body as it goes out."""
    return answer.body if answer.content_type != "application/json" else json.dumps(answer.body, ensure_ascii=False)


def hang_up() -> StreamingHttpResponse:
    """Close the connection without an answer.

    The server finds fewer bytes than announced and drops the connection before anything was sent.
    """
    return StreamingHttpResponse(iter([b"{"]), headers={"Content-Length": "1000", "Content-Type": "application/json"})


def by_method(**views: View) -> View:
    """One path, several methods: `by_method(get=…, post=…)`."""

    def view(request: HttpRequest, **path: str) -> HttpResponseBase:
        chosen = views.get((request.method or "").lower())
        if chosen is None:
            return response(Answer({"error": "METHOD_NOT_ALLOWED", "message": f"use {', '.join(views).upper()}"}, 405))
        return chosen(request, **path)

    return view


def not_found(request: HttpRequest, exception: Http404) -> HttpResponse:  # noqa: ARG001  (Django passes it by name)
    """The 404 of paths no simulator serves."""
    return response(Answer({"error": "NOT_FOUND", "message": f"nothing is simulated at {request.path}"}, 404))


def broken(request: HttpRequest) -> HttpResponse:
    """The 500 of a bug in the sandbox itself, told apart from an injected one."""
    return response(Answer({"error": "SANDBOX_BUG", "message": f"the simulator failed at {request.path}"}, 500))
