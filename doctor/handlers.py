"""Messages of the outbox: load by id, one service call."""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from doctor.gateways import aathma
from doctor.gateways.base import AathmaUnavailable
from doctor.models import Addendum, Cause, Feedback
from doctor.services import assignments, emergencies, webhooks

logger = structlog.get_logger(__name__)


def forward(payload: dict[str, Any], *, now: datetime) -> None:
    """`doctor.submitted {session_id}`: until Aathma has it."""
    assignments.forward(session_id=UUID(payload["session_id"]), gateway=aathma(), now=now)


def check(payload: dict[str, Any], *, now: datetime) -> None:
    """`doctor.check_due {assignment_id}`. Aathma being down is no failure of the message: the row keeps its own schedule."""
    try:
        assignments.sync(assignment_id=UUID(payload["assignment_id"]), gateway=aathma(), cause=Cause.POLL, now=now)
    except AathmaUnavailable as error:
        logger.warning("aathma.check_failed", assignment_id=payload["assignment_id"], problem=str(error))


def process_webhook(payload: dict[str, Any], *, now: datetime) -> None:
    """`doctor.webhook_received {webhook_id}`."""
    webhooks.process(webhook_id=payload["webhook_id"], gateway=aathma(), now=now)


def alert_on_call(payload: dict[str, Any], *, now: datetime) -> None:
    """`doctor.emergency {alert_id}`: wake the desk; repeated until it answers."""
    emergencies.deliver(alert_id=UUID(payload["alert_id"]), gateway=aathma(), now=now)


def forward_addendum(payload: dict[str, Any], *, now: datetime) -> None:
    """`doctor.addendum_added {addendum_id}`: after the session itself, which has the same key."""
    row = Addendum.objects.select_related("session__assignment").get(pk=payload["addendum_id"])
    assignments.forward(session_id=row.session_id, gateway=aathma(), now=now)
    aathma().add(row.session.assignment.pk, addendum_id=row.pk, text=row.text)


def forward_feedback(payload: dict[str, Any], *, now: datetime) -> None:  # noqa: ARG001 (every handler takes the time)
    """`doctor.feedback_given {feedback_id}`."""
    row = Feedback.objects.select_related("session__assignment").get(pk=payload["feedback_id"])
    aathma().rate(row.session.assignment.pk, rating=row.rating, comment=row.comment)


def forward_cancellation(payload: dict[str, Any], *, now: datetime) -> None:
    """`doctor.cancelled_by_patient {assignment_id, reason}`."""
    truth = aathma().cancel(UUID(payload["assignment_id"]), reason=payload["reason"])
    assignments.apply(truth, cause=Cause.PATIENT, now=now)
