"""TCP ports of this machine: free, taken, answering."""

import http.client
import socket

from aarokya.embedded.errors import EmbeddedError

HOST = "127.0.0.1"


def refuse_taken(port: int, *, variable: str) -> None:
    """EmbeddedError when somebody listens on `port`; `variable` is what would choose another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise EmbeddedError(f"port {port} is taken: choose another with {variable}=…") from None


def free_port() -> int:
    """A port nobody listens on now; the kernel does not hand it out again at once."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


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
