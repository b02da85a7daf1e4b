"""An HTTP client light enough not to be what is measured: keep-alive connections on raw sockets, one process."""

import os
import selectors
import socket
import time

RECEIVE = 65_536


def requests_per_second(port: int, request: bytes, *, connections: int = 16, seconds: float = 3.0) -> float:
    """Send `request` over and over on every connection and return answers per second. RuntimeError on anything but 200."""
    selector = selectors.DefaultSelector()
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    buffers: dict[socket.socket, bytes] = {}
    for each in sockets:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(each, selectors.EVENT_READ)
        buffers[each] = b""
        each.sendall(request)
    answered = 0
    started = time.monotonic()
    while (elapsed := time.monotonic() - started) < seconds:
        for key, _ in selector.select(timeout=0.1):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            buffers[connection] += connection.recv(RECEIVE)
            if complete(buffers[connection]):
                buffers[connection] = b""
                answered += 1
                connection.sendall(request)
    for each in sockets:
        each.close()
    return answered / elapsed


def complete(buffer: bytes) -> bool:
    """Whether one whole answer with Content-Length is in the buffer."""
    head, found, body = buffer.partition(b"\r\n\r\n")
    if not found:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(buffer[:500].decode(errors="replace"))
    length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    return len(body) >= length


def get(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def pin(pid: int, cpu: int) -> None:
    """Keep a process on one core, so that client and server do not chase each other."""
    os.sched_setaffinity(pid, {cpu})
