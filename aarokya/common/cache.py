"""Redis as Django's cache, with one client for the life of the process and counting in one round trip."""

from typing import Any, cast

from django.core.cache import cache
from django.core.cache.backends import redis as django_redis
from redis.exceptions import ResponseError

# The stubs know neither the parts of Django's client nor that it may be replaced.
Client: Any = django_redis.RedisCacheClient


class LastingClient(Client):  # type: ignore[misc]  # as above
    """Django makes a client for every command, which costs more than the command; one is safe for all threads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lasting: dict[Any, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:  # noqa: ARG002 (Django's signature)
        pool = self._get_connection_pool(write)
        found = self._lasting.get(pool)
        return found if found is not None else self._lasting.setdefault(pool, self._client(connection_pool=pool))


class Cache(django_redis.RedisCache):
    """Django's, with a client that lasts."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = LastingClient

    def count(self, key: str, by: int, *, timeout_s: int) -> int:
        """Add `by` to a count that is forgotten `timeout_s` after it was last added to; return the sum."""
        name = self.make_and_validate_key(key)
        client: Any = self._cache
        pipeline = client.get_client(name, write=True).pipeline(transaction=False)
        return int(pipeline.incrby(name, by).expire(name, timeout_s).execute()[0])

    def append(self, key: str, text: str, *, keep: int) -> None:
        """Add `text` to a feed that keeps at least its newest `keep` entries."""
        name = self.make_and_validate_key(key)
        client: Any = self._cache
        client.get_client(name, write=True).xadd(name, {"text": text}, maxlen=keep, approximate=True)

    def read(self, key: str, *, after: str) -> tuple[int, list[tuple[str, str]]]:
        """Return how many entries a feed ever had, and id and text of those after the id `after`, as of one moment."""
        name = self.make_and_validate_key(key)
        client: Any = self._cache
        pipeline = client.get_client(name).pipeline(transaction=True)
        about, found = pipeline.xinfo_stream(name).xread({name: after}).execute(raise_on_error=False)
        if isinstance(about, ResponseError):  # there is no such feed
            return 0, []
        for answer in (about, found):
            if isinstance(answer, Exception):
                raise answer
        entries = [(entry_id.decode(), fields[b"text"].decode()) for _, feed in found for entry_id, fields in feed]
        return int(about["entries-added"]), entries


def count(key: str, by: int, *, timeout_s: int) -> int:
    """Count in the cache that the settings name. RedisError or OSError while it is down."""
    return cast("Cache", cache).count(key, by, timeout_s=timeout_s)


def append(key: str, text: str, *, keep: int) -> None:
    """Add to a feed of the cache that the settings name. RedisError or OSError while it is down."""
    cast("Cache", cache).append(key, text, keep=keep)


def read(key: str, *, after: str) -> tuple[int, list[tuple[str, str]]]:
    """Read a feed of the cache that the settings name. RedisError or OSError while it is down."""
    return cast("Cache", cache).read(key, after=after)
