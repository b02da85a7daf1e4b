"""Small tables inside a detail page."""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> SafeString:
    """Return an escaped HTML table, a dash when there are no rows."""
    return SafeString(render_to_string("admin/office/table.html", {"headers": headers, "rows": rows}))
