"""Reading MRNs, with permission."""

from uuid import UUID

from django.db.models import Q, QuerySet

from insurance.errors import MrnNotFound
from insurance.models import Mrn, MrnStatus


def mrn(mrn_id: UUID, *, user_id: UUID | None) -> Mrn:
    """Return an active MRN, of this user's family when `user_id` is given; MrnNotFound (MR-901)."""
    found = mrns(user_id=user_id).filter(pk=mrn_id).first()
    if found is None:
        raise MrnNotFound
    return found


def mrns(
    *,
    user_id: UUID | None,
    dependant_id: UUID | None = None,
    benefit_provider_id: UUID | None = None,
    primary_user_id: UUID | None = None,
    mrn: str | None = None,
) -> QuerySet[Mrn]:
    """Return active MRNs that match every filter given, newest first; `mrn` finds either of the provider's numbers."""
    rows = Mrn.objects.select_related("dependant").filter(status=MrnStatus.ACTIVE)
    families = {family for family in (user_id, primary_user_id) if family is not None}
    for family in families:
        rows = rows.filter(dependant__primary_user_id=family)
    wanted = {"dependant_id": dependant_id, "provider_id": benefit_provider_id}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if mrn is not None:
        rows = rows.filter(Q(external_mrn__mrn=mrn) | Q(external_mrn__temp_number=mrn))
    return rows.order_by("-pk")
