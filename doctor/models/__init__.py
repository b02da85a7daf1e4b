"""Rows of the consultation: conversation, assignment, emergency."""

from doctor.models.assignments import MOVING, REFUNDED, AathmaWebhook, Assignment, AssignmentEvent, Feedback
from doctor.models.choices import AssignmentStatus, Author, Cause, Coverage, Language, Role, SessionStatus
from doctor.models.emergencies import ConsultationGrant, EmergencyAlert, EmergencyContact
from doctor.models.sessions import OPEN, SEALED, Addendum, Message, Session

__all__ = [
    "MOVING",
    "OPEN",
    "REFUNDED",
    "SEALED",
    "AathmaWebhook",
    "Addendum",
    "Assignment",
    "AssignmentEvent",
    "AssignmentStatus",
    "Author",
    "Cause",
    "ConsultationGrant",
    "Coverage",
    "EmergencyAlert",
    "EmergencyContact",
    "Feedback",
    "Language",
    "Message",
    "Role",
    "Session",
    "SessionStatus",
]
