"""Eligibility over HTTP."""

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.schema import documented
from aarokya.common.api.views import SharedAPIView, SharedRequest
from aarokya.common.clock import ist_day, rfc3339
from insurance.api.serializers import eligibility as wire
from insurance.api.views.policies import PolicyView
from insurance.models import Eligibility
from insurance.selectors import eligibility
from insurance.selectors.eligibility import Offer, Option
from insurance.selectors.quotes import SELF_ONLY


class EligibilityView(PolicyView, SharedAPIView):
    """`GET /users/{uid}/eligibility`"""

    @documented(
        "What this family can buy today, at what price, and why not the rest",
        response=wire.EligibilityOutput,
        errors=("IP-1011",),
    )
    def get(self, request: SharedRequest, uid: str) -> Response:
        user_id = self.owner(request, uid)
        today = ist_day(clock.now())
        offers = eligibility.offers(user_id, day=today)
        kept = Eligibility.objects.filter(user_id=user_id).first()
        return Response(
            {
                "user_id": str(user_id),
                "on": today.isoformat(),
                "changed_at": rfc3339(kept.changed_at) if kept else None,
                "benefits": [rendered(offer) for offer in offers],
            }
        )


def rendered(offer: Offer) -> dict[str, object]:
    return {
        "benefit_id": str(offer.benefit.pk),
        "benefit_name": offer.benefit.name,
        "provider_id": str(offer.benefit.provider_id),
        "provider_name": offer.benefit.provider.name,
        "live_policy_id": str(offer.live_policy_id) if offer.live_policy_id else None,
        "plans": [plan(option) for option in offer.options],
    }


def plan(option: Option) -> dict[str, object]:
    variant = option.variant
    return {
        "plan_code": variant.plan_code,
        "description": variant.description,
        "eligible": option.eligible,
        "reasons": [{"code": reason.code, "message": reason.message} for reason in option.reasons],
        "premium_amounts": {
            "daily": variant.daily_premium.paise,
            "annual": variant.annual_premium.paise,
            "currency": variant.currency,
        },
        "coverage_amount": variant.coverage.paise,
        "nominee_required": variant.plan_code != SELF_ONLY,
    }
