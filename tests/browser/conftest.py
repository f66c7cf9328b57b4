"""A real Chromium for the tests, watched: no request may leave the machine, no script may fail."""

import re
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# The one without a window first: the same engine at half the processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
HOME = {"127.0.0.1", "localhost", ""}  # the last for data: and blob:, which go nowhere

NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium where there is one, else Playwright's own.

    One for each file: while Playwright runs, no other test in the process can run a loop.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
                *("--disable-component-update", "--disable-sync", "--no-first-run"),
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Open pages that are watched until the test ends.

    ``new_page(width=1280, height=900, context=None, expected="", **options)``: a page in a fresh
    profile, or in `context` beside another page. `expected` is a pattern of console errors that
    the test causes on purpose; `options` go to ``Browser.new_context``.
    """
    contexts: list[BrowserContext] = []
    outside: list[str] = []
    problems: list[str] = []

    def open_page(
        *,
        width: int = 1280,
        height: int = 900,
        context: BrowserContext | None = None,
        expected: str = "",
        **options: object,
    ) -> Page:
        if context is None:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale="nb-NO",
                timezone_id="Europe/Oslo",
                **options,  # type: ignore[arg-type]  # Playwright's many keywords, passed through
            )
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.set_default_navigation_timeout(30_000)

        def leaving(address: str) -> None:
            if (urlsplit(address).hostname or "") not in HOME:
                outside.append(address)

        def failed(words: str) -> None:
            if not (expected and re.search(expected, words)):
                problems.append(words)

        page.on("request", lambda request: leaving(request.url))
        page.on("websocket", lambda socket: leaving(socket.url))
        page.on("pageerror", lambda error: failed(str(error)))
        page.on(
            "console",
            lambda message: failed(message.text) if message.type in ("error", "warning") else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not outside, f"requests left the machine: {outside}"
    assert not problems, f"the console says: {problems}"
