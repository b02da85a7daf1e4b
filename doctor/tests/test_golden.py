"""The gate: no golden emergency is missed, few false alarms, and the report says what is true."""

from pathlib import Path

import pytest
from django.conf import settings

from doctor.safety import judging, red_flags

REPORT = Path(settings.BASE_DIR) / "docs" / "doctor-golden.md"


def test_the_golden_set_is_what_it_should_be() -> None:
    known = judging.golden()

    assert len(known) >= 300
    assert {each.language for each in known} == set(judging.LANGUAGES)
    assert {"negation", "history", "typo", "mixed", "injection"} <= {each.kind for each in known}
    assert len(judging.unseen()) >= 100
    assert not {each.text for each in known} & {each.text for each in judging.unseen()}


def test_no_golden_emergency_is_missed_and_few_alarms_are_false() -> None:
    score = judging.judge(judging.golden())

    assert score.missed == []
    assert score.precision >= 0.90, score.false


def test_the_report_is_up_to_date() -> None:
    assert REPORT.read_text(encoding="utf-8") == judging.report(), "run manage.py doctor_golden"


def test_every_rule_names_a_known_source() -> None:
    sources = (judging.FOLDER / "sources.md").read_text(encoding="utf-8")

    assert {rule.source for rule in red_flags.rule_book().rules if f"`{rule.source}`" not in sources} == set()


def test_each_rule_and_each_language_matters() -> None:
    """A rule that no golden utterance fires is a rule nobody tested."""
    fired = {rule for each in judging.golden() if each.is_emergency for rule in red_flags.assess(each.text).rules}
    untested = {rule.id for rule in red_flags.rule_book().rules} - fired

    assert len(untested) <= 12, sorted(untested)


@pytest.mark.parametrize("text", ["", " ", "?", "\u200b", "a" * 10_000, "no " * 2_000, "🙂" * 100, "( [ ) ]"])
def test_any_text_can_be_read(text: str) -> None:
    assert not red_flags.assess(text).is_emergency


def test_hidden_letters_do_not_hide_a_word() -> None:
    assert red_flags.assess("I can\u200b't bre\u200bathe").is_emergency
    assert red_flags.assess("I CAN’T BREATHE").is_emergency
    assert red_flags.assess("ｖｏｍｉｔｉｎｇ　ｂｌｏｏｄ").is_emergency


def test_findings_of_earlier_messages_count_and_modifiers_do_not() -> None:
    first = red_flags.assess("chest pain")
    assert first.findings == {"chest_pain"}
    assert red_flags.assess("and sweating", known=first.findings).rules == ("heart.sweating",)
    assert "severe" not in red_flags.assess("a severe itch").findings
    assert not red_flags.assess("my itch is severe", known=first.findings).is_emergency


def test_a_rule_about_an_unknown_finding_is_refused() -> None:
    names = {name for rule in red_flags.rule_book().rules for name in rule.findings}

    assert names <= red_flags.rule_book().findings.keys()
