"""One turn of the interview: understand the answer to the pending question, then choose the next one."""

from collections.abc import Callable, Set
from typing import Any

from doctor.intake import understanding
from doctor.intake.graph import Graph, Question, graph
from doctor.intake.memory import Memory, Patient

SAID_MAX = 1000  # characters of a quotation kept beside a field
PREGNANT = "pregnant"
UNKNOWN: dict[str, Any] = {"duration": {"hours": None}, "severity": {"score": None}}


def opening(language: str, memory: Memory) -> str:
    """Return the first words of a session and remember what they asked."""
    current = graph()
    memory.pending = "complaint"
    return f"{current.phrase('greeting', language)} {current.question('complaint').ask[language]}"


def implied(memory: Memory, text: str) -> frozenset[str]:
    """Return the findings that a yes or no to the pending question stands for: "yes" after "does it spread to your arm?"."""
    question = pending(memory)
    if question is None:
        return frozenset()
    answer = understanding.yes_no(text)
    return {True: question.if_yes, False: question.if_no}.get(answer, frozenset()) if answer is not None else frozenset()


def listen(memory: Memory, text: str, *, findings: Set[str], denied: Set[str]) -> bool:
    """Take in one message; False when the pending question stays unanswered and shall be asked again."""
    said = text.strip()[:SAID_MAX]
    memory.findings |= findings
    memory.denied |= denied - memory.findings
    understood = answer(memory, said)
    volunteer(memory, said)
    return understood


def answer(memory: Memory, said: str) -> bool:
    question = pending(memory)
    if question is None:
        memory.additions.append(said)
        return True
    understood = READERS[question.kind](memory, question, said)
    if understood or is_tired(memory, question, said):
        memory.pending = ""
        return True
    memory.retries[question.id] = memory.retries.get(question.id, 0) + 1
    return False


def is_tired(memory: Memory, question: Question, said: str) -> bool:
    """After a few tries the patient's own words are kept, and nothing is made up in their place."""
    if memory.retries.get(question.id, 0) < graph().retries_max:
        return False
    memory.note(question.field, UNKNOWN.get(question.kind, [said]), said)
    return True


def read_text(memory: Memory, question: Question, said: str) -> bool:
    if understanding.is_greeting(said):
        return False
    memory.note(question.field, said, said)
    return True


def read_follow_up(memory: Memory, question: Question, said: str) -> bool:
    memory.follow_ups.append({"id": question.id, "question": question.ask["en"], "answer": said})
    return True


def read_duration(memory: Memory, question: Question, said: str) -> bool:
    hours = understanding.duration_h(said)
    if hours is not None:
        memory.note(question.field, {"hours": hours}, said)
    return hours is not None


def read_severity(memory: Memory, question: Question, said: str) -> bool:
    score = understanding.severity(said, asked=True)
    if score is not None:
        memory.note(question.field, {"score": score}, said)
    return score is not None


def read_list(memory: Memory, question: Question, said: str) -> bool:
    """No: an empty list. A bare yes names nothing, so it is asked again."""
    if understanding.yes_no(said) is False and len(said.split()) <= 6:
        memory.note(question.field, [], said)
        return True
    named = understanding.items(said)
    if named:
        memory.note(question.field, named, said)
    return bool(named)


def read_yes_no(memory: Memory, question: Question, said: str) -> bool:
    answered = understanding.yes_no(said)
    if answered is not None:
        memory.note(question.field, "yes" if answered else "no", said)
    return answered is not None


READERS: dict[str, Callable[[Memory, Question, str], bool]] = {
    "text": read_text,
    "follow_up": read_follow_up,
    "duration": read_duration,
    "severity": read_severity,
    "list": read_list,
    "yes_no": read_yes_no,
}


def volunteer(memory: Memory, said: str) -> None:
    """Keep what was said without being asked: how long and how bad in the first sentence, a pregnancy anywhere."""
    hours = understanding.duration_h(said)
    if hours is not None and "onset_and_duration" not in memory.facts and "chief_complaint" in memory.facts:
        memory.note("onset_and_duration", {"hours": hours}, said)
    score = understanding.severity(said, asked=False)
    if score is not None and (not memory.pending or "severity" not in memory.facts):
        memory.note("severity", {"score": score}, said)
    if PREGNANT in memory.findings and "pregnancy" not in memory.facts:
        memory.note("pregnancy", "yes", said)


def next_reply(memory: Memory, *, language: str, patient: Patient, understood: bool, was_ready: bool) -> str:
    """Return what Nama says next and remember what it asks. Nothing is pending when the intake is complete."""
    current = graph()
    if not understood:
        return again(current, memory, language)
    question = next_question(current, memory, patient)
    memory.pending = question.id if question else ""
    if question is None:
        return current.phrase("noted" if was_ready else "ready", language)
    return question.ask[language]


def again(current: Graph, memory: Memory, language: str) -> str:
    question = current.question(memory.pending)
    name = "which" if question.kind == "list" else "again"
    return f"{current.phrase(name, language)} {question.ask[language]}"


def next_question(current: Graph, memory: Memory, patient: Patient) -> Question | None:
    """The first question that applies and is open; follow-ups about danger come right after the complaint."""
    return next((question for question in current.questions if is_open(current, question, memory, patient)), None)


def is_open(current: Graph, question: Question, memory: Memory, patient: Patient) -> bool:
    if question.kind != "follow_up":
        applies = not question.when_may_be_pregnant or patient.may_be_pregnant
        return applies and question.field not in memory.facts
    asked = {each["id"] for each in memory.follow_ups}
    known = memory.findings | ({"infant"} if patient.is_infant else set())
    settled = question.if_yes | question.if_no
    return (
        "chief_complaint" in memory.facts
        and len(asked) < current.follow_ups_max
        and question.id not in asked
        and bool(question.when & known)
        and not settled <= memory.denied
    )


def pending(memory: Memory) -> Question | None:
    return graph().question(memory.pending) if memory.pending else None
