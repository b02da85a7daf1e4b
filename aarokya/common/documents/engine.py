"""HTML to PDF: one WeasyPrint set-up for each process, used by one thread at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from aarokya.common.documents.fetcher import AssetFetcher
from aarokya.common.documents.library import weasyprint

AUTHOR = "Aarokya"
# One letter of each bundled script, in both weights.
SCRIPTS = "A अ অ ਅ અ ଅ அ అ ಅ അ"
PRIMER = f"<html lang=en><body><p>{SCRIPTS}<p><b>{SCRIPTS}</b>"

# Pango lets go of the GIL, and neither its font map nor WeasyPrint's style caches may be entered twice. Layout is Python,
# so waiting here costs no throughput; more PDFs at once need more processes.
_press = Lock()


@dataclass(frozen=True, slots=True)
class Press:
    """What is expensive to build and safe to use again: fonts registered with Pango and the parsed style sheet."""

    html: Any  # weasyprint HTML, without its own style sheet
    fonts: Any  # weasyprint FontConfiguration
    style: Any  # weasyprint CSS
    fetcher: AssetFetcher


def render_pdf(template: str, context: object, *, title: str, created_at: datetime, language: str = "en") -> bytes:
    """Return the template as an A4 PDF; the same arguments give the same bytes.

    The template sees `context` as `document`, and `title` and `language`. OSError when Pango is missing (`pango_missing`).
    """
    html = render_html(template, context, title=title, language=language)
    return print_html(html, title=title, created_at=created_at, language=language)


def render_html(template: str, context: object, *, title: str, language: str = "en") -> str:
    """Return the HTML that `render_pdf` prints: what golden files hold."""
    return render_to_string(template, {"document": context, "title": title, "language": language})


def print_html(html: str, *, title: str, created_at: datetime, language: str) -> bytes:
    """Return HTML as PDF bytes with our fonts, our style sheet and no access to anything else."""
    identifier = sha256(html.encode()).hexdigest()[:32]
    with _press:
        press = _build_press()
        pages = _lay_out(press, html)
        pages.metadata.title = title
        pages.metadata.authors = [AUTHOR]
        pages.metadata.lang = language
        pages.metadata.created = created_at.astimezone(UTC).isoformat(timespec="seconds")
        return bytes(pages.write_pdf(pdf_identifier=identifier))


def warm() -> None:
    """Load WeasyPrint, fonts and style now instead of on the first document. Call in the worker itself, after forking."""
    with _press:
        _build_press()


@cache
def _build_press() -> Press:
    """Build the process's press and draw every font once.

    WeasyPrint copies fonts to a temporary folder and Pango opens each on first use; hosts clean such folders after days,
    and a name in Kannada would then print as boxes. A font drawn once stays open.
    """
    folder = Path(settings.BASE_DIR)
    fetcher = AssetFetcher(folder / "assets")
    fonts = weasyprint().text.fonts.FontConfiguration()
    style = weasyprint().CSS(
        string=(folder / "templates" / "pdf" / "document.css").read_text(),
        base_url=(folder / "assets").as_uri() + "/",
        url_fetcher=fetcher,
        font_config=fonts,
    )
    press = Press(html=_plain_html(), fonts=fonts, style=style, fetcher=fetcher)
    _lay_out(press, PRIMER).write_pdf()
    return press


def _lay_out(press: Press, html: str) -> Any:
    page = press.html(string=html, url_fetcher=press.fetcher)
    return page.render(font_config=press.fonts, stylesheets=[press.style])


def _plain_html() -> Any:
    """Return WeasyPrint's HTML class without the browser-like style sheet, whose part `document.css` takes.

    The hook is not public. Were it to go, pages would be slower to make and look the same.
    """
    return type("PlainHTML", (weasyprint().HTML,), {"_ua_stylesheets": lambda *_: []})
