"""`python -m aarokya.embedded <command…>`: run a command that needs a database beside embedded servers.

`python -m aarokya.embedded clean`: delete LOCAL_DIR and what its servers keep elsewhere.
"""

import os
import subprocess
import sys
from pathlib import Path

from aarokya.embedded import folders, leases
from aarokya.embedded.errors import EmbeddedError


def main(arguments: list[str]) -> int:
    local_dir = Path(os.environ.get("LOCAL_DIR", ".local")).resolve()
    if arguments == ["clean"]:
        folders.remove(local_dir)
        return 0
    lease = leases.acquire(local_dir)
    try:
        return subprocess.run(arguments, env={**os.environ, "LOCAL_DIR": str(local_dir)}, check=False).returncode
    finally:
        leases.release(lease)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EmbeddedError as error:
        sys.exit(f"aarokya: {error}")
