"""A participant's whole way, from the command to a deleted answer, in a real browser."""

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from accessibility import violations
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

# What a browser writes in its console when a server is gone, as some tests arrange.
GONE = r"Failed to (load|fetch)|ERR_|net::"


@pytest.fixture(scope="module")
def servers(serve_once: Any) -> list[Any]:
    """One server for all tests; whoever puts an end to it adds the one that follows."""
    return [serve_once()]


@pytest.fixture
def served(servers: list[Any], serve_once: Any) -> Any:
    if servers[-1].process.poll() is not None:
        servers.append(serve_once())
    return servers[-1].forget()


@pytest.fixture
def start_again(servers: list[Any], serve_once: Any) -> Callable[..., Any]:
    def start(**options: Any) -> Any:
        servers.append(serve_once(**options))
        return servers[-1]

    return start


def ready(page: Page) -> Page:
    page.wait_for_selector("html[data-ready]")
    return page


def open_book(page: Page, served: Any) -> Page:
    page.goto(served.opened)
    page.get_by_role("link", name="Å prioritere på økt 3").click()
    return ready(page)


def card(page: Page, name: str) -> Any:
    return page.locator(f"[data-exercise={name}]")


def saved(page: Page, name: str) -> None:
    expect(card(page, name).locator(".hl-state")).to_have_attribute("data-state", "saved")


def test_every_word_is_there_the_next_day(
    served: Any, start_again: Callable[..., Any], new_page: Any
) -> None:
    page = open_book(new_page(), served)
    expect(page).to_have_title("Å prioritere på økt 3 – helseledelse")
    words = "Blåbærsyltetøy på økt 3 – «ja» −1"
    card(page, "p1-kort").get_by_role("textbox").fill(words)
    card(page, "p1-valg").get_by_text("Det andre").click()
    card(page, "p1-valg").get_by_role("button", name="Sjekk svaret").click()
    expect(card(page, "p1-valg").locator(".hl-verdict")).to_contain_text("Nei, det er det ikke.")
    first, second = card(page, "p1-tanke").get_by_role("textbox").all()[:2]
    first.fill("Hos meg er det stille.")
    second.press_sequentially("Videre går det")
    saved(page, "p1-kort")
    saved(page, "p1-tanke")
    expect(card(page, "p1-tanke").locator(".hl-state")).to_contain_text("Lagret")
    entry = page.locator("[data-block]").last
    expect(entry).to_contain_text("2 av 4 gjort")
    page.context.close()
    served.stop()

    again = start_again()
    page = new_page()
    page.goto(again.opened)
    expect(page.get_by_role("heading", name="Du var her sist")).to_be_visible()
    expect(page.locator(".resume")).to_contain_text("Tenk etter")
    page.get_by_role("link", name="Fortsett der du var").click()
    ready(page)
    expect(card(page, "p1-tanke")).to_be_in_viewport()
    expect(card(page, "p1-kort").get_by_role("textbox")).to_have_value(words)
    boxes = card(page, "p1-tanke").get_by_role("textbox").all()
    assert [box.input_value() for box in boxes[:2]] == ["Hos meg er det stille.", "Videre går det"]
    expect(card(page, "p1-valg").get_by_label("Det andre")).to_be_checked()
    expect(card(page, "p1-valg").locator(".hl-verdict")).to_contain_text("Nei, det er det ikke.")


def test_closing_at_once_after_the_last_key_loses_nothing(served: Any, new_page: Any) -> None:
    page = open_book(new_page(), served)
    card(page, "p1-kort").get_by_role("textbox").press_sequentially("siste ord")
    page.goto(served.address)  # leaves before the 400 ms are over
    page.get_by_role("link", name="Å prioritere på økt 3").click()
    ready(page)
    expect(card(page, "p1-kort").get_by_role("textbox")).to_have_value("siste ord")
    kept = json.loads((served.folder / "kurs" / "svar.json").read_bytes())
    assert kept["answers"]["p1-kort"]["response"] == "siste ord"


def test_two_tabs_keep_both_words(served: Any, new_page: Any) -> None:
    one = open_book(new_page(), served)
    two = open_book(new_page(context=one.context), served)
    card(one, "p1-tanke").get_by_role("textbox").first.fill("fra den ene")
    saved(one, "p1-tanke")
    card(two, "p1-kort").get_by_role("textbox").fill("fra den andre")
    saved(two, "p1-kort")
    kept = json.loads((served.folder / "kurs" / "svar.json").read_bytes())["answers"]
    assert kept["p1-tanke"]["response"]["hos-meg"] == "fra den ene"
    assert kept["p1-kort"]["response"] == "fra den andre"
    card(two, "p1-tanke").get_by_role("textbox").first.fill("fra den andre også")
    saved(two, "p1-tanke")
    kept = (served.folder / "kurs" / "svar.json").read_text(encoding="utf-8")
    assert "fra den ene" in kept
    assert "fra den andre også" in kept


