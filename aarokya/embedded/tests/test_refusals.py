import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def up(**variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py up` with nothing configured but `variables`."""
    unset = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SANDBOX"}
    environment = {name: value for name, value in os.environ.items() if name not in unset} | variables
    command = [sys.executable, "manage.py", "up"]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_embedded_servers_are_refused_with_real_partners() -> None:
    refused = up(SANDBOX="0")

    assert refused.returncode == 1
    assert refused.stderr.startswith("aarokya: configuration: SANDBOX=0 needs DATABASE_URL")
    assert "REDIS_URL" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_one_server_given_is_not_enough_with_real_partners() -> None:
    refused = up(SANDBOX="0", DATABASE_URL="postgresql://aarokya_app@db.example/aarokya")

    assert refused.returncode == 1
    assert "REDIS_URL" in refused.stderr
