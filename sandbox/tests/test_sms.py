"""Three gateways, one inbox."""

from typing import Any

import httpx2
import pytest

from sandbox.tests.people import Merchant, Sandbox

WORDS = "is your Aarokya verification code. It is valid for 10 minutes. Do not share it with anyone."
GUPSHUP = {
    "userid": "2000000001",
    "password": "sandbox-gupshup",
    "send_to": "919876543210",
    "method": "SendMessage",
    "msg": f"123456 {WORDS}",
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
        (f"123456 {WORDS}", "+919876543210", "gupshup")
    ]
    assert sandbox.control("GET", "sms?phone=9876543211") == []


def test_newest_first(sandbox: Sandbox) -> None:
    for number in range(3):
        gupshup(sandbox, msg=f"{number} {WORDS}")

    assert [text["text"][0] for text in sandbox.control("GET", "sms?phone=9876543210")] == ["2", "1", "0"]


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


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("You have won a prize from Aarokya", "1107000000000000001"),
        ("123456 is your Aarokya code. Do not share it with anyone.", "1107000000000000001"),  # other words
        (f"{'9' * 31} {WORDS}", "1107000000000000001"),  # a variable too long
        (f"123456 {WORDS}", "1107000000000000002"),  # another template's text
        (f"123456 {WORDS}", "1107999999999999999"),  # not registered
    ],
)
def test_operators_drop_what_is_not_registered_in_silence(sandbox: Sandbox, text: str, template: str) -> None:
    answer = gupshup(sandbox, msg=text, dltTemplateId=template)

    assert answer.json()["response"]["status"] == "success"
    assert sandbox.control("GET", "sms?phone=9876543210") == []
    assert len(sandbox.control("GET", "sms?phone=9876543210&dropped=1")) == 1


def test_msg91_fills_the_flows_text(sandbox: Sandbox) -> None:
    body = {"template_id": "65a1b2c3d4e5f60718290001", "recipients": [{"mobiles": "919876543210", "otp": "424242"}]}

    answer = msg91(sandbox, body)

    assert answer.json()["type"] == "success"
    assert sandbox.control("GET", "sms?phone=9876543210")[0]["text"].startswith("424242 is your Aarokya")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"template_id": "65a1b2c3d4e5f60718290001"},
        {"template_id": "65a1b2c3d4e5f60718290001", "recipients": [{"mobiles": "12", "otp": "1"}]},
        {"template_id": "65a1b2c3d4e5f60718290001", "recipients": [{"mobiles": "919876543210"}]},
        {"template_id": "65a1b2c3d4e5f60718290001", "recipients": ["919876543210"]},
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


VALUEFIRST = {
    "@TEXT": f"424242 {WORDS}",
    "@ENTITYID": "1101000000000000001",
    "@TEMPLATEINFO": "1107000000000000001~424242",
    "@ID": "ours",
    "ADDRESS": [{"@FROM": "AAROKY", "@TO": "919876543210", "@SEQ": "1"}],
}


def valuefirst_token(sandbox: Sandbox, *, user: str = "sandbox") -> httpx2.Response:
    path = "sms/valuefirst/psms/api/messages/token?action=generate"
    return sandbox.call("POST", path, json={}, auth=(user, "sandbox-valuefirst"))


def valuefirst(sandbox: Sandbox, token: str, *, receipt_url: str = "", **changes: Any) -> httpx2.Response:
    body = {"@VER": "1.2", "USER": {}, "DLR": {"@URL": receipt_url}, "SMS": [VALUEFIRST | changes]}
    headers = {"Authorization": f"Bearer {token}"}
    return sandbox.call("POST", "sms/valuefirst/psms/servlet/psms.JsonEservice", json=body, headers=headers)


def test_valuefirst_gives_a_token_and_sends_with_it(sandbox: Sandbox) -> None:
    token = valuefirst_token(sandbox).json()["token"]

    acknowledged = valuefirst(sandbox, token).json()["MESSAGEACK"]["GUID"]

    assert acknowledged["ID"] == "ours"
    assert "ERROR" not in acknowledged
    assert sandbox.control("GET", "sms?phone=9876543210")[0]["provider"] == "valuefirst"


def test_valuefirst_refuses_strangers(sandbox: Sandbox) -> None:
    assert valuefirst_token(sandbox, user="wrong").status_code == 401
    assert valuefirst(sandbox, "wrong").status_code == 401


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"@ENTITYID": "1101000000000000002"}, "28694"),
        ({"@TEMPLATEINFO": "12~424242"}, "28694"),
        ({"@TEXT": ""}, "28681"),
        ({"ADDRESS": [{"@FROM": "OTHERS", "@TO": "919876543210"}]}, "28673"),
        ({"ADDRESS": [{"@FROM": "AAROKY", "@TO": "12"}]}, "28675"),
        ({"ADDRESS": []}, "28675"),
    ],
)
def test_valuefirst_checks_registration_and_parameters(sandbox: Sandbox, changes: dict[str, Any], code: str) -> None:
    token = valuefirst_token(sandbox).json()["token"]

    assert valuefirst(sandbox, token, **changes).json()["MESSAGEACK"]["GUID"]["ERROR"]["CODE"] == code
    assert sandbox.control("GET", "sms") == []


def test_a_delivery_is_reported_where_the_message_said(sandbox: Sandbox, merchant: Merchant) -> None:
    token = valuefirst_token(sandbox).json()["token"]

    valuefirst(sandbox, token, receipt_url=f"{merchant.url}?reference=%5&reason=%2")
    valuefirst(sandbox, token, receipt_url=merchant.url, **{"@TEXT": "You have won a prize"})

    assert [webhook.body for webhook in merchant.wait_for(1)] == [{}]
    urls = [delivery["url"] for delivery in sandbox.control("GET", "webhooks") if delivery["event_name"] == "SMS_DELIVERED"]
    assert len(urls) == 1
    assert urls[0].endswith("&reason=000")
