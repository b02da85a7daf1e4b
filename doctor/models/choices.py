"""The words of this app's columns; each is written on the wire as it is stored."""

from django.db.models import TextChoices


class SessionStatus(TextChoices):
    STARTED = "STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    SUMMARY_READY = "SUMMARY_READY"
    SUBMITTED = "SUBMITTED"  # sealed, on its way to a doctor
    LOCKED = "LOCKED"  # a doctor has it; for ever
    EMERGENCY = "EMERGENCY"  # for ever
    ABANDONED = "ABANDONED"


class Language(TextChoices):
    ENGLISH = "en", "English"
    HINDI = "hi", "Hindi"
    KANNADA = "kn", "Kannada"
    TAMIL = "ta", "Tamil"
    HINDI_LATIN = "hi-Latn", "Hindi in Latin letters"


class Role(TextChoices):
    PATIENT = "PATIENT"
    NAMA = "NAMA"


class Author(TextChoices):
    """Who worded a reply of Nama's."""

    INTERVIEWER = "INTERVIEWER"
    MODEL = "MODEL"
    SAFETY = "SAFETY"  # the emergency card, or a replaced reply
    PATIENT = "PATIENT"


class Coverage(TextChoices):
    """Who bears the consultation."""

    POLICY = "POLICY"
    BENEFIT = "BENEFIT"
    WALLET = "WALLET"


class AssignmentStatus(TextChoices):
    PENDING = "PENDING"  # not yet taken by Aathma, as far as we know
    REQUESTED = "REQUESTED"  # taken, no doctor yet
    ASSIGNED = "ASSIGNED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    DOCTOR_NO_SHOW = "DOCTOR_NO_SHOW"
    PATIENT_NO_SHOW = "PATIENT_NO_SHOW"


class Cause(TextChoices):
    """What made us ask Aathma."""

    SUBMIT = "SUBMIT"
    WEBHOOK = "WEBHOOK"
    POLL = "POLL"
    PATIENT = "PATIENT"
    STAFF = "STAFF"
