"""The development project on a phone: empty, then half filled with a figure of one's own."""

from typing import Any

import pytest
from accessibility import violations
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_it_is_begun_and_read_on_a_phone(serve: Any, new_page: Any) -> None:
    served = serve(config={"Pages": {}})
    page = new_page(width=360, height=740)
    page.goto(served.opened)
    page.get_by_role("link", name="Utviklingsprosjektet i Nasjonal").click()
    expect(page.get_by_text("Ingenting er skrevet ennå")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="Begynn med «Utviklingsprosjektet på én side»").click()
    page.locator("#nl1-prosjekt").get_by_label("Problemet").fill("Mange faller om natten.")
    expect(page.locator("#nl1-prosjekt")).to_contain_text("Lagret", timeout=30_000)

    served.log_in()
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
    expect(page).to_have_url(
        f"{served.address}/arbeidsbok/primaer/"
        "1-ledelse-og-tjenesteutvikling-i-helse-og-omsorg#nl1-prosjekt"
    )
