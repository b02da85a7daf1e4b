"""A customer with a policy that is paid by the day, and the days going by."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from aarokya.common import outbox
from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from accounts.models import User
from payments.models import Mandate, MandateExecution, Order
from payments.services import sweeping
from payments.services.mandates import planning
from payments.tests.builders import Bank, client_of, push, topup
from payments.tests.premiums import Premiums


@dataclass
class Autopay:
    """Acts for the customer, and moves our time and the bank's together."""

    bank: Bank
    customer: User
    premiums: Premiums
    policy_id: UUID
    order_id: str = ""
    watched: UUID | None = None  # the debit that the test is about

    @classmethod
    def of(cls, bank: Bank, customer: User, premiums: Premiums) -> "Autopay":
        """A policy of 25 rupees a day."""
        policy_id = uuid7()
        premiums.prices[policy_id], premiums.daily[policy_id] = Money(365 * 2_500), Money(2_500)
        return cls(bank, customer, premiums, policy_id)

    @property
    def mandate(self) -> Mandate:
        return Mandate.objects.select_related("registration").latest("created_at")

    @property
    def execution(self) -> MandateExecution:
        """The debit that the test is about: tomorrow's is announced before today's is made."""
        rows = MandateExecution.objects.select_related("order")
        return rows.get(pk=self.watched) if self.watched else rows.earliest("due_on")

    def register(self, *, key: str = "one") -> Any:
        path = f"/users/{self.customer.pk}/mandate/register"
        answer = client_of(self.customer).post(path, {}, format="json", headers={"Idempotency-Key": key})
        self.order_id = answer.json().get("order_id", self.order_id)
        return answer

    def agree(self) -> None:
        """The customer agrees in the UPI app, and we ask."""
        self.bank.control("POST", f"mandates/{self.order_id}", {"outcome": "CHARGED"})
        self.refresh()

    def start(self) -> None:
        self.register()
        self.agree()

    def refresh(self) -> Any:
        return self.post("status")

    def post(self, verb: str) -> Any:
        path = f"/users/{self.customer.pk}/mandates/{self.mandate.pk}/{verb}"
        return client_of(self.customer).post(path, format="json")

    def post_debit(self, execution: MandateExecution, verb: str) -> Any:
        return self.post(f"executions/{execution.pk}/{verb}")

    def execution_of(self, execution: MandateExecution) -> MandateExecution:
        """The row as it is now."""
        return MandateExecution.objects.select_related("order").get(pk=execution.pk)

    def get(self, path: str) -> Any:
        return client_of(self.customer).get(f"/users/{self.customer.pk}/{path}")

    def at_bank(self) -> str:
        """The mandate's status in the bank's books."""
        order = self.bank.control("GET", f"orders/{self.mandate.registration.order_id}")["order"]
        return str(order["mandate"]["mandate_status"])

    def deliver(self, event_name: str) -> None:
        """Push the bank's own webhook of this name to us."""
        queued = [row["body"] for row in self.bank.control("GET", "webhooks") if row["event_name"] == event_name]
        assert queued, f"the bank has no {event_name}"
        push(json.dumps(queued[-1]).encode())

    def move_to(self, moment: datetime) -> None:
        """Let the bank's time be `moment`; what falls due there happens."""
        present = datetime.fromisoformat(self.bank.control("GET", "clock")["now"])
        self.bank.control("POST", "clock", {"advance_s": (moment - present).total_seconds()})

    def work(self, moment: datetime) -> None:
        """Everything that is due at `moment` is done."""
        self.move_to(moment)
        planning.plan_due(now=moment)
        for _ in range(4):
            planning.announce_steps(now=moment)
            sweeping.sweep_orders(now=moment)
            outbox.drain(now=moment)

    def plan_and_dispatch(self) -> MandateExecution:
        """The notice of the next debit goes out, and the debit is asked for."""
        if not MandateExecution.objects.open().exists():
            due_at = self.mandate.next_plan_at
            assert due_at is not None
            self.work(due_at)
        self.watched = MandateExecution.objects.open().earliest("due_on").pk
        return self.execution

    def decide(self, outcome: str) -> None:
        """What becomes of debits at the bank: CHARGED, FAILED or PENDING."""
        self.bank.control("POST", f"mandates/{self.mandate.external_id}", {"outcome": outcome})

    def debit_day(self, outcome: str = "CHARGED") -> MandateExecution:
        """One whole cycle: notice, debit, the bank's decision, our status check two hours later."""
        execution = self.plan_and_dispatch()
        self.decide("PENDING")  # until the test says otherwise of this debit alone
        self.work(execution.execute_at - timedelta(hours=1))  # tomorrow's is announced
        self.move_to(execution.execute_at + timedelta(seconds=2))
        assert execution.order is not None
        self.bank.outcome(execution.order, outcome)
        self.work(execution.execute_at + timedelta(hours=2, minutes=30))
        return self.execution

    def some_order(self) -> Order:
        return topup(self.customer, 1_000, key=uuid7().hex)
