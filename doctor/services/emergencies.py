"""What happens when a red flag fires: the card at once, staff woken, nothing ever charged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from aarokya.common import audit, outbox
from aarokya.common.state import move
from doctor import selectors
from doctor.errors import SessionNotFound
from doctor.gateways.base import Aathma
from doctor.intake.graph import graph
from doctor.models import Author, EmergencyAlert, Message, Role, Session, SessionStatus
from doctor.safety.red_flags import rule_book

NUMBERS = ("112", "108")
TELE_MANAS = "14416"  # the national mental health line, beside the others when somebody wants to die
MIND = "mind."


@dataclass(frozen=True, slots=True)
class Card:
    """What the app shows at once: whom to call and what to do. No doctor, no price, no way to pay."""

    numbers: tuple[str, ...]
    message: str
    nearest: dict[str, str] | None
    contact: dict[str, str] | None

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"numbers": list(self.numbers), "message": self.message}
        more = {"nearest": self.nearest, "contact": self.contact}
        return shown | {name: value for name, value in more.items() if value is not None}


def card(session: Session) -> Card:
    """Return the card of a session that raised an alert, in its language."""
    rules = [rule for alert in session.alerts.all() for rule in alert.rules]
    return card_for(session, rules=rules)


def card_for(session: Session, *, rules: list[str]) -> Card:
    is_mind = any(rule.startswith(MIND) or rule == "poison.overdose" for rule in rules)
    phrases = ["emergency", "not_alone"] if is_mind else ["emergency"]
    hospital = selectors.nearest_hospital(session.user)
    contact = selectors.contact_of(session.user_id)
    return Card(
        numbers=(*NUMBERS, TELE_MANAS) if is_mind else NUMBERS,
        message=" ".join(graph().phrase(name, session.language) for name in phrases),
        nearest={"name": hospital.name, "city": hospital.city} if hospital else None,
        contact={"name": contact.name, "phone": contact.phone} if contact else None,
    )


def declare(session: Session, *, rules: tuple[str, ...], source: str, now: datetime) -> str:
    """Make an open session an emergency, in the caller's transaction, and return the words to answer with."""
    move(session, SessionStatus.EMERGENCY, emergency_at=now, summary=None, last_message_at=now)
    alert(session, rules=rules, source=source, now=now)
    words = card(session).message
    say(session, words, now=now)
    return words


def say(session: Session, words: str, *, now: datetime) -> None:
    """Put the card's words into the conversation."""
    number = session.messages.count() + 1
    Message.objects.create(session=session, number=number, role=Role.NAMA, author=Author.SAFETY, text=words, said_at=now)


def alert(session: Session, *, rules: tuple[str, ...], source: str, now: datetime) -> EmergencyAlert:
    """Put the session into the on-call queue and have the desk called after the commit."""
    row = EmergencyAlert.objects.create(
        session=session, raised_at=now, rules=list(rules), rules_version=rule_book().version, source=source
    )
    outbox.emit("doctor.emergency", key=f"doctor:{session.pk}", payload={"alert_id": str(row.pk)}, now=now)
    audit.record(actor="system:red_flags", action="doctor.emergency", obj=session, after={"rules": list(rules)}, now=now)
    return row


def deliver(*, alert_id: UUID, gateway: Aathma, now: datetime) -> None:
    """Call the on-call desk, once; AathmaUnavailable when that must be tried again."""
    row = EmergencyAlert.objects.filter(pk=alert_id).first()
    if row is None:
        raise SessionNotFound
    if row.delivered_at is None:
        gateway.alert(row.pk, rules=row.rules, raised_at=row.raised_at)
        EmergencyAlert.objects.filter(pk=alert_id, delivered_at=None).update(delivered_at=now)


@transaction.atomic
def acknowledge(*, alert_id: UUID, actor: str, note: str, now: datetime) -> bool:
    """Take an alert out of the queue; False when somebody already had."""
    waiting = EmergencyAlert.objects.filter(pk=alert_id, acknowledged_at=None)
    taken = waiting.update(acknowledged_at=now, acknowledged_by=actor, note=note) == 1
    if taken:
        row = EmergencyAlert.objects.get(pk=alert_id)
        audit.record(actor=actor, action="doctor.emergency_acknowledged", obj=row, reason=note, now=now)
    return taken
