"""Make the fonts of our documents from the full Noto fonts (`make fonts`).

    python assets/fonts/subset.py [SOURCE]

SOURCE is a folder with the full files, by default where Debian's package fonts-noto-core puts them. Each script keeps its
whole Unicode block and every shaping rule, since a name may hold any letter of it; other writing systems, hinting (no use
in a PDF) and glyph names go. Latin comes from one file alone, so that a mixed line has one look.
"""

import sys
from pathlib import Path

from fontTools import subset
from rich.console import Console

SOURCE = Path("/usr/share/fonts/truetype/noto")
TARGET = Path(__file__).parent
WEIGHTS = ("Regular", "Bold")
LATIN = "U+0020-007E,U+00A0-017F,U+02BC,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032-2033,U+20B9,U+2122,U+2212"
JOINERS = "U+0020,U+00A0,U+200C-200D,U+25CC"  # what the shaping rules of every script below refer to
DANDA = "U+0964-0965"
UNICODES = {
    "NotoSans": LATIN,
    "NotoSansDevanagari": f"{JOINERS},U+0900-097F,U+A8E0-A8FF",
    "NotoSansBengali": f"{JOINERS},{DANDA},U+0980-09FE",
    "NotoSansGurmukhi": f"{JOINERS},{DANDA},U+0A00-0A7F",
    "NotoSansGujarati": f"{JOINERS},{DANDA},U+0A80-0AFF",
    "NotoSansOriya": f"{JOINERS},{DANDA},U+0B00-0B7F",
    "NotoSansTamil": f"{JOINERS},{DANDA},U+0B80-0BFF",
    "NotoSansTelugu": f"{JOINERS},{DANDA},U+0C00-0C7F",
    "NotoSansKannada": f"{JOINERS},{DANDA},U+0C80-0CFF",
    "NotoSansMalayalam": f"{JOINERS},{DANDA},U+0D00-0D7F",
}
OPTIONS = (
    "--layout-features=*",
    "--no-hinting",
    "--desubroutinize",
    "--drop-tables+=DSIG,MATH",
    "--name-IDs=0,1,2,3,4,5,6,13,14",
)


def main(source: Path) -> None:
    """Write every subset beside this file and say how large it is."""
    console = Console()
    for family, unicodes in UNICODES.items():
        for weight in WEIGHTS:
            name = f"{family}-{weight}.ttf"
            subset.main([str(source / name), f"--output-file={TARGET / name}", f"--unicodes={unicodes}", *OPTIONS])
            console.print(f"{name}  {(TARGET / name).stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE)
