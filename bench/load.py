"""An HTTP client light enough not to be what is measured: keep-alive connections on raw sockets, one process."""

import itertools
import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence

RECEIVE = 65_536
CONNECTIONS = 16
CONTENT_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")


def requests_per_second(port: int, requests: Sequence[bytes], *, seconds: float = 2.0) -> float:
    """Send `requests` in turn, over and over, on all connections; return answers per second. RuntimeError on anything but 200."""
    selector = selectors.DefaultSelector()
    turns = itertools.cycle(requests)
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(next(turns))
        selector.register(connection, selectors.EVENT_READ, bytearray())
    try:
        return _exchange(selector, turns, seconds=seconds)
    finally:
        for key in list(selector.get_map().values()):
            _socket(key).close()
        selector.close()


def _exchange(selector: selectors.BaseSelector, turns: Iterator[bytes], *, seconds: float) -> float:
    answered = 0
    started = time.monotonic()
    while (elapsed := time.monotonic() - started) < seconds:
        for key, _ in selector.select(timeout=0.1):
            connection, buffer = _socket(key), key.data
            buffer += connection.recv(RECEIVE)
            if is_complete(buffer):
                buffer.clear()
                answered += 1
                connection.sendall(next(turns))
    return answered / elapsed


def _socket(key: selectors.SelectorKey) -> socket.socket:
    assert isinstance(key.fileobj, socket.socket)
    return key.fileobj


def is_complete(buffer: bytes | bytearray) -> bool:
    """Whether one whole answer with Content-Length is in the buffer. RuntimeError when it is not a 200."""
    head, found, body = buffer.partition(b"\r\n\r\n")
    if not found:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(buffer[:500].decode(errors="replace"))
    length = CONTENT_LENGTH.search(head)
    if length is None:
        raise RuntimeError(f"an answer without Content-Length: {head!r}")
    return len(body) >= int(length[1])


def get(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
