"""Where uploaded files are kept, encrypted: a folder here, a bucket in `s3.py`."""

import base64
import os
from pathlib import Path
from typing import Protocol

from aarokya.common import crypto
from aarokya.common.errors import UpstreamError

CONTEXT = "insurance.claim_document"


class FileMissing(LookupError):
    """The store has nothing under this key."""


class StoreUnavailable(UpstreamError):
    """The store does not answer; nothing was kept."""

    message = "Documents cannot be stored or read at the moment; try again"


class Store(Protocol):
    """Keeps bytes under keys that we make: letters, digits, hyphens and slashes."""

    def put(self, key: str, content: bytes) -> None:
        """Keep `content`, whole or not at all; the same key is overwritten."""
        ...

    def get(self, key: str) -> bytes:
        """Return what was put; FileMissing."""
        ...


def seal(key: str, content: bytes) -> str:
    """Encrypt under the key ring, bound to `key`: a file moved to another name does not open."""
    return crypto.encrypt(base64.b64encode(content).decode(), context=f"{CONTEXT}:{key}")


def unseal(key: str, sealed: str) -> bytes:
    return base64.b64decode(crypto.decrypt(sealed, context=f"{CONTEXT}:{key}"))


class FolderStore:
    """Files under one folder, readable by this user alone; encrypted, since they are medical records."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, content: bytes) -> None:
        path = self.path_of(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{os.getpid()}.part")
        with draft.open("x") as file:
            file.write(seal(key, content))
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o600)
        draft.replace(path)

    def get(self, key: str) -> bytes:
        try:
            sealed = self.path_of(key).read_text()
        except FileNotFoundError as error:
            raise FileMissing(key) from error
        return unseal(key, sealed)

    def path_of(self, key: str) -> Path:
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise ValueError(f"{key!r} leads out of the store")
        return path
