"""A supervised pair for the tests: `python -m aarokya.embedded.tests.two_programs LOCAL_DIR`."""

import sys
from pathlib import Path

from rich.console import Console

from aarokya.embedded import processes
from aarokya.embedded.errors import EmbeddedError
from aarokya.embedded.programs import Program
from aarokya.embedded.supervisor import Supervisor

SCRIPT = "trap 'echo bye; exit 0' TERM INT; echo hello; while :; do sleep 0.05; done"


def run(local_dir: Path) -> None:
    with Supervisor(local_dir, Console()) as supervisor:
        for name in ("first", "second"):
            command = ("sh", "-c", SCRIPT)
            supervisor.start(Program(name=name, command=command, environment=processes.environment(local_dir)))
        supervisor.wait()


if __name__ == "__main__":
    try:
        run(Path(sys.argv[1]))
    except EmbeddedError as error:
        sys.exit(str(error))
