"""Plans are put on sale by two people: who asks, and who looked at what changes for customers."""

from datetime import datetime
from typing import Any

from aarokya.common.errors import Conflict
from aarokya.common.office.differences import changes
from approvals import services as engine
from approvals.kinds import Act
from approvals.models import Kind, Request
from insurance import examples
from insurance.errors import BenefitInvalid
from insurance.models import Benefit, BenefitStatus, BenefitVersion
from insurance.services import catalogue, versions
from insurance.services.versions import Terms

SHOWN_MAX = 60


def ask_to_publish(benefit: Benefit, version: BenefitVersion | None, *, reason: str, actor: str, now: datetime) -> Request:
    """Have `version` wait for a second person. BenefitInvalid without one, Conflict when it waits already."""
    if version is None:
        raise BenefitInvalid("There is no version to publish")
    if version.pk == benefit.current_version_id and benefit.status == BenefitStatus.ACTIVE:
        raise BenefitInvalid("This version is on sale already")
    shown = preview(benefit.current_version, version)
    payload = {"instead_of": benefit.current_version_id and str(benefit.current_version_id), "status": str(benefit.status)}
    return engine.ask(kind=Kind.PLAN, subject=version, reason=reason, preview=shown, payload=payload, actor=actor, now=now)


def preview(before: BenefitVersion | None, after: BenefitVersion) -> list[dict[str, str]]:
    """What changes in the terms, then what example families pay."""
    old, new = versions.terms_of(before) if before else None, versions.terms_of(after)
    lines = [(one.path, one.before, one.after) for one in differing(old, new)]
    families = examples.compared(old, new) if new.plans or (old and old.plans) else []
    changed = [(family, was, then if then != was else "the same") for family, was, then in families]
    return [{"name": name, "before": was, "after": then} for name, was, then in [*lines[:SHOWN_MAX], *changed]]


def differing(before: Terms | None, after: Terms) -> list[Any]:
    """The values of the terms that are not the same, by path."""
    old = versions.as_json(before) if before else {}
    return [one for one in changes(old, versions.as_json(after)) if one.kind != "same"]


def lock(version_id: str) -> None:
    Benefit.objects.select_for_update(of=("self",)).filter(versions__id=version_id).first()


def execute(request: Request, *, actor: str, given: dict[str, Any], now: datetime) -> str:  # noqa: ARG001 (an act's signature)
    version = BenefitVersion.objects.select_related("benefit__current_version").get(pk=request.subject_id)
    benefit = version.benefit
    current = benefit.current_version_id and str(benefit.current_version_id)
    if (current, str(benefit.status)) != (request.payload["instead_of"], request.payload["status"]):
        raise Conflict("Something else was put on sale or withdrawn meanwhile: ask again")
    catalogue.publish_version(benefit, version, reason=request.reason, actor=actor, now=now)
    return f"{benefit.name} v{version.number} is on sale"


PLAN = Act(lock=lock, execute=execute)
