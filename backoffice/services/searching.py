"""A search is an act: what was looked for and what was shown is written down."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from aarokya.common import audit
from aarokya.common.display import masked_phone
from accounts.models import Staff
from accounts.services import accesses
from backoffice.selectors import finding
from backoffice.selectors.finding import PHONE, Hit

USER = "accounts.user"


@transaction.atomic
def search(term: str, *, staff: Staff, now: datetime) -> Sequence[Hit]:
    """Return the hits; audit the search, and note in the access log of each customer found that they were."""
    term = term.replace("\x00", "")  # PostgreSQL has no such text
    found = finding.find(term, staff=staff)
    after = {"term": masked(term), "found": [f"{hit.model} {hit.pk}" for hit in found]}
    audit.record(actor=f"staff:{staff.username}", action="backoffice.searched", obj=staff, after=after, now=now)
    users = [UUID(hit.pk) for hit in found if hit.model == USER]
    if users:
        accesses.note(user_ids=users, staff=staff.username, what="found by search", reason="", now=now)
    return found


def masked(term: str) -> str:
    """What the log keeps of the term: phone numbers only with their last four digits."""
    digits = "".join(letter for letter in term if letter.isdigit() or letter == "+")
    found = PHONE.fullmatch(digits)
    return masked_phone(f"+91{found[1]}") if found else term.strip()[: finding.TERM_MAX]
