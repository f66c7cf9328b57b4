"""What is a person's own, on a phone: the workplace entered once, and the development project."""

from typing import Any

import pytest
from accessibility import violations
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

FIRST = "1-ledelse-og-tjenesteutvikling-i-helse-og-omsorg"


@pytest.fixture(scope="module")
def served(serve_once: Any) -> Any:
    return serve_once(config={"Pages": {}}).log_in()


def open_book(page: Page, served: Any, name: str) -> None:
    page.goto(f"{served.address}/arbeidsbok/primaer/{name}")
    page.wait_for_selector("html[data-ready]", timeout=60_000)


def test_the_workplace_is_entered_once_and_used_by_explorers(served: Any, new_page: Any) -> None:
    served.forget()
    page = new_page(width=360, height=740, expected="422")
    page.goto(served.opened)
    page.get_by_role("link", name="Fyll inn tallene").click()
    page.get_by_label("Tjeneste").fill("Hjemmetjenesten")
    page.get_by_label("Antall ansatte").fill("85")
    page.get_by_label("Ansatte per leder").fill("75")
    page.get_by_label("Kommune").fill("Bodo")
    page.get_by_label("Kommune").press("Enter")
    field = page.get_by_label("Kommune")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("Bodo")
    expect(page.get_by_label("Tjeneste")).to_have_value("Hjemmetjenesten")
    expect(page.locator("#feil-municipality")).to_contain_text("Mente du Bodø")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    field.fill("Bodø")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("status")).to_contain_text("Lagret")
    expect(page.locator(".workplace")).to_contain_text("85 ansatte")
    assert violations(page) == []

    open_book(page, served, "3-organisering-digitalisering-og-samarbeid")
    span = page.locator("[data-explorer=span]")
    expect(span.get_by_label("Ansatte (hoder)", exact=True)).to_have_value("85")
    expect(span).to_contain_text("«Ansatte (hoder)» er hentet fra Min arbeidsplass (")
    expect(span).to_contain_text("utenfor det «Ansatte per leder i dag» kan vise her")
    expect(span.get_by_label("Ansatte per leder i dag", exact=True)).to_have_value("30")

    open_book(page, served, FIRST)
    demand = page.locator("[data-explorer=care_demand]")
    expect(demand.get_by_label("Kommune", exact=True)).to_have_value("1804")
    expect(demand.get_by_label("Fram til")).to_have_value("2036")


def test_the_project_is_begun_and_read_on_a_phone(served: Any, new_page: Any) -> None:
    served.forget()
    page = new_page(width=360, height=740)
    page.goto(served.opened)
    page.get_by_role("link", name="Utviklingsprosjektet i Nasjonal").click()
    expect(page.get_by_text("Ingenting er skrevet ennå")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="Begynn med «Utviklingsprosjektet på én side»").click()
    page.locator("#nl1-prosjekt").get_by_label("Problemet").fill("Mange faller om natten.")
    expect(page.locator("#nl1-prosjekt")).to_contain_text("Lagret", timeout=30_000)

    series = "\n".join(f"uke {week}\t{9 - week % 4}" for week in range(1, 13))
    said: dict[str, Any] = {"type": "save", "explorer": "run_chart", "settings": {"series": series}}
    said |= {"at": 1_700_000_000_000, "writer": "prøve"}
    assert served.send("/api/samtale/primaer", said).json()["saved"]
    page.goto(f"{served.address}/prosjekt/primaer")
    expect(page.get_by_text("Mange faller om natten.")).to_be_visible()
    expect(page.locator("figure svg")).to_be_visible()
    page.get_by_text("Tallene bak figuren").press("Enter")
    expect(page.get_by_role("table")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="Endre «Utviklingsprosjektet på én side»").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.address}/arbeidsbok/primaer/{FIRST}#nl1-prosjekt")
