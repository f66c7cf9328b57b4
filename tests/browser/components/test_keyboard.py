"""Every kind is answered with keys alone, focus stays in hand, and a notebook hears none of it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def walk(page: Page, *, to: str) -> None:
    """Tab until the focused control's name or label holds `to`."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if to in page.evaluate(
            """() => { const at = document.activeElement;
                 const labels = [...(at.labels ?? [])].map((label) => label.textContent);
                 return [at.getAttribute("aria-label"), at.textContent, ...labels].join(" "); }"""
        ):
            return
    raise AssertionError(f"no control named {to} can be reached with Tab")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _single(page: Page) -> None:
    walk(page, to="Hva tiltaket koster i alt")
    press(page, "ArrowDown")


def _multiple(page: Page) -> None:
    walk(page, to="Lederen forteller")
    press(page, "Space", "Tab", "Tab", "Space")


def _classify(page: Page) -> None:
    for steps in (2, 1, 0):
        walk(page, to="Helsetjenesten")
        press(page, "Space", *["ArrowDown"] * steps)


def _list(page: Page) -> None:
    walk(page, to="På legespråk")
    press(page, "ArrowDown", "ArrowDown")


def _order(page: Page) -> None:
    walk(page, to="Flytt opp: Forstå")
    press(page, "Enter", "Enter")
    expect(page.locator(":focus")).to_have_attribute(
        "aria-label", "Flytt opp: Forstå hva som går galt, og for hvem"
    )
    expect(page.get_by_text("er nå nummer 1 av 4.")).to_be_attached()
    press(page, "Enter")
    expect(page.get_by_text("står allerede først.")).to_be_attached()


def _scale(page: Page) -> None:
    walk(page, to="1")
    press(page, "Space", "ArrowRight", "ArrowRight")
    press(page, "Tab", "Space")


def _dots(page: Page) -> None:
    walk(page, to="Sett en prikk: Færre møter")
    press(page, "Enter", "Space")
    expect(page.get_by_text("Færre møter: 2 prikker. Du har 1 prikk igjen av 3.")).to_be_attached()
    walk(page, to="Sett en prikk: Mer tid")
    press(page, "Enter", "Enter")
    expect(page.get_by_text("Du har ingen prikker igjen.")).to_be_attached()


def _placement(page: Page) -> None:
    walk(page, to="Tre fall")
    walk(page, to="Hastegrad")
    press(page, "End", "Tab", "ArrowUp")
    walk(page, to="Kompetanseplanen")
    press(page, "Enter")
    walk(page, to="Hastegrad")
    press(page, "Home")


def _typed(label: str, text: str) -> Callable[[Page], None]:
    def write(page: Page) -> None:
        walk(page, to=label)
        page.keyboard.insert_text(text)

    return write


def _plan(page: Page) -> None:
    _typed("Når", "vi møtes")(page)
    _typed("Så gjør jeg", "spør jeg – «hva skjedde?»")(page)


KEYS: dict[str, tuple[Callable[[Page], None], Any]] = {
    "enkelt": (_single, "b"),
    "flere": (_multiple, ["a", "c"]),
    "tall": (_typed("Svaret ditt", "200 000"), "200 000"),
    "klasser": (_classify, {"arbeid": "samfunn", "skyss": "kommune", "seng": "helse"}),
    "mange-bokser": (_list, {"hm": "b"}),
    "rekke": (_order, ["forst", "mal", "fest", "prov"]),
    "skala": (_scale, {"hjelp": 3, "feil": 1}),
    "prikker": (_dots, {"moter": 2, "tid": 1}),
    "kort": (_typed("Svaret ditt", "Alternativkostnad"), "Alternativkostnad"),
    "tanker": (_typed("Hva tok du for gitt?", "At æøå var nok"), {"trodde": "At æøå var nok"}),
    "lerret": (_typed("Hva skal bli bedre", "Flyten"), {"hva": "Flyten"}),
    "felt": (_placement, {"fall": [9, 6], "plan": [1, 5]}),
    "plan": (_plan, {"when": "vi møtes", "then": "spør jeg – «hva skjedde?»"}),
}


