"""One turn: what the patient says is read for red flags, understood, and answered."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

import structlog
from django.db import transaction

from aarokya.common.state import move
from doctor import selectors
from doctor.errors import SessionClosed
from doctor.gateways.base import Line, Nama, NamaUnavailable, Prompt, Suggestion
from doctor.intake import interviewer, summary, understanding
from doctor.intake.memory import Memory
from doctor.models import Author, Language, Message, Role, Session, SessionStatus
from doctor.safety import guard, red_flags
from doctor.services import emergencies, grounding

CONTEXT_LINES = 30  # of the conversation that a model gets
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the interviewer would answer. `prompt` is set when a model may word it instead."""

    session: Session
    number: int  # of the patient's message
    reply: str
    prompt: Prompt | None = None


def hear(
    *, user_id: UUID, session_id: UUID, text: str, message_id: UUID | None, nama: Nama | None, now: datetime
) -> tuple[Session, str]:
    """Take one message of the patient's; return the session and the reply. `message_id`: the same at a repeat.

    SessionNotFound; SessionClosed after submission, with the emergency card's words if the message shows a red flag.
    """
    plan = take_in(user_id=user_id, session_id=session_id, text=text, message_id=message_id, has_model=nama is not None, now=now)
    if plan is None:
        refuse(user_id=user_id, session_id=session_id, text=text, now=now)
    if nama is None or plan.prompt is None:
        return plan.session, plan.reply
    suggestion = ask(nama, plan.prompt)
    return settle(plan, suggestion, user_id=user_id, now=now)


@transaction.atomic
def take_in(
    *, user_id: UUID, session_id: UUID, text: str, message_id: UUID | None, has_model: bool, now: datetime
) -> Plan | None:
    """Store the message and decide; None when the session takes no more."""
    session = selectors.locked(user_id, session_id)
    known = session.messages.filter(pk=message_id).first() if message_id else None
    if known is not None:
        return Plan(session, known.number, last_reply(session))
    if not session.is_open and session.status != SessionStatus.EMERGENCY:
        return None
    number = session.messages.count() + 1
    fields = {"session": session, "number": number, "role": Role.PATIENT, "author": Author.PATIENT, "text": text, "said_at": now}
    Message.objects.create(**({"pk": message_id} if message_id else {}), **fields)
    if session.status == SessionStatus.EMERGENCY:
        words = emergencies.card(session).message
        emergencies.say(session, words, now=now)
        return Plan(session, number, words)
    return consider(session, number, text, has_model=has_model, now=now)


def consider(session: Session, number: int, text: str, *, has_model: bool, now: datetime) -> Plan:
    """Red flags first; only then the interview."""
    memory = Memory.of(session.memory)
    choose_language(session, text)
    assessment = red_flags.assess(text, known=memory.findings, implied=interviewer.implied(memory, text))
    if assessment.is_emergency:
        return Plan(session, number, emergencies.declare(session, rules=assessment.rules, source="MESSAGE", now=now))
    was_ready = session.status == SessionStatus.SUMMARY_READY
    understood = interviewer.listen(memory, text, findings=assessment.findings, denied=assessment.denied)
    patient = selectors.patient(session, now=now)
    reply = interviewer.next_reply(memory, language=session.language, patient=patient, understood=understood, was_ready=was_ready)
    keep(session, memory, now=now)
    if not has_model or session.status == SessionStatus.SUMMARY_READY:
        answer(session, reply, author=Author.INTERVIEWER, now=now)
        return Plan(session, number, reply)
    missing = tuple(memory.missing(patient))
    return Plan(session, number, reply, Prompt(session.language, transcript(session), missing, reply))


def choose_language(session: Session, text: str) -> None:
    """Without a choice of the user's the first real message decides."""
    if not session.language_chosen and session.status == SessionStatus.STARTED and not understanding.is_greeting(text):
        session.language = Language(understanding.language_of(text))
        Session.objects.filter(pk=session.pk).update(language=session.language)


