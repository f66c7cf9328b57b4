"""Every shipped workbook is what a participant is promised: clean, usable by all, and kept."""

import json
import re
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from accessibility import violations
from playwright.sync_api import Browser, Page, expect
from watched import watched

from helseledelse.exercises.bank import bank
from helseledelse.exercises.base import Exercise
from helseledelse.exercises.paper import in_words
from helseledelse.exercises.workbook import ExplorerCall, Workbook, read_workbook

pytestmark = pytest.mark.browser

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
NAMES = [
    str(path.relative_to(WORKBOOKS).with_suffix("")) for path in sorted(WORKBOOKS.glob("*/*.ipynb"))
]
WORDS = "Blåbærsyltetøy på økt 3 – «ja» −1 <b>æøå</b>"
DAY = "2026-12-12"

# What only a programmer should ever read: calls, kernels, paths, errors, values that are none.
MACHINERY = re.compile(
    r"Traceback|Exception|\b\w+Error\b|\bkernel|\.py\b|ipynb|/(home|tmp|usr|root|work)/"
    r"|\b(exercise|explore|progress)\(|\bimport \w|\bundefined\b|\bNaN\b|\bNone\b"
    r"|\[object|\{\{|\$\\"
)

DRAWN = """() => [...document.querySelectorAll("[data-explorer]")].every((card) =>
    card.querySelector(".hl-canvas > svg") && card.querySelector(".hl-view-title").textContent
    && card.querySelector(".hl-sentence").textContent)"""

# Boxes of the figures; they change when a figure is drawn for another width.
BOXES = """() => [...document.querySelectorAll("[data-explorer] .hl-canvas > svg")]
    .map((figure) => figure.getAttribute("viewBox"))"""

# Everything Tab should stop at, a group of radio buttons as one, and what it has not stopped at.
MISSED = """() => {
    const groups = new Set(window.walked.filter((at) => at.type === "radio").map((at) => at.name));
    const wanted = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    return [...document.querySelectorAll(wanted)]
      .filter((at) => at.checkVisibility({ visibilityProperty: true }) && !at.disabled
        && at.tabIndex >= 0 && at.type !== "hidden" && !window.walked.includes(at)
        && !(at.type === "radio" && groups.has(at.name)))
      .map((at) => at.outerHTML.slice(0, 160)); }"""

# At each Tab, where the focus is: "end" past the last control, else what is wrong with it, else "".
# The key is let go of when the page has scrolled. The page itself writes it down, because asking it
# after each of some hundred keys takes longer than the keys do.
WALK = """() => {
  window.walked = [];
  window.stops = [];
  const stop = () => {
    const at = document.activeElement;
    if (at === document.body || at === document.documentElement) return "end";
    if (window.walked.includes(at)) return window.walked[0] === at ? "end" : "";
    window.walked.push(at);
    const told = at.outerHTML.slice(0, 160);
    const frames = [at, at.closest(".hl-option, .hl-segment, .hl-step, .hl-check")];
    if (!frames.some((node) => node && getComputedStyle(node).outlineStyle === "solid")) {
      return `no ring: ${told}`;
    }
    const box = at.getBoundingClientRect();
    const head = document.querySelector(".top");
    const under = head.contains(at) ? 0 : head.getBoundingClientRect().bottom;
    const seen = at.closest(".skip") || (box.bottom > under && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth);
    return seen ? "" : `out of sight: ${told} ${JSON.stringify(box)}`; };
  scrollTo(0, 0);
  addEventListener("keyup", () => window.stops.push(stop()), { capture: true }); }"""


@pytest.fixture(scope="module")
def served(serve_once: Callable[..., Any]) -> Any:
    """One server for all of them, with what a participant gets and nothing else."""
    return serve_once(config={"Pages": {}}).log_in()


def outline(name: str) -> Workbook:
    return read_workbook(WORKBOOKS / f"{name}.ipynb")


def enter(page: Page, served: Any, name: str) -> Page:
    key = served.opened.partition("?")[2]
    page.goto(f"{served.address}/arbeidsbok/{name}?{key}")
    page.wait_for_selector("html[data-ready]", timeout=30_000)
    return page


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """Give each workbook, and the next one when all tests have had it."""
    return str(request.param)


