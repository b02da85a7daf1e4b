"""Documents of insurance: what each shows as a frozen dataclass, and its rendering to PDF."""

from insurance.documents.enrollment import (
    ENROLLMENT_FORM_FILE,
    ENROLLMENT_FORM_PREVIEW_FILE,
    ENROLLMENT_FORM_TEMPLATE,
    ENROLLMENT_FORM_TITLE,
    Applicant,
    Coverage,
    EnrollmentForm,
    Issue,
    Member,
    Nominee,
    Premium,
    plan_in_words,
    render_enrollment_form,
)
from insurance.documents.issued import IssuedPolicy, render_card, render_schedule
from insurance.documents.words import ENGLISH, LANGUAGES, say

__all__ = [
    "ENGLISH",
    "ENROLLMENT_FORM_FILE",
    "ENROLLMENT_FORM_PREVIEW_FILE",
    "ENROLLMENT_FORM_TEMPLATE",
    "ENROLLMENT_FORM_TITLE",
    "LANGUAGES",
    "Applicant",
    "Coverage",
    "EnrollmentForm",
    "Issue",
    "IssuedPolicy",
    "Member",
    "Nominee",
    "Premium",
    "plan_in_words",
    "render_card",
    "render_enrollment_form",
    "render_schedule",
    "say",
]
