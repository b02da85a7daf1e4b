"""What a document may load: files of our own `assets` folder, nothing else."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from aarokya.common.documents.library import weasyprint


class AssetRefused(ValueError):
    """A document asked for something outside our assets; WeasyPrint logs it and leaves the place empty."""


class AssetFetcher:
    """WeasyPrint's URL fetcher, closed: no network, no data URL, no file outside `folder`."""

    # Read by WeasyPrint: a refused image leaves a gap in the document instead of failing it.
    _fail_on_errors = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def __call__(self, url: str) -> Any:
        """Return the file as WeasyPrint's response object; AssetRefused when the URL is not ours."""
        path = self.path_of(url)
        return weasyprint().urls.URLFetcherResponse(url, path.read_bytes())

    def path_of(self, url: str) -> Path:
        """Return the file that a `file:///…` URL names, links and `..` followed; AssetRefused when it lies elsewhere."""
        parts = urlsplit(url)
        if parts.scheme != "file" or parts.netloc:
            raise AssetRefused(f"not one of our files: {url[:200]}")
        path = Path(unquote(parts.path)).resolve()
        if not path.is_relative_to(self.folder):
            raise AssetRefused(f"outside of our assets: {url[:200]}")
        return path
