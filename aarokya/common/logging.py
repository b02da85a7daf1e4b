"""JSON logs that never carry secrets: one processor cleans every value of every record."""

import json
import logging.config
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import structlog

HIDDEN = "[hidden]"
SECRET_NAMES = re.compile(
    r"otp|password|passwd|secret|token|authorization|api[-_]?key|aadhaar|cookie|signature|account_number|id_proof",
    re.IGNORECASE,
)
# Order matters: the longest shapes first, so that no part of a token survives as a number.
PATTERNS = (
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),  # a JWT
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w\-.~+/=]+"), rf"\1 {HIDDEN}"),
    (re.compile(r"\b[0-9a-f]{64}\b"), HIDDEN),  # a refresh token
    (re.compile(r"(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])"), HIDDEN),  # 256 random bits in base64
    (re.compile(r"(?i)\b(account[_ -]?(?:number|no)\b\W{1,6})\d{9,18}\b"), rf"\1{HIDDEN}"),  # a bank account, by its name
    (re.compile(r"(?i)\b(otp|code|pin)(\W{1,3}|\W+is\W+)\d{4,8}\b"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)\b(otp|code|pin)\b(\D{0,60}?)(?<!\d)\d{6}(?!\d)"), rf"\1\2{HIDDEN}"),  # "the code for … is 123456"
    (re.compile(r"(?i)(?<!\d)\d{6}(?= is (?:your|the)\b)"), HIDDEN),  # as the SMS says it
)
# UUIDs stay whole: one in a hundred holds digits that look like a phone, and what is logged must be found again.
NUMBERS = re.compile(
    r"(?P<uuid>\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b)"
    r"|(?P<aadhaar>(?<!\d)[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}(?!\d))"
    r"|(?<!\d)(?:\+?91[ -]?)?[6-9]\d{4}[ -]?\d(?P<mobile>\d{4})(?!\d)"
)
# What each of them needs at the least: one look spares most texts all of them.
SUSPECT = re.compile(r"eyJ|(?i:bearer|basic)\s|\d{4}|[\w-]{43}")
# The ids that stand in every line of a request: no pattern above can match within one.
PLAIN_ID = re.compile(r"(?:user:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
PHONE_MIN = 10**9  # no shorter number is a phone's or a person's
JSON = json.JSONEncoder(ensure_ascii=False, default=repr)
OWN_FIELDS = frozenset({"timestamp"})  # written by the processors below, over whatever a caller says


def clean_text(text: str) -> str:
    """Return `text` with tokens, Aadhaar numbers and codes hidden and mobile numbers masked."""
    if not SUSPECT.search(text) or PLAIN_ID.fullmatch(text):
        return text
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return NUMBERS.sub(clean_match, text)


def clean_match(found: re.Match[str]) -> str:
    if found["mobile"]:
        return f"+91******{found['mobile']}"
    return HIDDEN if found["aadhaar"] else found[0]


def clean(value: Any) -> Any:
    """Return a copy of any JSON-like value with its secrets hidden, by name and by shape."""
    if type(value) is str:
        return clean_text(value)
    match value:
        case str():
            return clean_text(value)
        case bytes():
            return clean_text(value.decode(errors="replace"))
        case Mapping():
            return dict(clean_item(str(key), item) for key, item in value.items())
        case list() | tuple() | set():
            return [clean(item) for item in value]
        case int() if not isinstance(value, bool):
            return clean_number(value)
        case None | bool() | float():
            return value
        case _:
            return clean_text(str(value))


def clean_item(name: str, value: Any) -> tuple[str, Any]:
    shown, is_secret = clean_name(name)
    return shown, HIDDEN if is_secret and value else clean(value)


@lru_cache(maxsize=4096)
def clean_name(name: str) -> tuple[str, bool]:
    """How a field is shown, and whether its value must not be: the same few names come again in every record."""
    return clean_text(name), SECRET_NAMES.search(name) is not None


def clean_number(value: int) -> int | str:
    """Numbers may be phone or Aadhaar numbers too."""
    if abs(value) < PHONE_MIN:
        return value
    cleaned = clean_text(str(value))
    return value if cleaned == str(value) else cleaned


def redact(_logger: Any, _method: str, record: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The processor: runs last, after tracebacks have become text."""
    cleaned: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for key, value in record.items():
        if key in OWN_FIELDS or key.startswith("_"):
            own[key] = value
        else:
            shown, is_secret = clean_name(key)
            cleaned[shown] = HIDDEN if is_secret and value else clean(value)
    return cleaned | own


def render(_logger: Any, _method: str, record: structlog.typing.EventDict) -> str:
    """The processor after it: structlog's own builds an encoder for every line."""
    return JSON.encode(record)


class Lines(structlog.stdlib.ProcessorFormatter):
    """structlog's, without its copies of records that structlog made: one handler formats each, once."""

    def format(self, record: logging.LogRecord) -> str:
        if not isinstance(record.msg, dict) or not hasattr(record, "_logger"):
            return super().format(record)
        return render(None, "", redact(None, "", record.msg))


OURS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def logging_settings(*, level: str) -> dict[str, Any]:
    """Return the dictionary for `logging.config`: everything to standard error, one JSON object a line."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": Lines,
                "foreign_pre_chain": [*OURS, structlog.stdlib.ExtraAdder()],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    redact,
                    render,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Our own line a request says more; these repeat it without the request id.
            "django.request": {"level": "ERROR"},
            "httpx2": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }


def configure(settings_logging: dict[str, Any]) -> None:
    """Install the configuration for the standard library and for structlog."""
    logging.config.dictConfig(settings_logging)
    # What no line of ours shows is not looked up for each: logging's own advice under "Optimization".
    logging._srcfile = None  # noqa: SLF001 (as it says there)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    structlog.configure(
        processors=[*OURS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
