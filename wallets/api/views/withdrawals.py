"""Withdrawals: asked for by the holder, decided by finance."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import page, query
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import CustomerAPIView, CustomerRequest, StaffAPIView, StaffRequest
from wallets.api.render_accounts import withdrawal as shown
from wallets.api.serializers.accounts import BankReferenceInput, WithdrawalInput, WithdrawalOutput, WithdrawalsQuery
from wallets.api.serializers.reconciliation import ReasonInput
from wallets.models import Withdrawal
from wallets.services import withdrawals

WITHDRAWALS = page_of(WithdrawalOutput, name="Withdrawal")
PAGING = [OpenApiParameter(name, str) for name in ("status", "limit", "offset")]
DECIDING = ("NOT_FOUND", "INVALID_TRANSITION", "FORBIDDEN", "CONFLICT")


class MyWithdrawalsView(CustomerAPIView):
    @documented(
        "Have own money paid to a verified bank account of mine",
        request=WithdrawalInput,
        response=WithdrawalOutput,
        status=201,
        errors=("AE-801", "AE-805", "INSUFFICIENT_BALANCE", "FORBIDDEN"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: CustomerRequest) -> Response:
        asked = WithdrawalInput.parse(request.data)
        made = withdrawals.request(**asked, withdrawal_id=request.resource_id, user_id=request.user.user_id, now=clock.now())
        return Response(shown(made), status=201)

    @documented("My withdrawals, newest first", response=WITHDRAWALS, parameters=PAGING)
    def get(self, request: CustomerRequest) -> Response:
        rows = Withdrawal.objects.filter(user_id=request.user.user_id, **query(WithdrawalsQuery, request))
        return page(request, rows.order_by("-id"), shown)


class MyWithdrawalCancelView(CustomerAPIView):
    @documented("Take a withdrawal back that nobody has decided", response=WithdrawalOutput, errors=DECIDING[:2])
    def post(self, request: CustomerRequest, withdrawal_id: UUID) -> Response:
        return Response(shown(withdrawals.cancel(withdrawal_id=withdrawal_id, user_id=request.user.user_id, now=clock.now())))


class WithdrawalsView(StaffAPIView):
    groups: ClassVar[set[str]] = {"finance", "ops", "auditor"}

    @documented("Everybody's withdrawals", response=WITHDRAWALS, parameters=PAGING)
    def get(self, request: StaffRequest) -> Response:
        return page(request, Withdrawal.objects.filter(**query(WithdrawalsQuery, request)).order_by("-id"), shown)


class FinanceView(StaffAPIView):
    groups: ClassVar[set[str]] = {"finance"}


class WithdrawalApprovalView(FinanceView):
    @documented("Approve and take the money out of the wallet", response=WithdrawalOutput, errors=DECIDING, idempotent=True)
    @idempotent
    def post(self, request: StaffRequest, withdrawal_id: UUID) -> Response:
        return Response(shown(withdrawals.approve(withdrawal_id=withdrawal_id, actor=request.user.actor, now=clock.now())))


class WithdrawalConfirmationView(FinanceView):
    @documented(
        "Confirm, as a second person, that the bank has paid",
        request=BankReferenceInput,
        response=WithdrawalOutput,
        errors=DECIDING,
        idempotent=True,
    )
    @idempotent
    def post(self, request: StaffRequest, withdrawal_id: UUID) -> Response:
        asked = BankReferenceInput.parse(request.data)
        done = withdrawals.confirm(withdrawal_id=withdrawal_id, actor=request.user.actor, now=clock.now(), **asked)
        return Response(shown(done))


class WithdrawalFailureView(FinanceView):
    @documented("The bank returned it", request=ReasonInput, response=WithdrawalOutput, errors=DECIDING, idempotent=True)
    @idempotent
    def post(self, request: StaffRequest, withdrawal_id: UUID) -> Response:
        asked = ReasonInput.parse(request.data)
        done = withdrawals.fail(withdrawal_id=withdrawal_id, actor=request.user.actor, now=clock.now(), **asked)
        return Response(shown(done))


class WithdrawalRejectionView(FinanceView):
    @documented("Refuse a request", request=ReasonInput, response=WithdrawalOutput, errors=DECIDING, idempotent=True)
    @idempotent
    def post(self, request: StaffRequest, withdrawal_id: UUID) -> Response:
        asked = ReasonInput.parse(request.data)
        done = withdrawals.reject(withdrawal_id=withdrawal_id, actor=request.user.actor, now=clock.now(), **asked)
        return Response(shown(done))
