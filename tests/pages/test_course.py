"""The rules behind the pages: how far a person has come, and minutes that agree."""

import json
import shutil
from pathlib import Path

import pytest

from helseledelse.answers.progress import way
from helseledelse.answers.store import Answer
from helseledelse.exercises.bank import read_bank
from helseledelse.exercises.workbook import Block, ExerciseCall, Markdown, Workbook, read_workbook
from helseledelse.explorers import explorer, names
from helseledelse.explorers import minutes as explorer_minutes
from helseledelse.pages.course import Course, NotInCourseError
from helseledelse.pages.export import Export
from helseledelse.pages.words import about

HERE = Path(__file__).parent
BANK = read_bank(HERE / "content")
BOOK = read_workbook(
    HERE / "workbooks" / "kurs" / "1-prove.ipynb",
    exercise_minutes=lambda name: BANK[name].minutes,
)


def answered(*names: str) -> dict[str, Answer]:
    keys = {"p1-valg": "a", "p1-flere": ["a"], "p1-tall": "3", "p1-kort": "ord"}
    return {name: Answer(keys[name], at) for at, name in enumerate(names, start=1)}


def test_nothing_answered_leaves_all_of_it() -> None:
    road = way(BOOK, {}, BANK)
    assert road.minutes == BOOK.minutes
    assert road.whole.total == 11
    assert road.whole.last is None


def test_an_answered_exercise_takes_its_own_minutes_away() -> None:
    # p1-valg and p1-flere are two minutes each; what is read before them is read.
    road = way(BOOK, answered("p1-valg"), BANK)
    read = BOOK.blocks[0].minutes + BOOK.blocks[1].minutes
    assert road.minutes == BOOK.minutes - read - 2
    assert road.whole.last == "p1-valg"


def test_a_finished_block_has_nothing_left() -> None:
    road = way(BOOK, answered("p1-valg", "p1-flere", "p1-tall"), BANK)
    assert road.left[:3] == (0, 0, 0)
    assert road.left[3:] == tuple(block.minutes for block in BOOK.blocks[3:])


def test_an_answer_further_on_does_not_finish_an_unanswered_block() -> None:
    road = way(BOOK, answered("p1-kort"), BANK)
    assert road.left[2] == BOOK.blocks[2].minutes
    assert road.left[:2] == (0, 0)


@pytest.mark.parametrize("name", names())
def test_minutes_read_from_the_source_are_the_explorers_own(name: str) -> None:
    assert explorer_minutes(name) == explorer(name).minutes


def test_an_unknown_explorer_takes_no_time() -> None:
    assert explorer_minutes("../../etc/passwd") == explorer_minutes("finnes-ikke") == 0


def test_minutes_in_words() -> None:
    assert about(0.4) == "under 1 min"
    assert about(11.5) == "ca. 12 min"
    assert about(59.6) == "ca. 1 t"
    assert about(147) == "ca. 2 t 25 min"


def test_reading_at_the_end_is_no_work_left_when_everything_is_answered() -> None:
    bank = read_bank(HERE / "content")
    book = Workbook(
        "Bok",
        (Block("Svar", 2, (ExerciseCall("p1-valg"),)), Block("Kilder", 3, (Markdown("Les."),))),
    )
    assert way(book, {}, bank).minutes == 5
    assert way(book, answered("p1-valg"), bank).left == (0, 0)


ASSIGNMENT = HERE.parents[1] / "assignments" / "source" / "samling6"


@pytest.fixture
def fetched(tmp_path: Path) -> Course:
    """A folder where an assignment has been fetched, and nothing else."""
    shutil.copytree(ASSIGNMENT, tmp_path / "samling6")
    return Course(tmp_path, (), BANK)


def address(*parts: str) -> str:
    return "/" + "/".join(parts)


def test_a_fetched_assignment_is_a_page_that_takes_answers_and_judges_none(fetched: Course) -> None:
    (rows,) = fetched.front(address).programmes
    assert rows.title == "Arbeidskrav"
    (row,) = rows.samlinger
    assert row.address == "/arbeidsbok/samling6/samling6"
    assert (row.done, row.total) == (0, 10)
    book = fetched.workbook("samling6", "samling6", address)
    mounts = [piece.mount for block in book.blocks for piece in block.pieces if piece.mount]
    assert len(mounts) == 10
    assert all("når du har levert" in mount["exercise"]["later"] for mount in mounts)
    said = {"exercise": "samling6-icer", "at": 5, "version": 1, "writer": "fane"}
    reply = fetched.reply("samling6", {"type": "check", "response": "300 000", **said})
    assert "verdict" not in reply
    kept = json.loads((fetched.root / "samling6" / "svar.json").read_text(encoding="utf-8"))
    assert kept["answers"]["samling6-icer"]["response"] == "300 000"
    assert fetched.front(address).programmes[0].samlinger[0].done == 1
    assert "samling6" in fetched.everything()
    assert [entry.title for group in fetched.answers({}).groups for entry in group.entries] == [
        "Hva koster et godt leveår?"
    ]
    assert fetched.paper("samling6", "samling6", {}, address, answers=True).programme
    assert Export(fetched).samling("samling6", "samling6", {}).sections


@pytest.mark.parametrize("damage", ["{", None])
def test_a_damaged_assignment_is_a_sentence_and_touches_no_answer(
    fetched: Course, damage: str | None
) -> None:
    folder = fetched.root / "samling6"
    said = {"exercise": "samling6-icer", "at": 5, "version": 1, "writer": "fane"}
    fetched.reply("samling6", {"type": "save", "response": "300 000", **said})
    before = (folder / "svar.json").read_bytes()
    if damage is None:
        (folder / "oppgaver.json").unlink()
    else:
        (folder / "oppgaver.json").write_text(damage)
    (rows,) = fetched.front(address).programmes
    assert "Hent arbeidskravet på nytt" in rows.samlinger[0].state
    with pytest.raises(NotInCourseError, match="Svarene dine ligger i en egen fil"):
        fetched.workbook("samling6", "samling6", address)
    assert fetched.answers({}).any
    assert (folder / "svar.json").read_bytes() == before


def test_no_folder_of_a_persons_own_is_taken_for_an_assignment(tmp_path: Path) -> None:
    (tmp_path / "notater").mkdir()
    (tmp_path / "notater" / "notater.ipynb").write_text('{"cells": []}')
    (tmp_path / "tom").mkdir()
    assert Course(tmp_path, (), BANK).assignments() == ()
    assert Course(tmp_path / "borte", (), BANK).assignments() == ()
