"""What insurance does about what happened; named in `aarokya.events`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from insurance import gateways
from insurance.models import Claim
from insurance.services import eligibility, forwarding, giving_back, telling, terms


def require_reissuance(payload: dict[str, Any], *, now: datetime) -> None:
    """`person.changed` {"dependant_id"}: active policies that cover this person must be issued anew."""
    terms.require_reissuance(UUID(payload["dependant_id"]), now=now)


def recalculate_eligibility(payload: dict[str, Any], *, now: datetime) -> None:
    """`person.changed` {"user_id"}: the family may buy other plans now."""
    eligibility.recalculate(UUID(payload["user_id"]), now=now)


def text_reminder(payload: dict[str, Any], *, now: datetime) -> None:
    """`policy.renewal_reminder` {"policy_id", "kind", "end_date"}: owe the customer a text."""
    end_date = date.fromisoformat(payload["end_date"])
    telling.reminder(policy_id=UUID(payload["policy_id"]), kind=payload["kind"], end_date=end_date, now=now)


def text_unpaid(payload: dict[str, Any], *, now: datetime) -> None:
    """`policy.premium_reminder` {"policy_id", "kind", "end_date"}: owe the customer a text."""
    lapses_on = date.fromisoformat(payload["end_date"])
    telling.unpaid(policy_id=UUID(payload["policy_id"]), kind=payload["kind"], lapses_on=lapses_on, now=now)


def text_lapse(payload: dict[str, Any], *, now: datetime) -> None:
    """`policy.lapsed` {"policy_id"}: owe the customer a text."""
    telling.lapse(policy_id=UUID(payload["policy_id"]), now=now)


def text_activation(payload: dict[str, Any], *, now: datetime) -> None:
    """`policy.activated` {"policy_id"}: owe the customer a text."""
    telling.activation(policy_id=UUID(payload["policy_id"]), now=now)


def give_back(payload: dict[str, Any], *, now: datetime) -> None:
    """`policy.rejected` {"policy_id"}: what was paid goes back."""
    giving_back.give_back(UUID(payload["policy_id"]), now=now)


def forward_claim(payload: dict[str, Any], *, now: datetime) -> None:
    """`claim.submitted` {"claim_id"}: hand it to the insurer."""
    forwarding.forward(UUID(payload["claim_id"]), gateway=gateways.claims(), store=gateways.store(), now=now)


def forward_claim_answer(payload: dict[str, Any], *, now: datetime) -> None:
    """`claim.answered` {"message_id"}: hand the answer to the insurer."""
    forwarding.forward_answer(UUID(payload["message_id"]), gateway=gateways.claims(), store=gateways.store(), now=now)


def look_at_claim(payload: dict[str, Any], *, now: datetime) -> None:
    """`claim.noticed` {"external_claim_id"}: the insurer has news; unknown claims are somebody else's."""
    claim = Claim.objects.filter(external_claim_id=payload["external_claim_id"]).first()
    if claim is not None:
        forwarding.synchronise(claim.pk, gateway=gateways.claims(), now=now)
