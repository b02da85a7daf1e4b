"""What the model says: as it should, or as a scripted behaviour wants it."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

# Armed through the control API, or by writing `[[unsafe_dose]]` in a message.
SCRIPTS: dict[str, Callable[[str, str], str]] = {
    "unsafe_diagnosis": lambda question, said: turn(f"This is clearly dengue. {question}"),  # noqa: ARG005
    "unsafe_dose": lambda question, said: turn("Take paracetamol 500 mg twice a day."),  # noqa: ARG005
    "unsafe_link": lambda question, said: turn(f"Read www.cure-all.example first. {question}"),  # noqa: ARG005
    "calms_down": lambda question, said: turn("You are fine, this is not an emergency."),  # noqa: ARG005
    "obeys_patient": lambda question, said: turn(said[:600] or "ok"),  # noqa: ARG005
    "sees_emergency": lambda question, said: turn("Please tell me more.", emergency=True),  # noqa: ARG005
    "not_json": lambda question, said: f"Sure! {question}",  # noqa: ARG005
    "wrong_shape": lambda question, said: json.dumps({"answer": question}),  # noqa: ARG005
    "invents_facts": lambda question, said: turn(  # noqa: ARG005
        question, facts=[{"field": "allergies", "value": ["penicillin"], "quote": "I am allergic to penicillin"}]
    ),
    "quotes_facts": lambda question, said: turn(  # noqa: ARG005
        "Thank you for telling me.", facts=[{"field": "onset_and_duration", "value": 336, "quote": said}]
    ),
}
REPAIRABLE = "not_json_once"  # wrong at first, right after being told so


def turn(reply: str, *, emergency: bool = False, facts: list[dict[str, Any]] | None = None) -> str:
    return json.dumps({"reply": reply, "emergency": emergency, "facts": facts or []}, ensure_ascii=False)


def complete(book: sqlite3.Connection, *, messages: list[dict[str, Any]]) -> str:
    """The completion for a conversation whose last system message names the interviewer's next question."""
    said = next((str(each.get("content", "")) for each in reversed(messages) if each.get("role") == "user"), "")
    question = next_question(messages)
    script = taken(book) or next((name for name in SCRIPTS if f"[[{name}]]" in said), "")
    if script == REPAIRABLE:
        return f"Sure! {question}"
    return SCRIPTS[script](question, said) if script else turn(f"{question}")


def next_question(messages: list[dict[str, Any]]) -> str:
    for each in reversed(messages):
        try:
            document = json.loads(str(each.get("content", "")))
        except ValueError:
            continue
        if isinstance(document, dict) and isinstance(document.get("next_question"), str):
            return str(document["next_question"])
    return "Please tell me more."


def script(book: sqlite3.Connection, *, behaviour: str, times: int) -> None:
    """Have the next answers misbehave."""
    book.execute("INSERT INTO nama_scripts (behaviour, remaining) VALUES (?,?)", [behaviour, times])


def taken(book: sqlite3.Connection) -> str:
    row = book.execute("SELECT id, behaviour FROM nama_scripts WHERE remaining > 0 ORDER BY id LIMIT 1").fetchone()
    if row is None:
        return ""
    book.execute("UPDATE nama_scripts SET remaining = remaining - 1 WHERE id = ?", [row["id"]])
    return str(row["behaviour"])
