"""The payment page and the signed way back."""

from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import pytest

from sandbox.juspay import signature
from sandbox.tests.people import Sandbox


def press(sandbox: Sandbox, button: str, upi_id: str = "success@upi") -> str:
    """Press a button of order PAGE1's page; the address the browser is sent to."""
    answer = sandbox.call("POST", "juspay/checkout/PAGE1", data={"action": button, "upi_id": upi_id})
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_the_published_vector() -> None:
    parameters = {"order_id": "hsw0000000000000001", "status": "CHARGED", "status_id": "21"}

    signed = signature.sign(parameters, key="EXAMPLE-RESPONSE-KEY-0001")

    assert signed == "q0ahQ7uztyNTbS234zzOIi6/zmxJBFljY3RmcAyzc1k="


def test_every_byte_of_the_parameters_counts() -> None:
    signed = {signature.sign({"status": status}, key="k") for status in ("CHARGED", "charged", "CHARGED ", "%43HARGED")}

    assert len(signed) == 4


def test_the_page_shows_what_is_paid(sandbox: Sandbox) -> None:
    sandbox.session("PAGE1", amount="123456.50", first_name="<b>Asha", description="Health wallet")

    page = sandbox.call("GET", "juspay/checkout/page1").text

    assert "₹1,23,456.50" in page
    assert "&lt;b&gt;Asha" in page
    assert "PAGE1" in page


@pytest.mark.parametrize(
    ("button", "upi_id", "status"),
    [
        ("pay", "success@upi", "CHARGED"),
        ("pay", "asha@bank", "CHARGED"),
        ("pay", " Failure@UPI", "AUTHORIZATION_FAILED"),
        ("pay", "pending@upi", "PENDING_VBV"),
        ("pay", "auto@upi", "CHARGED"),
        ("decline", "success@upi", "AUTHORIZATION_FAILED"),
        ("pending", "success@upi", "PENDING_VBV"),
        ("close", "success@upi", "NEW"),
        ("nonsense", "success@upi", "NEW"),
    ],
)
def test_buttons(sandbox: Sandbox, button: str, upi_id: str, status: str) -> None:
    sandbox.session("PAGE1")

    landing = press(sandbox, button, upi_id)

    assert sandbox.order("PAGE1")["status"] == status
    assert parse_qs(urlsplit(landing).query)["status"] == [status]


def test_the_way_back_is_signed_over_all_parameters_and_encoded_twice(sandbox: Sandbox) -> None:
    sandbox.session("PAGE1")

    landing = press(sandbox, "pay")

    given = dict(parse_qsl(urlsplit(landing).query))
    received, algorithm = given.pop("signature"), given.pop("signature_algorithm")
    assert given == {"from": "app", "order_id": "PAGE1", "status": "CHARGED", "status_id": "21"}
    assert algorithm == "HMAC-SHA256"
    assert "%253D" in landing
    assert unquote(received) == signature.sign(given, key="sandbox-response-key")


def test_an_app_is_called_back_at_its_own_scheme(sandbox: Sandbox) -> None:
    sandbox.session("PAGE1", return_url="aarokya://paid")

    assert press(sandbox, "pay").startswith("aarokya://paid?order_id=PAGE1&status=CHARGED")


def test_a_paid_order_is_not_paid_again(sandbox: Sandbox) -> None:
    sandbox.session("PAGE1")
    press(sandbox, "pay")

    press(sandbox, "decline")

    assert len(sandbox.order("PAGE1")["txn_list"]) == 1
    assert "Payment received" in sandbox.call("GET", "juspay/checkout/PAGE1").text


def test_an_expired_link_takes_no_payment(sandbox: Sandbox) -> None:
    sandbox.session("PAGE1", **{"metadata.expiryInMins": "5"})
    sandbox.control("POST", "clock", {"advance_s": 301})

    press(sandbox, "pay")

    assert sandbox.order("PAGE1")["status"] == "NEW"
    assert "expired" in sandbox.call("GET", "juspay/checkout/PAGE1").text


def test_unknown_page_is_a_page(sandbox: Sandbox) -> None:
    answer = sandbox.call("GET", "juspay/checkout/NOBODY")

    assert answer.status_code == 404
    assert "not known" in answer.text


def test_the_index_explains_everything(sandbox: Sandbox) -> None:
    page = sandbox.call("GET", "").text

    for said in ("failure@upi", "/_control/faults", "timeout_after", "wallet_load", "patient_register"):
        assert said in page
