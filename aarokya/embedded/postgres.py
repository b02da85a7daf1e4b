"""An embedded PostgreSQL: a data directory, a Unix socket in a closed folder, no TCP."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import conninfo, sql

from aarokya.embedded import accounts, binaries, folders, locations, processes
from aarokya.embedded.accounts import Account
from aarokya.embedded.errors import EmbeddedError
from aarokya.embedded.programs import Program

STATUS_LINE = 7  # of postmaster.pid, counted from 0
PORT_NAME = ".s.PGSQL.5432"  # libpq's default port, part of the socket's file name
IMPOSSIBLE_PID = 2**31 - 1  # above every kernel's pid limit
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "log_min_messages": "fatal",  # a refused constraint is the application's to report
    "log_checkpoints": "off",
    "timezone": "UTC",
}
# A crash of the machine may lose or break such a cluster; good for tests only.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


@dataclass(frozen=True, kw_only=True)
class Cluster:
    binaries: Path
    data: Path
    sockets: Path
    account: Account
    durable: bool
    local_dir: Path

    def program(self) -> Program:
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)} | ({} if self.durable else THROW_AWAY)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            command=(str(self.binaries / "postgres"), "-D", str(self.data), *options),
            environment=processes.environment(self.local_dir),
            account=self.account,
            folder=self.data,
            stop_signal=signal.SIGINT,  # "fast": roll back what is open, write everything, go
            before_start=self.forget_reused_pids,
        )

    def running_pid(self) -> int | None:
        """The live postmaster of this data directory, if there is one."""
        pid = processes.read_pid(self.data / "postmaster.pid")
        return pid if pid is not None and self._is_postmaster(pid) else None

    def is_ready(self) -> bool:
        """Whether it takes connections. Its own note comes first: connecting earlier would fill the log with refusals."""
        try:
            note = (self.data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        if self.running_pid() is None or note[STATUS_LINE : STATUS_LINE + 1] != ["ready   "]:
            return False
        try:
            with superuser(self.sockets):
                return True
        except psycopg.OperationalError:
            return False  # it was ended a moment ago

    def forget_reused_pids(self) -> None:
        """After a crash the recorded pid may belong to another program by now, and PostgreSQL would refuse for ever.

        Only the pid goes: the rest of `postmaster.pid` names the shared memory by which PostgreSQL notices old children.
        """
        if self.running_pid() is not None:
            return
        note = self.data / "postmaster.pid"
        if note.exists():
            note.write_text("\n".join([str(IMPOSSIBLE_PID), *note.read_text().split("\n")[1:]]))
        (self.sockets / f"{PORT_NAME}.lock").unlink(missing_ok=True)

    def _is_postmaster(self, pid: int) -> bool:
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return arguments[1:3] == [b"-D", os.fsencode(self.data)]


def prepare(local_dir: Path, *, durable: bool) -> Cluster:
    """Folders, binaries and, the first time, an empty cluster; raises EmbeddedError."""
    account = accounts.server_account()
    home = folders.servers_home(local_dir, account)
    cluster = Cluster(
        binaries=binaries.postgres(home, account),
        data=home / f"postgres-{locations.POSTGRES_MAJOR}",
        sockets=folders.make_private(locations.socket_directory(local_dir), account),
        account=account,
        durable=durable,
        local_dir=local_dir,
    )
    _refuse_other_majors(home, cluster.data)
    if not cluster.data.exists():
        _initialise(cluster)
    folders.make_private(cluster.data, account)
    return cluster


@contextlib.contextmanager
def superuser(sockets: Path, database: str = "postgres") -> Iterator[psycopg.Connection]:
    """A connection that may do everything, closed at the end; each statement is its own transaction."""
    address = conninfo.make_conninfo(host=str(sockets), dbname=database, user=locations.SUPERUSER, connect_timeout=2)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def ensure_roles(sockets: Path) -> None:
    """The two roles and the product's database; idempotent."""
    with superuser(sockets) as connection:
        _create(connection, "pg_roles", "rolname", locations.OWNER_ROLE, "CREATE ROLE {} LOGIN CREATEDB CREATEROLE")
        _create(connection, "pg_roles", "rolname", locations.APPLICATION_ROLE, "CREATE ROLE {} LOGIN")
        owned = "CREATE DATABASE {} OWNER " + locations.OWNER_ROLE
        _create(connection, "pg_database", "datname", locations.DATABASE, owned)


def _create(
    connection: psycopg.Connection, catalogue: LiteralString, column: LiteralString, name: str, statement: LiteralString
) -> None:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(sql.Identifier(catalogue), sql.Identifier(column))
    if connection.execute(query, [name]).fetchone() is None:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _initialise(cluster: Cluster) -> None:
    """`initdb` beside the final place and rename, so an interrupted one leaves nothing that looks finished."""
    partial = cluster.data.with_name(f"{cluster.data.name}.{os.getpid()}")
    folders.make_private(partial, cluster.account)
    command = [str(cluster.binaries / "initdb"), "--pgdata", str(partial), "--username", locations.SUPERUSER]
    command += ["--auth=trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += ["--no-instructions", *([] if cluster.durable else ["--no-sync"])]
    identity = cluster.account.identity()
    done = subprocess.run(command, capture_output=True, text=True, cwd=partial, check=False, **identity)
    if done.returncode != 0:
        shutil.rmtree(partial, ignore_errors=True)
        raise EmbeddedError(f"PostgreSQL could not create {cluster.data}: {done.stderr.strip().splitlines()[-1:]}")
    partial.rename(cluster.data)


def _refuse_other_majors(home: Path, data: Path) -> None:
    """PostgreSQL cannot read the files of another major version, and starting empty beside them would look like data loss."""
    for version_file in sorted(home.glob("postgres-*/PG_VERSION")):
        major = version_file.read_text().strip()
        if major != str(locations.POSTGRES_MAJOR):
            raise EmbeddedError(
                f"{version_file.parent} was made by PostgreSQL {major}, this is {locations.POSTGRES_MAJOR}: "
                f"move it away, or dump it with version {major} and load it into {data}"
            )
