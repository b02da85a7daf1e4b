"""Where WeasyPrint comes from: loaded on first use, and only here."""

import ctypes
import importlib
from collections.abc import Mapping
from functools import cache
from types import ModuleType

# Debian package → names of its library as WeasyPrint looks for them (Linux, then macOS).
LIBRARIES = {
    "libglib2.0-0": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "libharfbuzz0b": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "libfontconfig1": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
}


@cache
def weasyprint() -> ModuleType:
    """Return WeasyPrint; OSError when Pango is missing.

    Not a plain import: it takes half a second, which neither the start of the web process nor a command that makes no PDF
    should pay, and it fails where Pango is missing, which must not keep the API from starting.
    """
    return importlib.import_module("weasyprint")


def pango_missing(libraries: Mapping[str, tuple[str, ...]] = LIBRARIES) -> str | None:
    """Return one line that says what to install, or None when PDFs can be made. Cheap enough for a readiness check."""
    packages = [package for package, names in libraries.items() if not any(loads(name) for name in names)]
    return f"PDF documents need Pango: apt-get install {' '.join(packages)}" if packages else None


def loads(name: str) -> bool:
    """Say whether the system has this shared library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
