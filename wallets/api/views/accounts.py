"""Accounts outside the wallet, and the wallet by user id."""

import re
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from aarokya.common import clock
from aarokya.common.api.idempotency import idempotent
from aarokya.common.api.pagination import keyset, page, query, time_range
from aarokya.common.api.permissions import require_self_or_staff
from aarokya.common.api.schema import documented, page_of
from aarokya.common.api.views import CustomerAPIView, CustomerRequest, SharedAPIView, SharedRequest, StaffAPIView, StaffRequest
from aarokya.common.errors import NotFound
from wallets import selectors
from wallets.api import render, render_accounts
from wallets.api.serializers.accounts import (
    AccountChangeInput,
    AccountInput,
    AccountOutput,
    AccountsQuery,
    AllAccountsQuery,
    UserBalanceOutput,
)
from wallets.api.serializers.wallet import TRANSACTIONS
from wallets.errors import HolderMalformed
from wallets.models import Account, AccountType, HolderKind
from wallets.services import external_accounts

HOLDER = re.compile(r"(user|sponsor):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
ACCOUNTS = page_of(AccountOutput, name="Account")
PAGING = [OpenApiParameter(name, str) for name in ("status", "account_type", "limit", "offset")]


def own(request: CustomerRequest, user_id: UUID) -> None:
    if request.user.user_id != user_id:
        raise NotFound


class UserAccountsView(CustomerAPIView):
    @documented(
        "Add an account; staff verify it before money goes there",
        request=AccountInput,
        response=AccountOutput,
        status=201,
        errors=("AE-802", "AE-803", "AE-807", "NOT_FOUND"),
        idempotent=True,
    )
    @idempotent
    def post(self, request: CustomerRequest, user_id: UUID) -> Response:
        own(request, user_id)
        asked = AccountInput.parse(request.data)
        made = external_accounts.add(
            account_id=request.resource_id,
            holder_kind=HolderKind.USER,
            holder_id=user_id,
            account_type=asked["account_type"],
            details=dict(asked["account_details"]),
            external_account_id=asked["external_account_id"],
            actor=request.user.actor,
            now=clock.now(),
        )
        return Response(render_accounts.account(made), status=201)

    @documented("My accounts", response=ACCOUNTS, parameters=PAGING, errors=("AE-807", "NOT_FOUND"))
    def get(self, request: CustomerRequest, user_id: UUID) -> Response:
        own(request, user_id)
        asked = query(AccountsQuery, request)
        refuse_illegal(HolderKind.USER, asked.get("account_type"))
        rows = Account.objects.filter(holder=f"user:{user_id}", **asked).order_by("-id")
        return page(request, rows, render_accounts.account)


class UserAccountView(CustomerAPIView):
    @documented("One of my accounts", response=AccountOutput, errors=("AE-801", "NOT_FOUND"))
    def get(self, request: CustomerRequest, user_id: UUID, account_id: UUID) -> Response:
        own(request, user_id)
        return Response(render_accounts.account(selectors.account_of(user_id, account_id)))


class AccountsView(StaffAPIView):
    groups: ClassVar[set[str]] = {"ops", "finance", "auditor"}

    @documented(
        "Everybody's accounts",
        response=ACCOUNTS,
        parameters=[*PAGING, *[OpenApiParameter(name, str) for name in ("holder", "holder_kind", "holder_id")]],
        errors=("AE-804", "AE-807"),
    )
    def get(self, request: StaffRequest) -> Response:
        wanted = filters_of(query(AllAccountsQuery, request))
        return page(request, Account.objects.filter(**wanted).order_by("-id"), render_accounts.masked_account)


class AccountView(StaffAPIView):
    groups: ClassVar[set[str]] = {"ops", "finance"}

    @documented("One account", response=AccountOutput, errors=("AE-801",))
    def get(self, request: StaffRequest, account_id: UUID) -> Response:  # noqa: ARG002 (the router's signature)
        return Response(render_accounts.masked_account(selectors.account(account_id)))

    @documented(
        "Verify or correct an account",
        request=AccountChangeInput,
        response=AccountOutput,
        errors=("AE-801", "AE-802", "AE-803", "INVALID_TRANSITION"),
    )
    def patch(self, request: StaffRequest, account_id: UUID) -> Response:
        fields = AccountChangeInput.parse(request.data)
        if "account_details" in fields:
            fields["account_details"] = dict(fields["account_details"])
        changed = external_accounts.change(account_id=account_id, fields=fields, actor=request.user.actor, now=clock.now())
        return Response(render_accounts.masked_account(changed))

    @documented("Withdraw an account; the row stays", response=AccountOutput, errors=("AE-801",))
    def delete(self, request: StaffRequest, account_id: UUID) -> Response:
        closed = external_accounts.close(account_id=account_id, actor=request.user.actor, now=clock.now())
        return Response(render_accounts.masked_account(closed))


def filters_of(asked: dict[str, Any]) -> dict[str, Any]:
    """The list's filters; HolderMalformed, IllegalAccount for a pair that cannot exist."""
    holder, kind, holder_id = (asked.pop(name, None) for name in ("holder", "holder_kind", "holder_id"))
    if holder is not None and not HOLDER.fullmatch(holder):
        raise HolderMalformed
    kind = kind or (HolderKind(holder.partition(":")[0]) if holder else None)
    if kind is not None:
        refuse_illegal(kind, asked.get("account_type"))
        asked["holder__startswith"] = f"{kind.value}:"
    if holder is not None:
        asked["holder"] = holder
    if holder_id is not None:
        asked["holder__endswith"] = f":{holder_id}"
    return asked


def refuse_illegal(kind: HolderKind, account_type: AccountType | None) -> None:
    if account_type is not None:
        external_accounts.refuse_illegal(kind, account_type)


class UserBalanceView(SharedAPIView):
    groups: ClassVar[set[str]] = {"ops", "support", "finance"}

    @documented("A user's balance and its pools", response=UserBalanceOutput, errors=("NOT_FOUND",))
    def get(self, request: SharedRequest, user_id: UUID) -> Response:
        require_self_or_staff(request, user_id)
        return Response(render_accounts.user_balance(selectors.wallet_of(user_id)))


class UserLedgerView(SharedAPIView):
    groups: ClassVar[set[str]] = {"ops", "support", "finance"}

    @documented(
        "A user's movements, newest first",
        response=TRANSACTIONS,
        parameters=[OpenApiParameter(name, str) for name in ("start_time", "end_time", "limit", "cursor")],
        errors=("NOT_FOUND",),
    )
    def get(self, request: SharedRequest, user_id: UUID) -> Response:
        require_self_or_staff(request, user_id)
        entries = selectors.entries_of(selectors.wallet_of(user_id))
        return keyset(request, time_range(request, entries, "at"), render.transaction, key="number")
