"""Tables as files. What a person typed may look like a formula to a spreadsheet: such cells are written as text."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
Line = Sequence[Any]


def safe(value: Any) -> Any:
    """Return numbers as they are and text that no spreadsheet runs: an apostrophe before what could be a formula."""
    if value is None:
        return ""
    if type(value) in (int, float):
        return value
    text = "".join(letter for letter in str(value) if letter >= " " or letter in "\t\r\n")  # XML knows no control characters
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text


def as_csv(header: Line, lines: Iterable[Line]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Indian names."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(header)
    writer.writerows([safe(value) for value in line] for line in lines)
    return output.getvalue().encode("utf-8-sig")


def as_xlsx(header: Line, lines: Iterable[Line]) -> bytes:
    """Text cells are typed as text: nothing is computed when the file is opened."""
    from openpyxl import Workbook  # noqa: PLC0415 (18 MB that only a process with spreadsheets shall hold)

    book = Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    sheet.append(list(header))
    for line in lines:
        sheet.append([text_cell(sheet, safe(value)) for value in line])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def text_cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 (as above)

    written = WriteOnlyCell(sheet, value=value)
    written.data_type = "s"
    return written
