"""Every answer of a real folder is in the document, whatever state the answers are in."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from helseledelse.answers.store import StoreError
from helseledelse.documents.word import NOT_ANSWERED, NOT_FILLED_IN, write
from helseledelse.exercises.bank import CONTENT, bank
from helseledelse.exercises.paper import in_words
from helseledelse.exercises.programmes import read_programmes
from helseledelse.explorers import names
from helseledelse.pages.course import Course, NotInCourseError
from helseledelse.pages.export import Export, Wanted, in_pages
from helseledelse.pages.folder import shipped_workbooks

from .conftest import WORDS, some_answer
from .test_word import png, read

BANK = bank()
PROGRAMMES = read_programmes(CONTENT / "programmes.toml")
BOOK = ("primaer", "6-helseokonomi-styring-og-forbedring")


def answer(response: Any, **changes: Any) -> dict[str, Any]:
    return {"response": response, "at": 1_773_493_380_000, "version": 1, "writer": "a"} | changes


Keep = Callable[[dict[str, Any]], Export]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Put answers beside the shipped workbooks."""
    shutil.copytree(shipped_workbooks(), tmp_path / "kurs")

    def put(answers: dict[str, Any], programme: str = "primaer") -> Export:
        file = tmp_path / "kurs" / programme / "svar.json"
        file.write_text(json.dumps({"schema": 1, "answers": answers}), encoding="utf-8")
        return Export(Course(tmp_path / "kurs", PROGRAMMES, BANK))

    return put


def drawn(wanted: Wanted) -> dict[tuple[str, str], dict[str, Any]]:
    """Draw as the pool does, but quickly: every figure is one dot."""
    view = {
        "title": "Figurens tittel",
        "sentence": "Setningen.",
        "picture": png(),
        "note": "",
        "table": {"caption": "Tallene", "columns": ("a", "b"), "rows": (("1", "2"),)},
    }
    return {
        key: {"explorer": {"title": name, "controls": []}, "settings": settings, "view": view}
        if name in names()
        else {"error": f"Det finnes ingen utforsker som heter «{name}»."}
        for key, (name, settings) in wanted.items()
    }


def everything(export: Export) -> str:
    return read(write(export.everything(drawn(export.all_explorers()))))


def samling(export: Export, book: tuple[str, str] = BOOK) -> str:
    return read(write(export.samling(*book, drawn(export.explorers(*book)))))


def test_every_answer_is_in_the_document(keep: Keep) -> None:
    answers = {
        name: answer(some_answer(BANK[name]), version=BANK[name].version, checked=True)
        for name in BANK
        if name.startswith("nl")
    }
    export = keep(answers)
    shown = everything(export)
    assert len(answers) > 200
    for name, kept in answers.items():
        said = in_words(BANK[name], kept["response"])
        assert said, name
        for label, text in said:
            assert label in shown, name
            assert text in shown, name
        assert BANK[name].check(kept["response"]).sentence[:20].split("*")[0] in shown, name
    assert "Fra en tidligere utgave" not in shown
    # And in the samling's own document, with the words of the workbook.
    book = samling(export)
    for name, kept in answers.items():
        if name.startswith("nl6"):
            assert all(text in book for _, text in in_words(BANK[name], kept["response"])), name
    assert NOT_ANSWERED not in book


def test_no_answers_is_said_and_a_samling_shows_what_is_left(keep: Keep) -> None:
    export = keep({})
    assert "Her er ingen svar ennå" in everything(export)
    assert samling(export).count(NOT_ANSWERED) == 30
    assert export.pages() == 0


def test_a_half_filled_plan_shows_what_is_left(keep: Keep) -> None:
    plan = next(name for name in BANK if BANK[name].kind == "plan" and name.startswith("nl6"))
    shown = everything(keep({plan: answer({"when": WORDS, "then": "", "with": "", "by": ""})}))
    assert WORDS in shown
    assert shown.count(NOT_FILLED_IN) == 3
    assert "1 av 30 oppgaver er besvart" in shown


