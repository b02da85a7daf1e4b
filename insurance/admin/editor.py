"""The plan editor: one row for each plan, rupees on the screen. Saving makes a new version."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from aarokya.common import clock
from aarokya.common.errors import DomainError
from aarokya.common.office import base
from aarokya.common.office.tables import table
from insurance import approvals, examples
from insurance.admin.plan_forms import FIELD_OF, NewBenefitForm, PlanFormSet, TermsForm
from insurance.models import Benefit, BenefitStatus, BenefitType, BenefitVersion
from insurance.plans import SHAPE
from insurance.services import catalogue, versions
from insurance.services.benefit_details import terms_from
from insurance.services.forms import term_in_words
from insurance.services.versions import Plan, Terms

FAMILY_HEADERS = ("Family", "Pays now", "Would pay")


def edit_page(admin: ModelAdmin, request: HttpRequest, benefit: Benefit) -> HttpResponse:
    """Edit the newest terms: first what would change is shown, then a version is added that waits to be published."""
    newest = max(benefit.versions.all(), key=lambda version: version.number)
    terms = versions.terms_of(newest)
    form = TermsForm(request.POST or None, initial={**vars(terms)})
    rows = PlanFormSet(request.POST or None, initial=[row_of(plan) for plan in terms.plans], prefix="plans")
    asked = asked_terms(BenefitType(benefit.benefit_type), form, rows) if request.method == "POST" else None
    asked = replace(asked, details=terms.details) if asked else None
    if asked is not None and "confirm" in request.POST:
        try:
            added = catalogue.draft(benefit, terms=asked, reason=reason_of(form), actor=base.actor_of(request), now=clock.now())
        except DomainError as refused:
            base.refuse(form, refused)
        else:
            messages.success(request, f"v{added.number} is kept. Ask a second person to publish it: until then nothing changes.")
            return HttpResponseRedirect(base.change_url(benefit))
    sold = versions.terms_of(benefit.current_version) if benefit.current_version else None
    return show(
        admin, request, title=f"Edit what is sold: {benefit}", form=form, rows=rows, benefit=benefit, asked=asked, sold=sold
    )


def create_page(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Create a draft; publishing it is another act."""
    form = NewBenefitForm(request.POST or None)
    rows = PlanFormSet(request.POST or None, prefix="plans")
    asked = created_terms(form, rows) if request.method == "POST" else None
    if asked is not None and "confirm" in request.POST:
        try:
            benefit = create(form, asked, actor=base.actor_of(request))
        except DomainError as refused:
            base.refuse(form, refused)
        else:
            messages.success(request, f"{benefit} is a draft. Publish it when it is right.")
            return HttpResponseRedirect(base.change_url(benefit))
    return show(admin, request, title="New benefit", form=form, rows=rows, benefit=None, asked=asked, sold=None)


def created_terms(form: forms.Form, rows: Any) -> Terms | None:
    if not form.is_valid():
        return None
    return asked_terms(BenefitType(form.cleaned_data["benefit_type"]), form, rows)


def create(form: forms.Form, terms: Terms, *, actor: str) -> Benefit:
    asked = form.cleaned_data
    return catalogue.create(
        provider=asked["provider"],
        name=asked["name"],
        benefit_type=BenefitType(asked["benefit_type"]),
        terms=terms,
        status=BenefitStatus.DRAFT,
        actor=actor,
        now=clock.now(),
    )


def asked_terms(benefit_type: BenefitType, form: forms.Form, rows: Any) -> Terms | None:
    """Return the terms as they were typed; None with the errors beside their fields."""
    if not (form.is_valid() and rows.is_valid()):
        return None
    kept = [row for row in rows.forms if not row.cleaned_data.get("DELETE") and row.cleaned_data.get("plan_code")]
    codes = [row.cleaned_data["plan_code"] for row in kept]
    for row in kept:
        if codes.count(row.cleaned_data["plan_code"]) > 1:
            row.add_error("plan_code", "stands here twice")
    if kept and benefit_type == BenefitType.CONSULTATION:
        form.add_error(None, "A consultation has no plans")
        return None
    document: dict[str, Any] = {"description": form.cleaned_data["description"]}
    if benefit_type == BenefitType.INSURANCE_POLICY:
        document |= {name: form.cleaned_data[name] for name in ("max_dependants", "includes_teleconsultation")}
        document["plans"] = {row.cleaned_data["plan_code"]: row.document() for row in kept}
    try:
        found = terms_from(benefit_type, document)
    except DomainError as refused:
        place(refused, form, kept)
        return None
    return found if all(row.is_valid() for row in kept) else None


def place(refused: DomainError, form: forms.Form, kept: list[Any]) -> None:
    """Put what the schema says beside the field it means; `benefit_details.plans.2A.coverage_amount` is one of a row."""
    for detail in refused.details:
        _, *path = detail.field.split(".")
        row = next((row for row in kept if path[:1] == ["plans"] and path[1:2] == [row.cleaned_data.get("plan_code")]), None)
        field = FIELD_OF.get(path[2]) if row is not None and len(path) > 2 else None
        if row is not None and field:
            row.add_error(field, detail.message)
        elif path == ["plans"]:
            misnamed(kept, form, detail.message)
        else:
            form.add_error(path[0] if path and path[0] in form.fields else None, detail.message)
    if not refused.details:
        form.add_error(None, refused.text)


def misnamed(kept: list[Any], form: forms.Form, message: str) -> None:
    """The plans as a whole: none, or one with a code that is none."""
    wrong = [row for row in kept if not SHAPE.fullmatch(row.cleaned_data["plan_code"])]
    for row in wrong:
        row.add_error("plan_code", "is no plan code such as 2A or 2A1C")
    if not wrong:
        form.add_error(None, message)


def reason_of(form: forms.Form) -> str:
    return str(form.cleaned_data["reason"])


def row_of(plan: Plan) -> dict[str, Any]:
    return {**vars(plan), "questionnaire": "\n".join(plan.questionnaire)}


def show(
    admin: ModelAdmin,
    request: HttpRequest,
    *,
    title: str,
    form: forms.Form,
    rows: Any,
    benefit: Benefit | None,
    asked: Terms | None,
    sold: Terms | None,
) -> HttpResponse:
    """The page; with `asked` what would change, and what example families would pay."""
    context = {
        **admin.admin_site.each_context(request),
        "title": title,
        "form": form,
        "rows": rows,
        "opts": admin.model._meta,
        "original": benefit,
        "back": base.change_url(benefit) if benefit else "..",
        "media": admin.media + form.media + rows.media,
        "changes": approvals.differing(sold, asked) if asked else (),
        "families": table(FAMILY_HEADERS, examples.compared(sold, asked)) if asked and asked.plans else "",
        "asked": asked,
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
