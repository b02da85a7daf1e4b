import io
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pypdf import PdfReader

from aarokya.common.documents import pango_missing, render_html, render_pdf, warm
from aarokya.common.documents.engine import _build_press, print_html
from aarokya.common.documents.fetcher import AssetFetcher, AssetRefused
from aarokya.common.documents.library import LIBRARIES, loads

MOMENT = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
# One conjunct of each bundled script: what a font without shaping rules gets wrong.
NAMES = ("क्षितिजा", "শ্রীকৃষ্ণ", "ਪ੍ਰੀਤ", "શ્રી", "ଶ୍ରୀକୃଷ୍ଣ", "ஸ்ரீநிவாசன்", "శ్రీనివాస్", "ಶ್ರೀಕೃಷ್ಣ", "ശ്രീകുമാർ")


@dataclass(frozen=True)
class Letter:
    prepared_on: date


def printed(body: str, *, title: str = "Letter") -> bytes:
    return print_html(f'<html lang="en"><body>{body}</body></html>', title=title, created_at=MOMENT, language="en")


def resources_of(pdf: bytes) -> Any:
    """The fonts and images of the first page; Any, since a PDF dictionary holds anything."""
    return PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]


def identifier_of(pdf: bytes) -> Any:
    trailer: Any = PdfReader(io.BytesIO(pdf)).trailer
    return trailer["/ID"][0]


def fonts_of(pdf: bytes) -> dict[str, Any]:
    """Each font by its name."""
    fonts = [font.get_object() for font in resources_of(pdf)["/Font"].values()]
    return {font["/BaseFont"].split("+")[-1]: font for font in fonts}


def test_a_template_becomes_an_a4_page_with_its_facts() -> None:
    pdf = PdfReader(
        io.BytesIO(render_pdf("pdf/base.html", Letter(date(2026, 11, 20)), title="Receipt", created_at=MOMENT, language="hi"))
    )

    assert len(pdf.pages) == 1
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]  # points
    assert pdf.metadata is not None
    assert (pdf.metadata.title, pdf.metadata.author) == ("Receipt", "Aarokya")
    assert pdf.metadata.creation_date == MOMENT
    assert str(pdf.root_object["/Lang"]) == "hi"
    assert "Page 1 of 1" in pdf.pages[0].extract_text()
    assert "Prepared on 20 November 2026" in pdf.pages[0].extract_text()


def test_the_title_is_escaped() -> None:
    html = render_html("pdf/base.html", Letter(date(2026, 11, 20)), title="<script>alert(1)</script>")

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_same_arguments_give_the_same_bytes() -> None:
    first, again, other = printed("<p>one</p>"), printed("<p>one</p>"), printed("<p>two</p>")

    assert first == again
    assert first != other
    assert identifier_of(first) != identifier_of(other)


def test_every_indian_script_prints_from_our_own_fonts() -> None:
    pdf = printed(f"<p>₹1 {' '.join(NAMES)}</p><p><strong>₹1 {' '.join(NAMES)}</strong></p>")

    fonts = fonts_of(pdf)

    assert all(font.startswith("Aarokya-") for font in fonts)
    assert len(fonts) == 2 * (len(NAMES) + 1)  # regular and bold, Latin too


def test_conjuncts_are_shaped() -> None:
    """KA + VIRAMA + SSA is one glyph, unless a non-joiner keeps them apart."""
    joined, apart = printed("<p>क्ष</p>"), printed("<p>क्\u200cष</p>")

    assert devanagari_glyphs(joined) == 1
    assert devanagari_glyphs(apart) > 1


def devanagari_glyphs(pdf: bytes) -> int:
    """How many different glyphs of Devanagari a page uses: as many as its font has widths."""
    widths = fonts_of(pdf)["Aarokya-Devanagari"]["/DescendantFonts"][0].get_object()["/W"]
    return sum(len(run) for run in widths if isinstance(run, list))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/secret.png",
        "https://example.com/a.png",
        "ftp://example.com/a.png",
        "data:image/png;base64,AAAA",
        "file://example.com/etc/passwd",
        "file:///etc/../etc/passwd",
    ],
)
def test_nothing_outside_our_assets_can_be_fetched(url: str) -> None:
    with pytest.raises(AssetRefused):
        AssetFetcher(Path(settings.BASE_DIR) / "assets").path_of(url)


def test_dots_and_links_do_not_lead_out_of_our_assets(tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "secret").write_text("secret")
    (assets / "link").symlink_to(tmp_path / "secret")
    (assets / "logo name.svg").write_text("<svg/>")
    fetcher = AssetFetcher(assets)

    for path in ("/../secret", "/%2e%2e/secret", "/link"):
        with pytest.raises(AssetRefused):
            fetcher.path_of(assets.as_uri() + path)

    assert fetcher((assets / "logo name.svg").as_uri()).read() == b"<svg/>"


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/hostname">',
        '<img src="http://127.0.0.1:1/secret.png">',
        '<link rel="stylesheet" href="file:///etc/hostname">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<p style="background: url(file:///etc/hostname)">',
        '<object data="file:///etc/hostname"></object>',
    ],
)
def test_markup_that_asks_for_a_file_gets_nothing(markup: str) -> None:
    pdf = printed(f"<p>before</p>{markup}<p>after</p>")

    reader = PdfReader(io.BytesIO(pdf))
    text = reader.pages[0].extract_text()

    assert "before" in text
    assert "after" in text
    assert not reader.attachments
    assert not resources_of(pdf).get("/XObject")
    assert Path("/etc/hostname").read_text().strip() not in text


def test_eight_threads_print_identical_bytes() -> None:
    body = f"<p>{' '.join(NAMES)}</p>" * 5
    expected = printed(body)

    with ThreadPoolExecutor(max_workers=8) as threads:
        results = list(threads.map(lambda _: printed(body), range(24)))

    assert all(result == expected for result in results)


def test_fonts_survive_the_cleaning_of_the_temporary_folder() -> None:
    """Hosts empty /tmp after days; a script first used after that must still print."""
    warm()
    expected = printed(f"<p>{NAMES[7]}</p>")
    folder = _build_press().fonts._folder

    try:
        shutil.rmtree(folder)

        assert printed(f"<p>{NAMES[7]}</p>") == expected
        assert all(font.startswith("Aarokya-") for font in fonts_of(printed(f"<p>{NAMES[3]} <strong>{NAMES[6]}</strong></p>")))
    finally:
        _build_press.cache_clear()


def test_pango_is_named_only_when_it_is_missing() -> None:
    assert pango_missing() is None
    assert not loads("libpango-of-another-world.so.0")


def test_what_to_install_is_one_line() -> None:
    libraries = {**LIBRARIES, "libpango-1.0-0": ("libpango-of-another-world.so.0",), "libfontconfig1": ("libnone.so",)}

    assert pango_missing(libraries) == "PDF documents need Pango: apt-get install libpango-1.0-0 libfontconfig1"
