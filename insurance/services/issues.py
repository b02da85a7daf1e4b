"""Issued policies and their documents: frozen at issue, hashed when handed out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from insurance import documents
from insurance.documents import issued, snapshots
from insurance.errors import PolicyNotIssued
from insurance.models import ISSUED, DocumentKind, IssuedDocument, Policy, PolicyIssue
from insurance.services import forms

RENDERERS: dict[DocumentKind, Callable[..., bytes]] = {
    DocumentKind.SCHEDULE: documents.render_schedule,
    DocumentKind.CARD: documents.render_card,
}


def freeze(policy: Policy, *, now: datetime) -> PolicyIssue:
    """Keep the policy as it is issued now; the caller holds the policy's row."""
    form, term = forms.issued_form(policy, now=now), forms.issue(policy)
    return PolicyIssue.objects.create(
        policy=policy,
        number=policy.issues.count() + 1,
        external_policy_id=term.external_policy_id,
        start_date=term.start_date,
        end_date=term.end_date,
        form=snapshots.as_json(form),
        issued_at=now,
    )


@transaction.atomic
def latest(policy: Policy, *, now: datetime) -> PolicyIssue:
    """Return the newest issue, frozen now for a policy from before issues were kept; PolicyNotIssued (IP-1016)."""
    if policy.status not in ISSUED:
        raise PolicyNotIssued
    found = policy.issues.order_by("-number").first()
    if found is not None:
        return found
    Policy.objects.select_for_update().get(pk=policy.pk)
    return policy.issues.order_by("-number").first() or freeze(policy, now=now)


def print_document(policy: Policy, kind: DocumentKind, *, language: str, now: datetime) -> bytes:
    """Return the PDF of the newest issue and keep its hash. IP-1016; OSError when Pango is missing."""
    issue = latest(policy, now=now)
    form = replace(snapshots.from_json(issue.form), prepared_at=issue.issued_at)
    if kind == DocumentKind.ENROLLMENT_FORM:
        pdf = documents.render_enrollment_form(form, language=language)
    else:
        pdf = RENDERERS[kind](issued.issued_policy(form), language=language)
    row = IssuedDocument(issue=issue, kind=kind, language=language, sha256=sha256(pdf).hexdigest())
    IssuedDocument.objects.bulk_create([row], ignore_conflicts=True)  # handed out before: the same bytes, the same row
    return pdf
