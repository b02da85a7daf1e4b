"""Juspay's order and refund statuses in our words, as data. A number that is not here changes nothing and alerts."""

from payments.gateways.base import GatewayRefundState, GatewayState

BY_ID: dict[int, GatewayState] = {
    10: GatewayState.OPEN,  # NEW: no attempt yet
    20: GatewayState.PENDING,  # STARTED
    21: GatewayState.CHARGED,  # CHARGED
    22: GatewayState.FAILED,  # JUSPAY_DECLINED
    23: GatewayState.PENDING,  # PENDING_VBV: the customer authenticates; or a mandate debit waits for its day
    24: GatewayState.PENDING,  # VBV_SUCCESSFUL
    26: GatewayState.FAILED,  # AUTHENTICATION_FAILED
    27: GatewayState.FAILED,  # AUTHORIZATION_FAILED
    28: GatewayState.PENDING,  # AUTHORIZING
    36: GatewayState.REVERSED,  # AUTO_REFUNDED
    40: GatewayState.ABSENT,  # NOT_FOUND
}
# Some answers carry the word without the number.
BY_WORD: dict[str, GatewayState] = {
    "NEW": GatewayState.OPEN,
    "STARTED": GatewayState.PENDING,
    "CHARGED": GatewayState.CHARGED,
    "JUSPAY_DECLINED": GatewayState.FAILED,
    "PENDING_VBV": GatewayState.PENDING,
    "VBV_SUCCESSFUL": GatewayState.PENDING,
    "AUTHENTICATION_FAILED": GatewayState.FAILED,
    "AUTHORIZATION_FAILED": GatewayState.FAILED,
    "AUTHORIZING": GatewayState.PENDING,
    "AUTO_REFUNDED": GatewayState.REVERSED,
    "NOT_FOUND": GatewayState.ABSENT,
}
REFUNDS: dict[str, GatewayRefundState] = {
    "PENDING": GatewayRefundState.PENDING,
    "SUCCESS": GatewayRefundState.SUCCESS,
    "FAILURE": GatewayRefundState.FAILURE,
    "MANUAL_REVIEW": GatewayRefundState.MANUAL_REVIEW,
}


def state_of(status_id: object, word: str) -> GatewayState:
    """Return our state for `status_id` (a number or its digits); the word decides only where the number is missing."""
    if status_id is None or status_id == "":
        return BY_WORD.get(word, GatewayState.UNKNOWN)
    digits = str(status_id)
    return BY_ID.get(int(digits), GatewayState.UNKNOWN) if digits.isdecimal() else GatewayState.UNKNOWN
