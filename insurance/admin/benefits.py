"""The catalogue in the back office: providers, benefits, and the editor of what is sold."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.safestring import SafeString
from unfold.enums import ActionVariant

from aarokya.common import clock
from aarokya.common.office import base
from aarokya.common.office.base import ActionPage, Effect
from aarokya.common.office.decorators import action, display
from aarokya.common.office.forms import ReasonForm
from aarokya.common.office.tables import table
from insurance import approvals
from insurance.admin import editor
from insurance.models import Benefit, BenefitProvider, BenefitStatus, BenefitVersion, ProviderStatus
from insurance.services import catalogue, providers

COLOURS = {"ACTIVE": "success", "DRAFT": "info", "INACTIVE": "warning"}


@admin.register(BenefitProvider)
class BenefitProviderAdmin(base.LookOnly):
    list_display = ("name", "state", "created_at")
    list_filter = ("status",)
    search_fields = ("name",)
    actions_detail = ("switch",)

    @display(description="Status", ordering="status", label=COLOURS)
    def state(self, provider: BenefitProvider) -> str:
        return str(provider.status)

    @action(description="Withdraw or bring back", url_path="switch", permissions=["ops"], icon="toggle_on")
    def switch(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take all of a provider's benefits off the shelf, or put them back."""
        return base.run(self, request, switching(request, get_object_or_404(BenefitProvider, pk=base.uuid_of(object_id))))


