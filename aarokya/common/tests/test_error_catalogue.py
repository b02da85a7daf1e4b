"""The written catalogue is the code's."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from aarokya.common.errors import CATALOGUE
from aarokya.common.management.commands.error_catalogue import document


def test_the_committed_catalogue_is_up_to_date() -> None:
    assert (settings.BASE_DIR / "docs" / "errors.md").read_text(encoding="utf-8") == document()


def test_every_code_has_its_line() -> None:
    text = document()

    for code, kind in CATALOGUE.items():
        assert text.count(f"| `{code}` | {kind.status} | ") == 1


def test_the_command_writes_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "errors.md"
    with pytest.raises(CommandError, match="out of date"):
        call_command("error_catalogue", check=True, path=path)
    assert not path.exists()

    call_command("error_catalogue", path=path)
    assert path.read_text(encoding="utf-8") == document()
    call_command("error_catalogue", check=True, path=path)

    path.write_text(document().replace("NOT_FOUND", "LOST"), encoding="utf-8")
    with pytest.raises(CommandError, match="out of date"):
        call_command("error_catalogue", check=True, path=path)
    assert "up to date" in capsys.readouterr().out


@pytest.mark.urls("aarokya.common.tests.urls")
def test_the_served_catalogue_names_the_same_codes() -> None:
    served = Client().get("/api_docs/errors").json()["data"]

    assert {row["error"]: row["status_code"] for row in served} == {code: kind.status for code, kind in CATALOGUE.items()}
    assert all(row["message"] for row in served)
    words = [row["error"] for row in served if "-" not in row["error"]]
    assert [row["error"] for row in served][: len(words)] == sorted(words)
