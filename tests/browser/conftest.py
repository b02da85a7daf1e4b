"""One product for all tests of a browser, and desks: the browser windows of members of staff."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.desk import Authenticator, log_in
from tests.stack import product
from tests.stack.product import ROOT, Rider, RunningProduct, temporary_folder

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update")
DESK: ViewportSize = {"width": 1366, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
FAILURES = ROOT / ".local" / "browser"  # what the page looked like when a test failed
CUSTOMERS = {"rider", "payer"}
PATIENCE_MS = 15_000

Desk = Callable[..., Page]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Instead of the suite's: this process asks no cache, the product has its own."""


@pytest.fixture(autouse=True)
def _books_agree(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test with a customer the gateway's own books are compared with ours."""
    yield
    if CUSTOMERS & set(request.fixturenames):
        running: RunningProduct = request.getfixturevalue("running")
        running.await_equal_books()


@pytest.fixture(scope="session")
def running() -> Iterator[RunningProduct]:
    with temporary_folder() as folder:
        started = product.start(folder / "local")
        yield started
        started.stop()


@pytest.fixture(scope="session")
def seeded(running: RunningProduct) -> dict[str, Any]:
    """What `seeds.everything` made in the product."""
    code = "import json; from tests.browser import seeds; print('answer', json.dumps(seeds.everything()))"
    done = running.manage("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout.rpartition("answer ")[2])
    return answer


@pytest.fixture(scope="session")
def authenticators(seeded: dict[str, Any]) -> dict[str, Authenticator]:
    """The phones of the staff, by name."""
    return {name: Authenticator(secret) for name, secret in seeded["secrets"].items()}


@pytest.fixture(scope="session")
def rider(running: RunningProduct) -> Iterator[Rider]:
    """A rider of the app with a wallet."""
    someone = product.rider(running, "9845012345")
    with someone.api:
        yield someone


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        sandbox = os.getuid() != 0  # Chromium refuses its own as root
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS), chromium_sandbox=sandbox)
        yield started
        started.close()


@pytest.fixture(scope="session")
def remembered() -> dict[str, Any]:
    """The cookies of who has logged in already: each logs in once."""
    return {}


@pytest.fixture
def desk(
    browser: Browser,
    running: RunningProduct,
    authenticators: dict[str, Authenticator],
    remembered: dict[str, Any],
    request: pytest.FixtureRequest,
) -> Iterator[Desk]:
    """Sit somebody down at the back office: `desk("ops")`; `desk("ops", phone=True)` on a phone; `desk(None)` is nobody."""
    opened: list[Page] = []

    def sit(name: str | None, *, phone: bool = False) -> Page:
        context = browser.new_context(
            base_url=running.url, viewport=PHONE if phone else DESK, storage_state=remembered.get(name or "")
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        opened.append(page)
        if name and name not in remembered:
            log_in(page, name, authenticators[name])
            remembered[name] = context.storage_state()
        return page

    yield sit
    failed = request.session.testsfailed > request.config.stash.get(FAILED_BEFORE, 0)
    request.config.stash[FAILED_BEFORE] = request.session.testsfailed
    for number, page in enumerate(opened):
        if failed:
            with suppress(Exception):  # the picture helps, its lack must not hide the failure
                FAILURES.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=Path(FAILURES) / f"{request.node.name}-{number}.png", full_page=True)
        page.context.close()


FAILED_BEFORE = pytest.StashKey[int]()
