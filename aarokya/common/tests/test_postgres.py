"""Connections that the server ended between two requests."""

import time

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db(transaction=True)


def at_the_start_of_a_request() -> None:
    connection.close_if_unusable_or_obsolete()


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def end_from_outside(pid: int) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            assert cursor.fetchone() == (True,)
    finally:
        other.close()


def test_a_silent_connection_is_used_again_without_asking() -> None:
    first = backend()
    at_the_start_of_a_request()

    with CaptureQueriesContext(connection) as captured:
        assert backend() == first
    assert len(captured) == 1


def test_a_connection_that_the_server_ended_is_opened_anew() -> None:
    first = backend()
    at_the_start_of_a_request()
    end_from_outside(first)

    assert backend() != first


def test_a_server_with_something_to_say_is_asked() -> None:
    first = backend()
    with connection.cursor() as cursor:
        cursor.execute("LISTEN news")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("NOTIFY news")
    finally:
        other.close()
    at_the_start_of_a_request()

    deadline = time.monotonic() + 20
    while connection.is_silent():  # type: ignore[attr-defined]  # our backend's
        assert time.monotonic() < deadline
    assert backend() == first
    with connection.cursor() as cursor:
        cursor.execute("UNLISTEN news")