@pytest.fixture(scope="module")
def drawn(name: str, served: Any, browser: Browser) -> Iterator[Page]:
    """Open a workbook once, all figures drawn, for the tests that change nothing in it."""
    with watched(browser) as new_page:
        page = enter(new_page(reduced_motion="reduce"), served, name)  # where it scrolls, at once
        for explorer in page.locator("[data-explorer]").all():
            explorer.locator(".hl-canvas").scroll_into_view_if_needed()
            # Not `expect`: what it does not find at once makes it describe the whole page.
            explorer.locator(".hl-canvas > svg").wait_for(timeout=30_000)
        assert page.evaluate(DRAWN)
        yield page


def test_tab_reaches_every_control_in_sight(drawn: Page) -> None:
    drawn.evaluate(WALK)
    stops: list[str] = []
    while "end" not in stops and len(stops) < 1500:
        for _ in range(25):
            drawn.keyboard.press("Tab")
        stops = drawn.evaluate("window.stops")
    if "end" not in stops:
        pytest.fail(
            f"Tab never comes to the end: {drawn.evaluate('document.activeElement.outerHTML')}"
        )
    assert [stop for stop in stops[: stops.index("end")] if stop] == []
    assert drawn.evaluate(MISSED) == []


def test_it_opens_clean_and_can_be_used_by_everyone(drawn: Page, name: str) -> None:
    page, book = drawn, outline(name)
    exercises = page.locator("[data-exercise]").evaluate_all(
        "all => all.map(one => one.dataset.exercise)"
    )
    assert exercises == list(book.exercises)
    explorers = page.locator("[data-explorer]").evaluate_all(
        "all => all.map(one => one.dataset.explorer)"
    )
    assert explorers == [piece.name for piece in book.pieces if isinstance(piece, ExplorerCall)]
    assert page.locator("[data-mount] > :not(.hl)").count() == 0
    assert (
        page.locator(".hl-problem:not(:empty), .text > .notice, .block > .notice").all_inner_texts()
        == []
    )
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    expect(page.locator("[data-explorer] table")).to_have_count(len(explorers))
    shown = page.evaluate(
        """() => [document.body.innerText, ...[...document.querySelectorAll("body *")].flatMap(
             (each) => ["aria-label", "aria-valuetext", "title", "placeholder"].map(
               (name) => each.getAttribute(name) ?? ""))].join("\\n")"""
    )
    assert [
        shown[max(0, hit.start() - 60) : hit.end() + 60] for hit in MACHINERY.finditer(shown)
    ] == []
    levels = [
        int(tag[1])
        for tag in page.locator("h1,h2,h3,h4").evaluate_all("all => all.map(one => one.tagName)")
    ]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert violations(page) == []

    wide = page.evaluate(BOXES)
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_function(
        f"wide => ({BOXES})().every((box, number) => box !== wide[number])",
        arg=wide,
        timeout=30_000,
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page, colours=False) == []


def sort_of(page: Page, within: str = "body") -> str:
    """Say what has the focus, as far as the keys depend on it; "out" where it is not `within`."""
    return str(
        page.evaluate(
            """within => { const at = document.activeElement;
                 if (!at.closest(within)) return "out";
                 if (at.matches(".hl-primary")) return "check";
                 if (at.matches(".hl-place-open[aria-expanded=false]")) return "opener";
                 if (at.matches("button[aria-label^='Flytt ned']")) return "down";
                 if (at.matches("button[aria-label^='Sett en prikk']")) return "dot";
                 if (at.tagName === "TEXTAREA") return "text";
                 return at.tagName === "SELECT" ? "list" : at.type ?? ""; }""",
            within,
        )
    )


KEY = {
    "radio": "Space",
    "checkbox": "Space",
    "range": "End",
    "list": "ArrowDown",
    "opener": "Enter",
    "dot": "Space",
}


