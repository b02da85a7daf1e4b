"""One box for everything a person can read out on the phone: who or what has this number."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.urls import reverse

from accounts.models import User
from insurance.models import Mrn, Policy
from payments.models import Order, Receipt, Refund
from wallets.models import Transfer, Wallet

HITS_MAX = 20  # of one kind
TERM_MAX = 100
PHONE = re.compile(r"(?:\+?91)?([6-9]\d{9})")
RECEIPT = re.compile(r"(\d{4}-\d{2})/(\d{1,9})")
ORDER = re.compile(r"[0-9A-Z]{20}")


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found: what it is, its name without personal data, a word more, and its page."""

    kind: str
    name: str
    detail: str
    url: str
    model: str
    pk: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of reading a term; `rows` returns none when the term cannot be one."""

    name: str
    permission: str
    rows: Callable[[str], QuerySet[Any]]
    describe: Callable[[Any], tuple[str, str]]
    target: Callable[[Any], Model] = lambda row: row


def by_phone(term: str) -> QuerySet[User]:
    found = PHONE.fullmatch(re.sub(r"[\s()-]", "", term))
    rows = User.objects.select_related("platform").defer("first_name", "last_name", "address", "dob", "email")
    return rows.filter(phone=f"+91{found[1]}") if found else rows.none()


def by_id(rows: QuerySet[Any], term: str) -> QuerySet[Any]:
    try:
        return rows.filter(pk=UUID(term))
    except ValueError:
        return rows.none()


def by_policy_number(term: str) -> QuerySet[Policy]:
    rows = Policy.objects.select_related("primary_user", "benefit")
    return by_id(rows, term) | rows.filter(external_policy_id__iexact=term)


def by_order(term: str) -> QuerySet[Order]:
    rows = Order.objects.select_related("user")
    number = term.upper()
    return rows.filter(order_id=number) if ORDER.fullmatch(number) else by_id(rows, term)


def by_refund(term: str) -> QuerySet[Refund]:
    rows = Refund.objects.select_related("order")
    number = term.upper()
    return rows.filter(unique_request_id=number) if ORDER.fullmatch(number) else by_id(rows, term)


def by_receipt(term: str) -> QuerySet[Receipt]:
    rows, found = Receipt.objects.select_related("order"), RECEIPT.fullmatch(term)
    return rows.filter(series_id=found[1], sequence=int(found[2])) if found else rows.none()


def by_mrn(term: str) -> QuerySet[Mrn]:
    rows = Mrn.objects.select_related("provider")
    return rows.filter(external_mrn__contains={"mrn": term}) | rows.filter(external_mrn__contains={"temp_number": term})


KINDS = (
    Kind("Customer", "accounts.view_user", by_phone, lambda row: (row.masked_phone, f"{row.status}, {row.platform}")),
    Kind(
        "Customer",
        "accounts.view_user",
        lambda term: by_id(User.objects.select_related("platform"), term),
        lambda row: (row.masked_phone, f"{row.status}, {row.platform}"),
    ),
    Kind(
        "Policy",
        "insurance.view_policy",
        by_policy_number,
        lambda row: (str(row), f"{row.benefit.name} {row.plan_code}, {row.get_status_display()}"),
    ),
    Kind("Payment", "payments.view_order", by_order, lambda row: (row.order_id, f"{row.type}, {row.amount}, {row.status}")),
    Kind(
        "Receipt",
        "payments.view_order",
        by_receipt,
        lambda row: (row.number, f"of payment {row.order.order_id}"),
        lambda row: row.order,
    ),
    Kind("Refund", "payments.view_refund", by_refund, lambda row: (row.unique_request_id, f"{row.amount}, {row.status}")),
    Kind("MRN", "insurance.view_mrn", by_mrn, lambda row: (str(row), f"at {row.provider}")),
    Kind(
        "Wallet",
        "wallets.view_wallet",
        lambda term: by_id(Wallet.objects.all(), term),
        lambda row: (str(row), f"{row.get_status_display()}, {row.get_standing_display()}"),
    ),
    Kind(
        "Transfer",
        "wallets.view_transfer",
        lambda term: by_id(Transfer.objects.all(), term),
        lambda row: (str(row), f"{row.get_direction_display()} of {row.amount}"),
    ),
)


def find(term: str, *, staff: Any) -> list[Hit]:
    """Return everything that `term` names exactly and that this member of staff may look at."""
    term = term.strip()[:TERM_MAX]
    return list(hits(term, staff=staff)) if term else []


def hits(term: str, *, staff: Any) -> Iterator[Hit]:
    for kind in KINDS:
        if not staff.has_perm(kind.permission):
            continue
        for row in kind.rows(term)[:HITS_MAX]:
            name, detail = kind.describe(row)
            target = kind.target(row)
            label = target._meta.label_lower
            url = reverse(f"admin:{label.replace('.', '_')}_change", args=[target.pk])
            yield Hit(kind.name, name, detail, url, label, str(target.pk))
