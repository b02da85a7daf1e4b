"""One hierarchy of anticipated failures; each has a stable code, a status and words for people."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Detail:
    """What is wrong with one field: dotted path (`dependants.2.dob`), a code, words."""

    field: str
    code: str
    message: str


class DomainError(Exception):
    """An anticipated failure. Subclasses declare `code`, `message` and `status`; the API turns them into the envelope."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    message: ClassVar[str] = "Something went wrong on our side"
    status: ClassVar[int] = 500

    def __init__(
        self,
        message: str = "",
        *,
        details: tuple[Detail, ...] = (),
        retry_after: int | None = None,
    ) -> None:
        self.text = message or self.message
        self.details = details
        self.retry_after = retry_after  # seconds
        super().__init__(self.text)

    def __init_subclass__(cls) -> None:
        """Keep the catalogue: a code belongs to one class and its subclasses, so a code has one status."""
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            return
        taken = CATALOGUE.get(cls.code)
        if taken is not None and (taken.__module__, taken.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{cls.code} is taken by {taken.__qualname__}")
        CATALOGUE[cls.code] = cls


CATALOGUE: dict[str, type[DomainError]] = {"INTERNAL_ERROR": DomainError}


class InvalidInput(DomainError):
    code = "VALIDATION_ERROR"
    message = "The request is not valid"
    status = 400


class InvalidPhone(DomainError):
    code = "INVALID_PHONE"
    message = "phone: must be a ten-digit Indian mobile number starting with 6, 7, 8 or 9"
    status = 400


class InvalidDateFormat(DomainError):
    code = "INVALID_DATE_FORMAT"
    message = "A date must be written YYYY-MM-DD and be a possible date"
    status = 400


class ImmutableField(DomainError):
    code = "IMMUTABLE_FIELD"
    message = "This field cannot be changed"
    status = 400


class MissingRequiredField(DomainError):
    code = "MISSING_REQUIRED_FIELD"
    message = "A required field is missing"
    status = 400


class NumberOfDaysOutOfRange(DomainError):
    code = "NUMBER_OF_DAYS_OUT_OF_RANGE"
    message = "number_of_days must be 0 (everything) or 1 to 365"
    status = 400


class InvalidOtp(DomainError):
    code = "INVALID_OTP"
    message = "The code is wrong or was already used"
    status = 401


class OtpExpired(DomainError):
    code = "OTP_EXPIRED"
    message = "The code has expired; ask for a new one"
    status = 401


class TooManyOtpAttempts(DomainError):
    code = "TOO_MANY_OTP_ATTEMPTS"
    message = "Too many wrong codes; ask for a new one"
    status = 401


class InvalidToken(DomainError):
    code = "INVALID_TOKEN"
    message = "The token is missing, malformed, expired or revoked"
    status = 401


class InsufficientBalance(DomainError):
    code = "INSUFFICIENT_BALANCE"
    message = "The wallet does not hold enough money"
    status = 402


class PaymentDeclined(DomainError):
    code = "PAYMENT_DECLINED"
    message = "The payment was declined"
    status = 402


class Forbidden(DomainError):
    code = "FORBIDDEN"
    message = "This is not allowed"
    status = 403


class NotFound(DomainError):
    code = "NOT_FOUND"
    message = "There is nothing here"
    status = 404


class MethodNotAllowed(DomainError):
    code = "METHOD_NOT_ALLOWED"
    message = "This method is not allowed here"
    status = 405


class NotAcceptable(DomainError):
    code = "NOT_ACCEPTABLE"
    message = "Only application/json is served here"
    status = 406


class Conflict(DomainError):
    code = "CONFLICT"
    message = "The request conflicts with the present state"
    status = 409


class InvalidTransition(DomainError):
    code = "INVALID_TRANSITION"
    message = "This change of state is not possible from the present one"
    status = 409


class PayloadTooLarge(DomainError):
    code = "PAYLOAD_TOO_LARGE"
    message = "The request body is too large"
    status = 413


class UnsupportedMediaType(DomainError):
    code = "UNSUPPORTED_MEDIA_TYPE"
    message = "The body must be application/json"
    status = 415


class IdempotencyMismatch(DomainError):
    code = "IDEMPOTENCY_MISMATCH"
    message = "This Idempotency-Key was used with another request"
    status = 422


class RateLimited(DomainError):
    code = "RATE_LIMITED"
    message = "Too many requests; wait a little"
    status = 429


class UpstreamError(DomainError):
    code = "UPSTREAM_ERROR"
    message = "A partner did not answer as expected; try again"
    status = 502


class ServiceUnavailable(DomainError):
    code = "SERVICE_UNAVAILABLE"
    message = "The service is busy or being restored; try again shortly"
    status = 503
