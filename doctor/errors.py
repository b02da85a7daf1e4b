"""What can go wrong around a consultation, by the numbers that clients switch on."""

from aarokya.common.errors import DomainError


class SessionNotFound(DomainError):
    code = "DR-1501"
    message = "Doctor session not found"
    status = 404


class ConsentRequired(DomainError):
    code = "DR-1502"
    message = "consent: must be true; the text to agree to is at GET /doctor/consent"
    status = 400


class SessionClosed(DomainError):
    code = "DR-1503"
    message = "This session takes no more messages; after submission, add an addendum"
    status = 409


class SummaryNotReady(DomainError):
    code = "DR-1504"
    message = "The summary is not complete yet"
    status = 409


class AdultRequired(DomainError):
    code = "DR-1505"
    message = "Somebody under 18 is seen together with an adult: the adult's account must start the session"
    status = 403


class EmergencySession(DomainError):
    code = "DR-1506"
    message = "This is an emergency: call 112 or 108 now. It is not passed to a teleconsultation and nothing is charged"
    status = 409


class NotDeletable(DomainError):
    code = "DR-1507"
    message = "A session can be deleted only before it is submitted"
    status = 409


class AddendumTooEarly(DomainError):
    code = "DR-1508"
    message = "Before submission, write a message instead of an addendum"
    status = 409


class FeedbackNotPossible(DomainError):
    code = "DR-1509"
    message = "Feedback can be given once, after the consultation"
    status = 409


class GrantNotValid(DomainError):
    code = "DR-1510"
    message = "The consultation benefit is not valid"
    status = 400


class NotAssigned(DomainError):
    code = "DR-1511"
    message = "There is no consultation under way to cancel"
    status = 409
