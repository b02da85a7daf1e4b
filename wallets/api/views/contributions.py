"""Giving: one, ten thousand, or again every month."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page, query
from aarokya.common.api.parsers import StrictJSONParser
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import StaffRequest
from aarokya.common.errors import Detail, InvalidInput
from wallets import selectors, services
from wallets.api import render_sponsors as render
from wallets.api.bulk import BulkInput, CsvParser, wishes_of
from wallets.api.serializers.sponsors import (
    BatchOutput,
    ContributionInput,
    ContributionOutput,
    RecurringInput,
    RecurringOutput,
    RecurringQuery,
    RowOutput,
    RowsQuery,
)
from wallets.api.views.sponsors import SponsorStaffView
from wallets.services import batches, recurring

GIVING = ("SPE-1401", "SPE-1404", "SPE-1405")


class ContributionsView(SponsorStaffView):
    groups: ClassVar[set[str]] = {"finance", "ops"}

    @documented(
        "Give to one wallet out of a sponsor's prepaid account",
        request=ContributionInput,
        response=ContributionOutput,
        status=201,
        errors=(*GIVING, "SPE-1408", "CONFLICT", "FORBIDDEN", "IDEMPOTENCY_MISMATCH"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest) -> Response:
        asked = ContributionInput.parse(request.data)
        selectors.beneficiary(asked["user_id"])
        posted = services.contribute(**asked, now=clock.now())
        shown = {name: asked[name] for name in ("sponsor_id", "user_id", "reference")}
        return Response(render.contribution(posted, **shown), status=201)


class BulkView(SponsorStaffView):
    parser_classes: Any = (StrictJSONParser, CsvParser)

    @documented(
        "Give to up to 10,000 wallets: taken in at once, given in the background",
        request=BulkInput,
        response=BatchOutput,
        status=202,
        parameters=[OpenApiParameter("sponsor_id", str, description="With CSV"), OpenApiParameter("note", str)],
        errors=("SPE-1401", "SPE-1404"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest) -> Response:
        asked = BulkInput.parse(request.data)
        batch = batches.take_in(
            batch_id=request.resource_id,
            sponsor_id=asked["sponsor_id"],
            wishes=wishes_of(asked["rows"]),
            note=asked["note"],
            actor=request.user.actor,
            now=clock.now(),
        )
        return Response(render.batch(batch), status=202)


class BatchView(SponsorStaffView):
    @documented("How far a bulk is", response=BatchOutput, errors=("NOT_FOUND",))
    def get(self, request: StaffRequest, batch_id: UUID) -> Response:  # noqa: ARG002 (the router's signature)
        return Response(render.batch(selectors.batch(batch_id)))


class BatchRowsView(SponsorStaffView):
    @documented(
        "The rows of a bulk and what came of each",
        response=page_of(RowOutput, name="ContributionRow"),
        parameters=[OpenApiParameter("state", str), OpenApiParameter("limit", int), OpenApiParameter("offset", int)],
        errors=("NOT_FOUND",),
    )
    def get(self, request: StaffRequest, batch_id: UUID) -> Response:
        rows = selectors.batch(batch_id).rows.filter(**query(RowsQuery, request)).order_by("number")
        return page(request, rows, render.row)


class BatchRetryView(SponsorStaffView):
    @documented("Try the refused rows again", response=BatchOutput, status=202, errors=("NOT_FOUND", "SPE-1404"))
    def post(self, request: StaffRequest, batch_id: UUID) -> Response:
        batch = selectors.batch(batch_id)
        batches.retry(batch_id=batch_id, actor=request.user.actor, now=clock.now())
        return Response(render.batch(batch), status=202)


class RecurringContributionsView(SponsorStaffView):
    @documented(
        "Give again and again",
        request=RecurringInput,
        response=RecurringOutput,
        status=201,
        errors=("SPE-1401", "SPE-1404", "SPE-1408"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest) -> Response:
        asked = RecurringInput.parse(request.data)
        if asked["ends_on"] is not None and asked["ends_on"] < asked["starts_on"]:
            detail = Detail("ends_on", "before_start", "must not be before starts_on")
            raise InvalidInput(f"{detail.field}: {detail.message}", details=(detail,))
        made = recurring.start(**asked, recurring_id=request.resource_id, actor=request.user.actor, now=clock.now())
        return Response(render.recurring(made), status=201)

    @documented(
        "Recurring contributions",
        response=page_of(RecurringOutput, name="RecurringContribution"),
        parameters=[OpenApiParameter(name, str) for name in ("status", "sponsor_id", "user_id", "limit", "offset")],
    )
    def get(self, request: StaffRequest) -> Response:
        return page(request, selectors.all_recurring(**query(RecurringQuery, request)), render.recurring)


class RecurringContributionView(SponsorStaffView):
    @documented("Give no more", response=RecurringOutput, errors=("NOT_FOUND",))
    def delete(self, request: StaffRequest, recurring_id: UUID) -> Response:
        ended = recurring.end(recurring_id=recurring_id, actor=request.user.actor, now=clock.now())
        return Response(render.recurring(ended))
