"""Every kind in every state, on a desk and on a phone: axe, room for a thumb, nothing cut off."""

from collections.abc import Callable
from typing import Any

import pytest
from accessibility import violations
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 900}
# A figure is drawn anew for another width.
FIGURES_FIT = """() => [...document.querySelectorAll(".hl-canvas svg")]
    .every((figure) => figure.viewBox.baseVal.width < 560 === innerWidth < 560)"""
LOOK = ("Sjekk svaret", "Se oppsummeringen", "Se over planen", "Se hva valget betyr")


def _put(page: Page, *labels: str) -> None:
    for label in labels:
        page.get_by_label(label, exact=True).check()


def _boxes(page: Page, *chosen: int) -> None:
    for row, box in enumerate(chosen):
        page.locator(".hl-item").nth(row).locator("input").nth(box).check()


def _lists(page: Page, *chosen: str) -> None:
    for row, box in enumerate(chosen):
        page.locator("select").nth(row).select_option(box)


def _places(page: Page, *spots: tuple[int, int]) -> None:
    for row, spot in enumerate(spots):
        item = page.locator(".hl-place").nth(row)
        if item.locator("button").first.get_attribute("aria-expanded") == "false":
            item.locator("button").first.click()
        for axis, value in enumerate(spot):
            item.locator("input").nth(axis).fill(str(value))


def _order(page: Page, *labels: str) -> None:
    for label in reversed(labels):
        button = page.get_by_role("button", name=f"Flytt opp: {label}")
        while button.get_attribute("aria-disabled") is None:
            button.click()


def _dots(page: Page, *labels: str) -> None:
    for label in labels:
        page.get_by_role("button", name=f"Sett en prikk: {label}").click()


RIGHT = "Hva hvert ekstra gode leveår koster, sammenlignet med dagens tilbud"
# Exercise, and how it is answered right and wrong; where nothing is judged, answered at all.
ANSWERS: dict[str, tuple[Callable[[Page], None], ...]] = {
    "enkelt": (
        lambda page: _put(page, RIGHT),
        lambda page: _put(page, "Hva tiltaket koster i alt for hver pasient"),
    ),
    "flere": (
        lambda page: _put(
            page, "Lederen forteller om en egen feil", "Den som sier fra, får svar innen en uke"
        ),
        lambda page: _put(page, "Avvik telles per ansatt og henges opp"),
    ),
    "tall": (
        lambda page: page.get_by_label("Svaret ditt").fill("200 000 kr"),
        lambda page: page.get_by_label("Svaret ditt").fill("18\u00a0000"),
    ),
    "klasser": (
        lambda page: _boxes(page, 2, 1, 0),
        lambda page: _boxes(page, 0, 0, 1),
    ),
    "mange-bokser": (
        lambda page: _lists(page, "b", "a"),
        lambda page: _lists(page, "e", "e"),
    ),
    "rekke": (
        lambda page: _order(page, "Forstå", "Mål", "Prøv", "Gjør"),
        lambda page: _order(page, "Gjør", "Prøv", "Mål", "Forstå"),
    ),
    "skala": (lambda page: _boxes(page, 5, 1),),
    "prikker": (lambda page: _dots(page, "Færre møter", "Færre møter", "Mer tid"),),
    "kort": (lambda page: page.get_by_label("Svaret ditt").fill("Alternativkostnaden"),),
    "tanker": (
        lambda page: page.get_by_label("Hva skjedde?").fill("Vi sa nei – det sved.\n«Hvorfor?»"),
    ),
    "lerret": (lambda page: page.get_by_label("For hvem").fill("Eldre på Sørøya"),),
    "felt": (
        lambda page: _places(page, (8, 8), (2, 8), (2, 2)),
        lambda page: _places(page, (2, 2), (8, 2), (8, 8)),
    ),
    "plan": (lambda page: page.get_by_label("Når …").fill("vi møtes på tirsdag"),),
    "mening": (lambda page: _put(page, "Alvorlighet"),),
}
SAID = {0: "Riktig", 1: "Ikke riktig"}
UNJUDGED = {"skala", "prikker", "tanker", "lerret", "plan", "mening"}


