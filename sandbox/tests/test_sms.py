"""Two gateways, one inbox."""

from typing import Any

import httpx2
import pytest

from sandbox.tests.people import Sandbox

GUPSHUP = {
    "userid": "2000000001",
    "password": "sandbox-gupshup",
    "send_to": "919876543210",
    "method": "SendMessage",
    "msg": "123456 is your Aarokya code",
    "msg_type": "TEXT",
    "auth_scheme": "plain",
    "v": "1.1",
    "format": "json",
    "principalEntityId": "1101000000000000001",
    "dltTemplateId": "1107000000000000001",
}


def gupshup(sandbox: Sandbox, **changes: str) -> httpx2.Response:
    return sandbox.call("POST", "sms/gupshup/GatewayAPI/rest", data=GUPSHUP | changes)


def msg91(sandbox: Sandbox, body: dict[str, Any], key: str = "sandbox-msg91-key") -> httpx2.Response:
    return sandbox.call("POST", "sms/msg91/api/v5/flow", json=body, headers={"authkey": key})


@pytest.mark.parametrize("phone", ["9876543210", "%2B919876543210", "91-98765 43210", "09876543210"])
def test_a_text_arrives_and_is_found_by_any_form_of_the_phone(sandbox: Sandbox, phone: str) -> None:
    answer = gupshup(sandbox).json()["response"]

    inbox = sandbox.control("GET", f"sms?phone={phone}")
    assert (answer["status"], answer["phone"]) == ("success", "919876543210")
    assert [(text["text"], text["phone"], text["provider"]) for text in inbox] == [
        ("123456 is your Aarokya code", "+919876543210", "gupshup")
    ]
    assert sandbox.control("GET", "sms?phone=9876543211") == []


def test_newest_first(sandbox: Sandbox) -> None:
    for number in range(3):
        gupshup(sandbox, msg=f"Aarokya {number}")

    assert [text["text"] for text in sandbox.control("GET", "sms?phone=9876543210")] == ["Aarokya 2", "Aarokya 1", "Aarokya 0"]


def test_gupshup_answers_errors_with_200(sandbox: Sandbox) -> None:
    answer = gupshup(sandbox, password="wrong")

    assert answer.status_code == 200
    assert answer.json()["response"]["id"] == "102"


def test_gupshup_speaks_text_unless_asked_for_json(sandbox: Sandbox) -> None:
    assert gupshup(sandbox, format="text").text.startswith("success | 919876543210 | ")
    assert gupshup(sandbox, format="text", send_to="12").text.startswith("error | 105 | ")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dltTemplateId": ""}, "175"),
        ({"dltTemplateId": "12"}, "172"),
        ({"principalEntityId": "1101000000000000002"}, "172"),
        ({"send_to": "915876543210"}, "105"),
        ({"method": "Other"}, "101"),
    ],
)
def test_gupshup_checks_registration_and_parameters(sandbox: Sandbox, changes: dict[str, str], code: str) -> None:
    assert gupshup(sandbox, **changes).json()["response"]["id"] == code
    assert sandbox.control("GET", "sms") == []


def test_operators_drop_unregistered_texts_in_silence(sandbox: Sandbox) -> None:
    answer = gupshup(sandbox, msg="You have won a prize")

    assert answer.json()["response"]["status"] == "success"
    assert sandbox.control("GET", "sms?phone=9876543210") == []
    assert len(sandbox.control("GET", "sms?phone=9876543210&dropped=1")) == 1


def test_msg91_fills_the_flows_text(sandbox: Sandbox) -> None:
    body = {"template_id": "65a1b2c3d4e5f60718293a4b", "recipients": [{"mobiles": "919876543210", "otp": "424242"}]}

    answer = msg91(sandbox, body)

    assert answer.json()["type"] == "success"
    assert sandbox.control("GET", "sms?phone=9876543210")[0]["text"].startswith("424242 is your Aarokya")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"template_id": "65a1b2c3d4e5f60718293a4b"},
        {"template_id": "65a1b2c3d4e5f60718293a4b", "recipients": [{"mobiles": "12", "otp": "1"}]},
        {"template_id": "65a1b2c3d4e5f60718293a4b", "recipients": [{"mobiles": "919876543210"}]},
        {"template_id": "65a1b2c3d4e5f60718293a4b", "recipients": ["919876543210"]},
    ],
)
def test_msg91_refuses(sandbox: Sandbox, body: dict[str, Any]) -> None:
    assert msg91(sandbox, body).json()["type"] == "error"


def test_msg91_checks_the_key(sandbox: Sandbox) -> None:
    assert msg91(sandbox, {}, key="wrong").status_code == 401


def test_faults_reach_both_gateways_or_one(sandbox: Sandbox) -> None:
    sandbox.arm("http_500", partner="gupshup", times=1)
    assert gupshup(sandbox).status_code == 500

    sandbox.arm("http_500", partner="sms", times=2)
    assert [gupshup(sandbox).status_code, msg91(sandbox, {}).status_code] == [500, 500]