def test_what_a_workbook_no_longer_asks_is_kept(keep: Keep) -> None:
    export = keep(
        {
            "nl6-borte": answer({"a": "Gammelt svar", "b": ["x", 3]}),
            "noe-annet": answer("Enda eldre"),
            "nl6-icer": answer("masse", version=1, checked=True),
            "nl6-tom": answer("  "),
            "explorer:borte-12345678": answer({"pris": 17}),
            "explorer:queue": answer({"servers": 4, "borte": "verdi fra før"}),
        }
    )
    shown = everything(export)
    assert shown.count("Fra en tidligere utgave") == 2  # in the list of contents and as a heading
    for words in ("a: Gammelt svar; b: x, 3", "Svar på «noe-annet»", "Enda eldre", "masse"):
        assert words in shown
    assert "nl6-tom" not in shown
    assert "pris: 17" in shown
    # What fits no control of the explorer now is told beside its figure.
    found = drawn(export.all_explorers())
    for each in found.values():
        each["settings"] = {"servers": 4}
    assert "borte: verdi fra før" in read(write(export.everything(found)))
    # A samling takes along what its own name says is its own.
    assert "Gammelt svar" in samling(export)
    assert "Enda eldre" not in samling(export)


def test_an_answer_to_an_older_version_says_so_and_is_not_judged(keep: Keep) -> None:
    name = "nl6-icer"
    course = Course(Path("/nowhere"), PROGRAMMES, BANK)
    assert name in course.bank
    export = keep({name: answer("200 000", version=1, checked=True)})
    shown = everything(export)
    assert ("Tilbakemelding" in shown) == (BANK[name].version == 1)


def test_a_workbook_that_is_gone_or_damaged_costs_no_answer(keep: Keep, tmp_path: Path) -> None:
    export = keep({"nl6-icer": answer("200 000")})
    (tmp_path / "kurs" / "primaer" / f"{BOOK[1]}.ipynb").write_text("{}", encoding="utf-8")
    assert "200 000" in everything(export)
    with pytest.raises(NotInCourseError, match="skadet"):
        export.explorers(*BOOK)
    with pytest.raises(NotInCourseError):
        export.explorers("primaer", "finnes-ikke")


def test_a_damaged_store_is_said_and_a_later_one_is_not_touched(keep: Keep, tmp_path: Path) -> None:
    export = keep({"nl6-icer": answer("200 000")})
    file = tmp_path / "kurs" / "primaer" / "svar.json"
    file.write_text('{"schema": 1, "answers": {"nl6-icer": 3, "x": ', encoding="utf-8")
    assert "lot seg ikke lese" in everything(export)
    file.write_text('{"schema": 99, "answers": {}}', encoding="utf-8")
    with pytest.raises(StoreError, match="nyere utgave"):
        export.everything({})
    assert "99" in file.read_text(encoding="utf-8")


def test_earlier_versions_are_left_out(keep: Keep) -> None:
    old = {"response": "det gamle", "at": 1, "writer": "b"}
    shown = everything(keep({"nl6-utenfor": answer("det nye", earlier=[old])}))
    assert "det nye" in shown
    assert "det gamle" not in shown


def test_a_hundred_thousand_signs(keep: Keep) -> None:
    long = f"{WORDS} " * 2300
    export = keep({"nl6-utenfor": answer(long)})
    assert len(long) > 100_000
    assert long.strip() in everything(export)
    assert 15 < export.pages() < 60


def test_every_shipped_workbook_becomes_a_document(keep: Keep, tmp_path: Path) -> None:
    export = keep({})
    for file in sorted((tmp_path / "kurs").glob("*/*.ipynb")):
        book = (file.parent.name, file.stem)
        paper = export.samling(*book, drawn(export.explorers(*book)))
        written = tmp_path / "samling.docx"
        written.write_bytes(write(paper))
        document = Document(str(written))
        assert document.paragraphs[0].style == document.styles["Title"]
        assert document.paragraphs[0].text == paper.title
        words = read(written.read_bytes())
        assert "**" not in words
        assert "](" not in words


def test_pages_in_words() -> None:
    assert in_pages(9.6) == "om lag 9,5"
    assert in_pages(11.9) == "om lag 12"
    assert in_pages(0.1) == "under en halv"
