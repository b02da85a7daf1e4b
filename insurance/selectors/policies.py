"""Reading policies, with permission."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from insurance.errors import PolicyNotFound
from insurance.models import Policy, PolicyStatus


def policy_of(user_id: UUID, policy_id: UUID) -> Policy:
    """Return the user's policy with what an answer shows; PolicyNotFound (IP-1001), also for somebody else's."""
    found = Policy.objects.of(user_id).with_answer().filter(pk=policy_id).first()
    if found is None:
        raise PolicyNotFound
    return found


def owing(user_id: UUID) -> Policy | None:
    """Return the user's newest live policy whose premium is not all paid; None when nothing is owed."""
    rows = Policy.objects.of(user_id).live().with_answer().order_by("-created_at", "-pk")
    return next((row for row in rows if row.premium_owed), None)


def policy(policy_id: UUID) -> Policy:
    """Return any policy; PolicyNotFound (IP-1001)."""
    found = Policy.objects.with_answer().filter(pk=policy_id).first()
    if found is None:
        raise PolicyNotFound
    return found


def policy_with_benefit(user_id: UUID, policy_id: UUID) -> Policy:
    """Return the user's policy with the benefit in the version it was sold under; PolicyNotFound (IP-1001)."""
    rows = Policy.objects.of(user_id).with_answer().select_related("benefit__provider", "variant__version")
    found = rows.prefetch_related("variant__version__variants").filter(pk=policy_id).first()
    if found is None:
        raise PolicyNotFound
    return found


def listed(
    *,
    user_id: UUID | None = None,
    primary_user_id: UUID | None = None,
    policy_id: UUID | None = None,
    benefit_id: UUID | None = None,
    benefit_provider_id: UUID | None = None,
    status: PolicyStatus | None = None,
    statuses: Sequence[PolicyStatus] | None = None,
    sort: str = "-created_at",
) -> QuerySet[Policy]:
    """Return policies that match every filter given, in the order of their creation or against it."""
    wanted = {
        "primary_user_id": user_id or primary_user_id,
        "pk": policy_id,
        "benefit_id": benefit_id,
        "provider_id": benefit_provider_id,
        "status": status,
        "status__in": statuses,
    }
    rows = Policy.objects.with_answer().filter(**{name: value for name, value in wanted.items() if value is not None})
    return rows.order_by("created_at", "pk") if sort == "created_at" else rows.order_by("-created_at", "-pk")
