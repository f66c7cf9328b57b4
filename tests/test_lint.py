import shutil
from pathlib import Path

import pytest

from helseledelse import lint
from helseledelse.exercises.bank import CONTENT
from helseledelse.exercises.workbook import ExplorerCall

CHOICE = """
[nl1-proeve]
kind = "number"
title = "Prøve"
question = "Hva er to og to?"
minutes = 1
sources = ["Konstruert"]
key = 4
why = "To og to er fire."
proof = "{proof}"
"""

BOOK = """{{
 "cells": [
  {{"cell_type": "markdown", "metadata": {{"editable": true}}, "source": "# Prøve"}},
  {{"cell_type": "code", "metadata": {{}}, "outputs": [], "execution_count": 3,
    "source": "exercise(\\"{name}\\")"}}
 ],
 "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5
}}"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Lay out a course of one exercise and one notebook."""
    (tmp_path / "content").mkdir()
    (tmp_path / "workbooks" / "primaer").mkdir(parents=True)
    shutil.copy(CONTENT / "programmes.toml", tmp_path / "content")
    (tmp_path / "content" / "nl1.toml").write_text(CHOICE.format(proof="2 + 2"), encoding="utf-8")
    (tmp_path / "workbooks" / "primaer" / "1.ipynb").write_text(
        BOOK.format(name="nl1-proeve"), encoding="utf-8"
    )
    return tmp_path


def said(course: Path) -> list[str]:
    return [str(found) for found in lint.run_lint(course / "content", course / "workbooks")]


def test_a_course_is_put_in_normal_form_and_is_then_clean(course: Path) -> None:
    assert any("kjøringsnummer" in sentence for sentence in said(course))
    changed = lint.write_normal_form(course / "workbooks")
    assert [path.name for path in changed] == ["1.ipynb"]
    assert lint.write_normal_form(course / "workbooks") == []
    assert said(course) == []


def test_a_proof_that_does_not_hold_is_found(course: Path) -> None:
    lint.write_normal_form(course / "workbooks")
    (course / "content" / "nl1.toml").write_text(CHOICE.format(proof="2 + 3"), encoding="utf-8")
    assert said(course) == ["nl1.toml [nl1-proeve]: Beviset «2 + 3» gir 5, men fasiten er 4."]


def test_an_unknown_exercise_and_an_unused_one_are_found(course: Path) -> None:
    (course / "workbooks" / "primaer" / "1.ipynb").write_text(
        BOOK.format(name="nl1-prove"), encoding="utf-8"
    )
    lint.write_normal_form(course / "workbooks")
    first, second = said(course)
    assert first.startswith("1.ipynb: Det finnes ingen oppgave som heter «nl1-prove». Mente du")
    assert second.startswith("nl1.toml [nl1-proeve]: Oppgaven brukes ikke")


def test_a_broken_file_of_programmes_is_found(course: Path) -> None:
    (course / "content" / "programmes.toml").write_text("a = 1", encoding="utf-8")
    assert said(course)[0].startswith("programmes.toml: ")


def test_copies_that_jupyter_keeps_are_left_alone(course: Path) -> None:
    copies = course / "workbooks" / "primaer" / ".ipynb_checkpoints"
    copies.mkdir()
    (copies / "1-checkpoint.ipynb").write_text("{", encoding="utf-8")
    lint.write_normal_form(course / "workbooks")
    assert said(course) == []


def test_proofs_reach_every_model_by_name() -> None:
    names = lint.proof_names()
    assert callable(names["icer"])
    assert "cost_effectiveness" in names
    assert not [name for name in names if name.startswith("_")]
    assert "np" not in names, "what a model imports is not its own"


def test_an_explorer_that_does_not_exist_or_a_setting_it_lacks_is_said() -> None:
    assert "finnes ingen utforsker" in lint.explorer_problem(ExplorerCall("finnes-ikke"))


@pytest.mark.parametrize(
    ("findings", "status", "last"),
    [
        ([], 0, "Alt er i orden: oppgavene, fasitene og arbeidsbøkene."),
        ([lint.Finding("nl1.toml", "Rett «æøå» – −5.")], 1, "Én ting å rette."),
        ([lint.Finding("a", "B.")] * 2, 1, "2 ting å rette."),
    ],
)
def test_the_command_says_what_is_found_and_how_many(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    findings: list[lint.Finding],
    status: int,
    last: str,
) -> None:
    monkeypatch.setattr(lint, "run_lint", lambda: findings)
    assert lint.main() == status
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == last
    assert lines[:-1] == [str(finding) for finding in findings]