@admin.register(Benefit)
class BenefitAdmin(base.LookOnly):
    list_display = ("name", "provider", "benefit_type", "state", "sold", "waiting", "last_modified_at")
    list_filter = ("status", "benefit_type", "provider")
    search_fields = ("name", "provider__name")
    ordering = ("provider__name", "name")
    actions_list = ("new",)
    actions_detail = ("edit_plans", "publish", "withdraw")
    fieldsets = (
        (None, {"fields": ("name", "provider", "benefit_type", "state", "words", "limits")}),
        ("Plans on sale", {"fields": ("plans",)}),
        ("Waits to be published", {"fields": ("next",)}),
        ("Versions", {"fields": ("history",)}),
        ("For the record", {"fields": ("id", "created_at", "last_modified_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Benefit]:
        rows = super().get_queryset(request).select_related("provider", "current_version")
        return rows.prefetch_related("versions__variants")  # type: ignore[no-any-return]

    @display(description="Status", ordering="status", label=COLOURS)
    def state(self, benefit: Benefit) -> str:
        return str(benefit.status)

    @display(description="On sale")
    def sold(self, benefit: Benefit) -> str:
        codes = ", ".join(variant.plan_code for variant in current(benefit).variants.all()) if benefit.current_version else ""
        return f"v{benefit.current_version.number} {codes}".strip() if benefit.current_version else "nothing"

    @display(description="Waiting", label="warning")
    def waiting(self, benefit: Benefit) -> str | None:
        """A version that is newer than what is sold."""
        newest = latest(benefit)
        return f"v{newest.number} to publish" if newest and newest.pk != benefit.current_version_id else None

    @display(description="Description")
    def words(self, benefit: Benefit) -> str:
        return current(benefit).description if benefit.current_version else ""

    @display(description="Most dependants")
    def limits(self, benefit: Benefit) -> str:
        most = current(benefit).max_dependants if benefit.current_version else None
        return "as the plans say" if most is None else str(most)

    @display(description="Plans")
    def plans(self, benefit: Benefit) -> SafeString:
        return editor.plans_table(current(benefit)) if benefit.current_version else table((), ())

    @display(description="What changes")
    def next(self, benefit: Benefit) -> SafeString:
        """The newest version beside the one on sale, value by value, and what families would pay."""
        newest = latest(benefit)
        if newest is None or newest.pk == benefit.current_version_id:
            return table((), ())
        shown = approvals.preview(benefit.current_version, newest)
        return table(("", "On sale", f"v{newest.number}"), [(one["name"], one["before"], one["after"]) for one in shown])

    @display(description="Versions")
    def history(self, benefit: Benefit) -> SafeString:
        rows = sorted(benefit.versions.all(), key=lambda version: -version.number)
        cells = [
            (
                f"v{row.number}",
                f"{clock.ist_day(row.created_at):%d %b %Y}",
                ", ".join(f"{plan.plan_code} {plan.annual_premium}" for plan in row.variants.all()),
            )
            for row in rows
        ]
        return table(("Version", "Made", "Plans, a year"), cells)

    @action(description="New benefit", url_path="new", permissions=["ops"], icon="add")
    def new(self, request: HttpRequest) -> HttpResponse:
        """Create a draft."""
        return editor.create_page(self, request)

    @action(description="Edit what is sold", url_path="plans", permissions=["ops"], icon="edit", variant=ActionVariant.PRIMARY)
    def edit_plans(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a new version."""
        return editor.edit_page(self, request, get_object_or_404(self.get_queryset(request), pk=base.uuid_of(object_id)))

    @action(description="Publish", url_path="publish", permissions=["ops"], icon="storefront")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put the newest version on sale."""
        return base.run(
            self, request, publishing(request, get_object_or_404(self.get_queryset(request), pk=base.uuid_of(object_id)))
        )

    @action(description="Withdraw", url_path="withdraw", permissions=["ops"], icon="block", variant=ActionVariant.DANGER)
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take it off the shelf."""
        return base.run(self, request, withdrawal(request, get_object_or_404(Benefit, pk=base.uuid_of(object_id))))


def current(benefit: Benefit) -> BenefitVersion:
    """Return the version on sale out of the versions that are loaded."""
    return next(version for version in benefit.versions.all() if version.pk == benefit.current_version_id)


def latest(benefit: Benefit) -> BenefitVersion | None:
    return max(benefit.versions.all(), key=lambda version: version.number, default=None)


def publishing(request: HttpRequest, benefit: Benefit) -> ActionPage:
    newest = latest(benefit)

    def effects(_asked: dict[str, Any]) -> list[Effect]:
        before = f"v{current(benefit).number}" if benefit.current_version else "nothing"
        number = f"v{newest.number}" if newest else "nothing"
        shown = approvals.preview(benefit.current_version, newest) if newest else []
        return [
            Effect(name="Now", after="nothing changes; a second person looks at this first"),
            Effect(name="Once they agree", before=str(benefit.status), after="ACTIVE: customers see and buy it"),
            Effect(name="On sale", before=before, after=number),
            Effect(name="Policies", after="those already sold keep their plan and price"),
            *(Effect(name=one["name"], before=one["before"], after=one["after"]) for one in shown),
        ]

    def perform(asked: dict[str, Any]) -> str:
        actor, now = base.actor_of(request), clock.now()
        approvals.ask_to_publish(benefit, newest, reason=asked["reason"], actor=actor, now=now)
        return f"{benefit.name} waits for a second person, under Approvals."

    return page(request, benefit, "Publish", effects, perform)


def withdrawal(request: HttpRequest, benefit: Benefit) -> ActionPage:
    def effects(_asked: dict[str, Any]) -> list[Effect]:
        return [
            Effect(name="Status", before=str(benefit.status), after="INACTIVE: nobody can buy it", warning=True),
            Effect(name="Policies", after="those already sold go on"),
        ]

    def perform(asked: dict[str, Any]) -> str:
        catalogue.change(
            benefit, status=BenefitStatus.INACTIVE, reason=asked["reason"], actor=base.actor_of(request), now=clock.now()
        )
        return f"{benefit.name} is withdrawn."

    return page(request, benefit, "Withdraw", effects, perform)


def switching(request: HttpRequest, provider: BenefitProvider) -> ActionPage:
    to = ProviderStatus.INACTIVE if provider.status == ProviderStatus.ACTIVE else ProviderStatus.ACTIVE

    def effects(_asked: dict[str, Any]) -> list[Effect]:
        number = provider.benefits.filter(status=BenefitStatus.ACTIVE).count()
        after = f"{number} off the shelf" if to == ProviderStatus.INACTIVE else f"{number} back on the shelf"
        return [
            Effect(name="Status", before=str(provider.status), after=str(to), warning=True),
            Effect(name="Benefits", after=after),
        ]

    def perform(asked: dict[str, Any]) -> str:
        providers.change(provider, status=to, reason=asked["reason"], actor=base.actor_of(request), now=clock.now())
        return f"{provider.name} is {to.label.lower()}."

    return page(request, provider, to.label, effects, perform)


def page(request: HttpRequest, row: Any, verb: str, effects: Any, perform: Any) -> ActionPage:
    form, danger = ReasonForm(request.POST or None), verb == "Withdraw"
    facts = [("Name", str(row)), ("Status", str(row.status))]
    return ActionPage(
        title=f"{verb}: {row}", verb=verb, row=row, form=form, effects=effects, perform=perform, facts=facts, danger=danger
    )
