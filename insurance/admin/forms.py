"""Forms of the action pages."""

from decimal import Decimal
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from aarokya.common.money import Money

RUPEES_MAX = Decimal(10**10)


class ReasonForm(forms.Form):
    """Every act has a reason in the audit log."""

    reason = forms.CharField(
        max_length=1000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), help_text="Goes into the audit log."
    )


class ActivateForm(ReasonForm):
    """What the insurer wrote on the policy."""

    external_policy_id = forms.CharField(max_length=100, label="Insurer's policy number", widget=UnfoldAdminTextInputWidget())
    start_date = forms.DateField(
        required=False, label="First day of cover", widget=UnfoldAdminSingleDateWidget(), help_text="Empty: today."
    )
    end_date = forms.DateField(
        required=False,
        label="Last day of cover",
        widget=UnfoldAdminSingleDateWidget(),
        help_text="Empty: the end of the plan's term.",
    )
    field_order = ("external_policy_id", "start_date", "end_date", "reason")


class ChooseForm(ReasonForm):
    """Which of the provider's patients the member is."""

    patient = forms.ChoiceField(widget=UnfoldAdminSelectWidget())
    field_order = ("patient", "reason")

    def __init__(self, *args: Any, candidates: list[dict[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [", ".join(f"{name} {value}" for name, value in candidate.items()) for candidate in candidates]
        self.fields["patient"].choices = list(enumerate(names))  # type: ignore[attr-defined]  # a ChoiceField has them


class RupeesField(forms.DecimalField):
    """Rupees on the screen, whole paise below: becomes Money."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"})
        super().__init__(min_value=Decimal(0), max_value=RUPEES_MAX, decimal_places=2, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Indian grouping is accepted: `1,09,500.00`."""
        return super().to_python(value.replace(",", "").replace("₹", "") if isinstance(value, str) else value)

    def clean(self, value: Any) -> Any:
        rupees = super().clean(value)
        return Money(0) if rupees is None else Money.from_rupees(str(rupees))

    def prepare_value(self, value: Any) -> Any:
        return value.as_rupees() if isinstance(value, Money) else value
