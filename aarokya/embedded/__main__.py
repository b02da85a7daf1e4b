"""`python -m aarokya.embedded <command…>`: run a command that needs a database beside embedded servers.

`python -m aarokya.embedded clean`: delete LOCAL_DIR and what its servers keep elsewhere.
"""

import os
import subprocess
import sys
from pathlib import Path

from aarokya.embedded import folders, leases, locks, processes
from aarokya.embedded.errors import EmbeddedError


def main(arguments: list[str]) -> int:
    local_dir = Path(os.environ.get("LOCAL_DIR", ".local")).resolve()
    if arguments == ["clean"]:
        _clean(local_dir)
        return 0
    lease = leases.acquire(local_dir, durable=True)
    try:
        return subprocess.run(arguments, env={**os.environ, "LOCAL_DIR": str(local_dir)}, check=False).returncode
    finally:
        leases.release(lease)


def _clean(local_dir: Path) -> None:
    """Everything of LOCAL_DIR and of the test runs below it; EmbeddedError while something runs there."""
    for folder in (local_dir / "test", local_dir):
        run_dir = folder / "run"
        if any(locks.is_held(file) for file in run_dir.glob("*.lock")):
            raise EmbeddedError(f"{folder} is in use: stop what runs there first")
        processes.end_recorded(run_dir, folder)
        folders.remove(folder)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EmbeddedError as error:
        sys.exit(f"aarokya: {error}")
