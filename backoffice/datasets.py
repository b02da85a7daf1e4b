"""What may be exported: for each table its columns, and what of them is masked unless two people agreed otherwise."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from aarokya.common.clock import rfc3339
from aarokya.common.display import masked_phone
from accounts.models import User
from insurance.models import Policy
from payments.models import Order, Refund
from wallets.models import Transfer

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Column:
    """`read` takes the row; `mask` turns a personal value into what everybody may see. None: it is not personal."""

    title: str
    read: Callable[[Any], Any]
    mask: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """`permission` is what one needs to look at these rows anyway; `moment` the column by which days are cut."""

    title: str
    permission: str
    rows: Callable[[], QuerySet[Any]]
    moment: str
    owner: Callable[[Any], UUID | None]
    columns: tuple[Column, ...]

    @property
    def is_personal(self) -> bool:
        return any(column.mask for column in self.columns)

    def between(self, since: datetime, until: datetime) -> QuerySet[Any]:
        """The rows of a half-open span, oldest first."""
        return self.rows().filter(**{f"{self.moment}__gte": since, f"{self.moment}__lt": until}).order_by(self.moment, "pk")

    def lines(self, rows: QuerySet[Any], *, masked: bool, owners: set[UUID]) -> Iterator[tuple[Any, ...]]:
        """Yield a line for each row; `owners` gathers whose rows they are."""
        for row in rows.iterator(chunk_size=CHUNK):
            owner = self.owner(row)
            if owner is not None:
                owners.add(owner)
            yield tuple(value_of(column, row, masked=masked) for column in self.columns)


def value_of(column: Column, row: Any, *, masked: bool) -> Any:
    value = column.read(row)
    return column.mask(str(value or "")) if masked and column.mask else value


def masked_name(name: str) -> str:
    """Return `R••• K•••` for `Ravi Kumar`."""
    return " ".join(f"{word[0]}•••" for word in name.split())


def paise(name: str) -> Callable[[Any], Any]:
    """Amounts leave in rupees as numbers, so that a spreadsheet can add them up."""
    return lambda row: getattr(row, name).paise / 100


def text(name: str) -> Callable[[Any], Any]:
    return lambda row: str(getattr(row, name) or "")


def moment(name: str) -> Callable[[Any], Any]:
    return lambda row: rfc3339(getattr(row, name)) or ""


DATASETS: dict[str, Dataset] = {
    "customers": Dataset(
        "Customers",
        "accounts.view_user",
        User.objects.all,
        "created_at",
        lambda user: user.pk,
        (
            Column("user_id", text("pk")),
            Column("phone", text("phone"), masked_phone),
            Column("name", text("full_name"), masked_name),
            Column("status", text("status")),
            Column("created_at", moment("created_at")),
        ),
    ),
    "policies": Dataset(
        "Policies",
        "insurance.view_policy",
        lambda: Policy.objects.select_related("primary_user", "benefit", "provider"),
        "created_at",
        lambda policy: policy.primary_user_id,
        (
            Column("policy_id", text("pk")),
            Column("external_policy_id", text("external_policy_id")),
            Column("provider", lambda row: row.provider.name),
            Column("benefit", lambda row: row.benefit.name),
            Column("plan_code", text("plan_code")),
            Column("status", text("status")),
            Column("holder", lambda row: row.primary_user.full_name, masked_name),
            Column("phone", lambda row: row.primary_user.phone, masked_phone),
            Column("annual_premium_rupees", paise("annual_premium")),
            Column("premium_paid_rupees", paise("premium_paid")),
            Column("premium_status", text("premium_status")),
            Column("start_date", text("start_date")),
            Column("end_date", text("end_date")),
            Column("created_at", moment("created_at")),
        ),
    ),
    "payments": Dataset(
        "Payments",
        "payments.view_order",
        lambda: Order.objects.select_related("user"),
        "opened_at",
        lambda order: order.user_id,
        (
            Column("order_id", text("order_id")),
            Column("type", text("type")),
            Column("amount_rupees", paise("amount")),
            Column("status", text("status")),
            Column("gateway_status", text("gateway_status")),
            Column("gateway_reference", text("gateway_reference")),
            Column("phone", lambda row: row.user.phone, masked_phone),
            Column("opened_at", moment("opened_at")),
        ),
    ),
    "refunds": Dataset(
        "Refunds",
        "payments.view_refund",
        lambda: Refund.objects.select_related("order"),
        "requested_at",
        lambda refund: refund.order.user_id,
        (
            Column("unique_request_id", text("unique_request_id")),
            Column("order_id", lambda row: row.order.order_id),
            Column("amount_rupees", paise("amount")),
            Column("status", text("status")),
            Column("reason", text("reason")),
            Column("note", text("note"), lambda _note: "…"),
            Column("requested_by", text("requested_by")),
            Column("approved_by", text("approved_by")),
            Column("requested_at", moment("requested_at")),
            Column("finished_at", moment("finished_at")),
        ),
    ),
    "transfers": Dataset(
        "Wallet transfers",
        "wallets.view_transfer",
        Transfer.objects.all,
        "at",
        lambda _transfer: None,
        (
            Column("transfer_id", text("pk")),
            Column("wallet_id", text("wallet_id")),
            Column("direction", lambda row: row.direction),
            Column("own_rupees", paise("own_amount")),
            Column("others_rupees", paise("others_amount")),
            Column("purpose", text("purpose_id")),
            Column("reference", lambda row: f"{row.reference_type} {row.reference_id}"),
            Column("at", moment("at")),
        ),
    ),
}
