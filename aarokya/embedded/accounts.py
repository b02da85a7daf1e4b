"""Who the servers run as. PostgreSQL refuses to run as root, so root steps down to `nobody`."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict


class Identity(TypedDict, total=False):
    """The arguments of `subprocess.Popen` that change the account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, kw_only=True)
class Account:
    uid: int
    gid: int
    switch: bool  # whether the caller is root and has to step down

    def identity(self) -> Identity:
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Whether every folder down to `folder` lets this account through."""
        return not self.switch or all(self._passes(step) for step in [folder, *folder.parents])

    def _passes(self, folder: Path) -> bool:
        facts = folder.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & stat.S_IXUSR)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & stat.S_IXGRP)
        return bool(facts.st_mode & stat.S_IXOTH)


def caller() -> Account:
    return Account(uid=os.geteuid(), gid=os.getegid(), switch=False)


def server_account() -> Account:
    """The caller, or `nobody` when the caller is root."""
    if os.geteuid() != 0:
        return caller()
    nobody = pwd.getpwnam("nobody")
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid, switch=True)
