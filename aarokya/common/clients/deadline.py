"""A total time for HTTP calls: the library bounds each read by itself, so a partner that drips bytes would hold us for ever."""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import httpcore2
import httpx2

DEADLINE: ContextVar[float] = ContextVar("deadline")  # by time.monotonic(), of the call that this thread is making


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """No network operation of this thread lasts beyond `deadline` (seconds by `time.monotonic()`)."""
    token = DEADLINE.set(deadline)
    try:
        yield
    finally:
        DEADLINE.reset(token)


def bounded(timeout_s: float | None, too_late: type[Exception]) -> float:
    """Return what is left of `timeout_s`; raise `too_late` when nothing is."""
    left_s = DEADLINE.get() - time.monotonic()
    if left_s <= 0:
        raise too_late
    return left_s if timeout_s is None else min(timeout_s, left_s)


class BoundedStream(httpcore2.NetworkStream):
    """A connection whose every operation ends at the deadline. A name look-up alone is bounded by the system's resolver."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self.stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, bounded(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, bounded(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return BoundedStream(self.stream.start_tls(ssl_context, server_hostname, bounded(timeout, httpcore2.ConnectTimeout)))

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class BoundedBackend(httpcore2.SyncBackend):
    """Opens bounded connections."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left_s = bounded(timeout, httpcore2.ConnectTimeout)
        return BoundedStream(super().connect_tcp(host, port, left_s, local_address, socket_options))


@cache
def certificates() -> ssl.SSLContext:
    """What servers are checked against, read once: each context holds a megabyte of certificates."""
    return httpx2.create_ssl_context(trust_env=False)


class BoundedTransport(httpx2.HTTPTransport):
    """HTTP/1.1 over bounded connections; used inside `until`."""

    def __init__(self) -> None:
        super().__init__(verify=certificates(), trust_env=False)
        # The library's pool takes a backend, its transport hands none through.
        self._pool = httpcore2.ConnectionPool(ssl_context=certificates(), network_backend=BoundedBackend(), max_connections=100)
