"""The main job over HTTP against the whole product, with partners that behave and partners that do not."""

import pytest

from aarokya.demo.api import Api, StepFailed
from tests.stack.product import RunningProduct

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]


def test_the_demo_passes_five_times_in_a_row(healthy: RunningProduct) -> None:
    for _ in range(5):
        done = healthy.manage("demo")
        assert done.returncode == 0, done.stdout + done.stderr
    assert (healthy.folder / "demo" / "enrollment_form_preview.pdf").read_bytes().startswith(b"%PDF-")


def test_the_demo_passes_with_slow_partners(healthy: RunningProduct) -> None:
    for partner in ("juspay", "narayana"):
        healthy.control("POST", "faults", {"partner": partner, "mode": "slow", "delay_s": 2})

    done = healthy.manage("demo")

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_demo_stops_when_narayana_fails_and_leaves_no_rows(healthy: RunningProduct) -> None:
    before = policies(healthy)
    healthy.control("POST", "faults", {"partner": "narayana", "mode": "http_500"})

    done = healthy.manage("demo")

    assert done.returncode == 1
    assert "IP-1014" in done.stdout + done.stderr
    assert policies(healthy) == before


def test_the_demo_says_so_when_nobody_listens() -> None:
    with pytest.raises(StepFailed, match="is the server running"), Api("http://127.0.0.1:9") as nobody:
        nobody.get("/health")


def policies(healthy: RunningProduct) -> int:
    """How many policies there are, as ops see it."""
    with Api(healthy.url) as ops:
        ops.token = ops.post("/auth/admin/token", {"username": "ops", "password": "ops"})["access_token"]
        return int(ops.get("/insurance_policies")["total"])
