"""The development project as one document: what is written, what is missing, own figures."""

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from helseledelse.exercises.bank import bank, read_bank
from helseledelse.exercises.programmes import read_programmes
from helseledelse.exercises.project import STEPS
from helseledelse.pages.course import Course, NotInCourseError
from helseledelse.pages.project import Project, projects

from ..documents.test_word import read

HERE = Path(__file__).parent
PAGE = "/prosjekt/primaer"
WORD = f"{PAGE}/word"
OWN = "\n".join(f"uke {week}\t{count}" for week, count in enumerate([9, 7, 8, 6, 9, 7, 5, 6], 1))


@pytest.fixture(scope="module")
def server(serve_once: Any) -> Any:
    return serve_once(config={"Pages": {}}).log_in()


@pytest.fixture
def served(server: Any) -> Any:
    return server.forget()


def save(served: Any, programme: str = "primaer", **said: Any) -> None:
    message = {"type": "save", "at": 1_700_000_000_000, "version": 1, "writer": "prøve"}
    reply = served.send(f"/api/samtale/{programme}", message | said).json()
    assert reply.get("saved"), reply


def headings(page: str) -> list[str]:
    return re.findall(r'<h2 id="steg-([a-z]+)"', page)


def test_an_empty_project_says_where_to_begin(served: Any) -> None:
    page = served.ask(PAGE).text
    assert headings(page) == [step.id for step in STEPS]
    assert "Ingenting er skrevet ennå" in page
    assert "Begynn med «Utviklingsprosjektet på én side»" in page
    book = "1-ledelse-og-tjenesteutvikling-i-helse-og-omsorg#nl1-prosjekt"
    assert f"/arbeidsbok/primaer/{book}" in page
    assert "Last ned som Word" not in page
    assert 'modell-run_chart"' in page
    assert 'modell-gantt"' in page
    document = read(served.ask(WORD).body)
    assert "Begynn med «Utviklingsprosjektet på én side»" in document
    # Both ways in.
    assert "/helseledelse/prosjekt/primaer" in served.ask().text
    assert "/helseledelse/prosjekt/toppleder" in served.ask().text


def test_a_half_filled_project_shows_both_halves(served: Any) -> None:
    words = "Blåbærsyltetøy på økt 3 – «ja» <b>"
    save(served, exercise="nl1-prosjekt", response={"problem": words})
    page = served.ask(PAGE).text
    assert "Blåbærsyltetøy på økt 3 – «ja» &lt;b&gt;" in page
    assert "14. nov" in page
    assert page.count("Ikke fylt ut ennå.") == 5  # of the six boxes of the form
    assert "Alt er skrevet" not in page
    assert "Last ned som Word" in page
    assert "under en halv av 40 sider" in page
    assert "Ingenting er skrevet ennå" not in page
    assert re.search(r'href="[^"]+#nl4-brukerkart"', page)
    assert not re.search(r'href="[^"]+#nl1-prosjekt">Utv', page)
    assert "/helseledelse/prosjekt/primaer" in served.ask("/mine-svar").text
    reply = served.ask(WORD)
    assert "utviklingsprosjektet.docx" in reply.headers["Content-Disposition"]
    document = read(reply.body)
    assert words in document
    assert "under en halv av 40 sider" in document
    assert "Dette er ikke skrevet ennå" in document
    assert "din egen tidsplan" in document
    titles = [
        each.text
        for each in Document(io.BytesIO(reply.body)).paragraphs
        if each.style and each.style.name == "Heading 1"
    ]
    assert titles == [step.title for step in STEPS]
    assert served.ask(WORD).body == reply.body


def test_only_own_numbers_become_a_figure(served: Any) -> None:
    save(served, explorer="run_chart", settings={"series": "Konstruert serie\n" + OWN})
    assert "<figure" not in served.ask(PAGE).text
    save(served, explorer="run_chart", settings={"series": OWN}, at=1_700_000_001_000)
    save(served, "fordypning", explorer="gantt", settings={"plan": "Spørre; 2\nPrøve; 4; 1"})
    page = served.ask(PAGE).text
    assert page.count("<figure") == page.count("<table") == 2
    assert ">uke 8<" in page
    assert "Prøve" in page
    assert "modell-run_chart" not in page
    document = Document(io.BytesIO(served.ask(WORD).body))
    assert len(document.inline_shapes) == len(document.tables) == 2


def test_what_cannot_be_given_is_a_sentence(served: Any) -> None:
    for path in ("/prosjekt/finnes-ikke", "/prosjekt/finnes-ikke/word"):
        reply = served.ask(path)
        assert reply.status == 404
        assert "Programmet finnes ikke her" in reply.text
    assert served.ask(PAGE, known=False).status == 403
    file = served.folder / "primaer" / "svar.json"
    file.write_text(json.dumps({"schema": 99, "answers": {}}))
    page = served.ask(PAGE)
    assert page.status == 200
    assert "nyere utgave av arbeidsboken" in page.text
    assert "Ingenting er skrevet ennå" not in page.text
    reply = served.ask(WORD)
    assert reply.status == 500
    assert "nyere utgave av arbeidsboken" in reply.text
    file.write_text("{ødelagt")
    page = served.ask(PAGE)
    assert page.status == 200
    assert 'class="notice"' in page.text


def test_a_hundred_thousand_signs(served: Any) -> None:
    long = "ord på ord " * 9_091
    box = bank()["nl1-prosjekt"].public()["boxes"][0]["id"]
    save(served, exercise="nl1-prosjekt", response={box: long})
    page = served.ask(PAGE).text
    assert long.strip() in page
    assert re.search(r"fyller om lag \d+(,5)? av 40 sider", page)
    assert long.strip() in read(served.ask(WORD).body)


def test_a_course_without_a_project_has_no_way_to_one(tmp_path: Path) -> None:
    content = HERE / "content"
    shutil.copytree(HERE / "workbooks" / "kurs", tmp_path / "kurs")
    course = Course(tmp_path, read_programmes(content / "programmes.toml"), read_bank(content))
    assert projects(course, lambda *parts: "/".join(parts)) == ()
    with pytest.raises(NotInCourseError, match="Det ligger ikke noe utviklingsprosjekt her"):
        Project(course, "kurs")