def _sound(page: Page) -> None:
    """Look at the page as it stands on a phone and on a desk; leaves it on the phone."""
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a TypedDict of the library's
        page.wait_for_function(FIGURES_FIT)
        assert violations(page, colours=size is PHONE) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _look(page: Page) -> None:
    for label in LOOK:
        button = page.get_by_role("button", name=label)
        if button.count():
            button.click()
            expect(page.locator(".hl-verdict")).to_be_visible()


@pytest.mark.parametrize("name", ANSWERS)
def test_every_kind_in_every_state(show: Callable[..., Page], name: str) -> None:
    page = show(name, width=360)
    _sound(page)
    for number, answer in enumerate(ANSWERS[name]):
        page.evaluate("localStorage.clear()")
        page.reload()
        page.wait_for_selector("html[data-ready]")
        if name == "flere" and number:  # the first answer is still there, and is part of this one
            for box in page.get_by_role("checkbox").all():
                box.uncheck()
        answer(page)
        _look(page)
        if name not in UNJUDGED:
            expect(page.locator(".hl-feedback .hl-outcome").first).to_have_text(SAID[number])
        for label in ("Vis et hint", "Vis løsning"):
            button = page.get_by_role("button", name=label)
            if button.count():
                button.click()
        expect(page.locator(".hl-state")).to_contain_text("Lagret")
        _sound(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_explorer_and_progress(show: Callable[..., Page], scheme: str) -> None:
    page = show("prove+framdrift+enkelt", width=360, color_scheme=scheme)
    expect(page.locator(".hl-canvas svg")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.get_by_role("table", name="Kostnad og virkning")).to_be_visible()
    _put(page, RIGHT)
    _look(page)
    _sound(page)


@pytest.mark.parametrize("name", ANSWERS)
def test_room_for_a_thumb(show: Callable[..., Page], name: str) -> None:
    page = show(name, width=360)
    small = page.evaluate(
        """() => [
               ...document.querySelectorAll("button, select, summary, textarea, label:has(input)"),
               ...document.querySelectorAll("input:not([type=radio], [type=checkbox])")]
             .filter((node) => node.checkVisibility())
             .map((node) => [node.className || node.textContent, node.getBoundingClientRect()])
             .filter(([, box]) => box.height < 44 || box.width < 36)
             .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""
    )
    assert small == []


@pytest.mark.parametrize("name", [*ANSWERS, "prove"])
def test_text_twice_as_large_on_a_phone(show: Callable[..., Page], name: str) -> None:
    page = show(name, width=360)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut: list[Any] = page.evaluate(
        """() => [...document.querySelectorAll("button, label, legend, h3, h4, p")]
             .filter((node) => node.checkVisibility() && !node.closest(".hl-hidden"))
             .filter((node) => getComputedStyle(node).display !== "inline")
             .filter((node) => node.scrollWidth > node.clientWidth + 1)
             .map((node) => node.outerHTML.slice(0, 120))"""
    )
    assert cut == []


def test_fields_do_not_make_a_phone_zoom(show: Callable[..., Page]) -> None:
    page = show("tall+tanker+mange-bokser+prove", width=360)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("input, select, textarea")]
             .map((node) => parseFloat(getComputedStyle(node).fontSize))"""
    )
    assert min(sizes) >= 16


def test_all_of_a_long_text_prints(show: Callable[..., Page]) -> None:
    page = show("tanker")
    field = page.get_by_label("Hva skjedde?")
    field.fill("\n".join(f"Linje {number} – æøå" for number in range(60)))
    page.emulate_media(media="print")
    behind = page.locator(".hl-grow").first.evaluate(
        """(node) => [getComputedStyle(node, "::after").visibility,
                      node.clientHeight, node.dataset.text.length]"""
    )
    assert behind[0] == "visible"
    assert behind[1] > 60 * 20  # sixty lines of at least twenty pixels
    assert behind[2] == len(field.input_value())
    expect(page.locator(".hl-state")).to_be_hidden()
