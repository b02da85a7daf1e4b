"""A policy's premium over HTTP: how it stands, and whether it is taken from the wallet day by day."""

from typing import Any
from uuid import UUID

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.schema import documented
from aarokya.common.api.views import SharedAPIView, SharedRequest
from aarokya.common.clock import ist_day, rfc3339
from insurance.api.serializers import premiums as wire
from insurance.api.views.policies import PolicyView, require_buyer
from insurance.dues import dues
from insurance.models import Policy
from insurance.selectors import policies
from insurance.services import collecting

PAYMENTS_SHOWN = 100


class PremiumView(PolicyView, SharedAPIView):
    """`/users/{uid}/insurance_policies/{pid}/premium`"""

    @documented("What is paid, due and owed for a policy", response=wire.PremiumOutput, errors=("IP-1001", "IP-1011"))
    def get(self, request: SharedRequest, uid: str, pid: str) -> Response:
        return Response(premium(self.policy(request, uid, pid)))

    @documented(
        "Have a daily premium taken from the wallet each morning, or end that",
        request=wire.CollectionInput,
        response=wire.PremiumOutput,
        errors=("IP-1001", "IP-1010", "IP-1011", "CONFLICT"),
    )
    def patch(self, request: SharedRequest, uid: str, pid: str) -> Response:
        policy = self.policy(request, uid, pid)
        require_buyer(request)
        body = self.parse(wire.CollectionInput, request.data)
        collecting.agree(policy, body["collect_from"], actor=request.user.actor, now=clock.now())
        return Response(premium(policy))

    def policy(self, request: SharedRequest, uid: str, pid: str) -> Policy:
        user_id: UUID = self.owner(request, uid)
        return policies.policy_of(user_id, self.id(pid, "policy_id"))


def premium(policy: Policy) -> dict[str, Any]:
    standing = dues(policy, ist_day(clock.now()))
    payments = policy.premium_payments.order_by("-received_at", "-pk")[:PAYMENTS_SHOWN]
    return {
        "policy_id": str(policy.pk),
        "payment_plan": str(policy.payment_plan),
        "premium_status": str(policy.premium_status),
        "currency": policy.premium_amounts["currency"],
        "daily_premium": policy.daily_premium.paise,
        "annual_premium": policy.annual_premium.paise,
        "paid": policy.premium_paid.paise,
        "due": standing.due.paise,
        "owed": policy.premium_owed.paise,
        "paid_until": standing.paid_until and standing.paid_until.isoformat(),
        "lapses_on": standing.lapses_on and standing.lapses_on.isoformat(),
        "collect_from": policy.collect_from or None,
        "next_collection_at": rfc3339(policy.collect_at),
        "payments": [
            {"order_id": row.order_id, "amount": row.amount.paise, "received_at": rfc3339(row.received_at)} for row in payments
        ],
    }