def test_a_power_cut_while_typing_says_so_and_the_draft_is_sent(
    served: Any, start_again: Callable[..., Any], new_page: Any
) -> None:
    page = open_book(new_page(expected=GONE), served)
    box = card(page, "p1-kort").get_by_role("textbox")
    box.fill("før")
    saved(page, "p1-kort")
    served.kill()
    box.fill("før og etter strømbruddet")
    state = card(page, "p1-kort").locator(".hl-state")
    expect(state).to_have_attribute("data-state", "failed")
    expect(state).to_contain_text(re.compile("nettleseren", re.IGNORECASE))
    again = start_again(port=served.port)
    assert again.port == served.port
    # The page that stayed open sends it by itself, without a new login.
    expect(state).to_have_attribute("data-state", "saved", timeout=30_000)
    kept = json.loads((again.folder / "kurs" / "svar.json").read_bytes())["answers"]
    assert kept["p1-kort"]["response"] == "før og etter strømbruddet"


def test_a_draft_is_sent_when_the_workbook_is_opened_again(
    served: Any, start_again: Callable[..., Any], new_page: Any
) -> None:
    page = open_book(new_page(expected=GONE), served)
    served.kill()
    card(page, "p1-kort").get_by_role("textbox").fill("bare i nettleseren")
    expect(card(page, "p1-kort").locator(".hl-state")).to_have_attribute("data-state", "failed")
    context = page.context
    page.close()
    again = start_again(port=served.port)
    page = open_book(new_page(context=context), again)
    expect(card(page, "p1-kort").get_by_role("textbox")).to_have_value("bare i nettleseren")
    saved(page, "p1-kort")
    kept = json.loads((again.folder / "kurs" / "svar.json").read_bytes())["answers"]
    assert kept["p1-kort"]["response"] == "bare i nettleseren"


def test_my_answers_are_downloaded_and_deleted_drafts_included(served: Any, new_page: Any) -> None:
    page = open_book(new_page(expected=GONE), served)
    card(page, "p1-kort").get_by_role("textbox").fill("slett meg")
    saved(page, "p1-kort")
    page.evaluate(
        "scope => localStorage.setItem(`helseledelse:${scope}:p1-valg`, '{}')",
        page.evaluate("JSON.parse(document.getElementById('hl-page').textContent).scope"),
    )
    page.get_by_role("link", name="Mine svar").click()
    expect(page.get_by_text("slett meg")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Last ned alt som én fil").click()
    kept = json.loads(Path(started.value.path()).read_bytes())
    assert kept["kurs"]["answers"]["p1-kort"]["response"] == "slett meg"
    page.get_by_label("Ja, jeg vil slette").check()
    page.get_by_role("button", name="Slett alle svarene mine").click()
    expect(page.get_by_text("Alt er slettet")).to_be_visible()
    ready(page)
    left = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('helseledelse:'))")
    assert left == []
    assert not (served.folder / "kurs" / "svar.json").exists()
    page.goto(f"{served.address}/arbeidsbok/kurs/1-prove")
    ready(page)
    expect(card(page, "p1-kort").get_by_role("textbox")).to_have_value("")


def test_the_keyboard_reaches_the_text_past_the_header(served: Any, new_page: Any) -> None:
    page = open_book(new_page(), served)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Til innholdet")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.url.endswith("#innhold")


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_can_be_used_by_everyone(served: Any, new_page: Any, width: int) -> None:
    page = open_book(new_page(width=width), served)
    card(page, "p1-kort").get_by_role("textbox").fill("noe å vise")
    saved(page, "p1-kort")
    book = "/arbeidsbok/kurs/1-prove"
    for path in ["", book, f"{book}?utskrift=tom", f"{book}?utskrift=svar", "/mine-svar"]:
        page.goto(served.address + path)
        if path == book:
            ready(page)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        levels = [
            int(level)
            for level in page.evaluate(
                "Array.from(document.querySelectorAll('h1,h2,h3,h4'), each => each.tagName[1])"
            )
        ]
        assert levels[0] == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)
