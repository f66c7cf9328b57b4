"""The steps of a development project: closed, in order, and met by the programmes."""

from pathlib import Path

import pytest

from helseledelse.exercises.bank import CONTENT, bank, read_bank
from helseledelse.exercises.programmes import Programme, read_programmes
from helseledelse.exercises.project import IDS, STEPS, step_of
from helseledelse.exercises.reader import ContentError
from helseledelse.exercises.workbook import read_workbook

WORKBOOKS = Path(__file__).parents[2] / "workbooks"

EXERCISE = """
[nl1-plan]
kind = "plan"
title = "Plan"
question = "Hva gjør du?"
minutes = 3
sources = ["Konstruert"]
tags = {}
"""


def read(folder: Path, tags: str) -> tuple[str, ...]:
    path = folder / "nl1.toml"
    path.write_text(EXERCISE.format(tags), encoding="utf-8")
    return read_bank(path)["nl1-plan"].tags


def test_the_steps_stand_in_the_order_a_project_goes() -> None:
    assert IDS == ("problem", "brukere", "maal", "forsoek", "gantt", "plan", "oppfoelging")
    assert all(step.id.isascii() and step.title and step.about.endswith("?") for step in STEPS)


def test_a_tag_names_a_step_and_others_name_none(tmp_path: Path) -> None:
    assert step_of(read(tmp_path, '["repetisjon", "prosjekt:maal"]')) == "maal"
    assert step_of(read(tmp_path, '["repetisjon", "nl1"]')) == ""


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ('["prosjekt:problm"]', "«tags» har «prosjekt:problm». Mente du «problem»?"),
        ('["prosjekt:"]', "Gyldige ord er brukere, forsoek, gantt"),
        ('["prosjekt:plan", "prosjekt:maal"]', "flere steg i utviklingsprosjektet: plan, maal"),
    ],
)
def test_a_word_nobody_knows_is_a_sentence(tmp_path: Path, tags: str, said: str) -> None:
    with pytest.raises(ContentError, match=r"nl1\.toml, oppgave «nl1-plan»") as refused:
        read(tmp_path, tags)
    assert said in str(refused.value)


@pytest.mark.parametrize("programme", read_programmes(CONTENT / "programmes.toml"))
def test_every_programme_asks_for_every_step(programme: Programme) -> None:
    known = bank()
    asked = {
        step_of(known[name].tags)
        for samling in programme.samlinger
        for name in read_workbook(WORKBOOKS / f"{samling.workbook}.ipynb").exercises
    }
    assert asked - {""} == set(IDS)


def test_only_what_is_written_in_words_is_tagged() -> None:
    kinds = {exercise.kind for exercise in bank().values() if step_of(exercise.tags)}
    assert kinds <= {"form", "plan", "short_text", "reflection"}


def test_a_tag_makes_no_answer_older(tmp_path: Path) -> None:
    path = tmp_path / "nl1.toml"
    shown = []
    for tags in ("[]", '["prosjekt:plan"]'):
        path.write_text(EXERCISE.format(tags), encoding="utf-8")
        shown.append(read_bank(path)["nl1-plan"].public())
    assert shown[0] == shown[1]
    assert shown[0]["version"] == 1
