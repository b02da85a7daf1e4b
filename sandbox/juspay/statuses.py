"""Order statuses: Juspay's numbers, what a control outcome means, and which status outranks which."""

STATUS_IDS = {
    "CREATED": 1,
    "NEW": 10,
    "STARTED": 20,
    "CHARGED": 21,
    "JUSPAY_DECLINED": 22,
    "PENDING_VBV": 23,
    "VBV_SUCCESSFUL": 24,
    "AUTHENTICATION_FAILED": 26,
    "AUTHORIZATION_FAILED": 27,
    "AUTHORIZING": 28,
    "AUTO_REFUNDED": 36,
}
OPEN = {"STARTED", "PENDING_VBV", "VBV_SUCCESSFUL", "AUTHORIZING"}
FAILED = {"JUSPAY_DECLINED", "AUTHENTICATION_FAILED", "AUTHORIZATION_FAILED"}
PAID = {"CHARGED", "AUTO_REFUNDED"}

# What the control API and the checkout page call an outcome. Statuses themselves are accepted too.
OUTCOMES = {"CHARGED": "CHARGED", "FAILED": "AUTHORIZATION_FAILED", "PENDING": "PENDING_VBV"} | {
    status: status for status in OPEN | FAILED | {"AUTO_REFUNDED"}
}


def rank(status: str) -> int:
    """With several attempts an order shows the status of highest precedence."""
    if status in PAID:
        return 3
    return 1 if status in OPEN | FAILED else 0


def shown(current: str, attempt: str) -> str:
    """The status of an order in `current` after an attempt ended in `attempt`."""
    return attempt if rank(attempt) >= rank(current) else current


def dummy_gateway_outcome(amount_paise: int) -> str:
    """Juspay's dummy gateway: under 500 rupees succeeds, 500 to 699 fails, from 700 on is pending, then succeeds."""
    if amount_paise < 500_00:
        return "CHARGED"
    return "FAILED" if amount_paise < 700_00 else "PENDING"
