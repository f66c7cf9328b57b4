"""An explorer moves as one, answers the last wish, and says what is wrong beside the control."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

BROKEN = "ERR_|Failed to load|Failed to fetch"
TITLE = "Hvert gode leveår koster 200\u00a0000\u00a0kr"


def slider(page: Page, label: str) -> Any:
    return page.get_by_role("slider", name=label)


def number(page: Page, label: str) -> Any:
    return page.get_by_label(label, exact=True)


def title(page: Page) -> Any:
    return expect(page.locator(".hl-view-title"))


@pytest.fixture
def page(show: Callable[..., Page]) -> Page:
    opened = show("prove", expected=BROKEN)
    expect(opened.locator(".hl-canvas svg")).to_be_visible()
    return opened


def test_figure_title_sentence_and_table_move_as_one(page: Page) -> None:
    title(page).to_have_text(TITLE)
    page.get_by_text("Tallene bak figuren").click()
    slider(page, "Merkostnad").fill("120000")
    title(page).to_have_text(TITLE.replace("200", "400"))
    expect(number(page, "Merkostnad")).to_have_value("120\u00a0000")
    expect(page.locator(".hl-sentence")).to_contain_text("400\u00a0000\u00a0kr")
    expect(page.locator(".hl-canvas svg")).to_have_attribute(
        "aria-label", page.locator(".hl-sentence").inner_text()
    )
    expect(page.get_by_role("cell", name="120\u00a0000")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Dagens")).to_be_visible()


@pytest.mark.parametrize("written", ["90 000", "90.000", "90000,0", "kr 90 000", "90 000 kroner"])
def test_numbers_as_norwegians_write_them(page: Page, written: str) -> None:
    number(page, "Merkostnad").fill(written)
    title(page).to_have_text(TITLE.replace("200", "300"))


def test_the_slider_follows_what_is_typed(page: Page) -> None:
    number(page, "Flere gode leveår").fill("0,6")
    title(page).to_have_text(TITLE.replace("200", "100"))
    assert slider(page, "Flere gode leveår").input_value() == "0.6"
    expect(slider(page, "Flere gode leveår")).to_have_attribute("aria-valuetext", "0,60 år")
    number(page, "Flere gode leveår").blur()
    expect(number(page, "Flere gode leveår")).to_have_value("0,60")


@pytest.mark.parametrize(
    ("label", "written", "said"),
    [
        ("Merkostnad", "masse", "«masse» er ikke et tall."),
        ("Merkostnad", "−5", "Velg et tall mellom"),
        ("Fall per måned", "januar\t4\nmars\tmange", "Rad 2"),
    ],
)
def test_what_is_wrong_is_said_beside_the_control(
    page: Page, label: str, written: str, said: str
) -> None:
    field = number(page, label)
    field.fill(written)
    expect(page.locator(".hl-control .hl-problem:not(:empty)")).to_contain_text(said)
    expect(field).to_have_attribute("aria-invalid", "true")
    title(page).to_have_text(TITLE)
    expect(page.locator(".hl-canvas svg")).to_be_visible()
    page.get_by_role("button", name="Tilbake til start").click()
    expect(page.locator(".hl-problem:not(:empty)")).to_have_count(0)


def test_one_request_on_its_way_and_the_last_wish_wins(stand: Any, page: Page) -> None:
    before = len(stand.said("explore"))
    stand.gate.clear()
    for value in range(61_000, 90_001, 1000):
        slider(page, "Merkostnad").fill(str(value))
    assert len(stand.said("explore")) <= before + 1
    stand.gate.set()
    title(page).to_have_text(TITLE.replace("200", "300"))
    assert len(stand.said("explore")) == before + 2
    assert stand.said("explore")[-1]["settings"]["cost"] == 90_000


def test_a_stale_reply_is_dropped(stand: Any, show: Callable[..., Page]) -> None:
    page = show("kort")
    page.evaluate(
        """async () => {
             const state = await (await fetch("/model/prove")).json();
             const table = { caption: "", columns: ["a"], rows: [] };
             const view = (title) => ({ title, figure: "", sentence: title, note: "", table });
             window.sent = [];
             window.listeners = new Set();
             const el = document.createElement("div");
             document.querySelector("main").replaceChildren(el);
             window.answer = (index, title) => {
               const reply = { id: window.sent[index].id, view: view(title) };
               for (const tell of window.listeners) tell(reply);
             };
             const model = {
               get: (key) => state[key],
               on: (event, tell) => window.listeners.add(tell),
               off() {},
               send: (message) => window.sent.push(message),
             };
             (await import("/components/explorer.js")).default.render({ model, el });
           }"""
    )
    page.wait_for_function("() => window.sent.length === 1")
    page.evaluate("answer(0, 'Den første')")
    title(page).to_have_text("Den første")
    slider(page, "Merkostnad").fill("70000")
    page.wait_for_function("() => window.sent.length === 2")
    page.evaluate("answer(0, 'Den første en gang til')")
    title(page).to_have_text("Den første")
    page.evaluate("answer(1, 'Den andre')")
    title(page).to_have_text("Den andre")


def test_settings_are_kept_and_can_be_put_back(
    stand: Any, page: Page, show: Callable[..., Page]
) -> None:
    number(page, "Merkostnad").fill("90 000")
    page.get_by_label("Perspektiv").select_option("alle")
    page.get_by_label("Vis taket").check()
    number(page, "Fall per måned").fill("mai\t3\njuni\t1")
    expect(page.locator(".hl-note")).to_have_text("Rader limt inn: 2.")
    page.goto("about:blank")
    again = show("prove")
    expect(number(again, "Merkostnad")).to_have_value("90\u00a0000")
    expect(again.get_by_label("Perspektiv")).to_have_value("alle")
    expect(again.get_by_label("Vis taket")).to_be_checked()
    expect(number(again, "Fall per måned")).to_have_value("mai\t3\njuni\t1")
    again.get_by_role("button", name="Tilbake til start").click()
    title(again).to_have_text(TITLE)
    expect(again.get_by_label("Vis taket")).not_to_be_checked()


def test_asked_again_when_it_becomes_narrow_and_only_then(stand: Any, page: Page) -> None:
    count = len(stand.said("explore"))
    page.set_viewport_size({"width": 1100, "height": 900})
    page.set_viewport_size({"width": 360, "height": 900})
    expect(page.locator(".hl-canvas svg")).to_have_attribute("viewBox", "0 0 360 380")
    assert len(stand.said("explore")) == count + 1
    assert stand.said("explore")[-1]["width"] < 560


def test_no_number_and_no_word_of_the_table_is_broken_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")  # as wide as eight columns
    page.get_by_text("Tallene bak figuren").click()
    broken: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".hl-table tbody :is(th, td)")]
             .filter((cell) => cell.textContent && !cell.textContent.includes(" "))
             .filter((cell) => {
               const range = document.createRange();
               range.selectNodeContents(cell);
               return range.getClientRects().length > 1;
             })
             .map((cell) => cell.textContent)"""
    )
    assert broken == []
    # What is wider than the screen is reached inside the table, by keyboard too.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".hl-scroll:has(table)")).to_have_attribute("tabindex", "0")


