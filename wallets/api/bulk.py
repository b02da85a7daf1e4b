"""A bulk of contributions as JSON or CSV. A row that cannot be read is a refused row, not a refused request."""

import csv
import io
from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from rest_framework import serializers
from rest_framework.parsers import BaseParser

from aarokya.common.api.fields import AMOUNT_MAX, StrictSerializer, TextField, normal_phone
from aarokya.common.api.parsers import first_problem
from aarokya.common.errors import Detail, InvalidInput, PayloadTooLarge
from aarokya.common.money import Money
from wallets.services.batches import Wish

ROWS_MAX = 10_000
COLUMNS = ("user_id", "phone", "amount", "reference", "note")
LENGTHS = {"reference": 80, "note": 255}


class CsvParser(BaseParser):
    """`text/csv` with a header naming columns of `COLUMNS`; becomes the JSON document without `sponsor_id`."""

    media_type = "text/csv"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002 (DRF's signature)
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise PayloadTooLarge
        try:
            text = raw.decode("utf-8-sig")
            reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
            rows = [self.row(line) for line in reader]
        except (UnicodeDecodeError, csv.Error) as error:
            raise InvalidInput("The body must be CSV in UTF-8") from error
        unknown = sorted(set(reader.fieldnames or ()) - set(COLUMNS))
        if unknown:
            detail = Detail(unknown[0], "unknown", "is not a column here")
            raise InvalidInput(f"{detail.field}: {detail.message}", details=(detail,))
        query = parser_context["request"].query_params if parser_context else {}
        document: dict[str, Any] = {"rows": rows} | {name: query[name] for name in ("sponsor_id", "note") if name in query}
        problem = first_problem(document, "")
        if problem is not None:
            raise InvalidInput(f"{problem.field}: {problem.message}", details=(problem,))
        return document

    @staticmethod
    def row(line: Mapping[str | Any, Any]) -> dict[str, Any]:
        """Empty cells are absent; an amount of digits is a number, as in JSON."""
        cells = {name: cell.strip() for name, cell in line.items() if isinstance(cell, str) and cell.strip()}
        amount = cells.get("amount", "")
        if amount.isascii() and amount.isdigit() and len(amount) <= 18:
            return {**cells, "amount": int(amount)}
        return cells


class BulkInput(StrictSerializer):
    sponsor_id = serializers.UUIDField()
    note = TextField(max_length=255, required=False, allow_blank=True, default="")
    rows = serializers.ListField(
        child=serializers.JSONField(),
        min_length=1,
        max_length=ROWS_MAX,
        help_text="Objects of user_id or phone, amount (paise), reference, note?",
    )

    def to_internal_value(self, data: Any) -> Any:
        """Rows are not walked by the serializer: ten thousand field objects would take seconds."""
        rows = data.get("rows") if isinstance(data, Mapping) else None
        values = super().to_internal_value({**data, "rows": rows[:1] if isinstance(rows, list) else rows})
        if isinstance(rows, list) and len(rows) > ROWS_MAX:
            raise serializers.ValidationError({"rows": serializers.ErrorDetail(f"at most {ROWS_MAX} rows", code="max_length")})
        return {**values, "rows": rows}


def wishes_of(rows: list[Any]) -> list[Wish]:
    """Each row as a wish; a second row with a reference seen before is refused."""
    seen: set[str] = set()
    wishes = []
    for row in rows:
        wish = wish_of(row)
        if wish.problem is None and wish.reference in seen:
            wish = refused("reference", "another row has it")
        seen.add(wish.reference)
        wishes.append(wish)
    return wishes


def wish_of(row: Any) -> Wish:
    if not isinstance(row, dict):
        return refused("row", "must be an object")
    unknown = next((name for name in row if name not in COLUMNS), None)
    if unknown is not None:
        return refused(unknown[:40], "is not a field here")
    texts = {name: row.get(name, "") for name in LENGTHS}
    wrong = next((name for name, text in texts.items() if not isinstance(text, str) or len(text) > LENGTHS[name]), None)
    if wrong or not texts["reference"].strip():
        return refused(wrong or "reference", "must be text, not too long")
    amount = row.get("amount")
    if type(amount) is not int or not 1 <= amount <= AMOUNT_MAX:
        return refused("amount", "must be a positive whole number of paise", reference=texts["reference"])
    return addressed(row, Money(amount), texts)


def addressed(row: dict[str, Any], amount: Money, texts: dict[str, Any]) -> Wish:
    """Exactly one of user_id and phone says who it is for."""
    user_id, phone = row.get("user_id"), row.get("phone")
    if (user_id is None) == (phone is None):
        return refused("user_id", "either user_id or phone", reference=texts["reference"])
    if phone is not None:
        number = normal_phone(phone) if isinstance(phone, str) else None
        return Wish(amount, **texts, phone=number) if number else refused("phone", "is no Indian mobile", texts["reference"])
    try:
        return Wish(amount, **texts, user_id=UUID(user_id))
    except (ValueError, AttributeError, TypeError):
        return refused("user_id", "is no id", reference=texts["reference"])


def refused(field: str, words: str, reference: str = "") -> Wish:
    return Wish(Money(0), reference, problem=("INVALID", f"{field}: {words}"))
