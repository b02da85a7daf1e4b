"""An embedded Valkey: a Unix socket, no TCP, nothing on disk; what it holds may be lost at any moment."""

from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from aarokya.embedded import accounts, binaries, folders, locations, processes
from aarokya.embedded.programs import Program

DATABASES = 2048  # test runs side by side take 32 each


def program(local_dir: Path) -> Program:
    """Folders and binary made ready; raises EmbeddedError."""
    account = accounts.server_account()
    home = folders.servers_home(local_dir, account)
    sockets = folders.make_private(locations.socket_directory(local_dir), account)
    settings = {
        "port": "0",
        "unixsocket": str(locations.valkey_socket(local_dir)),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "databases": str(DATABASES),
        "set-proc-title": "no",  # a title would overwrite the mark by which we know the process
        "loglevel": "nothing",
        "dir": str(sockets),
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return Program(
        name="valkey",
        command=(str(binaries.valkey(home, account)), *options),
        environment=processes.environment(local_dir),
        account=account,
        folder=sockets,
    )


def is_ready(local_dir: Path) -> bool:
    # The client's own retries would hide a server that is not there yet for seconds.
    once = Retry(NoBackoff(), retries=0)
    client = redis.Redis(unix_socket_path=str(locations.valkey_socket(local_dir)), socket_timeout=1, retry=once)
    try:
        return bool(client.ping())
    except redis.exceptions.RedisError:
        return False
    finally:
        client.close()
