"""Pages that are watched: no request may leave the machine, no script may fail."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

HOME = {"127.0.0.1", "localhost", ""}  # the last for data: and blob:, which go nowhere

NewPage = Callable[..., Page]


@contextmanager
def watched(browser: Browser) -> Iterator[NewPage]:
    """Open pages that are watched until the end.

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
