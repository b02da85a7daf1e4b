"""Reading sessions with permission, and what a person is entitled to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from aarokya.common import entitlements
from aarokya.common.clock import age_on, ist_day
from aarokya.common.entitlements import Cover
from aarokya.common.money import Money
from accounts.models import Dependant, User
from doctor.errors import SessionNotFound
from doctor.intake.memory import Patient
from doctor.models import ConsultationGrant, Coverage, EmergencyContact, Session
from wallets import selectors as wallets
from wallets.models import ContraAccount

HOSPITALS = "8062"  # merchant category


@dataclass(frozen=True, slots=True)
class Care:
    """Where care is possible now: policies in force, what bears the consultation, and the fee if nothing does."""

    policies: tuple[Cover, ...]
    covered_by: Coverage
    title: str  # of the policy or benefit that bears it; empty for the wallet
    fee: Money


@dataclass(frozen=True, slots=True)
class Identity:
    """The patient's name and facts as they are now."""

    name: str
    age: int | None
    gender: str
    relationship: str


def session(user_id: UUID, session_id: UUID) -> Session:
    """Return the user's session; SessionNotFound (DR-1501), also for somebody else's."""
    found = Session.objects.of(user_id).select_related("user", "dependant", "assignment").filter(pk=session_id).first()
    if found is None:
        raise SessionNotFound
    return found


def locked(user_id: UUID, session_id: UUID) -> Session:
    """Return the user's session, held until the transaction ends: messages, submission and deletion queue here."""
    found = Session.objects.of(user_id).filter(pk=session_id).select_for_update().first()
    if found is None:
        raise SessionNotFound
    return found


def sessions_of(user_id: UUID) -> QuerySet[Session]:
    """Return the user's sessions, newest first."""
    return Session.objects.of(user_id).select_related("user", "dependant", "assignment").order_by("-created_at", "-id")


def identity(session: Session, *, now: datetime) -> Identity:
    """Return who the session is about; names resolve now, so a corrected name shows."""
    person: User | Dependant = session.dependant or session.user
    born_on = person.date_of_birth if isinstance(person, Dependant) else person.dob
    age = age_on(ist_day(now), born_on=born_on) if born_on else None
    relationship = person.relationship if isinstance(person, Dependant) else "SELF"
    return Identity(person.full_name, age, person.gender, relationship)


def patient(session: Session, *, now: datetime) -> Patient:
    known = identity(session, now=now)
    return Patient(known.age, known.gender)


def care(session: Session, *, now: datetime) -> Care:
    """Return what bears this consultation: a policy, else a granted benefit, else the wallet."""
    found = tuple(entitlements.covers(user_id=session.user_id, dependant_id=session.dependant_id, now=now))
    policy = next((cover for cover in found if cover.includes_teleconsultation), None)
    if policy is not None:
        return Care(found, Coverage.POLICY, policy.benefit, Money(0))
    grant = grant_of(session.user_id, now=now)
    if grant is not None:
        return Care(found, Coverage.BENEFIT, grant.title, Money(0))
    return Care(found, Coverage.WALLET, "", Money(settings.DOCTOR_FEE_PAISE))


def grant_of(user_id: UUID, *, now: datetime) -> ConsultationGrant | None:
    """Return a consultation benefit that holds today and is still on offer."""
    today = ist_day(now)
    rows = ConsultationGrant.objects.filter(user_id=user_id, starts_on__lte=today, ends_on__gte=today).order_by("-ends_on", "pk")
    return next((grant for grant in rows if entitlements.consultation_benefit(grant.benefit_id) is not None), None)


def contact_of(user_id: UUID) -> EmergencyContact | None:
    return EmergencyContact.objects.filter(user_id=user_id).first()


def nearest_hospital(user: User) -> ContraAccount | None:
    """Return a registered hospital of the user's city; None when the city or a hospital there is not known."""
    city = str((user.address or {}).get("city", "")).strip()
    if not city:
        return None
    return wallets.payees(city).filter(merchant_category_id=HOSPITALS, city__iexact=city).first()
