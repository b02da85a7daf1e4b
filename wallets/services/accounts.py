"""The other side: accounts of gateways, insurers, sponsors and registered merchants."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from aarokya.common.ids import effect_id
from wallets.models import ContraAccount

INSERT = """
INSERT INTO wallets_contra_account (id, created_at, last_modified_at, kind_id, reference, code, name, city, merchant_category_id)
VALUES (%s, now(), now(), %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class ContraRef:
    """Names a contra account: its id, and what people call it."""

    id: UUID
    name: str


def contra(kind: str, reference: str | UUID, *, name: str = "") -> ContraRef:
    """Return the account `kind:reference`, creating it on first use. `kind` is one of those installed by migrations."""
    code = f"{kind}:{reference}"
    known = ContraAccount.objects.filter(code=code).values_list("id", "name").first()
    if known is not None:
        return ContraRef(*known)
    account_id = effect_id(f"contra:{code}")
    insert(account_id, kind=kind, reference=str(reference), name=name)
    return ContraRef(account_id, name)


def register_payee(*, payee_id: UUID, name: str, city: str, merchant_category: str) -> ContraRef:
    """Register a merchant, or bring its name and city up to date. Its category is fixed."""
    insert(payee_id, kind="merchant", reference=str(payee_id), name=name, city=city, merchant_category=merchant_category)
    ContraAccount.objects.filter(pk=payee_id).update(name=name, city=city)
    return ContraRef(payee_id, name)


def insert(
    account_id: UUID, *, kind: str, reference: str, name: str, city: str = "", merchant_category: str | None = None
) -> None:
    """Insert unless it exists: two first uses at once leave one row and no error."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [account_id, kind, reference, f"{kind}:{reference}", name, city, merchant_category])