def keep(session: Session, memory: Memory, *, now: datetime) -> None:
    """Store what is known, and be SUMMARY_READY exactly when the summary is complete and valid."""
    patient = selectors.patient(session, now=now)
    is_complete = not memory.missing(patient) and not memory.pending
    document = summary.compose(memory, language=session.language, patient=patient) if is_complete else None
    fields: dict[str, Any] = {"memory": memory.as_json(), "summary": document, "last_message_at": now}
    wanted = SessionStatus.SUMMARY_READY if is_complete else SessionStatus.IN_PROGRESS
    if session.status == wanted:
        Session.objects.filter(pk=session.pk, status=wanted).update(**fields)
        for name, value in fields.items():
            setattr(session, name, value)
    else:
        move(session, wanted, **fields)


def answer(session: Session, text: str, *, author: Author, now: datetime, replaced: str = "") -> None:
    number = session.messages.count() + 1
    row = {"number": number, "role": Role.NAMA, "author": author, "text": text, "said_at": now, "replaced": replaced}
    Message.objects.create(session=session, **row)


def transcript(session: Session) -> tuple[Line, ...]:
    rows = session.messages.order_by("-number")[:CONTEXT_LINES]
    return tuple(Line(row.role, row.text) for row in reversed(rows))


def last_reply(session: Session) -> str:
    found = session.messages.filter(role=Role.NAMA).order_by("-number").first()
    return found.text if found else ""


def ask(nama: Nama, prompt: Prompt) -> Suggestion | None:
    try:
        return nama.suggest(prompt)
    except NamaUnavailable as error:
        logger.warning("nama.unavailable", problem=str(error))
        return None


@transaction.atomic
def settle(plan: Plan, suggestion: Suggestion | None, *, user_id: UUID, now: datetime) -> tuple[Session, str]:
    """Judge what the model said and answer; whatever happened to the session meanwhile wins."""
    session = selectors.locked(user_id, plan.session.pk)
    is_latest = session.messages.count() == plan.number
    if not session.is_open or not is_latest:
        return session, last_reply(session)
    if suggestion is None:
        answer(session, plan.reply, author=Author.INTERVIEWER, now=now)
        return session, plan.reply
    verdict = guard.judge(suggestion.reply)
    rules = (*verdict.rules, "model.emergency") if suggestion.emergency else verdict.rules
    if rules:
        return session, emergencies.declare(session, rules=tuple(dict.fromkeys(rules)), source="REPLY", now=now)
    return session, speak(session, plan, suggestion, verdict.refused, now=now)


def speak(session: Session, plan: Plan, suggestion: Suggestion, refused: str, *, now: datetime) -> str:
    """Use the model's words unless they were refused or ask for what it has just understood."""
    memory = Memory.of(session.memory)
    patient = selectors.patient(session, now=now)
    asked = memory.pending
    if not refused:
        if grounding.accept(memory, suggestion.facts, transcript(session)):
            reply = interviewer.next_reply(memory, language=session.language, patient=patient, understood=True, was_ready=False)
            plan = replace(plan, reply=reply)
        keep(session, memory, now=now)
    use_model = not refused and memory.pending == asked
    author = Author.MODEL if use_model else Author.SAFETY if refused else Author.INTERVIEWER
    text = suggestion.reply if use_model else plan.reply
    answer(session, text, author=author, replaced=refused, now=now)
    return text


def refuse(*, user_id: UUID, session_id: UUID, text: str, now: datetime) -> NoReturn:
    """A closed session keeps nothing more, but a red flag is never passed over."""
    session = selectors.session(user_id, session_id)
    rules = red_flags.assess(text).rules
    if not rules:
        raise SessionClosed
    with transaction.atomic():
        emergencies.alert(session, rules=rules, source="CLOSED", now=now)
    raise SessionClosed(emergencies.card_for(session, rules=list(rules)).message)
