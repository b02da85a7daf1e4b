"""Where Django looks for a backend's connection class."""

import select
from typing import Any

from django.db.backends.postgresql import base

Django: Any = base.DatabaseWrapper  # whose stubs know nothing of health checks


class DatabaseWrapper(Django):  # type: ignore[misc]  # as above
    """Django's, which does not ask an idle server for life at the start of each request when the socket can tell.

    A server that ended a connection, or was told to, has closed it or left a message in it. A silent socket is usable; where
    there is something to read the server is asked, as Django does.
    """

    health_check_done: bool

    def close_if_health_check_failed(self) -> None:
        if self.connection is not None and self.health_check_enabled and not self.health_check_done and self.is_silent():
            self.health_check_done = True
        super().close_if_health_check_failed()

    def is_silent(self) -> bool:
        if self.connection.closed:
            return False
        watch = select.poll()
        watch.register(self.connection.fileno(), select.POLLIN | select.POLLPRI)
        return not watch.poll(0)
