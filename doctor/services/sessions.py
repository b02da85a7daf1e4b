"""Beginning and giving up a conversation."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from aarokya.common import audit
from aarokya.common.clock import age_on, ist_day
from aarokya.common.state import move
from accounts import selectors as people
from accounts.errors import DependantNotFound
from accounts.models import Dependant, DependantStatus, User
from doctor import selectors
from doctor.errors import AdultRequired, ConsentRequired, NotDeletable
from doctor.intake import interviewer
from doctor.intake.consent import consent
from doctor.intake.graph import graph
from doctor.intake.memory import Memory
from doctor.models import OPEN, Author, Language, Message, Role, Session, SessionStatus
from doctor.safety.red_flags import rule_book

ADULT_AGE = 18
IDLE = timedelta(hours=24)


@transaction.atomic
def start(
    *, user_id: UUID, dependant_id: UUID | None, language: Language | None, consented: bool, now: datetime
) -> tuple[Session, str]:
    """Begin an intake for the user or a member of the family; return it with Nama's first words.

    ConsentRequired; DependantNotFound; AdultRequired when patient and account holder are both under 18, or the holder alone is.
    """
    if not consented:
        raise ConsentRequired
    user = people.user(user_id)
    dependant = member(user_id, dependant_id) if dependant_id else None
    with_minor = is_minor(dependant.date_of_birth if dependant else None, now=now)
    if is_minor(user.dob, now=now):
        raise AdultRequired
    session = Session.objects.create(
        user=user,
        dependant=dependant,
        language=language or Language.ENGLISH,
        language_chosen=language is not None,
        consent_version=consent().version,
        consented_at=now,
        with_minor=with_minor,
        rules_version=rule_book().version,
        graph_version=graph().version,
        last_message_at=now,
    )
    return session, open_conversation(session, user=user, now=now)


def member(user_id: UUID, dependant_id: UUID) -> Dependant:
    found = people.dependant(user_id, dependant_id)
    if found.status != DependantStatus.ACTIVE:
        raise DependantNotFound
    return found


def is_minor(born_on: Any, *, now: datetime) -> bool:
    """An unknown birthday is not held against anybody: the doctor confirms the age before prescribing."""
    return born_on is not None and age_on(ist_day(now), born_on=born_on) < ADULT_AGE


def open_conversation(session: Session, *, user: User, now: datetime) -> str:
    memory = Memory()
    words = interviewer.opening(session.language, memory)
    Session.objects.filter(pk=session.pk).update(memory=memory.as_json())
    session.memory = memory.as_json()
    Message.objects.create(session=session, number=1, role=Role.NAMA, author=Author.INTERVIEWER, text=words, said_at=now)
    audit.record(
        actor=f"user:{user.pk}",
        action="doctor.session_started",
        obj=session,
        after={"consent_version": session.consent_version, "with_minor": session.with_minor},
        now=now,
    )
    return words


@transaction.atomic
def discard(*, user_id: UUID, session_id: UUID, now: datetime) -> None:
    """Forget an unsubmitted conversation: its words are deleted, the bare row stays. NotDeletable afterwards."""
    session = selectors.locked(user_id, session_id)
    if session.status == SessionStatus.ABANDONED:
        return
    if not session.is_open:
        raise NotDeletable
    abandon(session, actor=f"user:{user_id}", now=now)


def abandon(session: Session, *, actor: str, now: datetime) -> None:
    session.messages.all().delete()
    move(session, SessionStatus.ABANDONED, abandoned_at=now, memory={}, summary=None)
    audit.record(actor=actor, action="doctor.session_abandoned", obj=session, now=now)


def abandon_idle(*, now: datetime, limit: int = 500) -> int:
    """Give up conversations that nobody went on with for a day; return how many."""
    due = Session.objects.idle_since(now - IDLE).order_by("last_message_at")
    return sum(abandon_one(session_id, now=now) for session_id in due.values_list("pk", flat=True)[:limit])


@transaction.atomic
def abandon_one(session_id: UUID, *, now: datetime) -> bool:
    rows = Session.objects.filter(pk=session_id, status__in=OPEN, last_message_at__lt=now - IDLE)
    session = rows.select_for_update(skip_locked=True).first()
    if session is None:
        return False
    abandon(session, actor="system:abandon_idle", now=now)
    return True
