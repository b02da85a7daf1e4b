"""Benefit providers over HTTP, for staff."""

from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page, time_range
from aarokya.common.api.schema import documented
from aarokya.common.api.views import StaffAPIView, StaffRequest
from insurance.api import render
from insurance.api.parsing import NumberedView
from insurance.api.serializers import catalogue as wire
from insurance.errors import ProviderInternalError, ProviderInvalid
from insurance.models import ProviderStatus
from insurance.selectors import catalogue
from insurance.services import providers


class ProviderView(NumberedView, StaffAPIView):
    """The numbers of providers."""

    invalid = ProviderInvalid
    bad_uuid = ProviderInvalid
    internal = ProviderInternalError


class ProviderListView(ProviderView):
    """`/benefit_providers`"""

    @documented(
        "Add a provider",
        request=wire.ProviderCreateInput,
        response=wire.ProviderOutput,
        status=201,
        errors=("BPE-402", "BPE-403"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest) -> Response:
        body = self.parse(wire.ProviderCreateInput, request.data)
        return Response(render.provider(providers.add(**body, actor=request.user.actor, now=clock.now())), status=201)

    @documented(
        "All providers, newest first", response=wire.ProviderPage, parameters=[wire.ProviderListQuery], errors=("BPE-403",)
    )
    def get(self, request: StaffRequest) -> Response:
        rows = catalogue.providers(**self.query(wire.ProviderListQuery, request))
        return page(request, time_range(request, rows), render.provider)


class ProviderDetailView(ProviderView):
    """`/benefit_providers/{provider_id}`"""

    @documented("One provider", response=wire.ProviderOutput, errors=("BPE-401", "BPE-403"))
    def get(self, _request: StaffRequest, provider_id: str) -> Response:
        return Response(render.provider(catalogue.provider(self.id(provider_id, "provider_id"))))

    @documented(
        "Rename or withdraw",
        request=wire.ProviderUpdateInput,
        response=wire.ProviderOutput,
        errors=("BPE-401", "BPE-402", "BPE-403"),
    )
    def patch(self, request: StaffRequest, provider_id: str) -> Response:
        body = self.parse(wire.ProviderUpdateInput, request.data)
        provider = catalogue.provider(self.id(provider_id, "provider_id"))
        providers.change(provider, **body, actor=request.user.actor, now=clock.now())
        return Response(render.provider(provider))

    @documented("Withdraw: its benefits are no longer on offer", response=wire.ProviderOutput, errors=("BPE-401", "BPE-403"))
    def delete(self, request: StaffRequest, provider_id: str) -> Response:
        provider = catalogue.provider(self.id(provider_id, "provider_id"))
        providers.change(provider, status=ProviderStatus.INACTIVE, actor=request.user.actor, now=clock.now())
        return Response(render.provider(provider))
