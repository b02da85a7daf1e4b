"""The feed of ended sessions: what a process that follows it may still believe."""

from uuid import UUID

import pytest
from django.core.cache import cache

from aarokya.common import cache as shared
from aarokya.common import clock
from aarokya.common.ids import uuid7
from accounts.models import UserSession
from accounts.services import liveness
from accounts.services.liveness import FEED, FEED_KEEPS, FOLLOWED_S, LOCAL_S, Recent
from accounts.tests.builders import log_in, make_member


def look(process: Recent) -> None:
    """Read the feed now, however short ago the last time was."""
    process.looked_at = 0.0
    process.has(uuid7())


@pytest.fixture
def process() -> Recent:
    """Another process than the one that ends sessions, with the feed before it."""
    other = Recent()
    look(other)
    return other


def known(process: Recent) -> UUID:
    session_id = uuid7()
    process.add(session_id, changes=process.changes)
    return session_id


def test_a_process_remembers_until_the_feed_names_the_session(process: Recent) -> None:
    ended, other = known(process), known(process)
    look(process)
    assert process.has(ended)

    liveness.announce_end([ended])
    look(process)

    assert not process.has(ended)
    assert process.has(other)


def test_many_at_once_are_all_named(process: Recent) -> None:
    ended = [known(process) for _ in range(50)]
    liveness.announce_end(ended)
    look(process)

    assert not any(process.has(session_id) for session_id in ended)


def test_a_flushed_feed_makes_it_forget(process: Recent) -> None:
    liveness.announce_end([uuid7()])
    look(process)
    session_id = known(process)
    liveness.announce_end([session_id])
    cache.clear()
    look(process)

    assert not process.has(session_id)


def test_a_feed_begun_anew_makes_it_forget(process: Recent) -> None:
    for _ in range(3):
        liveness.announce_end([uuid7()])
    look(process)
    session_id = known(process)
    liveness.announce_end([session_id])
    cache.clear()
    liveness.announce_end([uuid7()])
    look(process)

    assert not process.has(session_id)


def test_entries_that_were_trimmed_unread_make_it_forget(process: Recent) -> None:
    session_id = known(process)
    liveness.announce_end([session_id])
    for _ in range(3 * FEED_KEEPS):
        shared.append(FEED, str(uuid7()), keep=FEED_KEEPS)
    look(process)

    assert not process.has(session_id)
    fresh = known(process)
    look(process)
    assert process.has(fresh)


def test_a_session_that_ended_while_it_was_looked_up_is_believed_briefly(process: Recent) -> None:
    session_id, changes = uuid7(), process.changes
    liveness.announce_end([session_id])  # after Redis said "live", before the process notes it
    look(process)
    process.add(session_id, changes=changes)

    assert process.until[session_id] - process.looked_at < FOLLOWED_S / 2
    assert process.until[session_id] - process.looked_at <= LOCAL_S + 1


@pytest.mark.django_db
def test_an_end_that_was_rolled_back_is_looked_up_again() -> None:
    log_in(make_member(), now=clock.now())
    session_id = UserSession.objects.get().pk
    assert liveness.is_live(session_id, now=clock.now())

    liveness.announce_end([session_id], keep_s=1)
    assert not liveness.is_live(session_id, now=clock.now())
    cache.delete(liveness.key(session_id))  # its second is over

    assert liveness.is_live(session_id, now=clock.now())