def test_drawn_when_it_comes_near(stand: Any, show: Callable[..., Page]) -> None:
    page = show("+".join(["lerret", "tanker", "felt", "rekke", "skala", "plan", "prove"]))
    assert stand.said("explore") == []
    page.locator(".hl-explorer").scroll_into_view_if_needed()
    expect(page.locator(".hl-canvas svg")).to_be_visible()
    assert len(stand.said("explore")) == 1


def test_spoken_once_when_the_hand_rests(page: Page) -> None:
    page.evaluate(
        """() => { window.spoken = [];
             const region = document.querySelector(".hl-explorer > [role=status].hl-hidden");
             new MutationObserver(() => {
               if (region.textContent) window.spoken.push(region.textContent);
             }).observe(region, { childList: true }); }"""
    )
    slider(page, "Merkostnad").evaluate(
        """async (slider) => {
             for (let value = 61000; value <= 90000; value += 1000) {
               slider.value = value;
               slider.dispatchEvent(new Event("input", { bubbles: true }));
               await new Promise(requestAnimationFrame);
             } }"""
    )
    page.wait_for_function("() => window.spoken.length > 0")
    assert len(page.evaluate("window.spoken")) == 1
    assert "300\u00a0000" in page.evaluate("window.spoken[0]")


def test_without_a_server_the_figure_stays_and_says_so(stand: Any, page: Page) -> None:
    page.clock.install()
    stand.down = True
    slider(page, "Merkostnad").fill("90000")
    page.clock.run_for(16_000)
    expect(page.locator(".hl-problem:not(:empty)")).to_contain_text("lar seg ikke tegne nå")
    expect(page.locator(".hl-canvas svg")).to_be_visible()
    stand.down = False
    page.get_by_role("button", name="Prøv igjen").click()
    title(page).to_have_text(TITLE.replace("200", "300"))
