"""TCP ports of this machine: free, taken, answering."""

import http.client
import random
import socket

from aarokya.embedded.errors import EmbeddedError

HOST = "127.0.0.1"
SERVERS = range(20_000, 32_000)  # Linux gives outgoing connections 32768 and above


def refuse_taken(port: int, *, variable: str) -> None:
    """EmbeddedError when somebody listens on `port`; `variable` is what would choose another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise EmbeddedError(f"port {port} is taken: choose another with {variable}=…") from None


def free_port() -> int:
    """A port nobody listens on now, from below the range out of which the kernel gives ports to outgoing connections.

    A port from that range could be taken by any client between this look and its use.
    """
    for port in random.sample(SERVERS, k=len(SERVERS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise EmbeddedError(f"no port from {SERVERS.start} to {SERVERS.stop} is free")


def answers(port: int, path: str) -> bool:
    """Whether `GET path` is answered 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
