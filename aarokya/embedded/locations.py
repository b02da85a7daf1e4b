"""Where the embedded servers of one LOCAL_DIR listen: pure functions, so every process computes the same answer."""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

POSTGRES_MAJOR = 18
DATABASE = "aarokya"
SUPERUSER = "postgres"
OWNER_ROLE = "aarokya_owner"
APPLICATION_ROLE = "aarokya_app"


def socket_directory(local_dir: Path) -> Path:
    """The folder of both sockets; under /tmp because a socket's path may have 107 bytes at most."""
    digest = hashlib.sha256(os.fsencode(local_dir.resolve())).hexdigest()
    return Path(f"/tmp/aarokya-{os.geteuid()}-{digest[:12]}")  # noqa: S108 (made 0700, refused when it is another user's)


def database_url(local_dir: Path, *, role: str, database: str = DATABASE) -> str:
    """`postgresql://role@/database?host=<socket folder>`."""
    return f"postgresql://{role}@/{database}?host={quote(str(socket_directory(local_dir)), safe='')}"


def database_urls(local_dir: Path) -> tuple[str, str]:
    """The application role's URL and the owner's."""
    return database_url(local_dir, role=APPLICATION_ROLE), database_url(local_dir, role=OWNER_ROLE)


def valkey_socket(local_dir: Path) -> Path:
    return socket_directory(local_dir) / "valkey.sock"


def redis_url(local_dir: Path, *, database: int = 0) -> str:
    """`unix:///…/valkey.sock?db=<n>`."""
    return f"unix://{valkey_socket(local_dir)}?db={database}"
