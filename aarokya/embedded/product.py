"""The processes that together are the product."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from aarokya.embedded.ports import HOST
from aarokya.embedded.programs import Program

# The C library would keep the memory that each thread frees apart from the others'.
FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}
# Celery's general advice against root; tasks here carry JSON and no code.
QUIET_AS_ROOT = "ignore:You're running the worker with superuser privileges"


@dataclass(frozen=True, kw_only=True)
class Product:
    base_dir: Path
    local_dir: Path
    port: int
    sandbox_port: int
    web_workers: int
    environment: Mapping[str, str]

    def web(self) -> Program:
        options = ["--workers", str(self.web_workers), "--blocking-threads", "4"]
        return self._granian("web", "aarokya.wsgi:application", self.port, options)

    def sandbox(self) -> Program:
        return self._granian(
            "sandbox", "sandbox.wsgi:application", self.sandbox_port, ["--workers", "1", "--blocking-threads", "16"]
        )

    def worker(self) -> Program:
        options = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        return self._quiet("worker", [sys.executable, "-m", "celery", "--quiet", "-A", "aarokya", "worker", *options])

    def beat(self) -> Program:
        options = ["--schedule", str(self.local_dir / "run" / "beat-schedule"), "--pidfile=", "--loglevel", "WARNING"]
        return self._quiet("beat", [sys.executable, "-m", "celery", "--quiet", "-A", "aarokya", "beat", *options])

    def relay(self) -> Program:
        return self._program("relay", [sys.executable, "manage.py", "outbox", "relay"])

    def _quiet(self, name: str, command: list[str]) -> Program:
        """Celery tells of every task that comes and goes; a person who wants that sets LOG_LEVEL."""
        program = self._program(name, command)
        return replace(program, environment={"LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"), **program.environment})

    def _granian(self, name: str, application: str, port: int, options: list[str]) -> Program:
        address = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--log-level", "error"]
        return self._program(name, [sys.executable, "-m", "granian", *address, *options, application])

    def _program(self, name: str, command: list[str]) -> Program:
        environment = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": QUIET_AS_ROOT, **FEW_ARENAS, **self.environment}
        return Program(name=name, command=tuple(command), environment=environment, folder=self.base_dir)
