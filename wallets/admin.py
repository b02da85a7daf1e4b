"""The wallet for the back office: everything to be read, one thing to be done."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from aarokya.common import clock
from aarokya.common.errors import DomainError
from wallets.models import (
    Adjustment,
    ContraAccount,
    ContributionBatch,
    Difference,
    Hold,
    IncomingReservation,
    ProviderOrder,
    RecurringContribution,
    Settlement,
    Sponsor,
    Transfer,
    TransferRefusal,
    Wallet,
    Withdrawal,
)
from wallets.services import adjusting, opening


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

    def has_ops_permission(self, request: HttpRequest) -> bool:
        """Who only looks does not try again."""
        user: Any = request.user
        return bool(user.is_superuser or user.groups.filter(name="ops").exists())

    @admin.action(description="Try again to open at the issuer", permissions=["ops"])
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


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    """The queue of wallets that are not what the issuer says; adjustments are asked for through the API."""

    list_display = ("wallet_id", "ours", "theirs", "status", "found_at", "seen_at")
    list_filter = ("status",)
    search_fields = ("id", "wallet_id")
    ordering = ("-found_at", "id")


@admin.register(Adjustment)
class AdjustmentAdmin(ReadOnlyAdmin):
    list_display = ("id", "book", "direction", "pool", "amount", "reason", "status", "requested_by", "decided_by")
    list_filter = ("status", "book")
    search_fields = ("id", "difference__wallet_id")
    ordering = ("-created_at", "id")
    actions = ("approve",)

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Finance; who asked is refused further down, and by the database."""
        user: Any = request.user
        return bool(user.is_superuser or user.groups.filter(name="finance").exists())

    @admin.action(description="Approve and carry out", permissions=["approve"])
    def approve(self, request: HttpRequest, rows: QuerySet[Adjustment]) -> None:
        for adjustment in rows:
            actor = f"staff:{request.user.get_username()}"
            try:
                adjusting.approve(adjustment_id=adjustment.pk, actor=actor, now=clock.now())
            except DomainError as refused:
                self.message_user(request, f"{adjustment}: {refused.text}", messages.ERROR)
            else:
                self.message_user(request, f"{adjustment}: approved", messages.SUCCESS)


@admin.register(Sponsor)
class SponsorAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "kind", "status", "created_at")
    list_filter = ("status", "kind")
    search_fields = ("name", "slug")
    exclude = ("details",)
    ordering = ("name", "id")


@admin.register(ContributionBatch)
class ContributionBatchAdmin(ReadOnlyAdmin):
    list_display = ("id", "sponsor", "total", "note", "created_by", "created_at")
    list_select_related = ("sponsor",)
    ordering = ("-created_at", "id")


@admin.register(RecurringContribution)
class RecurringContributionAdmin(ReadOnlyAdmin):
    list_display = ("id", "sponsor", "amount", "interval", "next_on", "status", "last_refusal")
    list_filter = ("status", "interval")
    list_select_related = ("sponsor",)
    ordering = ("next_on", "id")


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnlyAdmin):
    """The queue of payouts; finance decides through the API."""

    list_display = ("id", "amount", "status", "approved_by", "settled_by", "bank_reference", "created_at")
    list_filter = ("status",)
    search_fields = ("id", "bank_reference")
    ordering = ("-created_at", "id")


@admin.register(ProviderOrder)
class ProviderOrderAdmin(ReadOnlyAdmin):
    list_display = ("order_number", "provider_name", "benefit_entity_id", "amount", "status", "refusal", "created_at")
    list_filter = ("status",)
    search_fields = ("order_number", "benefit_entity_id")
    ordering = ("-created_at", "id")


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin):
    list_display = ("id", "contra", "until", "transfers", "amount", "status", "drawn_up_by", "paid_by", "bank_reference")
    list_filter = ("status",)
    list_select_related = ("contra",)
    ordering = ("-until", "id")