@pytest.mark.parametrize("name", KEYS)
def test_answered_with_keys_alone(stand: Any, show: Callable[..., Page], name: str) -> None:
    answer, wanted = KEYS[name]
    page = show(name)
    answer(page)
    if name not in ("tanker", "lerret"):
        walk(page, to="Se " if name in ("skala", "plan", "prikker") else "Sjekk svaret")
        page.keyboard.press("Enter")
        expect(page.locator(".hl-verdict")).to_be_visible()
        expect(page.locator(":focus")).to_have_class("hl-button hl-primary")
    expect(page.locator(".hl-state")).to_contain_text("Lagret")
    stored = stand.stored(name)
    if isinstance(stored, dict):
        stored = {part: said for part, said in stored.items() if said}
    assert stored == wanted


def test_enter_in_a_number_checks_it(show: Callable[..., Page]) -> None:
    page = show("tall")
    page.get_by_label("Svaret ditt").fill("200000")
    page.keyboard.press("Enter")
    expect(page.locator(".hl-verdict")).to_contain_text("Riktig")


def test_focus_is_seen(show: Callable[..., Page]) -> None:
    page = show("enkelt+tanker+felt+prove")
    unseen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const at = document.activeElement;
                 if (at === document.body) return true;
                 return [at, at.closest(".hl-option, .hl-segment, .hl-step, .hl-check")]
                   .some((node) => node && getComputedStyle(node).outlineStyle === "solid"); }"""
        )
        if not seen:
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert unseen == []


def test_what_is_placed_by_pointer_is_what_the_sliders_say(
    stand: Any, show: Callable[..., Page]
) -> None:
    page = show("felt", width=360)
    box = page.locator(".hl-field").bounding_box()
    assert box
    page.locator(".hl-field").click(position={"x": box["width"] - 5, "y": 5})
    sliders = page.locator(".hl-place").first.locator("input")
    assert [slider.input_value() for slider in sliders.all()] == ["9", "9"]
    token = page.locator(".hl-token-placed").first
    token.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    assert [slider.input_value() for slider in sliders.all()] == ["5", "5"]
    expect(page.locator(".hl-state")).to_contain_text("Lagret")
    assert stand.stored("felt") == {"fall": [5, 5]}
    page.get_by_role("button", name="Ta ut av feltet").click()
    expect(token).to_be_hidden()


def test_the_clock_counts_and_speaks_each_minute(show: Callable[..., Page]) -> None:
    page = show("kort")  # any page: the clock is set before the exercise is opened
    page.clock.install()
    page.goto(page.url.replace("kort", "tanker"))
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name="Start klokken (4 min)").click()
    page.clock.run_for(61_000)
    expect(page.get_by_text("3 minutter igjen.")).to_be_attached()
    page.get_by_role("button", name="Stopp klokken").click()
    page.clock.run_for(60_000)
    expect(page.locator(".hl-clock")).to_have_text("2:59 igjen")
    page.get_by_role("button", name="Fortsett").click()
    page.clock.run_for(180_000)
    expect(page.locator(".hl-clock")).to_have_text("Tiden er ute. Skriv gjerne ferdig.")


@pytest.mark.parametrize("name", [*KEYS, "prove", "framdrift"])
def test_as_one_module_in_a_notebook(show: Callable[..., Page], name: str) -> None:
    page = show(name, query="notebook")
    expect(page.locator(".hl-card")).to_be_visible()
    page.evaluate(
        """() => { window.heard = 0;
             for (const sort of ["keydown", "keyup"]) {
               document.addEventListener(sort, () => window.heard++);
             }
             document.querySelector(".hl :is(input, textarea, button, summary, a)").focus(); }"""
    )
    assert page.evaluate("document.activeElement.dataset.lmSuppressShortcuts") == "true"
    press(page, "d", "d")
    assert page.evaluate("window.heard") == 0
    expect(page.locator(".hl-card")).to_be_visible()


def test_unmounting_lets_go(stand: Any, show: Callable[..., Page]) -> None:
    page = show("tanker")
    page.get_by_label("Hva skjedde?").fill("Siste ord")
    page.evaluate("document.querySelector('[data-mount]').cleanup()")
    page.evaluate("dispatchEvent(new Event('online'))")
    for _ in range(100):  # until it has arrived
        if stand.said("save"):
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(600)  # longer than a hand rests
    assert len(stand.said("save")) == 1  # sent at once, and by nobody afterwards
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.get_by_label("Hva skjedde?")).to_have_value("Siste ord")
