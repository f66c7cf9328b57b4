"""An assignment on a phone: fetched, answered, handed in, and a receipt to show for it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from accessibility import violations
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
RELEASED = Path(__file__).parents[2] / "assignments" / "source" / "samling6"


def test_fetched_answered_and_handed_in(serve: Any, new_page: Any, tmp_path: Path) -> None:
    box = tmp_path / "utveksling"
    (box / "helseledelse" / "inbound").mkdir(parents=True)
    box.chmod(0o777)
    shutil.copytree(RELEASED, box / "helseledelse" / "outbound" / "samling6")
    served = serve(config={"Pages": {}}).log_in()
    setting = "c = get_config()\nc.CourseDirectory.course_id = 'helseledelse'\n"
    setting += f"c.Exchange.root = {str(box)!r}\n"
    (served.folder / "nbgrader_config.py").write_text(setting)
    page = new_page(width=360, height=740)
    page.set_default_timeout(60_000)

    def is_well() -> None:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

    page.goto(served.opened)
    page.get_by_role("link", name="Hent og lever arbeidskrav").click()
    # The page says that nbgrader is being imported, and goes on by itself.
    expect(page.get_by_text("Lagt ut, ikke hentet.")).to_be_visible(timeout=600_000)
    is_well()
    page.get_by_role("button", name="Hent").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Arbeidskravet er hentet.")
    page.get_by_role("heading", level=2).get_by_role("link").click()
    page.get_by_role("radio").first.check()
    answers = served.folder / "samling6" / "svar.json"
    for _ in range(600):
        if answers.exists():
            break
        page.wait_for_timeout(100)
    saved = answers.read_bytes()

    page.goto(f"{served.address}/arbeidskrav")
    page.get_by_role("button", name="Lever").click()
    expect(page.get_by_role("status")).to_contain_text("Arbeidskravet er levert.")
    receipt = page.locator("details").first
    expect(receipt).to_contain_text("svar.json")
    expect(page.get_by_role("button", name="Lever på nytt")).to_be_visible()
    is_well()
    (handed,) = (box / "helseledelse" / "inbound").iterdir()
    assert (handed / "svar.json").read_bytes() == saved