def answer_with_keys(page: Page, exercise: str) -> None:
    """Tab through an exercise, give each control the key it wants, and check at the end."""
    within = f"[data-exercise={exercise}]"
    card = page.locator(within)
    card.evaluate("card => { card.tabIndex = -1; card.focus(); }")  # Tab has been seen to get here
    words = "12" if "hl-kind-number" in (card.get_attribute("class") or "") else WORDS
    moved = False
    for _ in range(200):
        page.keyboard.press("Tab")
        match sort_of(page, within):
            case "out":
                break
            case "text":
                page.keyboard.insert_text(words)
            case "date":
                page.keyboard.type("12122026")
            case "down" if not moved:
                page.keyboard.press("Enter")
                moved = True
            case "check":
                page.keyboard.press("Enter")
                card.locator(".hl-verdict").wait_for()
                page.locator(".hl-primary:focus").wait_for()
                break
            case sort if sort in KEY:
                page.keyboard.press(KEY[sort])
    card.locator(".hl-state[data-state=saved]").wait_for()
    expect(card.locator(".hl-state")).to_contain_text("Lagret")


def test_one_of_every_kind_is_answered_with_keys_alone(
    served: Any, new_page: Callable[..., Page], name: str
) -> None:
    page = enter(new_page(reduced_motion="reduce"), served, name)
    first = {bank()[each].kind: each for each in reversed(outline(name).exercises)}
    for each in first.values():
        answer_with_keys(page, each)

    explorer = page.locator("[data-explorer]:has(input[type=range])").first
    explorer.scroll_into_view_if_needed()
    explorer.locator(".hl-canvas > svg").wait_for(timeout=30_000)
    before = explorer.locator(".hl-canvas").inner_html()
    explorer.evaluate("card => { card.tabIndex = -1; card.focus(); }")
    for _ in range(20):
        page.keyboard.press("Tab")
        if sort_of(page) == "range":
            break
    told = page.locator(":focus").get_attribute("aria-valuetext")
    top = page.evaluate("document.activeElement.value === document.activeElement.max")
    with page.expect_request_finished(
        lambda request: "/api/samtale/" in request.url, timeout=30_000
    ):
        page.keyboard.press("PageDown" if top else "PageUp")
    assert page.locator(":focus").get_attribute("aria-valuetext") != told
    page.wait_for_function(
        "([card, before]) => card.querySelector('.hl-canvas').innerHTML !== before",
        arg=[explorer.element_handle(), before],
        timeout=30_000,
    )
    assert sort_of(page) == "range"

    settings = explorer.get_by_role("heading", level=3).inner_text()
    page.goto(f"{served.address}/mine-svar")
    kept = page.locator("article.mine", has_text=f"Innstillinger i utforskeren «{settings}»").first
    expect(kept).to_be_visible()
    assert "_" not in kept.inner_text()  # no names of parameters


def an_answer(exercise: Exercise) -> Any:
    """Give the exercise's own key; where there is none, something that a person could say."""
    key = exercise.key()
    if key is not None:
        return key
    face = exercise.public()
    say: dict[str, Callable[[], Any]] = {
        "single": lambda: face["options"][0]["id"],
        "multiple": lambda: [face["options"][0]["id"]],
        "classify": lambda: {item["id"]: face["boxes"][0]["id"] for item in face["items"]},
        "order": lambda: [item["id"] for item in face["items"]],
        "placement": lambda: {item["id"]: [2, 8] for item in face["items"]},
        "scale": lambda: {item["id"]: face["steps"] for item in face["items"]},
        "dots": lambda: {face["items"][0]["id"]: face["dots"]},
        "reflection": lambda: {prompt["id"]: WORDS for prompt in face["prompts"]},
        "form": lambda: {box["id"]: WORDS for box in face["boxes"]},
        "plan": lambda: {"when": WORDS, "then": WORDS, "with": WORDS, "by": DAY},
        "short_text": lambda: WORDS,
    }
    return say[exercise.kind]()


