"""The holder's wallet: what is in it, what happened to it, paying from it."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import keyset, page, query, time_range
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import CustomerAPIView, CustomerRequest
from aarokya.common.ids import uuid7
from wallets import selectors, services
from wallets.api import render
from wallets.api.queries import PayeesQuery, TransactionsQuery, days_of, type_filter
from wallets.api.serializers.wallet import (
    TRANSACTIONS,
    BalanceOutput,
    CreatedWalletOutput,
    HistoryOutput,
    PaidOutput,
    PayeeOutput,
    PayInput,
    WalletOutput,
    WalletStatusOutput,
)
from wallets.services import opening

TIMES = [OpenApiParameter(name, str, description="RFC 3339; half-open range") for name in ("start_time", "end_time")]
PAGING = [OpenApiParameter("limit", int), OpenApiParameter("offset", int)]


class WalletView(CustomerAPIView):
    @documented("The wallet, its money and how far its opening is", response=WalletOutput, errors=("NOT_FOUND",))
    def get(self, request: CustomerRequest) -> Response:
        return Response(selectors.summary(request.user.user_id))

    @documented(
        "Open the wallet unless there is one", request=None, response={200: CreatedWalletOutput, 201: CreatedWalletOutput}
    )
    def post(self, request: CustomerRequest) -> Response:
        created = opening.create(user_id=request.user.user_id, now=clock.now())
        return Response({**selectors.summary(request.user.user_id), "created": created}, status=201 if created else 200)


class WalletBalanceView(CustomerAPIView):
    @documented("The balance by the issuer's wallet id", response=BalanceOutput, errors=("NOT_FOUND",))
    def get(self, request: CustomerRequest, wallet_id: str) -> Response:
        return Response(render.balance(selectors.wallet_for(request.user.user_id, wallet_id)))


class WalletStatusView(CustomerAPIView):
    @documented("The provisioning status by the issuer's wallet id", response=WalletStatusOutput, errors=("NOT_FOUND",))
    def get(self, request: CustomerRequest, wallet_id: str) -> Response:
        return Response(render.status(selectors.wallet_for(request.user.user_id, wallet_id)))


class WalletHistoryView(CustomerAPIView):
    @documented(
        "The ten newest movements of the last days",
        response=HistoryOutput,
        parameters=[OpenApiParameter("number_of_days", int, OpenApiParameter.PATH, description="0: of all time; else 1 to 365")],
        errors=("NUMBER_OF_DAYS_OUT_OF_RANGE", "NOT_FOUND"),
    )
    def get(self, request: CustomerRequest, wallet_id: str, number_of_days: str) -> Response:
        asked = days_of(number_of_days)
        wallet = selectors.wallet_for(request.user.user_id, wallet_id)
        entries = selectors.recent_entries(wallet, days=asked, now=clock.now())
        return Response({"wallet_id": wallet_id, "transactions": [render.history_row(entry) for entry in entries]})


class WalletTransactionsView(CustomerAPIView):
    @documented(
        "Every movement, newest first",
        response=TRANSACTIONS,
        parameters=[
            OpenApiParameter("type", str, description="CREDIT, DEBIT or a purpose"),
            *TIMES,
            OpenApiParameter("limit", int),
            OpenApiParameter("cursor", int),
        ],
        errors=("NOT_FOUND",),
    )
    def get(self, request: CustomerRequest) -> Response:
        wanted = type_filter(query(TransactionsQuery, request).get("type"))
        entries = selectors.entries_of(selectors.wallet_of(request.user.user_id)).filter(**wanted)
        return keyset(request, time_range(request, entries, "at"), render.transaction, key="number")


class WalletPayView(CustomerAPIView):
    @documented(
        "Pay a registered hospital, clinic, pharmacy or lab",
        request=PayInput,
        response=PaidOutput,
        status=201,
        errors=("INSUFFICIENT_BALANCE", "FORBIDDEN", "NOT_FOUND", "IDEMPOTENCY_MISMATCH"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: CustomerRequest) -> Response:
        asked = PayInput.parse(request.data)
        user_id = request.user.user_id
        posted = services.pay_payee(
            **asked, user_id=user_id, business_key=f"pay:{user_id}:{request.idempotency_key or uuid7()}", now=clock.now()
        )
        shown = {name: asked[name] for name in ("payee_id", "purpose", "reference_id")}
        return Response(render.paid(posted, **shown), status=201)


class PayeesView(CustomerAPIView):
    @documented(
        "Payees that a health wallet may pay",
        response=page_of(PayeeOutput, name="Payee"),
        parameters=[OpenApiParameter("query", str, description="Words in name, city or category"), *PAGING],
    )
    def get(self, request: CustomerRequest) -> Response:
        return page(request, selectors.payees(query(PayeesQuery, request)["query"]), render.payee)
