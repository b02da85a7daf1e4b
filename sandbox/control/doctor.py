"""Control of the doctor's partners: what doctors do, how the model misbehaves."""

from typing import Any

from sandbox.aathma import desk
from sandbox.control.desk import Control, choice, control, number, refusal
from sandbox.nama import model
from sandbox.wire import Answer

KEPT = {"addenda": "consultation_addenda", "feedback": "consultation_feedback", "alerts": "on_call_alerts"}


@control
def consultations(call: Control) -> Answer:
    """`GET /_control/consultations`: every consultation there is, with how much was handed over beside it."""
    rows = call.book.execute("SELECT * FROM consultations ORDER BY created_at, id").fetchall()
    return Answer(
        {"consultations": [desk.shown(row) for row in rows], **{name: count(call, table) for name, table in KEPT.items()}}
    )


def count(call: Control, table: str) -> int:
    return int(call.book.execute(f"SELECT count(*) AS n FROM {table}").fetchone()["n"])  # noqa: S608 (our own names)


@control
def set_consultation(call: Control, *, consultation_id: str) -> Answer:
    """`POST /_control/consultations/{id}` `{outcome, reason?, webhooks?: {copies, delay_s, suppress}}`."""
    if desk.find(call.book, consultation_id) is None:
        raise refusal("no such consultation", status=404)
    outcome = choice(call.given.get("outcome"), "outcome", desk.OUTCOMES)
    options: dict[str, Any] = call.given.get("webhooks") or {}
    desk.change(
        call.book, consultation_id=consultation_id, outcome=outcome, now=call.now, options=options, reason=call.text("reason")
    )
    return Answer(desk.shown(desk.found(call.book, consultation_id)))


@control
def set_assigning(call: Control) -> Answer:
    """`POST /_control/aathma` `{assign: "at_once" | "later"}`."""
    wish = choice(call.given.get("assign"), "assign", ("at_once", "later"))
    call.book.execute("DELETE FROM meta WHERE name = ?", [desk.ASSIGN_LATER])
    if wish == "later":
        call.book.execute("INSERT INTO meta VALUES (?, '1')", [desk.ASSIGN_LATER])
    return Answer({"assign": wish})


@control
def script_model(call: Control) -> Answer:
    """`POST /_control/nama` `{behaviour, times?}`."""
    behaviour = choice(call.given.get("behaviour"), "behaviour", [*model.SCRIPTS, model.REPAIRABLE])
    times = int(number(call.given.get("times", 1), "times", minimum=1))
    model.script(call.book, behaviour=behaviour, times=times)
    return Answer({"behaviour": behaviour, "times": times}, 201)
