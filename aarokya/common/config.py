"""Typed reading of the environment; a missing or wrong value ends the start with one line that names the variable."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import environ

env = environ.Env()


def stop(reason: str) -> NoReturn:
    """End the process with one readable line: configuration errors are for operators, not for debuggers."""
    raise SystemExit(f"aarokya: configuration: {reason}")


def is_sandbox() -> bool:
    """Whether every partner is our simulator.

    Unset means yes only in a clone where no database is configured either: a server that has a
    DATABASE_URL must say which of the two it is, so that no production starts with sandbox codes.
    """
    if "SANDBOX" in env.ENVIRON:
        return flag("SANDBOX", default=False)
    if env.ENVIRON.get("DATABASE_URL"):
        stop("SANDBOX is required beside DATABASE_URL: 0 for real partners, 1 for the simulators")
    return True


def text(name: str, *, sandbox: str | None = None) -> str:
    """A required string; `sandbox` is its value in the sandbox when the variable is unset."""
    value: str = env.ENVIRON.get(name, "").strip()
    if value:
        return value
    if sandbox is not None and is_sandbox():
        return sandbox
    stop(f"{name} is required")


def optional(name: str, default: str = "") -> str:
    """An optional string."""
    value: str = env.ENVIRON.get(name, "").strip()
    return value or default


def number(name: str, default: int) -> int:
    """A non-negative whole number."""
    raw = env.ENVIRON.get(name, "").strip()
    if not raw:
        return default
    if not raw.isdecimal():
        stop(f"{name} must be a whole number, not {raw!r}")
    return int(raw)


def flag(name: str, *, default: bool) -> bool:
    """A switch: 1/0, true/false, yes/no, on/off."""
    raw = env.ENVIRON.get(name, "").strip().lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    stop(f"{name} must be 1 or 0, not {raw!r}")


def words(name: str, *, sandbox: str) -> list[str]:
    """A required comma-separated list."""
    return [word.strip() for word in text(name, sandbox=sandbox).split(",") if word.strip()]


def named(name: str, *, names: Sequence[str], sandbox: str) -> dict[str, str]:
    """A value for each of `names`: `otp.en=1107…,policy_ends.hi=…`. `sandbox` makes one of a number from 1."""
    made = ",".join(f"{each}={sandbox.format(number)}" for number, each in enumerate(names, 1))
    found = dict(part.split("=", 1) for part in words(name, sandbox=made) if "=" in part)
    missing = [each for each in names if not found.get(each)]
    if missing:
        stop(f"{name} lacks {', '.join(missing)}")
    return found


def key_ring(name: str, *, sandbox: str) -> dict[str, bytes]:
    """Named secret keys, newest first: `2026b:<secret>,2026a:<secret>`; each secret at least 32 characters."""
    ring: dict[str, bytes] = {}
    for part in words(name, sandbox=sandbox):
        key_id, _, secret = part.partition(":")
        if not key_id or len(secret) < 32:
            stop(f"{name} must look like <id>:<secret of 32 or more characters>[,<id>:<secret>]")
        ring[key_id] = secret.encode()
    return ring


def database(url: str) -> dict[str, Any]:
    """Django's settings for one PostgreSQL URL; Unix sockets as `postgresql://role@/name?host=/folder`."""
    parsed = environ.Env.db_url_config(url)
    if parsed.get("ENGINE") != "django.db.backends.postgresql":
        stop("DATABASE_URL must be a postgresql:// URL")
    options: Mapping[str, object] = parsed.get("OPTIONS") or {}
    settings = dict(parsed) | {"ENGINE": "aarokya.common.postgres"}
    if "host" in options:
        settings["HOST"] = options["host"]
        settings["OPTIONS"] = {key: value for key, value in options.items() if key != "host"}
    return settings
