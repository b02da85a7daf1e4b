"""The forms of the plan editor: rupees on the screen, the API's document below."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from aarokya.common.money import Money
from aarokya.common.office.forms import ReasonForm, RupeesField
from insurance.models import BenefitProvider, BenefitType, DurationUnit, ProviderStatus

# How a row's fields are called in `benefit_details`, whose JSON schema judges what is typed here as it judges the API.
IN_SCHEMA = {
    "description": "description",
    "daily_premium": "daily_premium_amount",
    "annual_premium": "annual_premium_amount",
    "coverage": "coverage_amount",
    "sponsor_contribution": "sponsor_contribution",
    "grace_period_days": "grace_period_days",
    "questionnaire": "questionnaire",
}
FIELD_OF = {name: field for field, name in IN_SCHEMA.items()} | {"duration": "duration_length"}


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

    plan_code = forms.CharField(max_length=8, widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "2A1C"}))
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

    def clean_questionnaire(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["questionnaire"].splitlines() if line.strip()]

    def document(self) -> dict[str, Any]:
        """The row as `benefit_details.plans` has it: paise."""
        given = self.cleaned_data
        plan = {name: paise(given[field]) for field, name in IN_SCHEMA.items()}
        return plan | {"duration": {str(given["duration_unit"]).lower(): given["duration_length"]}}


def paise(value: Any) -> Any:
    return value.paise if isinstance(value, Money) else value


PlanFormSet = forms.formset_factory(PlanForm, extra=1, can_delete=True, max_num=40)
