"""The chat endpoint: `POST /nama/chat/completions`, streamed as server-sent events or whole."""

import hmac
import json
from typing import Any

from django.http import HttpRequest

from sandbox.config import configuration
from sandbox.desk import Call, Desk
from sandbox.nama import model
from sandbox.wire import Answer, Refusal

PIECE_LETTERS = 24


def guard(request: HttpRequest) -> None:
    """Refuse a missing or wrong key."""
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {configuration().nama_api_key}".encode()):
        raise Refusal({"error": {"message": "Incorrect API key provided", "type": "invalid_request_error"}}, status=401)


DESK = Desk("nama", guard, lambda message: {"error": {"message": message, "type": "invalid_request_error"}})


@DESK.serve("chat")
def chat(call: Call) -> Answer:
    """`POST /chat/completions`."""
    messages = call.body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(each, dict) for each in messages):
        raise Refusal({"error": {"message": "messages is required", "type": "invalid_request_error"}}, status=400)
    content = model.complete(call.book, messages=messages)
    if call.body.get("stream"):
        return Answer(stream(content), content_type="text/event-stream")
    message = {"role": "assistant", "content": content}
    return Answer({"object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})


def stream(content: str) -> str:
    pieces = [content[start : start + PIECE_LETTERS] for start in range(0, len(content), PIECE_LETTERS)]
    return "".join([f"data: {json.dumps(chunk(piece), ensure_ascii=False)}\n\n" for piece in pieces]) + "data: [DONE]\n\n"


def chunk(piece: str) -> dict[str, Any]:
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": piece}}]}
