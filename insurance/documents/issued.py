"""What the holder of an issued policy gets besides the form: the policy schedule and the e-card."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.safestring import SafeString

from aarokya.common.clock import ist_day
from aarokya.common.documents import render_pdf
from insurance import cards
from insurance.documents import words
from insurance.documents.enrollment import EnrollmentForm, Issue

SCHEDULE_FILE = "policy_schedule.pdf"
SCHEDULE_TEMPLATE = "pdf/policy_schedule.html"
SCHEDULE_TITLE = "Policy Schedule"
CARD_FILE = "health_card.pdf"
CARD_TEMPLATE = "pdf/health_card.html"
CARD_TITLE = "Health Card"


@dataclass(frozen=True, slots=True)
class IssuedPolicy:
    """An issued form with its term, and the signed code of its card."""

    form: EnrollmentForm
    issue: Issue
    code: str

    @property
    def policy_id(self) -> UUID:
        return self.form.policy_id

    @property
    def prepared_at(self) -> datetime:
        return self.form.prepared_at

    @property
    def prepared_on(self) -> date:
        """Day in India."""
        return ist_day(self.form.prepared_at)

    @property
    def qr(self) -> SafeString:
        return cards.qr(self.code)

    @property
    def verify_url(self) -> str:
        return cards.verify_url(self.code)


def issued_policy(form: EnrollmentForm) -> IssuedPolicy:
    """Return the form with its card's code; ValueError for a preview, which nothing may vouch for."""
    if form.issue is None:
        raise ValueError("only an issued policy has a schedule and a card")
    card = cards.Card(
        policy_id=form.policy_id,
        number=form.issue.external_policy_id,
        plan_code=form.coverage.plan_code,
        start_date=form.issue.start_date,
        end_date=form.issue.end_date,
        members=len(form.members),
    )
    return IssuedPolicy(form=form, issue=form.issue, code=cards.sign(card))


def render_schedule(policy: IssuedPolicy, *, language: str = words.ENGLISH) -> bytes:
    """Return the policy schedule as PDF; the same policy gives the same bytes. OSError when Pango is missing."""
    return render(SCHEDULE_TEMPLATE, SCHEDULE_TITLE, policy, language)


def render_card(policy: IssuedPolicy, *, language: str = words.ENGLISH) -> bytes:
    """Return the e-card as PDF; the same policy gives the same bytes. OSError when Pango is missing."""
    return render(CARD_TEMPLATE, CARD_TITLE, policy, language)


def render(template: str, title: str, policy: IssuedPolicy, language: str) -> bytes:
    said = words.say(title, language)
    return render_pdf(template, policy, title=said, created_at=policy.prepared_at, language=language)
