"""LOCAL_DIRs that the server account can reach whoever runs the tests, and that leave nothing behind."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aarokya.embedded import folders, leases
from aarokya.embedded.leases import Lease


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder everybody may pass through; pytest's own are closed."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@pytest.fixture
def local_dir(open_folder: Path) -> Iterator[Path]:
    folder = open_folder / "local"
    yield folder
    folders.remove(folder)


@pytest.fixture
def acquire() -> Iterator[Callable[[Path], Lease]]:
    """`leases.acquire` whose leases end with the test."""
    taken: list[Lease] = []

    def take(folder: Path) -> Lease:
        taken.append(leases.acquire(folder, durable=True))
        return taken[-1]

    yield take
    for lease in taken:
        if not lease.held.closed:
            leases.release(lease)
