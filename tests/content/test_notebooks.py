"""Every shipped workbook: in normal form, clean, and whole as an outline."""

from pathlib import Path

import pytest

from helseledelse.exercises.bank import CONTENT, bank
from helseledelse.exercises.normal_form import dumps, normalise
from helseledelse.exercises.programmes import programmes
from helseledelse.exercises.workbook import ExplorerCall, read_notebook, read_workbook
from helseledelse.explorers import explorer
from helseledelse.explorers.pasted import PASTED, says_constructed
from helseledelse.lint import notebooks, run_lint

WORKBOOKS = CONTENT.parents[2] / "workbooks"
BOOKS = notebooks(WORKBOOKS)

every = pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)


@every
def test_it_is_in_normal_form(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == dumps(normalise(read_notebook(path)))


@every
def test_it_belongs_to_a_samling_and_has_its_name(path: Path) -> None:
    names = {samling.workbook: samling.name for each in programmes() for samling in each.samlinger}
    address = path.relative_to(WORKBOOKS).with_suffix("").as_posix()
    if address.split("/")[0] in {each.id for each in programmes()}:
        assert names[address] in read_workbook(path).title


@every
def test_every_block_has_minutes_and_something_to_do_or_read(path: Path) -> None:
    book = read_workbook(
        path,
        exercise_minutes=lambda name: bank()[name].minutes,
        explorer_minutes=lambda name: explorer(name).minutes,
    )
    assert [block.heading for block in book.blocks if not block.pieces or not block.minutes] == []
    assert book.exercises


@every
def test_what_it_puts_in_a_field_to_paste_in_says_that_it_is_constructed(path: Path) -> None:
    for piece in read_workbook(path).pieces:
        if isinstance(piece, ExplorerCall):
            for control in explorer(piece.name).controls:
                if isinstance(control, PASTED) and control.name in piece.settings:
                    assert says_constructed(str(piece.settings[control.name])), control.name
                    view = explorer(piece.name).show(piece.settings)
                    assert ">konstruert<" in view["figure"]


def test_nothing_is_left_to_put_right() -> None:
    assert [str(finding) for finding in run_lint()] == []


def test_there_are_workbooks() -> None:
    assert BOOKS
