"""The first try to reach Aathma, within the request that submits."""

from datetime import datetime
from uuid import UUID

import structlog

from doctor.gateways.base import Aathma, AathmaUnavailable
from doctor.services import assignments

logger = structlog.get_logger(__name__)


def try_now(*, session_id: UUID, gateway: Aathma, now: datetime) -> None:
    """Send a submitted session at once, so that the answer shows the doctor. Failing is no error: the outbox goes on."""
    try:
        assignments.forward(session_id=session_id, gateway=gateway, now=now)
    except AathmaUnavailable as error:
        logger.warning("aathma.unavailable", session_id=str(session_id), problem=str(error))
