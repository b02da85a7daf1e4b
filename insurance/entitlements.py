"""What other apps may ask about cover, without knowing insurance; named in `aarokya.events`."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from aarokya.common.clock import ist_day
from aarokya.common.entitlements import Cover
from insurance.models import Benefit, BenefitType, Mrn, MrnStatus, Policy, PolicyStatus

IN_FORCE = (PolicyStatus.ACTIVE, PolicyStatus.IN_GRACE, PolicyStatus.REISSUANCE)


def covers(*, user_id: UUID, dependant_id: UUID | None, now: datetime) -> list[Cover]:
    """Return the user's policies in force today that cover this member (SELF when None), newest first."""
    policies = list(in_force(user_id=user_id, dependant_id=dependant_id, now=now))
    numbers = mrns(user_id=user_id, dependant_id=dependant_id)
    return [cover(policy, numbers) for policy in policies]


def in_force(*, user_id: UUID, dependant_id: UUID | None, now: datetime) -> QuerySet[Policy]:
    today = ist_day(now)
    member = Q(members__dependant_id=dependant_id) if dependant_id else Q(members__dependant__relationship="SELF")
    # In grace the term is over and the cover is not.
    begun = Q(start_date__lte=today) & (Q(end_date__gte=today) | Q(status=PolicyStatus.IN_GRACE))
    rows = Policy.objects.of(user_id).filter(member, begun, status__in=IN_FORCE)
    return rows.select_related("benefit", "provider", "variant__version").order_by("-pk").distinct()


def mrns(*, user_id: UUID, dependant_id: UUID | None) -> dict[UUID, dict[str, str]]:
    """Return the person's number at each provider."""
    person = Q(dependant_id=dependant_id) if dependant_id else Q(dependant__relationship="SELF")
    rows = Mrn.objects.filter(person, dependant__primary_user_id=user_id, status=MrnStatus.ACTIVE)
    return dict(rows.values_list("provider_id", "external_mrn"))


def cover(policy: Policy, numbers: dict[UUID, dict[str, str]]) -> Cover:
    return Cover(
        policy_id=policy.pk,
        policy_number=policy.external_policy_id,
        benefit=policy.benefit.name,
        provider=policy.provider.name,
        plan_code=policy.plan_code,
        valid_until=policy.end_date,
        mrn=numbers.get(policy.provider_id),
        includes_teleconsultation=policy.variant.version.includes_teleconsultation,
    )


def consultation_benefit(benefit_id: UUID) -> str | None:
    """Return the name of a consultation benefit on offer, None otherwise."""
    rows = Benefit.objects.on_offer().filter(pk=benefit_id, benefit_type=BenefitType.CONSULTATION)
    return rows.values_list("name", flat=True).first()
