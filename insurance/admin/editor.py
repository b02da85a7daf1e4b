"""The plan editor: one row for each plan, rupees on the screen. Saving makes a new version."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from aarokya.common import clock
from aarokya.common.errors import DomainError
from aarokya.common.office import base
from aarokya.common.office.forms import ReasonForm, RupeesField
from aarokya.common.office.tables import table
from insurance.models import Benefit, BenefitProvider, BenefitStatus, BenefitType, BenefitVersion, DurationUnit, ProviderStatus
from insurance.services import catalogue, versions
from insurance.services.forms import term_in_words
from insurance.services.versions import Plan, Terms

AMOUNTS = ("daily_premium", "annual_premium", "coverage")


class TermsForm(ReasonForm):
    """What holds for all plans."""

    description = forms.CharField(max_length=2000, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))
    max_dependants = forms.IntegerField(
        min_value=0,
        max_value=20,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="Beside the policyholder. Empty: as the plans say.",
    )
    includes_teleconsultation = forms.BooleanField(required=False)
    field_order: tuple[str, ...] = ("description", "max_dependants", "includes_teleconsultation", "reason")


class NewBenefitForm(TermsForm):
    """A benefit that is not there yet."""

    name = forms.CharField(max_length=255, widget=UnfoldAdminTextInputWidget())
    provider = forms.ModelChoiceField(
        BenefitProvider.objects.filter(status=ProviderStatus.ACTIVE), widget=UnfoldAdminSelectWidget()
    )
    benefit_type = forms.ChoiceField(
        choices=BenefitType.choices, initial=BenefitType.INSURANCE_POLICY, widget=UnfoldAdminSelectWidget()
    )
    field_order: tuple[str, ...] = ("name", "provider", "benefit_type", *TermsForm.field_order)


class PlanForm(forms.Form):
    """One row."""

    plan_code = forms.RegexField(
        r"^\d{1,2}A(\d{1,2}C)?$", max_length=8, widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "2A1C"})
    )
    description = forms.CharField(max_length=500, required=False, widget=UnfoldAdminTextInputWidget())
    daily_premium = RupeesField(label="A day, ₹")
    annual_premium = RupeesField(label="A year, ₹")
    coverage = RupeesField(label="Cover, ₹")
    sponsor_contribution = RupeesField(label="Sponsor a year, ₹", required=False)
    grace_period_days = forms.IntegerField(
        min_value=0, max_value=365, required=False, label="Grace, days", widget=UnfoldAdminIntegerFieldWidget()
    )
    duration_length = forms.IntegerField(
        min_value=1, max_value=3660, initial=1, label="Term", widget=UnfoldAdminIntegerFieldWidget()
    )
    duration_unit = forms.ChoiceField(
        choices=DurationUnit.choices, initial=DurationUnit.YEARS, label="Unit", widget=UnfoldAdminSelectWidget()
    )
    questionnaire = forms.CharField(
        required=False, label="Questions, one a line", widget=UnfoldAdminTextareaWidget(attrs={"rows": 1})
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for name in AMOUNTS:
            if name in found and not found[name]:
                self.add_error(name, "must be more than nothing")
        return found

    def clean_questionnaire(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["questionnaire"].splitlines() if line.strip()]

    def plan(self) -> Plan:
        return Plan(**{name: self.cleaned_data[name] for name in Plan.__dataclass_fields__ if name in self.cleaned_data})


PlanFormSet = forms.formset_factory(PlanForm, extra=1, can_delete=True, max_num=40)


def edit_page(admin: ModelAdmin, request: HttpRequest, benefit: Benefit) -> HttpResponse:
    """Edit the newest terms; a change becomes the version on sale."""
    newest = max(benefit.versions.all(), key=lambda version: version.number)
    terms = versions.terms_of(newest)
    form = TermsForm(request.POST or None, initial={**vars(terms)})
    rows = PlanFormSet(request.POST or None, initial=[row_of(plan) for plan in terms.plans], prefix="plans")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            catalogue.change(
                benefit, terms=asked_terms(form, rows), reason=reason_of(form), actor=base.actor_of(request), now=clock.now()
            )
        except DomainError as refused:
            base.refuse(form, refused)
        else:
            messages.success(request, f"{benefit} is sold as v{newest_number(benefit)} from now on.")
            return HttpResponseRedirect(base.change_url(benefit))
    return show(admin, request, title=f"Edit what is sold: {benefit}", form=form, rows=rows, benefit=benefit)


def create_page(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Create a draft; publishing it is another act."""
    form = NewBenefitForm(request.POST or None)
    rows = PlanFormSet(request.POST or None, prefix="plans")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            benefit = create(form, rows, actor=base.actor_of(request))
        except DomainError as refused:
            base.refuse(form, refused)
        else:
            messages.success(request, f"{benefit} is a draft. Publish it when it is right.")
            return HttpResponseRedirect(base.change_url(benefit))
    return show(admin, request, title="New benefit", form=form, rows=rows, benefit=None)


def create(form: forms.Form, rows: Any, *, actor: str) -> Benefit:
    asked = form.cleaned_data
    return catalogue.create(
        provider=asked["provider"],
        name=asked["name"],
        benefit_type=BenefitType(asked["benefit_type"]),
        terms=asked_terms(form, rows),
        status=BenefitStatus.DRAFT,
        actor=actor,
        now=clock.now(),
    )


def asked_terms(form: forms.Form, rows: Any) -> Terms:
    kept = [row for row in rows.forms if row.has_changed() or row.initial]
    plans = tuple(row.plan() for row in kept if not row.cleaned_data.get("DELETE") and row.cleaned_data.get("plan_code"))
    names = ("description", "max_dependants", "includes_teleconsultation")
    return Terms(plans=plans, **{name: form.cleaned_data[name] for name in names})


def reason_of(form: forms.Form) -> str:
    return str(form.cleaned_data["reason"])


def newest_number(benefit: Benefit) -> int:
    return BenefitVersion.objects.filter(benefit=benefit).count()


def row_of(plan: Plan) -> dict[str, Any]:
    return {**vars(plan), "questionnaire": "\n".join(plan.questionnaire)}


def show(
    admin: ModelAdmin, request: HttpRequest, *, title: str, form: forms.Form, rows: Any, benefit: Benefit | None
) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "title": title,
        "form": form,
        "rows": rows,
        "opts": admin.model._meta,
        "original": benefit,
        "back": base.change_url(benefit) if benefit else "..",
        "media": admin.media + form.media + rows.media,
    }
    return TemplateResponse(request, "admin/insurance/editor.html", context)


def plans_table(version: BenefitVersion) -> SafeString:
    """Return the plans of a version, money in Indian grouping."""
    headers = ("Plan", "Description", "A day", "A year", "Cover", "Grace", "Term")
    rows = [
        (
            plan.plan_code,
            plan.description,
            str(plan.daily_premium),
            str(plan.annual_premium),
            str(plan.coverage),
            f"{plan.grace_period_days} days" if plan.grace_period_days else "none",
            term_in_words(plan),
        )
        for plan in version.variants.all()
    ]
    return table(headers, rows)
