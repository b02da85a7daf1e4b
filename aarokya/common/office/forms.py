"""Form fields that several apps' acts need."""

from decimal import Decimal
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from aarokya.common.money import Money

RUPEES_MAX = Decimal(10**10)


class ReasonForm(forms.Form):
    """Every act has a reason in the audit log."""

    reason = forms.CharField(
        min_length=3, max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), help_text="Goes into the audit log."
    )


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


class OptionalRupeesField(RupeesField):
    """The same where empty is an answer: becomes None."""

    def clean(self, value: Any) -> Any:
        return None if value in self.empty_values else super().clean(value)
