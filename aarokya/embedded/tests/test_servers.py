import os
import signal
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis

from aarokya.embedded import accounts, folders, leases, locations, postgres, processes, valkey
from aarokya.embedded.errors import EmbeddedError
from aarokya.embedded.leases import Lease

Acquire = Callable[[Path], Lease]


def connect(local_dir: Path) -> psycopg.Connection:
    """As the owner, each statement its own transaction."""
    return psycopg.connect(locations.database_urls(local_dir)[1], autocommit=True)


def is_up(local_dir: Path) -> bool:
    try:
        connect(local_dir).close()
    except psycopg.OperationalError:
        return False
    return True


def postmaster(local_dir: Path) -> int:
    pid = processes.read_pid(local_dir / "run" / "postgres.pid")
    assert pid is not None
    return pid


def listening_inodes() -> set[str]:
    """Sockets of this machine in state LISTEN (0A), TCP only."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return {fields[9] for fields in lines if fields[3] == "0A"}


def open_sockets(pid: int) -> set[str]:
    targets = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    return {target.removeprefix("socket:[").removesuffix("]") for target in targets if target.startswith("socket:")}


def test_the_last_lease_stops_what_the_first_started(local_dir: Path, acquire: Acquire) -> None:
    first, second = acquire(local_dir), acquire(local_dir)

    assert (first.slot, second.slot) == (0, 1)
    assert is_up(local_dir)
    assert valkey.is_ready(local_dir)
    leases.release(first)
    assert is_up(local_dir)
    leases.release(second)
    assert not is_up(local_dir)
    assert not valkey.is_ready(local_dir)


def test_roles_have_the_rights_they_need_and_no_more(local_dir: Path, acquire: Acquire) -> None:
    acquire(local_dir)

    with psycopg.connect(locations.database_urls(local_dir)[0], autocommit=True) as application:
        roles: dict[str, bool] = dict(
            application.execute("SELECT rolname, rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles").fetchall()
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("CREATE TABLE mine (id int)")

    assert roles[locations.APPLICATION_ROLE] is False
    assert roles[locations.OWNER_ROLE] is True


def test_a_killed_postmaster_comes_back_with_its_data(local_dir: Path, acquire: Acquire) -> None:
    acquire(local_dir)
    with connect(local_dir) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    os.kill(postmaster(local_dir), signal.SIGKILL)
    acquire(local_dir)

    with connect(local_dir) as owner:
        assert owner.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_killed_valkey_comes_back(local_dir: Path, acquire: Acquire) -> None:
    acquire(local_dir)

    pid = processes.read_pid(local_dir / "run" / "valkey.pid")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    acquire(local_dir)

    assert valkey.is_ready(local_dir)


def test_a_pid_that_now_belongs_to_another_program_does_not_block_the_start(local_dir: Path, acquire: Acquire) -> None:
    leases.release(acquire(local_dir))
    stranger = subprocess.Popen(["sleep", "60"], **accounts.server_account().identity())
    data = local_dir / f"postgres-{locations.POSTGRES_MAJOR}"
    lock = locations.socket_directory(local_dir) / f"{postgres.PORT_NAME}.lock"
    for file in (data / "postmaster.pid", lock):
        file.write_text(f"{stranger.pid}\n{data}\n1\n5432\n{lock.parent}\n\n")

    try:
        acquire(local_dir)
        assert is_up(local_dir)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_files_of_another_major_version_are_refused_in_one_line(local_dir: Path, acquire: Acquire) -> None:
    old = folders.make_local_dir(local_dir) / "postgres-16"
    old.mkdir()
    (old / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedError) as refusal:
        acquire(local_dir)

    assert str(refusal.value).startswith(f"{old} was made by PostgreSQL 16, this is {locations.POSTGRES_MAJOR}")
    assert "\n" not in str(refusal.value)
    assert not (local_dir / f"postgres-{locations.POSTGRES_MAJOR}").exists()


def test_two_folders_side_by_side_do_not_meet(open_folder: Path, acquire: Acquire) -> None:
    here, there = open_folder / "here", open_folder / "there"
    leases_taken = [acquire(there), acquire(here)]
    with connect(here) as owner:
        owner.execute("CREATE TABLE only_here (id int)")
    redis.Redis.from_url(locations.redis_url(here)).set("only", "here")

    with connect(there) as owner, pytest.raises(psycopg.errors.UndefinedTable):
        owner.execute("SELECT * FROM only_here")
    assert redis.Redis.from_url(locations.redis_url(there)).get("only") is None
    leases.release(leases_taken[0])
    assert is_up(here)
    leases.release(leases_taken[1])
    for folder in (here, there):
        folders.remove(folder)


def test_only_the_server_account_reaches_the_sockets_and_nothing_listens_on_tcp(local_dir: Path, acquire: Acquire) -> None:
    acquire(local_dir)
    sockets = locations.socket_directory(local_dir)
    pids = [int(file.read_text()) for file in (local_dir / "run").glob("*.pid")]

    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert sockets.stat().st_uid == accounts.server_account().uid
    assert len(pids) == 2
    for pid in pids:
        assert open_sockets(pid)
        assert not open_sockets(pid) & listening_inodes()


def test_a_socket_folder_prepared_by_somebody_else_is_refused(local_dir: Path, acquire: Acquire, tmp_path: Path) -> None:
    sockets = locations.socket_directory(local_dir)
    sockets.symlink_to(tmp_path)

    try:
        with pytest.raises(EmbeddedError, match="belongs to another user"):
            acquire(local_dir)
    finally:
        sockets.unlink()


def test_closed_folders_stay_closed_and_the_servers_still_run(open_folder: Path, acquire: Acquire) -> None:
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    local_dir = home / "clone" / "local"
    before = {folder: folder.stat().st_mode for folder in [home, *home.parents]}

    lease = acquire(local_dir)

    assert is_up(local_dir)
    assert {folder: folder.stat().st_mode for folder in before} == before
    leases.release(lease)
    folders.remove(local_dir)


def test_remove_leaves_nothing(open_folder: Path, acquire: Acquire) -> None:
    local_dir = open_folder / "local"
    lease = acquire(local_dir)
    home = folders.servers_home(local_dir, accounts.server_account())
    leases.release(lease)

    folders.remove(local_dir)

    assert not any(folder.exists() for folder in (local_dir, home, locations.socket_directory(local_dir)))
