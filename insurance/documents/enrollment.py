"""The enrolment form: what an applicant checks before buying, and keeps once the policy is issued."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from aarokya.common.clock import ist_day
from aarokya.common.documents import render_pdf
from insurance.documents import words

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
    description: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One covered person; `age` in whole years on the day of the form."""

    name: str
    relationship: str
    date_of_birth: date
    age: int
    gender: str
    record_number: str = ""  # the provider's, once there is one


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


def render_enrollment_form(form: EnrollmentForm, *, language: str = words.ENGLISH) -> bytes:
    """Return the form as PDF; the same form gives the same bytes. OSError when Pango is missing."""
    title = words.say(ENROLLMENT_FORM_TITLE, language)
    return render_pdf(ENROLLMENT_FORM_TEMPLATE, form, title=title, created_at=form.prepared_at, language=language)


def plan_in_words(plan_code: str) -> str:
    """Return `2 adults, 1 child` for `2A1C`; the code itself when it is not of that shape."""
    return words.plan(plan_code, words.ENGLISH)
