"""Identifiers: ordered by time, unique, stable where they must be."""

import re
import time
import uuid

from aarokya.common import ids


def test_uuid7_says_its_version_variant_and_time() -> None:
    before = time.time_ns() // 1_000_000
    made = ids.uuid7()
    after = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after


def test_uuid7_sorts_by_creation() -> None:
    made = []
    for _ in range(20):
        made.append(ids.uuid7())
        time.sleep(0.002)

    assert made == sorted(made)
    assert [str(each) for each in made] == sorted(str(each) for each in made)


def test_uuid7_does_not_repeat() -> None:
    assert len({ids.uuid7() for _ in range(20_000)}) == 20_000


def test_the_random_bits_of_uuid7_all_vary() -> None:
    seen_set = seen_clear = 0
    for _ in range(400):
        value = ids.uuid7().int & ((1 << 76) - 1)
        seen_set |= value
        seen_clear |= ~value

    version_and_variant = 0b11 << 62
    free = ((1 << 76) - 1) & ~version_and_variant
    assert seen_set & free == free
    assert seen_clear & free == free


def test_effect_id_is_the_same_for_ever() -> None:
    """A changed value here would let every past effect happen a second time."""
    assert str(ids.effect_id("topup:01KAGOLDENORDER00000")) == "4b5cb976-82c2-5442-b748-09d251f12962"
    assert ids.effect_id("topup:a") != ids.effect_id("topup:b")


def test_order_id_is_what_the_gateway_accepts() -> None:
    made = [ids.order_id() for _ in range(20_000)]

    assert all(re.fullmatch(r"[0-9A-Z]{20}", each) for each in made)
    assert len(set(made)) == len(made)


def test_order_ids_sort_by_time() -> None:
    first = ids.order_id()
    time.sleep(0.002)

    assert first < ids.order_id()
