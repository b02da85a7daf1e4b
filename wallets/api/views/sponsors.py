"""Sponsors: kept by ops and finance."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page, query
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import StaffAPIView, StaffRequest
from wallets import benefits, selectors, services
from wallets.api import render_sponsors as render
from wallets.api.serializers.sponsors import (
    DepositInput,
    DepositOutput,
    PolicyContributionInput,
    PolicyContributionOutput,
    SponsorInput,
    SponsorOutput,
    SponsorsQuery,
    SponsorStatusInput,
)
from wallets.gateways import issuer
from wallets.services import sponsors


class SponsorStaffView(StaffAPIView):
    groups: ClassVar[set[str]] = {"ops", "finance"}


class SponsorsView(SponsorStaffView):
    @documented(
        "Register a sponsor and open its prepaid account; PENDING when that has to be synced later",
        request=SponsorInput,
        response=SponsorOutput,
        status=201,
        errors=("SPE-1402",),
        idempotent=True,
    )
    @idempotent(durable=False)
    def post(self, request: StaffRequest) -> Response:
        asked = SponsorInput.parse(request.data)
        made = sponsors.register(
            **asked, sponsor_id=request.resource_id, issuer=issuer(), actor=request.user.actor, now=clock.now()
        )
        return Response(render.sponsor(selectors.sponsor(made.pk)), status=201)

    @documented(
        "Sponsors by name",
        response=page_of(SponsorOutput, name="Sponsor"),
        parameters=[OpenApiParameter("status", str), OpenApiParameter("limit", int), OpenApiParameter("offset", int)],
    )
    def get(self, request: StaffRequest) -> Response:
        return page(request, selectors.sponsors(**query(SponsorsQuery, request)), render.sponsor)


class SponsorView(SponsorStaffView):
    @documented("One sponsor", response=SponsorOutput, errors=("SPE-1401",))
    def get(self, request: StaffRequest, sponsor_id: UUID) -> Response:  # noqa: ARG002 (the router's signature)
        return Response(render.sponsor(selectors.sponsor(sponsor_id)))

    @documented("Withdraw a sponsor", request=SponsorStatusInput, response=SponsorOutput, errors=("SPE-1401", "SPE-1407"))
    def patch(self, request: StaffRequest, sponsor_id: UUID) -> Response:
        asked = SponsorStatusInput.parse(request.data)
        sponsors.change_status(sponsor_id=sponsor_id, actor=request.user.actor, now=clock.now(), **asked)
        return Response(render.sponsor(selectors.sponsor(sponsor_id)))


class SponsorSyncView(SponsorStaffView):
    @documented(
        "Open or find the sponsor's account again; nothing to do when it is ACTIVE",
        response=SponsorOutput,
        errors=("SPE-1401", "SPE-1406", "SPE-1407"),
    )
    def post(self, request: StaffRequest, sponsor_id: UUID) -> Response:
        sponsors.sync(sponsor_id=sponsor_id, issuer=issuer(), actor=request.user.actor, now=clock.now())
        return Response(render.sponsor(selectors.sponsor(sponsor_id)))


class SponsorDepositView(StaffAPIView):
    groups: ClassVar[set[str]] = {"finance"}

    @documented(
        "Book money that reached us from the sponsor",
        request=DepositInput,
        response=DepositOutput,
        status=201,
        errors=("SPE-1401", "SPE-1404", "SPE-1409"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest, sponsor_id: UUID) -> Response:
        asked = DepositInput.parse(request.data)
        entry = sponsors.deposit(
            sponsor_id=sponsor_id,
            deposit_id=request.resource_id,
            amount=asked["amount"],
            gateway_ref=asked["gateway_ref"] or "",
            actor=request.user.actor,
            now=clock.now(),
        )
        return Response(render.deposit(entry, sponsor_id), status=201)


class SponsorContributeView(SponsorStaffView):
    @documented(
        "Give to the holder of an insurance policy",
        request=PolicyContributionInput,
        response=PolicyContributionOutput,
        status=201,
        errors=("SPE-1401", "SPE-1404", "SPE-1405", "SPE-1408", "CONFLICT"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest, sponsor_id: UUID) -> Response:
        asked = PolicyContributionInput.parse(request.data)
        policy_id = asked["insurance_policy_id"]
        user_id = benefits.entity(benefits.policy(policy_id)).user_id
        posted = services.contribute(
            sponsor_id=sponsor_id,
            user_id=user_id,
            amount=asked["amount"],
            reference=f"policy:{policy_id}:{request.resource_id}"[:80],
            reference_type="insurance_policy",
            now=clock.now(),
        )
        shown = render.policy_contribution(posted, sponsor_id=sponsor_id, user_id=user_id, policy_id=policy_id)
        return Response(shown, status=201)
