"""The enrolment form: what an applicant checks before buying, and keeps once the policy is issued."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from aarokya.common.clock import ist_day
from aarokya.common.documents import render_pdf

ENROLLMENT_FORM_PREVIEW_FILE = "enrollment_form_preview.pdf"
ENROLLMENT_FORM_FILE = "enrollment_form.pdf"
ENROLLMENT_FORM_TEMPLATE = "pdf/enrollment_form.html"
ENROLLMENT_FORM_TITLE = "Enrolment Form"
PREVIEW_POLICY_ID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Applicant:
    """The person who buys; `phone` as stored (printed in full: it is their own form), `address` in one line, `email` or empty."""

    name: str
    gender: str
    date_of_birth: date
    phone: str
    address: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is bought: `sum_insured` in paise, `term` in words (`12 months`), `grace_period_days` None without grace."""

    provider: str
    benefit: str
    plan_code: str
    sum_insured: int
    term: str
    grace_period_days: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One covered person; `age` in whole years on the day of the form."""

    name: str
    relationship: str
    date_of_birth: date
    age: int
    gender: str


@dataclass(frozen=True, slots=True)
class Nominee:
    """Who receives what is payable after the applicant's death."""

    name: str
    relationship: str
    date_of_birth: date
    gender: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Premium:
    """Both ways to pay, in paise: each day, or once for the year."""

    daily: int
    annual: int


@dataclass(frozen=True, slots=True)
class Issue:
    """What the insurer says when it issues: its policy number, first and last day of cover."""

    external_policy_id: str
    start_date: date
    end_date: date


@dataclass(frozen=True, slots=True)
class EnrollmentForm:
    """All that the form shows. In a preview the banner is printed and `policy_id` is printed as zeros."""

    prepared_at: datetime
    applicant: Applicant
    coverage: Coverage
    members: tuple[Member, ...]
    premium: Premium
    nominee: Nominee | None = None
    policy_id: UUID = PREVIEW_POLICY_ID
    is_preview: bool = True
    issue: Issue | None = None

    @property
    def prepared_on(self) -> date:
        """Day in India."""
        return ist_day(self.prepared_at)

    @property
    def shown_policy_id(self) -> UUID:
        """The zeros until issue, so that no preview passes for a policy."""
        return PREVIEW_POLICY_ID if self.is_preview else self.policy_id

    @property
    def plan_in_words(self) -> str:
        return plan_in_words(self.coverage.plan_code)

    @property
    def grace_in_words(self) -> str:
        days = self.coverage.grace_period_days
        return f"{_counted(days, 'day', 'days')} after the last day" if days else "None"


def render_enrollment_form(form: EnrollmentForm) -> bytes:
    """Return the form as PDF; the same form gives the same bytes. OSError when Pango is missing."""
    return render_pdf(ENROLLMENT_FORM_TEMPLATE, form, title=ENROLLMENT_FORM_TITLE, created_at=form.prepared_at)


def plan_in_words(plan_code: str) -> str:
    """Return `2 adults, 1 child` for `2A1C`; the code itself when it is not of that shape."""
    counts = re.fullmatch(r"(\d+)A(?:(\d+)C)?", plan_code)
    if counts is None:
        return plan_code
    adults = _counted(int(counts[1]), "adult", "adults")
    return adults if counts[2] is None else f"{adults}, {_counted(int(counts[2]), 'child', 'children')}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
