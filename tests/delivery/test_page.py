"""The page of «Hent» and «Lever» over HTTP, with an exchange that lies in a folder."""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

RELEASED = Path(__file__).parents[2] / "assignments" / "source" / "samling6"


def post(served: Any, path: str) -> Any:
    token = next(cookie.value for cookie in served.cookies if cookie.name == "_xsrf")
    return served.ask(path, urlencode({"_xsrf": token}).encode())


def test_an_assignment_is_fetched_and_handed_in_by_the_page(serve: Any, tmp_path: Path) -> None:
    box = tmp_path / "utveksling"
    (box / "helseledelse" / "inbound").mkdir(parents=True)
    box.chmod(0o777)
    shutil.copytree(RELEASED, box / "helseledelse" / "outbound" / "samling6")
    served = serve().log_in()
    setting = "c = get_config()\nc.CourseDirectory.course_id = 'helseledelse'\n"
    setting += f"c.Exchange.root = {str(box)!r}\n"
    (served.folder / "nbgrader_config.py").write_text(setting)
    assert "Hent og lever arbeidskrav" in served.ask().text
    # The first to ask waits while nbgrader is imported: 33 s measured on a busy machine.
    assert "Lagt ut, ikke hentet." in served.ask("/arbeidskrav", patience=600).text
    assert "Arbeidskravet er hentet." in post(served, "/arbeidskrav/hent/samling6").text
    assert served.ask("/arbeidsbok/samling6/samling6").status == 200
    page = post(served, "/arbeidskrav/lever/samling6").text
    assert "Arbeidskravet er levert." in page
    assert "Lever på nytt" in page
    assert len(list((box / "helseledelse" / "inbound").iterdir())) == 1
    assert served.ask("/arbeidskrav", known=False).status == 403
    reply = post(served, "/arbeidskrav/lever/finnes-ikke")
    assert reply.status == 409
    assert "ikke lagt ut nå" in reply.text
