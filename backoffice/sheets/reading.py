"""Rows of an uploaded CSV or XLSX, as text; whatever is too large or no table is refused with words."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from aarokya.common.errors import InvalidInput

BYTES_MAX = 2 * 1024 * 1024
UNPACKED_MAX = 50 * 1024 * 1024  # a small file may unpack to a very large one
ROWS_MAX = 10_000
COLUMNS_MAX = 60
CELL_MAX = 500
Row = tuple[int, dict[str, str]]  # the line as a spreadsheet counts it, and its cells by column


def read(data: bytes, *, file_name: str, columns: frozenset[str]) -> list[Row]:
    """Return the rows that hold anything. InvalidInput for no table, too much of it, or a missing column of `columns`."""
    if len(data) > BYTES_MAX:
        raise InvalidInput("file: at most 2 MB")
    lines = workbook(data) if file_name.lower().endswith(".xlsx") else text(data)
    return rows(lines, columns=columns)


def text(data: bytes) -> Iterator[list[str]]:
    """Lines of a CSV in UTF-8, with or without a byte order mark; comma or semicolon."""
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("file: is neither an .xlsx file nor a CSV in UTF-8") from error
    if "\x00" in decoded:
        raise InvalidInput("file: is neither an .xlsx file nor a CSV in UTF-8")
    head = decoded.partition("\n")[0]
    try:
        yield from csv.reader(io.StringIO(decoded), delimiter=";" if head.count(";") > head.count(",") else ",")
    except csv.Error as error:
        raise InvalidInput(f"file: {error}") from error


def workbook(data: bytes) -> Iterator[list[str]]:
    """Lines of the first sheet."""
    from openpyxl import load_workbook  # noqa: PLC0415 (18 MB that only a process with spreadsheets shall hold)
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 (as above)

    try:
        refuse_bomb(data)
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        for line in sheet.iter_rows(values_only=True, max_row=ROWS_MAX + 2, max_col=COLUMNS_MAX):
            yield [cell(value) for value in line]
    except InvalidInput:
        raise
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError, EOFError, SyntaxError) as error:
        raise InvalidInput("file: is no readable .xlsx file") from error


def refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > UNPACKED_MAX:
            raise InvalidInput("file: is too large once unpacked")


def cell(value: Any) -> str:
    """Return the cell as a person would type it: a whole number without `.0`, a day as 2026-11-20."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def rows(lines: Iterable[list[str]], *, columns: frozenset[str]) -> list[Row]:
    """Give the cells the names of the header line."""
    header: list[str] | None = None
    found: list[Row] = []
    for number, line in enumerate(lines, start=1):
        cells = [value.strip()[:CELL_MAX].replace("\x00", "") for value in line]
        if not any(cells):
            continue
        if header is None:
            header = named(cells, columns=columns)
            continue
        if len(found) == ROWS_MAX:
            raise InvalidInput(f"file: at most {ROWS_MAX} rows")
        found.append((number, {name: value for name, value in zip(header, cells, strict=False) if name}))
    if not found:
        raise InvalidInput("file: has no rows below its header")
    return found


def named(cells: list[str], *, columns: frozenset[str]) -> list[str]:
    header = [name.lower().replace(" ", "_") for name in cells]
    missing = sorted(columns - set(header))
    if missing:
        raise InvalidInput(f"file: the column {', '.join(missing)} is missing")
    twice = sorted({name for name in header if name in columns and header.count(name) > 1})
    if twice:
        raise InvalidInput(f"file: the column {', '.join(twice)} is there twice")
    return header
