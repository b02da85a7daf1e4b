"""Random operations against a model of a page: whatever the order, ledger and model agree after each step."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from aarokya.common.ids import uuid7
from aarokya.common.money import Money
from wallets import services
from wallets.models import Standing, Tier
from wallets.tests.builders import NOW, adjust, broken_invariants, contribute, hospital, make_holder, outcome_of, pay, refund

LIMIT = 1_000_000  # paise: the small tier
FAR = datetime(2090, 1, 1, tzinfo=UTC)
AMOUNTS = st.one_of(st.integers(1, 2_000), st.integers(1, LIMIT + 1))
PICK = st.integers(0, 50)


@dataclass
class Part:
    """What a payment or a hold took from each pool."""

    own: int
    others: int
    refunded_own: int = 0
    refunded_others: int = 0


@dataclass
class Model:
    """The rules of the wallet without a database."""

    own: int = 0
    others: int = 0
    loaded: int = 0  # contributions and charged orders: everything here happens within one month
    frozen: bool = False
    holds: dict[UUID, Part] = field(default_factory=dict)
    paid: dict[UUID, Part] = field(default_factory=dict)
    reserved: dict[str, int] = field(default_factory=dict)

    def room(self) -> int:
        return LIMIT - self.own - self.others - sum(self.reserved.values())

    def load_room(self) -> int:
        """The small tier may load as much in a month as it may hold."""
        return min(self.room(), LIMIT - self.loaded - sum(self.reserved.values()))

    def free(self) -> Part:
        held = self.holds.values()
        return Part(self.own - sum(part.own for part in held), self.others - sum(part.others for part in held))

    def draw(self, amount: int) -> Part | None:
        """Others' money first; None when both pools together have too little."""
        free = self.free()
        others = min(amount, free.others)
        return Part(amount - others, others) if amount - others <= free.own else None

    def incoming(self, amount: int, room: int) -> str:
        if self.frozen:
            return "WalletNotUsable"
        return "done" if amount <= room else "LimitReached"

    def outgoing(self, amount: int) -> str:
        if self.frozen:
            return "WalletNotUsable"
        return "done" if self.draw(amount) else "InsufficientBalance"


