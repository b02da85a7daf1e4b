"""A wrong configuration ends the start with one line that names the variable."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from aarokya.common import config

RING = "new:" + "n" * 32


@pytest.fixture(autouse=True)
def _real_partners(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX", "0")


def stopped(read: Any) -> str:
    with pytest.raises(SystemExit) as caught:
        read()
    line = str(caught.value)
    assert line.startswith("aarokya: configuration: ")
    assert "\n" not in line
    return line


@pytest.mark.parametrize("value", [None, "", "   "])
def test_a_required_text(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is not None:
        monkeypatch.setenv("A_SECRET", value)

    assert "A_SECRET is required" in stopped(lambda: config.text("A_SECRET", sandbox="only there"))
    monkeypatch.setenv("SANDBOX", "1")
    assert config.text("A_SECRET", sandbox="only there") == "only there"
    monkeypatch.setenv("A_SECRET", " mine ")
    assert config.text("A_SECRET", sandbox="only there") == "mine"


@pytest.mark.parametrize("value", ["-1", "1.5", "ten", "1e3", "0x1"])
def test_a_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert config.number("A_NUMBER", 7) == 7
    monkeypatch.setenv("A_NUMBER", "12")
    assert config.number("A_NUMBER", 7) == 12
    monkeypatch.setenv("A_NUMBER", value)
    assert "A_NUMBER must be a whole number" in stopped(lambda: config.number("A_NUMBER", 7))


def test_a_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, meaning in (("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False), ("off", False)):
        monkeypatch.setenv("A_SWITCH", value)
        assert config.flag("A_SWITCH", default=not meaning) is meaning
    monkeypatch.setenv("A_SWITCH", "maybe")
    assert "A_SWITCH must be 1 or 0" in stopped(lambda: config.flag("A_SWITCH", default=True))


def test_a_key_ring_is_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RING", f"{RING}, old:{'o' * 40}")

    assert list(config.key_ring("RING", sandbox="").items()) == [("new", b"n" * 32), ("old", b"o" * 40)]


@pytest.mark.parametrize("value", ["short:secret", "n" * 40, ":" + "n" * 40, f"{RING},old:short"])
def test_a_weak_key_ring_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("RING", value)

    line = stopped(lambda: config.key_ring("RING", sandbox=""))
    assert "RING must look like" in line
    assert "n" * 32 not in line
    assert "secret," not in line


def test_a_server_with_a_database_must_say_whether_its_partners_are_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANDBOX")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/aarokya")
    assert "SANDBOX is required beside DATABASE_URL" in stopped(config.is_sandbox)

    monkeypatch.delenv("DATABASE_URL")
    assert config.is_sandbox() is True


def test_a_database_url() -> None:
    socket = config.database("postgresql://aarokya_app@/aarokya?host=/run/pg")
    assert (socket["USER"], socket["NAME"], socket["HOST"]) == ("aarokya_app", "aarokya", "/run/pg")
    remote = config.database("postgresql://u:p%40ss@db.example:6432/aarokya")
    assert (remote["HOST"], remote["PORT"], remote["PASSWORD"]) == ("db.example", 6432, "p@ss")
    assert "DATABASE_URL" in stopped(lambda: config.database("sqlite:///x"))


def test_the_start_ends_with_that_one_line() -> None:
    environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=environment | {"SANDBOX": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("aarokya: configuration: ")
    assert "DATABASE_URL" in line
