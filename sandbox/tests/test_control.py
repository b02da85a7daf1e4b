"""Log, clock, reset, and the refusal to run in production."""

import os
import subprocess
import sys

from sandbox.tests.people import REPOSITORY, Sandbox


def test_the_log_has_requests_with_their_answers_oldest_first(sandbox: Sandbox) -> None:
    sandbox.session("LOG1")
    sandbox.juspay("GET", "orders/LOG1")
    sandbox.juspay("POST", "orders/LOG1/refunds", data={"unique_request_id": "R1"})
    sandbox.narayana("GET", "plans")

    log = sandbox.control("GET", "log?partner=juspay")

    assert [entry["operation"] for entry in log] == ["session", "order_status", "refund"]
    assert [entry["idempotency_key"] for entry in log] == ["LOG1", "LOG1", "R1"]
    assert log[0]["body"]["amount"] == "100.50"
    assert log[0]["answer"]["order_id"] == "LOG1"
    assert log[2]["status"] == 400
    assert log[0]["at"] < log[1]["at"] < log[2]["at"]


def test_the_issuer_belongs_to_juspay(sandbox: Sandbox) -> None:
    sandbox.session("LOG1")
    sandbox.issuer("GET", "operations/o1")

    assert [entry["operation"] for entry in sandbox.control("GET", "log?partner=juspay")] == ["session", "operation"]
    assert [entry["partner"] for entry in sandbox.control("GET", "log?partner=issuer")] == ["juspay"]


def test_the_log_can_be_continued(sandbox: Sandbox) -> None:
    sandbox.narayana("GET", "plans")
    last = sandbox.control("GET", "log")[-1]["id"]

    sandbox.narayana("GET", "plans")

    assert len(sandbox.control("GET", f"log?after={last}")) == 1


def test_unreadable_and_unauthorised_requests_are_logged_too(sandbox: Sandbox) -> None:
    sandbox.call("POST", "juspay/session", content=b"{")

    entry = sandbox.control("GET", "log")[0]

    assert (entry["status"], entry["body"]) == (401, {"unreadable": "{"})


def test_the_clock_moves_forward_and_stays_moved(sandbox: Sandbox) -> None:
    before = sandbox.control("GET", "clock")

    sandbox.control("POST", "clock", {"advance_s": 86_400})
    after = sandbox.control("POST", "clock", {"advance_s": 60})

    assert (before["offset_s"], after["offset_s"]) == (0, 86_460)
    assert before["now"] < sandbox.control("GET", "clock")["now"]


def test_reset_forgets_everything(sandbox: Sandbox) -> None:
    sandbox.session("OLD1")
    sandbox.arm("http_500")
    sandbox.control("POST", "clock", {"advance_s": 60})

    sandbox.control("POST", "reset")

    assert sandbox.control("GET", "books")["orders"] == {}
    assert sandbox.control("GET", "faults") == []
    assert sandbox.control("GET", "clock")["offset_s"] == 0


def test_an_order_can_be_looked_into(sandbox: Sandbox) -> None:
    sandbox.session("LOOK1")

    shown = sandbox.control("GET", "orders/look1")

    assert shown["amount_paise"] == 10050
    assert shown["session"]["customer_email"] == "asha@example.in"


def test_unknown_paths_and_methods_say_so(sandbox: Sandbox) -> None:
    assert sandbox.call("GET", "nowhere").json()["error"] == "NOT_FOUND"
    assert sandbox.call("DELETE", "juspay/session").status_code == 405


def test_it_refuses_to_run_in_production() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import sandbox.wsgi"],
        cwd=REPOSITORY,
        env=os.environ | {"SANDBOX": "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr == "SANDBOX=0: the simulators refuse to run beside a production configuration\n"
