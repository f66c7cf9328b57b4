"""What may say who a patient is, is kept neither by the server nor by the browser."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from helseledelse.answers.guard import places

pytestmark = pytest.mark.browser

# Worked out by fnrinfo.no; see tests/answers/test_guard.py.
NUMBER = "311299 56715"
BROKEN = "ERR_|Failed to load|Failed to fetch"


def kept(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(localStorage)"))


def test_the_number_is_marked_and_kept_nowhere(stand: Any, show: Callable[..., Page]) -> None:
    page = show("tanker")
    field = page.get_by_label("Hva skjedde?")
    field.fill("Hun som kom 🚑 i går")
    expect(page.locator(".hl-state")).to_contain_text("Lagret")
    field.fill(f"Hun som kom 🚑 i går, {NUMBER}, ble meldt klar")
    page.get_by_label("Hva tok du for gitt?").fill("At noen hadde ringt")
    box = page.locator(".hl-guarded")
    expect(box).to_contain_text("Ikke lagret, fordi det står noe som ser ut som et fødselsnummer")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Hva tok du for gitt?")).not_to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(f"Hun som kom 🚑 i går, {NUMBER}, ble meldt klar")
    assert NUMBER not in kept(page)
    assert NUMBER not in stand.store.path.read_text(encoding="utf-8")
    assert stand.stored("tanker")["hva"] == "Hun som kom 🚑 i går"

    box.get_by_role("button", name="Vis stedet").click()
    expect(field).to_be_focused()
    assert field.evaluate("f => f.value.slice(f.selectionStart, f.selectionEnd)") == NUMBER
    page.keyboard.type("Kari")  # over what is selected
    expect(page.locator(".hl-state")).to_contain_text("Lagret")
    expect(box).to_be_empty()
    expect(field).not_to_have_attribute("aria-invalid", "true")
    stored = stand.store.read()["tanker"]
    assert stored.response["hva"] == "Hun som kom 🚑 i går, Kari, ble meldt klar"
    assert stored.response["trodde"] == "At noen hadde ringt"
    assert stored.earlier == ()


def test_no_draft_is_kept_while_the_server_is_down(stand: Any, show: Callable[..., Page]) -> None:
    page = show("tanker", expected=BROKEN)
    stand.down = True
    page.get_by_label("Hva skjedde?").fill(f"Hun var {NUMBER}")
    state = page.locator(".hl-state")
    expect(state).to_contain_text("nettleseren tar ikke vare på kladden")
    assert NUMBER not in kept(page)
    assert NUMBER[:6] not in kept(page)


def test_a_pasted_table_is_marked_and_not_kept(stand: Any, show: Callable[..., Page]) -> None:
    page = show("prove", width=360)
    field = page.get_by_label("Fall per måned")
    field.fill(f"januar\t4\n{NUMBER}\t2\nmars\t5")
    control = page.locator(".hl-series")
    expect(control).to_contain_text("Ikke lagret, fordi det står noe som ser ut som et fødsels")
    expect(field).to_have_attribute("aria-invalid", "true")
    control.get_by_role("button", name="Vis stedet").click()
    assert field.evaluate("f => f.value.slice(f.selectionStart, f.selectionEnd)") == NUMBER
    assert stand.stored("explorer:prove") is None
    assert NUMBER not in kept(page)


CASES = [
    "31129956715",
    "rad 3 311299\u00a056715",
    "31.12.1999\t56715",
    "31 129 956 715 kr",
    "3 1 1 2 9 9 5 6 7 1 5",
    "13527248013, 10915596784",
    "Pasienten nås på 22 00 00 00.",
    "Beboer i 2. etasje: 900 12 345",
    "Brukeren skrev fra ola@example.no",
]
LET_THROUGH = ["12 345 678 901 kroner", "12\t14\t15", "974 760 673", "Ring 22 00 00 00", "", "31"]


def test_the_browser_withholds_all_that_the_server_refuses(show: Callable[..., Page]) -> None:
    page = show("tanker")
    found = page.evaluate(
        """async (texts) => {
          const { mayIdentify } = await import("/components/common.js");
          return texts.map((text) => mayIdentify({ a: [text] }));
        }""",
        CASES + LET_THROUGH,
    )
    assert found == [bool(places(text)) for text in CASES + LET_THROUGH]
    assert found == [True] * len(CASES) + [False] * len(LET_THROUGH)


def test_a_draft_from_before_the_guard_is_shown_and_let_go(
    stand: Any, show: Callable[..., Page]
) -> None:
    page = show("tanker")
    draft = json.dumps({"at": 1_700_000_000_000, "response": {"hva": NUMBER}, "writer": "x"})
    page.evaluate("(draft) => localStorage.setItem('helseledelse:prove:tanker', draft)", draft)
    page.reload()
    expect(page.locator(".hl-guarded")).to_contain_text("Ikke lagret")
    expect(page.get_by_label("Hva skjedde?")).to_have_value(re.compile(NUMBER))
    assert NUMBER not in kept(page)
    assert stand.stored("tanker") is None
