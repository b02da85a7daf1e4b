"""The wallet for the back office: everything to be read; what two people decide is decided under Approvals."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from aarokya.common import clock
from aarokya.common.office.base import ListAct, LookOnly, actor_of, row_of, run, run_on_rows
from aarokya.common.office.decorators import action
from wallets.admin import acts
from wallets.models import (
    Adjustment,
    ContraAccount,
    ContributionBatch,
    Difference,
    Hold,
    IncomingReservation,
    ProviderOrder,
    ProvisioningStatus,
    RecurringContribution,
    Settlement,
    Sponsor,
    Transfer,
    TransferRefusal,
    Wallet,
    Withdrawal,
)
from wallets.services import opening


@admin.register(Wallet)
class WalletAdmin(LookOnly):
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

    @admin.action(description="Try again to open at the issuer", permissions=["ops"])
    def retry_provisioning(self, request: HttpRequest, rows: QuerySet[Wallet]) -> HttpResponse | None:
        """Fresh tries for wallets the issuer did not open."""

        def perform(wallet: Wallet, reason: str) -> str:
            opening.retry(wallet_id=wallet.pk, actor=actor_of(request), reason=reason, now=clock.now())
            return "is tried again"

        def effect(wallet: Wallet) -> str:
            failed = wallet.status == ProvisioningStatus.FAILED
            return "a fresh set of tries; the issuer never gets a second wallet" if failed else "refused: it has not failed"

        act = ListAct(
            title="Try again to open wallets",
            verb="Try again",
            effect=effect,
            perform=perform,
            advice="Look at the last error first: an outage passes by itself, refused details do not.",
        )
        return run_on_rows(self, request, rows, act)


@admin.register(Transfer)
class TransferAdmin(LookOnly):
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
class TransferRefusalAdmin(LookOnly):
    list_display = ("id", "at", "reason", "amount", "purpose_id", "reference_type", "reference_id")
    list_filter = ("reason",)
    search_fields = ("id", "reference_id")
    ordering = ("-at", "id")


@admin.register(Hold)
class HoldAdmin(LookOnly):
    list_display = ("id", "at", "state", "purpose_id", "own_amount", "others_amount", "expires_at", "resolved_at")
    list_filter = ("state",)
    search_fields = ("id",)
    ordering = ("-at", "id")


@admin.register(IncomingReservation)
class IncomingReservationAdmin(LookOnly):
    list_display = ("order_id", "at", "state", "amount", "expires_at", "resolved_at")
    list_filter = ("state",)
    search_fields = ("order_id",)
    ordering = ("-at", "order_id")


@admin.register(ContraAccount)
class ContraAccountAdmin(LookOnly):
    list_display = ("code", "name", "city", "merchant_category", "created_at")
    list_filter = ("kind", "merchant_category")
    list_select_related = ("merchant_category",)
    search_fields = ("code", "name", "city")
    ordering = ("code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("kind")  # type: ignore[no-any-return]  # unfold ships no types


@admin.register(Difference)
class DifferenceAdmin(LookOnly):
    """The queue of wallets that are not what the issuer says."""

    actions_detail = ("adjust",)
    list_display = ("wallet_id", "ours", "theirs", "status", "found_at", "seen_at")
    list_filter = ("status",)
    search_fields = ("id", "wallet_id")
    ordering = ("-found_at", "id")

    @action(description="Ask for an adjustment", url_path="adjust", permissions=["finance"], icon="rule")
    def adjust(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Bring one book to what the other says; a second person agrees first."""
        return run(self, request, acts.adjustment(request, row_of(self, request, object_id)))


@admin.register(Adjustment)
class AdjustmentAdmin(LookOnly):
    list_display = ("id", "book", "direction", "pool", "amount", "reason", "status", "requested_by", "decided_by")
    list_filter = ("status", "book")
    search_fields = ("id", "difference__wallet_id")
    ordering = ("-created_at", "id")


@admin.register(Sponsor)
class SponsorAdmin(LookOnly):
    list_display = ("name", "slug", "kind", "status", "created_at")
    list_filter = ("status", "kind")
    search_fields = ("name", "slug")
    exclude = ("details",)
    ordering = ("name", "id")


@admin.register(ContributionBatch)
class ContributionBatchAdmin(LookOnly):
    list_display = ("id", "sponsor", "total", "note", "created_by", "created_at")
    list_select_related = ("sponsor",)
    ordering = ("-created_at", "id")


@admin.register(RecurringContribution)
class RecurringContributionAdmin(LookOnly):
    list_display = ("id", "sponsor", "amount", "interval", "next_on", "status", "last_refusal")
    list_filter = ("status", "interval")
    list_select_related = ("sponsor",)
    ordering = ("next_on", "id")


@admin.register(Withdrawal)
class WithdrawalAdmin(LookOnly):
    """The queue of payouts: taken out by one, paid by another."""

    actions_detail = ("take_out", "refuse", "came_back")

    list_display = ("id", "amount", "status", "approved_by", "settled_by", "bank_reference", "created_at")
    list_filter = ("status",)
    search_fields = ("id", "bank_reference")
    ordering = ("-created_at", "id")

    @action(description="Take out of the wallet", url_path="take-out", permissions=["finance"], icon="output")
    def take_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The first person's yes."""
        return run(self, request, acts.release(request, row_of(self, request, object_id)))

    @action(description="Refuse", url_path="refuse", permissions=["finance"], icon="block")
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The money is free again."""
        return run(self, request, acts.refusal(request, row_of(self, request, object_id)))

    @action(description="The bank returned it", url_path="came-back", permissions=["finance"], icon="undo")
    def came_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Own money again."""
        return run(self, request, acts.returning(request, row_of(self, request, object_id)))


@admin.register(ProviderOrder)
class ProviderOrderAdmin(LookOnly):
    list_display = ("order_number", "provider_name", "benefit_entity_id", "amount", "status", "refusal", "created_at")
    list_filter = ("status",)
    search_fields = ("order_number", "benefit_entity_id")
    ordering = ("-created_at", "id")


@admin.register(Settlement)
class SettlementAdmin(LookOnly):
    list_display = ("id", "contra", "until", "transfers", "amount", "status", "drawn_up_by", "paid_by", "bank_reference")
    list_filter = ("status",)
    list_select_related = ("contra",)
    ordering = ("-until", "id")
