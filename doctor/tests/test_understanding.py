"""Answers as people give them."""

import pytest

from doctor.intake import understanding as u
from doctor.intake.graph import graph
from doctor.intake.understanding import language_of

DURATIONS = {
    "two days": 48, "for 3 weeks": 504, "since yesterday": 24, "kal se": 24, "do din se": 48, "एक हफ्ते से": 168, "कल से": 24,
    "ಎರಡು ದಿನದಿಂದ": 48, "ನಿನ್ನೆಯಿಂದ": 24, "இரண்டு நாளாக": 48, "நேற்று முதல்": 24, "since morning": 6, "aaj subah se": 6,
    "about 5 hours": 5, "teen mahine se": 2160, "२ दिन से": 48, "10 days": 240, "a week": 168, "ek saal": 8760,
    "2 ghante pehle": 2,
}  # fmt: skip
SEVERITIES = {
    "7 out of 10": 7, "10 में से 7": 7, "10 me se 7": 7, "7/10": 7, "ಹತ್ತರಲ್ಲಿ ಏಳು": 7, "பத்துக்கு ஏழு": 7, "10/10": 10, "0": 0, "8": 8,
    "mild": 3, "halka sa": 3, "बहुत तेज": 8, "unbearable": 10, "ತುಂಬಾ": 8, "கொஞ்சம்": 3, "saat": 7, "maybe 6": 6,
}  # fmt: skip


@pytest.mark.parametrize(("text", "hours"), DURATIONS.items())
def test_how_long(text: str, hours: float) -> None:
    assert u.duration_h(text) == hours


@pytest.mark.parametrize(("text", "score"), SEVERITIES.items())
def test_how_bad(text: str, score: int) -> None:
    assert u.severity(text, asked=True) == score


@pytest.mark.parametrize("text", ["a long time ago in a far country", "purple", "", "10", "7/10"])
def test_no_duration(text: str) -> None:
    assert u.duration_h(text) is None


@pytest.mark.parametrize("text", ["fever for 10 days", "I am 7 months pregnant", "2 tablets", "very bad", "10 days ago 5 people"])
def test_unasked_only_a_scale_counts(text: str) -> None:
    assert u.severity(text, asked=False) is None


@pytest.mark.parametrize("text", ["no", "No.", "ji nahi", "नहीं", "कोई नहीं", "ಇಲ್ಲ", "இல்லை", "nothing", "koi dawai nahi", "none"])
def test_no(text: str) -> None:
    assert u.yes_no(text) is False


@pytest.mark.parametrize("text", ["yes", "haan", "हाँ जी", "ಹೌದು", "ஆமாம்", "yes, in my arm", "maybe"])
def test_yes(text: str) -> None:
    assert u.yes_no(text) is True


@pytest.mark.parametrize("text", ["diabetes", "metformin and telma", ""])
def test_neither(text: str) -> None:
    assert u.yes_no(text) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("metformin and telma 40", ["metformin", "telma 40"]),
        ("I take aspirin, crocin", ["aspirin", "crocin"]),
        ("शुगर और बीपी", ["शुगर", "बीपी"]),
        ("yes", []),
        ("haan ji", []),
        ("dolo aur crocin leta hoon", ["dolo", "crocin"]),
        ("aspirin, aspirin", ["aspirin"]),
    ],
)
def test_which(text: str, named: list[str]) -> None:
    assert u.items(text) == named


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I have fever", "en"),
        ("mujhe bukhar hai", "hi-Latn"),
        ("मुझे fever है", "hi"),
        ("ನನಗೆ ಜ್ವರ", "kn"),
        ("எனக்கு காய்ச்சல்", "ta"),
        ("do you have doctors", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_every_text_of_the_graph_is_there_in_every_language() -> None:
    languages = {"en", "hi", "hi-Latn", "kn", "ta"}

    assert all(set(question.ask) == languages for question in graph().questions)
    assert all(set(texts) == languages for texts in graph().phrases.values())
