"""Forms of insurance's acts."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from aarokya.common.office.forms import ReasonForm


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