# What a page shows of each exercise; only a response equal to the one that was judged keeps its
# verdict, so the verdict stands for marks and places, and the fields for themselves.
GIVEN = """() => Object.fromEntries([...document.querySelectorAll("[data-exercise]")].map(
    (card) => [card.dataset.exercise, {
      state: card.querySelector(".hl-state").dataset.state,
      verdict: card.querySelector(".hl-verdict:not(.hl-old)")?.dataset.outcome ?? "",
      fields: [...card.querySelectorAll("textarea, input[type=text], input[type=date]")]
        .map((field) => field.value),
    }]))"""


def test_every_answer_is_there_again_on_screen_and_on_paper(
    served: Any, new_page: Callable[..., Page], name: str
) -> None:
    programme, book = name.split("/")[0], outline(name)
    given = {each: an_answer(bank()[each]) for each in book.exercises}
    outcomes = {}
    for each, response in given.items():
        exercise = bank()[each]
        message = {
            "exercise": each,
            "response": response,
            "at": int(time.time() * 1000),
            "version": exercise.version,
            "writer": "prove",
        }
        free = exercise.kind in ("reflection", "form")
        reply = served.send(
            f"/api/samtale/{programme}", {"type": "save" if free else "check", **message}
        ).json()
        assert reply["saved"], each
        outcomes[each] = "" if free else reply["verdict"]["outcome"]
        if exercise.key() is not None:
            assert outcomes[each] == "right", each

    page = enter(new_page(), served, name)
    shown = page.evaluate(GIVEN)
    assert {each: one["verdict"] for each, one in shown.items()} == outcomes
    assert {one["state"] for one in shown.values()} == {"saved"}
    for each, response in given.items():
        typed = response if isinstance(response, dict) else {"": response}
        if bank()[each].kind in ("reflection", "form", "plan", "short_text", "number"):
            assert shown[each]["fields"] == list(typed.values()), each
    assert page.locator("[data-left]").text_content() == "Alt er gjort"
    page.goto(served.address)
    row = page.locator(".samling", has=page.locator(f"a[href$='{name}']"))
    expect(row).to_contain_text("Alle oppgavene er besvart")

    for sort in ("tom", "svar"):
        page.goto(f"{served.address}/arbeidsbok/{name}?utskrift={sort}")
        sheets = page.locator("article.sheet:not(.sheet-explorer)")
        expect(sheets).to_have_count(len(given))
        calls = [piece for piece in book.pieces if isinstance(piece, ExplorerCall)]
        expect(page.locator("article.sheet-explorer svg")).to_have_count(len(calls))
        said = sheets.evaluate_all(
            """all => all.map((one) => [
                 ...[...one.querySelectorAll(".written")].map((each) => each.textContent),
                 ...[...one.querySelectorAll(".box")].map((each) => each.textContent.trim()),
               ].filter(Boolean))"""
        )
        for (each, response), marks in zip(given.items(), said, strict=True):
            exercise = bank()[each]
            wanted = len(in_words(exercise, response)) if sort == "svar" else 0
            assert len(marks) == wanted, (each, sort, marks)
            if wanted and WORDS in json.dumps(response, ensure_ascii=False):
                assert WORDS in marks, each
        assert page.locator("main").inner_text().count(bank()[next(iter(given))].title.nb)


def test_the_same_explorer_twice_is_drawn_twice(served: Any, new_page: Callable[..., Page]) -> None:
    page = enter(new_page(reduced_motion="reduce"), served, "fordypning/legelig-ledelse")
    cards = page.locator("[data-explorer]")
    for card in cards.all():
        card.locator(".hl-canvas").scroll_into_view_if_needed()
        card.locator(".hl-canvas > svg").wait_for(timeout=30_000)
    pair = page.locator("[data-explorer=span]")
    assert pair.count() == 2
    pair.locator(".hl-canvas").evaluate_all("all => all.forEach((each) => each.replaceChildren())")
    # All at once, so that both of them wait behind the others.
    page.evaluate(
        """() => { const all = [...document.querySelectorAll("[data-explorer]")];
             all.sort((one, other) => (one.dataset.explorer === "span")
               - (other.dataset.explorer === "span"));
             for (const card of all) card.querySelector(".hl-controls > button").click(); }"""
    )
    for number in range(2):
        pair.nth(number).locator(".hl-canvas > svg").wait_for(timeout=30_000)
