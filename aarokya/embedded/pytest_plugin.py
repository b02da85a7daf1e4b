"""Gives a test run its servers before Django reads its settings: loaded with `-p`, because conftest.py would be too late.

Each run has a slot on the shared servers, each of its processes a database, a Valkey number and two ports of its own.
"""

import atexit
import os
from pathlib import Path

import pytest

from aarokya.embedded import leases, locations, ports

PROCESSES_MAX = 32  # of one run; each slot has as many Valkey databases
SLOT = "AAROKYA_TEST_SLOT"  # how the processes of one run learn its slot
NOT_FOR_TESTS = ("PUBLIC_URL", "WEBHOOK_URL")  # a person's own choices must not change results


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> object:
    local_dir = Path(os.environ.get("TEST_LOCAL_DIR", early_config.rootpath / ".local" / "test")).resolve()
    if "PYTEST_XDIST_WORKER" not in os.environ:
        lease = leases.acquire(local_dir, durable=False)
        atexit.register(leases.release, lease)  # also when the run fails before it begins
        os.environ[SLOT] = str(lease.slot)
    _describe(local_dir, slot=int(os.environ[SLOT]), worker=os.environ.get("PYTEST_XDIST_WORKER", "gw0"))
    return (yield)


def _describe(local_dir: Path, *, slot: int, worker: str) -> None:
    """Say in the environment what the settings and every child process shall use."""
    for name in NOT_FOR_TESTS:
        os.environ.pop(name, None)
    number = slot * PROCESSES_MAX + int(worker.removeprefix("gw"))
    database = f"test_{slot}_{worker}"
    port = ports.free_port()
    os.environ |= {
        "SANDBOX": "1",
        "LOCAL_DIR": str(local_dir),
        "DATABASE_URL": locations.database_url(local_dir, role=locations.APPLICATION_ROLE, database=database),
        "DATABASE_OWNER_URL": locations.database_url(local_dir, role=locations.OWNER_ROLE, database=database),
        "REDIS_URL": locations.redis_url(local_dir, database=number),
        "PORT": str(port),
        "DJANGO_LIVE_TEST_SERVER_ADDRESS": f"{ports.HOST}:{port}",
        "SANDBOX_PORT": str(ports.free_port()),
        "SANDBOX_STATE_DIR": str(local_dir / "sandbox" / database),
    }
