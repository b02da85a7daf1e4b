"""The wallet for the back office: everything to be read, one thing to be done."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from aarokya.common import clock
from aarokya.common.errors import DomainError
from wallets.models import ContraAccount, Hold, IncomingReservation, Transfer, TransferRefusal, Wallet
from wallets.services import opening


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Money is looked at here and moved elsewhere."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False


@admin.register(Wallet)
class WalletAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "user",
        "kind",
        "status",
        "issuer_status",
        "standing",
        "tier",
        "own_balance",
        "others_balance",
        "created_at",
    )
    list_filter = ("status", "issuer_status", "standing", "tier")
    list_select_related = ("user", "kind")
    search_fields = ("id", "user__phone", "transcorp_wallet_id")
    ordering = ("-created_at", "id")
    actions = ("retry_provisioning",)

    @admin.action(description="Try again to open at the issuer", permissions=["view"])
    def retry_provisioning(self, request: HttpRequest, rows: QuerySet[Wallet]) -> None:
        for wallet in rows:
            self.retry(request, wallet)

    def retry(self, request: HttpRequest, wallet: Wallet) -> None:
        actor = f"staff:{request.user.get_username()}"
        try:
            opening.retry(wallet_id=wallet.pk, actor=actor, reason="retried from the back office", now=clock.now())
        except DomainError as refused:
            self.message_user(request, f"{wallet}: {refused.text}", messages.ERROR)
        else:
            self.message_user(request, f"{wallet}: is tried again", messages.SUCCESS)


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "at",
        "direction",
        "purpose_id",
        "own_amount",
        "others_amount",
        "source",
        "reference_type",
        "reference_id",
    )
    list_filter = ("direction", "purpose")
    search_fields = ("id", "reference_id", "wallet__user__phone")
    ordering = ("-at", "id")


@admin.register(TransferRefusal)
class TransferRefusalAdmin(ReadOnlyAdmin):
    list_display = ("id", "at", "reason", "amount", "purpose_id", "reference_type", "reference_id")
    list_filter = ("reason",)
    search_fields = ("id", "reference_id")
    ordering = ("-at", "id")


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    list_display = ("id", "at", "state", "purpose_id", "own_amount", "others_amount", "expires_at", "resolved_at")
    list_filter = ("state",)
    search_fields = ("id",)
    ordering = ("-at", "id")


@admin.register(IncomingReservation)
class IncomingReservationAdmin(ReadOnlyAdmin):
    list_display = ("order_id", "at", "state", "amount", "expires_at", "resolved_at")
    list_filter = ("state",)
    search_fields = ("order_id",)
    ordering = ("-at", "order_id")


@admin.register(ContraAccount)
class ContraAccountAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "city", "merchant_category", "created_at")
    list_filter = ("kind", "merchant_category")
    list_select_related = ("merchant_category",)
    search_fields = ("code", "name", "city")
    ordering = ("code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("kind")  # type: ignore[no-any-return]  # unfold ships no types
