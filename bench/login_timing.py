"""Whether trigger and verify tell, by time or by body, that a number is known: reported, not judged.

Known and unknown numbers take turns in random order. Mann-Whitney's U says how often one at random takes longer than the
other (one half: no difference) and how likely so much is by chance.
"""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.frame import Row
from bench.people import CLIENT, PHONES, post, somebody

PEOPLE = 300  # known numbers, and as many unknown ones
WRONG = "000000"  # the sandbox's code is another
WORDS_OF_ONE_ANSWER = frozenset({"challenge_id", "expires_at", "request_id"})


@dataclass
class Sample:
    """Seconds and answers of one kind of number."""

    seconds: list[float] = field(default_factory=list)
    answers: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`longer`: how often a known number takes longer than an unknown one. `chance`: of at least this much by luck."""

    longer: float
    chance: float


def rows() -> list[Row]:
    known = [somebody().phone for _ in range(PEOPLE)]
    return [row("trigger", known, time_trigger), row("verify, wrong code", known, time_verify)]


def row(what: str, known: Sequence[str], measure: Callable[[str], tuple[float, str]]) -> Row:
    sides = {"known": Sample(), "unknown": Sample()}
    numbers = [("known", phone) for phone in known] + [("unknown", str(next(PHONES))) for _ in known]
    random.shuffle(numbers)
    for side, phone in numbers:
        seconds, answer = measure(phone)
        sides[side].seconds.append(seconds)
        sides[side].answers.add(answer)
    verdict = compare(sides["known"].seconds, sides["unknown"].seconds)
    same = "the same" if sides["known"].answers == sides["unknown"].answers else "DIFFERENT"
    return Row(
        f"{what}: a known number beside an unknown one",
        f"{median_ms(sides['known']):.2f} ms",
        f"{median_ms(sides['unknown']):.2f} ms",
        f"longer in {verdict.longer:.0%} of pairs, p = {verdict.chance:.2f}, bodies {same}",
    )


def time_trigger(phone: str) -> tuple[float, str]:
    return timed("/auth/otp/trigger", {"phone": phone})


def time_verify(phone: str) -> tuple[float, str]:
    """The code is asked for first, and that is not counted."""
    challenge_id = post("/auth/otp/trigger", {"phone": phone})["challenge_id"]
    return timed("/auth/otp/verify", {"phone": phone, "otp": WRONG, "challenge_id": challenge_id})


def timed(path: str, body: dict[str, Any]) -> tuple[float, str]:
    """Return the seconds, and the answer without what differs from call to call."""
    started = time.perf_counter()
    answer = CLIENT.post(path, body, content_type="application/json")
    seconds = time.perf_counter() - started
    told = {name: value for name, value in answer.json().items() if name not in WORDS_OF_ONE_ANSWER}
    return seconds, f"{answer.status_code} {sorted(answer.json())} {sorted(told.items())}"


def compare(first: Sequence[float], second: Sequence[float]) -> Verdict:
    """Mann-Whitney's U with its normal approximation; times are never exactly equal."""
    ranked = sorted([(seconds, True) for seconds in first] + [(seconds, False) for seconds in second])
    rank_sum = sum(rank for rank, (_, is_first) in enumerate(ranked, start=1) if is_first)
    m, n = len(first), len(second)
    u = rank_sum - m * (m + 1) / 2
    z = (u - m * n / 2) / math.sqrt(m * n * (m + n + 1) / 12)
    return Verdict(longer=u / (m * n), chance=math.erfc(abs(z) / math.sqrt(2)))


def median_ms(sample: Sample) -> float:
    return sorted(sample.seconds)[len(sample.seconds) // 2] * 1000
