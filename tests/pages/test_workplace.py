"""«Min arbeidsplass»: kept once for every programme, seen, downloaded and deleted with the rest."""

import json
from pathlib import Path
from typing import Any

import pytest

from helseledelse.answers.store import AnswerStore
from helseledelse.exercises.bank import read_bank
from helseledelse.exercises.programmes import read_programmes
from helseledelse.pages.course import Course

HERE = Path(__file__).parent


@pytest.fixture
def course(tmp_path: Path) -> Course:
    content = HERE / "content"
    (tmp_path / "kurs").mkdir()
    return Course(tmp_path, read_programmes(content / "programmes.toml"), read_bank(content))


def address(*parts: str) -> str:
    return "/" + "/".join(parts)


def test_it_is_kept_seen_downloaded_and_deleted(course: Course, tmp_path: Path) -> None:
    assert course.workplace() == {}
    assert not course.front(address).workplace
    typed = {"service": "Sørøya «sør»", "headcount": "85", "municipality": "Bodø"}
    assert course.save_workplace(typed) == {}
    kept = {"service": "Sørøya «sør»", "headcount": 85.0, "municipality": "1804"}
    assert course.workplace() == kept
    assert course.workplace_written() == typed
    shown = course.front(address)
    assert ("Antall ansatte", "85 ansatte") in shown.workplace
    group = course.answers({}).groups[-1]
    assert group.title == "Min arbeidsplass"
    assert ("Kommune", "Bodø") in group.entries[0].said
    file = json.loads(course.everything()["min-arbeidsplass"])
    assert file["answers"]["min-arbeidsplass"]["response"] == kept
    course.delete_everything()
    assert course.workplace() == {}
    assert not (tmp_path / "min-arbeidsplass.json").exists()
    assert "min-arbeidsplass" not in course.everything()


def test_a_line_that_cannot_be_used_keeps_nothing(course: Course) -> None:
    assert course.save_workplace({"headcount": "85"}) == {}
    assert set(course.save_workplace({"headcount": "90", "municipality": "Bodo"})) == {
        "municipality"
    }
    assert course.workplace() == {"headcount": 85.0}


def test_a_number_that_says_who_a_patient_is_is_refused(course: Course, tmp_path: Path) -> None:
    # Worked out by fnrinfo.no; see tests/answers/test_guard.py.
    problems = course.save_workplace({"service": "Rom 4, 311299 56715"})
    assert problems["service"].startswith("Ikke lagret, fordi")
    assert not (tmp_path / "min-arbeidsplass.json").exists()


def test_a_damaged_file_is_said_and_costs_nothing_else(course: Course, tmp_path: Path) -> None:
    (tmp_path / "min-arbeidsplass.json").write_text("{ikke json", encoding="utf-8")
    assert course.workplace() == {}
    assert any("lot seg ikke lese" in said for said in course.front(address).notices)
    course.delete_everything()
    assert [path.name for path in tmp_path.iterdir() if "skadet" in path.name] == []


@pytest.mark.parametrize("response", ["tekst", ["a"], 3, None])
def test_what_is_no_profile_is_none(course: Course, tmp_path: Path, response: Any) -> None:
    store = AnswerStore(tmp_path / "min-arbeidsplass.json")
    store.save("min-arbeidsplass", response, at=1, version=1, writer="x")
    assert course.workplace() == {}
