"""No word is lost: not by a reload, a dead server, a second tab, a browser that keeps nothing."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

WORDS = "Æ e å – «ja», sa hun − på Sørøya"
BROKEN = "ERR_|Failed to load|Failed to fetch"  # what a browser says of a server that is down
KEY = "helseledelse:prove:tanker"
DAY = 86_400_000


def field(page: Page) -> Any:
    return page.get_by_label("Hva skjedde?")


def state(page: Page) -> Any:
    return expect(page.locator(".hl-state"))


def draft(page: Page, key: str = KEY) -> Any:
    return json.loads(page.evaluate("(key) => localStorage.getItem(key)", key) or "null")


def put_draft(page: Page, **values: Any) -> None:
    page.evaluate("([key, value]) => localStorage.setItem(key, value)", [KEY, json.dumps(values)])


def reopen(page: Page) -> None:
    page.reload()
    page.wait_for_selector("html[data-ready]")


def save(stand: Any, text: str, *, at: int, writer: str = "en annen") -> None:
    stand.store.save("tanker", {"hva": text}, at=at, version=1, writer=writer)


def test_saved_by_itself_and_read_back(stand: Any, show: Callable[..., Page]) -> None:
    page = show("tanker")
    field(page).fill(WORDS)
    state(page).to_have_text(re.compile(r"Lagret \d\d:\d\d$"))
    assert stand.stored("tanker")["hva"] == WORDS
    assert draft(page) is None
    reopen(page)
    expect(field(page)).to_have_value(WORDS)
    state(page).to_have_text(re.compile(r"Lagret \d\d:\d\d$"))


def test_draft_stands_from_the_first_key_until_the_receipt(
    stand: Any, show: Callable[..., Page]
) -> None:
    page = show("tanker")
    stand.gate.clear()
    field(page).press_sequentially("å")
    assert draft(page)["response"]["hva"] == "å"
    state(page).to_have_text("Lagrer …")
    stand.gate.set()
    state(page).to_contain_text("Lagret")
    assert draft(page) is None


def test_typed_while_the_server_is_down_survives_a_reload(
    stand: Any, show: Callable[..., Page]
) -> None:
    page = show("tanker", expected=BROKEN)
    stand.down = True
    field(page).fill(WORDS)
    state(page).to_have_text(
        "Får ikke lagret nå. Teksten står trygt i nettleseren "
        "og sendes når forbindelsen er tilbake."
    )
    reopen(page)
    expect(field(page)).to_have_value(WORDS)
    state(page).to_contain_text("Får ikke lagret nå.")
    stand.down = False
    page.evaluate("dispatchEvent(new Event('online'))")
    state(page).to_contain_text("Lagret")
    assert stand.stored("tanker")["hva"] == WORDS
    assert draft(page) is None


def test_a_dead_server_is_tried_again_without_help(stand: Any, show: Callable[..., Page]) -> None:
    page = show("tanker", expected=BROKEN)
    stand.down = True
    field(page).fill(WORDS)
    state(page).to_contain_text("Får ikke lagret nå.")
    stand.down = False
    state(page).to_contain_text("Lagret", timeout=15_000)
    assert stand.stored("tanker")["hva"] == WORDS


def test_a_receipt_that_comes_late_is_a_receipt(stand: Any, show: Callable[..., Page]) -> None:
    page = show("tanker")
    stand.gate.clear()
    field(page).fill(WORDS)
    state(page).to_contain_text("Får ikke lagret nå.")
    stand.gate.set()
    state(page).to_contain_text("Lagret")
    assert draft(page) is None


def test_one_message_on_its_way_and_the_last_words_win(
    stand: Any, show: Callable[..., Page]
) -> None:
    page = show("tanker")
    stand.gate.clear()
    field(page).fill("først")
    state(page).to_have_text("Lagrer …")
    for text in ("så", "deretter", WORDS):
        field(page).fill(text)
        field(page).blur()
    assert len(stand.said("save")) == 1
    stand.gate.set()
    state(page).to_contain_text("Lagret")
    expect(field(page)).to_have_value(WORDS)
    assert stand.stored("tanker")["hva"] == WORDS
    assert len(stand.said("save")) == 2


def test_left_at_once_it_is_sent_at_once(stand: Any, show: Callable[..., Page]) -> None:
    page = show("tanker")
    field(page).fill(WORDS)
    page.goto("about:blank")
    deadline = time.monotonic() + 10
    while stand.stored("tanker") is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert stand.stored("tanker")["hva"] == WORDS


def test_a_refusal_is_said_and_the_words_stay(stand: Any, show: Callable[..., Page]) -> None:
    page = show("tanker")
    stand.refusal = "Svaret er ikke lagret ennå, fordi disken er full."
    field(page).fill(WORDS)
    state(page).to_have_text(stand.refusal)
    assert draft(page)["response"]["hva"] == WORDS
    stand.refusal = ""
    field(page).press("End")
    field(page).press(".")
    state(page).to_contain_text("Lagret")


@pytest.mark.parametrize("trouble", ["blocked", "full"])
def test_a_browser_that_keeps_nothing_still_saves(
    stand: Any, show: Callable[..., Page], new_page: Callable[..., Page], trouble: str
) -> None:
    page = new_page(expected=BROKEN)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() {throw new DOMException('no')}})"
        if trouble == "blocked"
        else "Storage.prototype.setItem = () => {throw new DOMException('full')}"
    )
    page.goto(f"{stand.address}/page/tanker")
    page.wait_for_selector("html[data-ready]")
    field(page).press("E")
    state(page).to_contain_text("Nettleseren tar ikke vare på kladder her.")
    state(page).to_have_text(re.compile("^Lagret"))
    stand.down = True
    field(page).press("n")
    state(page).to_have_text(
        "Får ikke lagret nå. Nettleseren tar ikke vare på kladder her. "
        "La siden stå åpen til det står «Lagret»."
    )


def test_another_tab_follows(stand: Any, show: Callable[..., Page]) -> None:
    page = show("tanker")
    other = show("tanker", context=page.context)
    field(page).fill(WORDS)
    state(page).to_contain_text("Lagret")
    expect(field(other)).to_have_value(WORDS)
    state(other).to_contain_text("i en annen fane")


def test_a_newer_answer_elsewhere_is_shown_with_a_choice(
    stand: Any, show: Callable[..., Page]
) -> None:
    for choice, wanted in (
        ("Bruk det nyere svaret", "Skrevet på telefonen"),
        ("Behold det som står her", WORDS),
        ("Behold begge", f"{WORDS}\n\nSkrevet på telefonen"),
    ):
        page = show("tanker")
        stand.gate.clear()
        field(page).fill(WORDS)
        state(page).to_have_text("Lagrer …")
        said = stand.heard[-1]["at"]
        time.sleep(0.02)  # the store holds no answer to be written in the future
        save(stand, "Skrevet på telefonen", at=said + 10)
        stand.gate.set()
        notice = page.locator(".hl-notice")
        expect(notice).to_contain_text("Du har et nyere svar fra en annen fane eller maskin")
        expect(notice.locator("blockquote")).to_have_text("Skrevet på telefonen")
        notice.get_by_role("button", name=choice).click()
        expect(field(page)).to_have_value(wanted)
        expect(notice).to_have_count(0)
        state(page).to_contain_text("Lagret")
        answer = stand.store.read()["tanker"]
        kept = [answer.response, *(earlier.response for earlier in answer.earlier)]
        assert answer.response["hva"] == wanted
        assert {"Skrevet på telefonen", WORDS} <= {response["hva"] for response in kept} | {wanted}
        stand.store.delete_all()
        page.context.close()


def test_a_draft_older_than_what_is_stored_is_offered_and_never_thrown_away(
    stand: Any, show: Callable[..., Page]
) -> None:
    page = show("tanker")
    save(stand, "Det lagrede", at=2000)
    put_draft(page, at=1000, response={"hva": "Kladden"}, version=1, writer="gammel side")
    reopen(page)
    expect(field(page)).to_have_value("Det lagrede")
    expect(page.locator(".hl-notice blockquote")).to_have_text("Kladden")
    page.get_by_role("button", name="Behold det som står her").click()
    page.wait_for_function("(key) => localStorage.getItem(key) === null", arg=KEY)
    answer = stand.store.read()["tanker"]
    assert answer.response == {"hva": "Det lagrede"}
    assert [earlier.response for earlier in answer.earlier] == [{"hva": "Kladden"}]


def test_a_newer_draft_is_sent_as_what_it_was(stand: Any, show: Callable[..., Page]) -> None:
    page = show("tanker")
    save(stand, "Det lagrede", at=1000)
    put_draft(page, at=2000, response={"hva": "Kladden"}, version=1, writer="gammel side")
    reopen(page)
    expect(field(page)).to_have_value("Kladden")
    state(page).to_contain_text("Lagret")
    answer = stand.store.read()["tanker"]
    assert (answer.response["hva"], answer.at, answer.writer) == ("Kladden", 2000, "gammel side")


def test_two_tabs_without_a_server_both_keep_their_words(
    stand: Any, show: Callable[..., Page]
) -> None:
    page = show("tanker", expected=BROKEN)
    other = show("tanker", context=page.context, expected=BROKEN)
    stand.down = True
    field(page).fill("Fra den ene")
    field(other).fill("Fra den andre")
    state(other).to_contain_text("Får ikke lagret nå.")
    kept = draft(page)
    assert {kept["response"]["hva"], *(one["response"]["hva"] for one in kept["earlier"])} == {
        "Fra den ene",
        "Fra den andre",
    }


def test_what_cannot_be_a_draft_does_not_stop_the_page(
    stand: Any, show: Callable[..., Page]
) -> None:
    page = show("tanker")
    for rubbish in ("{", "null", "7", '{"at": "i går"}', '{"at": 1e13, "response": "feil form"}'):
        page.evaluate("([key, value]) => localStorage.setItem(key, value)", [KEY, rubbish])
        reopen(page)
        field(page).fill(WORDS)
        state(page).to_contain_text("Lagret")


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, r"Lagret \d\d:\d\d$"), (1, r"Lagret i går \d\d:\d\d$"), (400, r"Lagret \d+\. \w+ \d{4} ")],
)
def test_when_it_was_saved(stand: Any, show: Callable[..., Page], days: int, words: str) -> None:
    save(stand, WORDS, at=int(time.time() * 1000) - days * DAY)
    state(show("tanker")).to_have_text(re.compile(words))


def test_the_reader_is_told_of_an_outdated_answer_and_of_the_store(
    stand: Any, show: Callable[..., Page]
) -> None:
    stand.notice = "Noe i svarfilen lot seg ikke lese."
    stand.store.save("enkelt", "a", at=1000, version=1, writer="x", checked=True)
    page = show("enkelt")
    expect(page.locator(".hl-notice")).to_have_text(stand.notice)
    expect(page.locator(".hl-feedback .hl-outcome")).to_have_text("Ikke riktig")


def test_feedback_grows_old_with_the_answer(show: Callable[..., Page]) -> None:
    page = show("enkelt")
    page.get_by_label("Hva tiltaket koster i alt").check()
    page.get_by_role("button", name="Sjekk svaret").click()
    verdict = page.locator(".hl-verdict")
    expect(verdict).to_contain_text("Ikke riktig")
    expect(page.locator(".hl-option .hl-outcome")).to_have_text("Ikke riktig")
    page.get_by_label("Hva hvert ekstra gode leveår").check()
    expect(verdict).to_contain_text("Gjelder svaret du hadde da du sjekket.")
    expect(page.locator(".hl-option .hl-outcome")).to_have_count(0)
    page.get_by_role("button", name="Sjekk svaret").click()
    expect(page.locator(".hl-verdict:not(.hl-old)")).to_contain_text("Riktig")


def test_checking_without_a_server_says_so(stand: Any, show: Callable[..., Page]) -> None:
    page = show("enkelt", expected=BROKEN)
    stand.down = True
    page.get_by_label("Hva tiltaket koster i alt").check()
    page.get_by_role("button", name="Sjekk svaret").click()
    expect(page.locator(".hl-problem")).to_contain_text("Svaret ble ikke sjekket", timeout=15_000)


def test_nothing_chosen_is_not_wrong(show: Callable[..., Page]) -> None:
    page = show("enkelt")
    page.get_by_role("button", name="Sjekk svaret").click()
    expect(page.locator(".hl-verdict .hl-outcome")).to_have_text("Ikke besvart")
    expect(page.get_by_role("button", name="Vis løsning")).to_be_disabled()


def test_hints_one_at_a_time_and_the_solution_after_an_attempt(show: Callable[..., Page]) -> None:
    page = show("enkelt")
    page.get_by_role("button", name="Vis løsning").click(force=True)
    expect(page.get_by_text("Sjekk svaret først, så åpnes løsningen.")).to_be_attached()
    expect(page.locator(".hl-solution")).to_be_empty()
    page.get_by_role("button", name="Vis et hint (1 av 2)").click()
    expect(page.locator(".hl-hints li")).to_have_count(1)
    page.get_by_role("button", name="Vis et hint (2 av 2)").click()
    expect(page.get_by_role("button", name="Alle hint er vist")).to_be_disabled()
    page.get_by_label("Hva tiltaket koster i alt").check()
    page.get_by_role("button", name="Sjekk svaret").click()
    page.get_by_role("button", name="Vis løsning").click()
    expect(page.locator(".hl-solution")).to_contain_text("60 000 kr delt på 0,3")


def test_purging_takes_one_stores_drafts_and_no_others(show: Callable[..., Page]) -> None:
    page = show("tanker")
    left = page.evaluate(
        """async () => {
             for (const key of ["helseledelse:a:x", "helseledelse:ab:x", "annet"]) {
               localStorage.setItem(key, "{}");
             }
             const { purgeDrafts } = await import("/components/common.js");
             purgeDrafts("a");
             return Object.keys(localStorage).sort();
           }"""
    )
    assert left == ["annet", "helseledelse:ab:x"]
