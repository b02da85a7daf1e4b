"""What a clerk does to a policy: activate it, or reject it."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from aarokya.common import clock
from aarokya.common.display import indian_date
from aarokya.common.office import base
from aarokya.common.office.base import ActionPage, Effect
from aarokya.common.office.forms import ReasonForm
from insurance.admin.forms import ActivateForm
from insurance.models import Policy, PolicyStatus, PremiumStatus
from insurance.services import lifecycle


def days(day: date | None) -> str:
    return indian_date(day) if day else "—"


def facts(policy: Policy) -> list[tuple[str, str]]:
    """Return what a clerk compares with the insurer's paper."""
    return [
        ("Policyholder", policy.primary_user.full_name),
        ("Benefit", f"{policy.benefit.name}, plan {policy.plan_code}"),
        ("Sum insured", str(policy.variant.coverage)),
        ("Members", ", ".join(member.dependant.full_name for member in policy.members.all())),
        ("Premium", f"{policy.annual_premium} a year, {policy.premium_status.replace('_', ' ').lower()}"),
        ("Status", str(PolicyStatus(policy.status).label)),
    ]


def activation(request: HttpRequest, policy: Policy) -> ActionPage:
    now = clock.now()
    initial = {"external_policy_id": policy.external_policy_id or "", "start_date": policy.start_date or clock.ist_day(now)}

    def effects(asked: dict[str, Any]) -> list[Effect]:
        term = lifecycle.planned_term(policy, **{name: asked[name] for name in lifecycle.TERM}, now=now)
        return [
            Effect(name="Status", before=str(PolicyStatus(policy.status).label), after=str(PolicyStatus.ACTIVE.label)),
            Effect(name="Insurer's number", before=policy.external_policy_id or "none", after=term["external_policy_id"]),
            Effect(name="Cover", after=f"{days(term['start_date'])} – {days(term['end_date'])}, both days included"),
            *([unpaid(policy)] if policy.premium_owed else []),
        ]

    def perform(asked: dict[str, Any]) -> str:
        lifecycle.activate(policy, **asked, actor=base.actor_of(request), now=now)
        return f"Policy {policy.external_policy_id} is active until {days(policy.end_date)}."

    form = ActivateForm(request.POST or None, initial=initial)
    return ActionPage(
        title="Activate policy",
        verb="Activate",
        row=policy,
        form=form,
        effects=effects,
        perform=perform,
        facts=facts(policy),
        advice="Compare names and days of birth with the insurer's paper, letter by letter: they are printed on the card.",
        context={"beside": reverse("admin:insurance_policy_enrolment_form", args=[policy.pk])},
    )


def unpaid(policy: Policy) -> Effect:
    return Effect(
        name="Premium",
        after=f"{policy.premium_owed} is still owed. The policy is activated all the same, and the audit log says so.",
        warning=True,
    )


def rejection(request: HttpRequest, policy: Policy) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        returned = (
            f"{policy.premium_paid} goes back to where it came from"
            if policy.premium_paid
            else "nothing was paid, nothing goes back"
        )
        return [
            Effect(name="Status", before=str(PolicyStatus(policy.status).label), after="Rejected, for good", warning=True),
            Effect(name="Premium", before=PremiumStatus(policy.premium_status).label, after=returned),
            Effect(name="Customer", after="may buy this benefit again"),
        ]

    def perform(asked: dict[str, Any]) -> str:
        lifecycle.reject(policy, reason=asked["reason"], actor=base.actor_of(request), now=clock.now())
        return "The policy is rejected."

    form = ReasonForm(request.POST or None)
    return ActionPage(
        title="Reject policy",
        verb="Reject",
        row=policy,
        form=form,
        effects=effects,
        perform=perform,
        facts=facts(policy),
        danger=True,
    )
