"""The main job, step by step over HTTP: log in, save, see what cover costs, buy it, have it activated."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from aarokya.common.display import rupees
from aarokya.demo.api import Api, StepFailed, wait_until

ZERO_ID = "00000000-0000-0000-0000-000000000000"
SPOUSE = {
    "first_name": "Lakshmi",
    "last_name": "Gowda",
    "salutation": "MRS",
    "relationship": "SPOUSE",
    "gender": "FEMALE",
    "date_of_birth": "1994-03-09",
}
RIDER = {
    "first_name": "Manjunath",
    "last_name": "Gowda",
    "dob": "1991-08-15",
    "gender": "MALE",
    "salutation": "MR",
    "address": {
        "line1": "14, 3rd Cross, Rajajinagar",
        "city": "Bengaluru",
        "state": "Karnataka",
        "pincode": "560010",
        "country": "IN",
    },
}


@dataclass
class Journey:
    """One rider's way. Each step returns a line that says what happened; StepFailed stops it."""

    rider: Api
    ops: Api
    bank: httpx2.Client  # the person at Juspay's checkout page
    folder: Path
    phone: str = field(default_factory=lambda: f"9{secrets.randbelow(10**9):09d}")
    user_id: str = ""
    wallet_balance: int = 0
    benefit_id: str = ""
    spouse_id: str = ""
    annual: int = 0
    order_id: str = ""
    policy_id: str = ""

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        yield "Log in with a one-time code", self.log_in
        yield "A wallet appears by itself", self.wallet
        yield "Complete the profile", self.onboard
        yield "Add the spouse", self.add_spouse
        yield "Preview the premium", self.preview
        yield "See the enrolment form", self.preview_form
        yield "Top up at Juspay's checkout", self.top_up
        yield "The money arrives, once", self.money_arrives
        yield "Buy the policy", self.buy
        yield "Pay it from the wallet", self.pay
        yield "Ops activate it", self.activate
        yield "The family is covered", self.covered
        yield "Another device logs in, and is logged out from here", self.log_another_out

    def log_in(self) -> str:
        asked = self.rider.post("/auth/otp/trigger", {"phone": self.phone})
        body = {"phone": self.phone, "otp": asked["otp"], "challenge_id": asked["challenge_id"], "device_info": "demo"}
        answer = self.rider.post("/auth/otp/verify", body)
        self.rider.token, self.user_id = answer["access_token"], answer["user_id"]
        expect(answer["is_new_user"] is True, "a new number makes a new user")
        return f"user {self.user_id}"

    def wallet(self) -> str:
        made = wait_until(
            lambda: self.rider.get("/wallet"), lambda wallet: wallet["wallet_status"] == "COMPLETED", "provisioning"
        )
        expect(made["balance"] == 0, "a new wallet is empty")
        return f"{made['transcorp_wallet_id']} at the issuer, {rupees(made['balance'])}"

    def onboard(self) -> str:
        answer = self.rider.post(f"/users/{self.user_id}/complete_onboarding", RIDER)
        self.rider.token = answer["access_token"]
        return f"{answer['user']['first_name']} {answer['user']['last_name']} is {answer['user']['status']}"

    def add_spouse(self) -> str:
        spouse = self.rider.post(f"/users/{self.user_id}/dependants", SPOUSE)
        self.spouse_id = spouse["id"]
        return f"{spouse['first_name']} {spouse['last_name']}, {spouse['relationship']}"

    def preview(self) -> str:
        benefits = self.rider.get("/benefits")["data"]
        self.benefit_id = next(benefit["id"] for benefit in benefits if benefit["benefit_type"] == "INSURANCE_POLICY")
        body = {"benefit_id": self.benefit_id, "dependant_ids": [self.spouse_id]}
        quote = self.rider.post(f"/users/{self.user_id}/insurance_policies/preview", body)
        self.annual = amount(quote["premium_amounts"]["annual"])
        daily = amount(quote["premium_amounts"]["daily"])
        return f"{quote['plan_code']} of {quote['benefit_name']}: {rupees(daily)} a day or {rupees(self.annual)} a year"

    def purchase(self) -> dict[str, Any]:
        nominee = {"type": "dependant", "dependant_id": self.spouse_id}
        return {"benefit_id": self.benefit_id, "dependant_ids": [self.spouse_id], "nominee_details": nominee}

    def preview_form(self) -> str:
        path = f"/users/{self.user_id}/insurance_policies/preview_enrollment_form"
        pdf = self.rider.call("POST", path, body=self.purchase()).content
        expect(pdf.startswith(b"%PDF-"), "the form is a PDF")
        self.folder.mkdir(parents=True, exist_ok=True)
        saved = self.folder / "enrollment_form_preview.pdf"
        saved.write_bytes(pdf)
        return f"saved {saved}"

    def top_up(self) -> str:
        body = {"type": "WALLET_TOPUP", "amount": self.annual + 5_000}
        first = self.rider.post("/payments/session", body, key=f"topup-{self.phone}")
        again = self.rider.post("/payments/session", body, key=f"topup-{self.phone}")
        expect(first["order_id"] == again["order_id"], "a repeated request makes no second order")
        self.order_id = first["order_id"]
        page = first["payload"]["payment_links"]["web"]
        expect(self.bank.get(page).is_success, "the checkout page opens")
        paid = self.bank.post(page, data={"action": "pay", "upi_id": "success@upi"})
        expect(paid.status_code == 303, f"the checkout accepts the payment (HTTP {paid.status_code})")
        expect(self.bank.get(paid.headers["Location"]).is_success, "the browser comes back to our page")
        return f"order {self.order_id}, {rupees(body['amount'])}"  # type: ignore[arg-type]  # the amount is the int above

    def money_arrives(self) -> str:
        status = f"/payments/{self.order_id}/status"
        wait_until(lambda: self.rider.get(status), lambda order: order["status"] == "SUCCESS", "the top-up")
        wallet = self.rider.get("/wallet")
        self.wallet_balance = wallet["balance"]
        expect(self.wallet_balance == self.annual + 5_000, f"credited once, not {rupees(self.wallet_balance)}")
        return f"balance {rupees(self.wallet_balance)}"

    def buy(self) -> str:
        path, key = f"/users/{self.user_id}/insurance_policies", f"buy-{self.phone}"
        policy = self.rider.post(path, self.purchase(), key=key)
        again = self.rider.post(path, self.purchase(), key=key)
        expect(policy["id"] == again["id"], "a repeated request makes no second policy")
        self.policy_id = policy["id"]
        members = len(policy["metadata"]["dependant_mrn_map"])
        return f"policy {self.policy_id} is {policy['status']}; {members} members registered at Narayana Health"

    def pay(self) -> str:
        body = {"type": "INSURANCE_PREMIUM", "policy_id": self.policy_id, "payment_method": "WALLET"}
        order = self.rider.post("/payments/session", body, key=f"premium-{self.phone}")
        expect(order["status"] == "SUCCESS", f"paid at once, not {order['status']}")
        left = self.rider.get("/wallet")["balance"]
        expect(left == self.wallet_balance - self.annual, f"the premium left the wallet once: {rupees(left)} remain")
        return f"{rupees(order['amount'])} paid, {rupees(left)} left"

    def activate(self) -> str:
        self.ops.token = self.ops.post("/auth/admin/token", {"username": "ops", "password": "ops"})["access_token"]
        number = f"NH-{self.phone}"
        policy = self.ops.patch(f"/insurance_policies/{self.policy_id}", {"status": "active", "external_policy_id": number})
        return f"insurer's number {policy['external_policy_id']}, {policy['start_date']} to {policy['end_date']}"

    def covered(self) -> str:
        answer = self.rider.get(f"/users/{self.user_id}/insurance_policies/{self.policy_id}/details")
        policy = answer.get("policy", answer)
        expect(policy["status"] == "active", f"the policy is active, not {policy['status']}")
        names = ", ".join(member["first_name"] for member in policy["dependants"])
        return f"{policy['benefit_name']}: {names}"

    def log_another_out(self) -> str:
        """The rider's second phone, lost: its token must die at once, this one's must not."""
        asked = self.rider.post("/auth/otp/trigger", {"phone": self.phone})
        body = {"phone": self.phone, "otp": asked["otp"], "challenge_id": asked["challenge_id"], "device_info": "lost phone"}
        lost = self.rider.post("/auth/otp/verify", body)
        devices = self.rider.get("/auth/sessions")["data"]
        shown = ", ".join(f"{device['device_info']}{' (this one)' if device['current'] else ''}" for device in devices)
        gone = next(device for device in devices if device["device_info"] == "lost phone")
        self.rider.call("DELETE", f"/auth/sessions/{gone['id']}")
        expect([each["current"] for each in self.rider.get("/auth/sessions")["data"]] == [True], "one device is left")
        refused = self.rider.http.get("/user/profile", headers={"Authorization": f"Bearer {lost['access_token']}"})
        expect(refused.status_code == 401, f"the lost phone's token is dead, not HTTP {refused.status_code}")
        return f"{shown}; the lost phone's token answers {refused.json()['error']}"


def amount(value: Any) -> int:
    """Premium amounts are whole paise, alone or as `{value, currency}`."""
    return int(value["value"] if isinstance(value, dict) else value)


def expect(true: bool, what: str) -> None:  # noqa: FBT001 (reads as a sentence)
    if not true:
        raise StepFailed(f"expected: {what}")
