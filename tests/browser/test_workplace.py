"""«Min arbeidsplass» entered once, and explorers that start there."""

from typing import Any

import pytest
from accessibility import violations
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_entered_once_and_used_by_explorers(serve: Any, new_page: Any) -> None:
    served = serve(config={"Pages": {}})
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

    page.goto(f"{served.address}/arbeidsbok/primaer/3-organisering-digitalisering-og-samarbeid")
    span = page.locator("[data-explorer=span]")
    expect(span.get_by_label("Ansatte (hoder)", exact=True)).to_have_value("85", timeout=60_000)
    expect(span).to_contain_text("«Ansatte (hoder)» er hentet fra Min arbeidsplass (")
    expect(span).to_contain_text("utenfor det «Ansatte per leder i dag» kan vise her")
    expect(span.get_by_label("Ansatte per leder i dag", exact=True)).to_have_value("30")

    book = "1-ledelse-og-tjenesteutvikling-i-helse-og-omsorg"
    page.goto(f"{served.address}/arbeidsbok/primaer/{book}")
    demand = page.locator("[data-explorer=care_demand]")
    expect(demand.get_by_label("Kommune", exact=True)).to_have_value("1804", timeout=60_000)
    expect(demand.get_by_label("Fram til")).to_have_value("2036")
