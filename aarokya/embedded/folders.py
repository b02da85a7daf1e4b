"""The folders the servers live in. New ones are closed; the permissions of existing ones are never touched."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from aarokya.embedded import locations
from aarokya.embedded.accounts import Account
from aarokya.embedded.errors import EmbeddedError

HOME_NOTE = "servers-home.txt"


def make_local_dir(local_dir: Path) -> Path:
    """LOCAL_DIR, closed to others; root's lets others through by name so that `nobody` reaches its own folder in it."""
    local_dir.parent.mkdir(parents=True, exist_ok=True)
    return _make(local_dir, mode=0o711 if os.geteuid() == 0 else 0o700)


def make_private(folder: Path, account: Account) -> Path:
    """A folder that only `account` (and root) can enter; one that belongs to somebody else is refused."""
    if not _exists(folder):
        _make(folder, mode=0o700)
        if account.switch:
            os.chown(folder, account.uid, account.gid)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != account.uid:
        raise EmbeddedError(f"{folder} belongs to another user: remove it, or choose another LOCAL_DIR")
    return folder


def servers_home(local_dir: Path, account: Account) -> Path:
    """Where the servers keep their files: LOCAL_DIR, or a folder under /var/tmp when `account` cannot get into LOCAL_DIR.

    The folder under /var/tmp gets a random name, so nobody can prepare it, and LOCAL_DIR keeps a note that says where it is.
    """
    make_local_dir(local_dir)
    if account.can_enter(local_dir):
        return local_dir
    note = local_dir / HOME_NOTE
    if note.exists() and (home := Path(note.read_text().strip())).is_dir():
        return home
    home = Path(tempfile.mkdtemp(prefix="aarokya-", dir="/var/tmp"))  # closed from the start
    home.chmod(0o711)
    note.write_text(f"{home}\n")
    return home


def remove(local_dir: Path) -> None:
    """Delete LOCAL_DIR and what its servers keep elsewhere."""
    note = local_dir / HOME_NOTE
    if note.exists():
        shutil.rmtree(note.read_text().strip(), ignore_errors=True)
    shutil.rmtree(locations.socket_directory(local_dir), ignore_errors=True)
    shutil.rmtree(local_dir, ignore_errors=True)


def _exists(folder: Path) -> bool:
    return folder.exists() or folder.is_symlink()


def _make(folder: Path, *, mode: int) -> Path:
    if not _exists(folder):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)  # not mkdir's mode: that one is cut by the umask
    return folder
