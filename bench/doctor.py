"""A reply of the default interviewer: the CPU of a whole intake in each language, per answer."""

from collections.abc import Sequence
from functools import partial

from bench import frame
from bench.frame import Row
from bench.processors import cpu_ms
from doctor.tests.builders import INTAKES, Talker

INTAKES_EACH = 5
CPU_MS_MAX = 50.0


def rows() -> list[Row]:
    spent = {language: frame.median(language, partial(per_reply, language)) for language in INTAKES}
    slowest = max(spent, key=lambda language: spent[language])
    return [
        Row(
            f"doctor's intake, one reply, {len(spent)} languages",
            f"{spent[slowest]:.1f} ms CPU ({slowest}, the slowest)",
            must=f"≤ {CPU_MS_MAX:.0f} ms of CPU",
            holds=spent[slowest] <= CPU_MS_MAX,
        )
    ]


def per_reply(language: str) -> float:
    """Mean milliseconds of CPU of one answer, storing and sealing included; the start of a session is not counted."""
    answers = INTAKES[language]
    spent = 0.0
    for _ in range(INTAKES_EACH):
        talker = Talker.new()
        talker.start(language=language)
        spent += cpu_ms(partial(say_all, talker, answers))
    return spent / (INTAKES_EACH * len(answers))


def say_all(talker: Talker, answers: Sequence[str]) -> None:
    for text in answers:
        talker.say(text)
