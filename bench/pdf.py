"""The enrolment form as PDF, warm, beside WeasyPrint used well on the same HTML: style parsed once, fonts registered once."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import weasyprint
from django.conf import settings
from weasyprint.text.fonts import FontConfiguration

from aarokya.common.documents import render_html
from bench import frame
from bench.frame import Row, console
from bench.processors import MIB, cpu_ms, resident_bytes
from insurance.documents import ENROLLMENT_FORM_TEMPLATE, ENROLLMENT_FORM_TITLE, EnrollmentForm, render_enrollment_form
from insurance.tests.test_documents import PREVIEW

RENDERS = 10
RATIO_MAX = 1.3
CPU_MS_MAX = 60.0
SETTLING, MANY = 50, 1000
GROWTH_MIB_MAX = 10.0  # what "flat" means: no more than the allocator's noise


def rows() -> list[Row]:
    html = render_html(ENROLLMENT_FORM_TEMPLATE, PREVIEW, title=ENROLLMENT_FORM_TITLE)
    bare = bare_printer()
    sides = {
        "form": lambda: wall_ms(lambda: render_enrollment_form(PREVIEW)),
        "bare WeasyPrint": lambda: wall_ms(lambda: bare(html)),
    }
    turns = frame.take_turns(sides)
    spent = frame.median("CPU of the form", lambda: per_render(cpu_ms, lambda: render_enrollment_form(PREVIEW)))
    ratio = turns.ratio("form", "bare WeasyPrint")
    comparison = Row(
        "enrolment form PDF, warm",
        f"{turns.median('form'):.1f} ms, {spent:.1f} ms CPU",
        f"{turns.median('bare WeasyPrint'):.1f} ms (bare WeasyPrint, same HTML, style and fonts loaded once)",
        f"{ratio:.2f}",
        f"≤ {RATIO_MAX:.2f}, ≤ {CPU_MS_MAX:.0f} ms CPU",
        ratio <= RATIO_MAX and spent <= CPU_MS_MAX,
    )
    return [comparison, memory_row()]


def bare_printer() -> Callable[[str], bytes]:
    """WeasyPrint's own classes as its manual tells, with our style sheet and fonts."""
    fonts = FontConfiguration()
    base = Path(settings.BASE_DIR)
    style = (base / "templates" / "pdf" / "document.css").read_text(encoding="utf-8")
    assets = (base / "assets").as_uri() + "/"
    sheet = weasyprint.CSS(string=style, base_url=assets, font_config=fonts)

    def write(html: str) -> bytes:
        made: bytes = weasyprint.HTML(string=html, base_url=assets).write_pdf(stylesheets=[sheet], font_config=fonts)
        return made

    return write


def wall_ms(render: Callable[[], object]) -> float:
    return per_render(elapsed_ms, render)


def per_render(measure: Callable[[Callable[[], object]], float], render: Callable[[], object]) -> float:
    return measure(lambda: [render() for _ in range(RENDERS)]) / RENDERS


def elapsed_ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def memory_row() -> Row:
    """How much this process grows over many forms, each for another applicant so that nothing can be remembered."""
    with console.status(f"{MANY} forms"):
        print_forms(range(SETTLING))
        before = resident_bytes(os.getpid()) / MIB
        print_forms(range(SETTLING, SETTLING + MANY))
        growth = resident_bytes(os.getpid()) / MIB - before
    told = f"{growth:+.1f} MiB on {before:.0f} MiB"
    return Row(f"memory over {MANY:,} forms", told, must=f"flat: ≤ {GROWTH_MIB_MAX:.0f} MiB", holds=growth <= GROWTH_MIB_MAX)


def print_forms(numbers: range) -> None:
    for number in numbers:
        render_enrollment_form(form_of(f"Applicant {number}"))


def form_of(name: str) -> EnrollmentForm:
    return replace(PREVIEW, applicant=replace(PREVIEW.applicant, name=name))