class Ledger(RuleBasedStateMachine):
    """Every rule predicts the outcome from the model, asks the ledger, and compares."""

    @initialize()
    def open(self) -> None:
        self.model = Model()
        self.holder = make_holder(tier=Tier.SMALL)
        self.payee = hospital()
        self.user_id = self.holder.user_id

    @rule(amount=AMOUNTS)
    def correction(self, amount: int) -> None:
        expected = self.model.incoming(amount, self.model.room())
        assert outcome_of(lambda: adjust(self.holder, amount)) == expected
        self.model.own += amount if expected == "done" else 0

    @rule(amount=AMOUNTS)
    def contribution(self, amount: int) -> None:
        expected = self.model.incoming(amount, self.model.load_room())
        assert outcome_of(lambda: contribute(self.holder, amount)) == expected
        self.model.others += amount if expected == "done" else 0
        self.model.loaded += amount if expected == "done" else 0

    @rule(amount=AMOUNTS)
    def payment(self, amount: int) -> None:
        expected, part, paid = self.model.outgoing(amount), self.model.draw(amount), []
        assert outcome_of(lambda: paid.append(pay(self.holder, amount, payee=self.payee))) == expected
        if expected == "done":
            self.spent(paid[0], part)

    def spent(self, posted: services.Posted, part: Part | None) -> None:
        assert part is not None
        assert (posted.own.paise, posted.others.paise) == (part.own, part.others)
        self.model.paid[posted.transfer_id] = part
        self.model.own -= part.own
        self.model.others -= part.others

    @precondition(lambda self: self.model.paid)
    @rule(pick=PICK, amount=AMOUNTS)
    def give_back(self, pick: int, amount: int) -> None:
        transfer_id, part = chosen(self.model.paid, pick)
        own = min(amount, part.own - part.refunded_own)
        fits = amount - own <= part.others - part.refunded_others
        expected = "WalletNotUsable" if self.model.frozen else "done" if fits else "AboveRefundable"
        assert outcome_of(lambda: refund(transfer_id, amount)) == expected
        if expected == "done":
            part.refunded_own += own
            part.refunded_others += amount - own
            self.model.own += own
            self.model.others += amount - own

    @rule(amount=AMOUNTS)
    def hold(self, amount: int) -> None:
        expected, part, found = self.model.outgoing(amount), self.model.draw(amount), []
        wanted: dict[str, Any] = {"user_id": self.user_id, "amount": Money(amount), "purpose": "HOSPITAL"}
        key = f"hold:{uuid7()}"
        work = lambda: found.append(services.hold(**wanted, business_key=key, expires_at=FAR, now=NOW))  # noqa: E731
        assert outcome_of(work) == expected
        if expected == "done" and part is not None:
            self.model.holds[found[0]] = part

    @precondition(lambda self: self.model.holds)
    @rule(pick=PICK, amount=AMOUNTS)
    def capture(self, pick: int, amount: int) -> None:
        hold_id, part = chosen(self.model.holds, pick)
        fits = amount <= part.own + part.others
        expected = "WalletNotUsable" if self.model.frozen else "done" if fits else "AboveHold"
        wanted: dict[str, Any] = {"payee": self.payee, "reference_type": "T", "reference_id": "1", "now": NOW}
        paid: list[services.Posted] = []
        assert outcome_of(lambda: paid.append(services.capture(hold_id=hold_id, amount=Money(amount), **wanted))) == expected
        if self.model.frozen or not fits:  # a refused capture is refused for good: this hold can only be released
            services.release(hold_id=hold_id, now=NOW)
        del self.model.holds[hold_id]
        if expected == "done":
            others = min(amount, part.others)
            self.spent(paid[0], Part(amount - others, others))

    @precondition(lambda self: self.model.holds)
    @rule(pick=PICK)
    def release(self, pick: int) -> None:
        hold_id, _ = chosen(self.model.holds, pick)
        services.release(hold_id=hold_id, now=NOW)
        del self.model.holds[hold_id]

    @rule(amount=AMOUNTS)
    def reserve(self, amount: int) -> None:
        expected, order_id = self.model.incoming(amount, self.model.load_room()), f"O{uuid7().hex[-18:]}"
        wanted: dict[str, Any] = {"user_id": self.user_id, "order_id": order_id, "amount": Money(amount)}
        assert outcome_of(lambda: services.reserve_incoming(**wanted, expires_at=FAR, now=NOW)) == expected
        if expected == "done":
            self.model.reserved[order_id] = amount

    @precondition(lambda self: self.model.reserved)
    @rule(pick=PICK, ending=st.sampled_from(["topup", "gift", "failed"]))
    def end_order(self, pick: int, ending: str) -> None:
        order_id, amount = chosen(self.model.reserved, pick)
        wanted: dict[str, Any] = {"user_id": self.user_id, "order_id": order_id, "amount": Money(amount), "now": NOW}
        if ending != "failed" and not self.model.frozen:
            if ending == "topup":
                services.credit_topup(**wanted)
                self.model.own += amount
            else:
                services.credit_gift(**wanted, giver="A passenger")
                self.model.others += amount
            self.model.loaded += amount
        else:
            services.release_incoming(order_id=order_id, now=NOW)
        del self.model.reserved[order_id]

    @rule()
    def freeze_or_open(self) -> None:
        self.model.frozen = not self.model.frozen
        standing = Standing.FROZEN if self.model.frozen else Standing.OPEN
        services.set_standing(wallet_id=self.holder.wallet_id, standing=standing, actor="system:test", reason="model", now=NOW)

    @invariant()
    def agree(self) -> None:
        wallet, free = self.holder.wallet(), self.model.free()
        assert self.holder.pools() == (self.model.own, self.model.others)
        assert wallet.available.paise == free.own + free.others
        assert wallet.incoming_reserved.paise == sum(self.model.reserved.values())
        assert wallet.balance + wallet.incoming_reserved <= wallet.cap

    def teardown(self) -> None:
        assert set(broken_invariants()) <= {"I7"}, "I7: the model's top-ups have no orders"


def chosen(things: dict[Any, Any], pick: int) -> tuple[Any, Any]:
    """One of the model's things: the strategies know numbers only."""
    return list(things.items())[pick % len(things)]


@pytest.mark.django_db
def test_ledger_and_model_agree_after_any_sequence() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=60, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=False
        ),
    )
