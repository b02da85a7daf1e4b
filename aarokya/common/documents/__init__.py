"""PDF documents: Django template in, bytes out."""

from aarokya.common.documents.engine import render_html, render_pdf, warm
from aarokya.common.documents.library import pango_missing

__all__ = ["pango_missing", "render_html", "render_pdf", "warm"]
