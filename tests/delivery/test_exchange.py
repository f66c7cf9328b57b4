"""From release to points through a real exchange: fetched, answered, handed in, graded."""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from helseledelse.answers import attached
from helseledelse.app import main
from helseledelse.delivery.exchange import DeliveryError, Exchange
from helseledelse.exercises.bank import read_bank
from helseledelse.grading.adapter.engine import config_of, grade_class
from helseledelse.pages.course import Course

ROOT = Path(__file__).parents[2]
NAME = "samling6"
PDF = b"%PDF-1.7\nsider\n%%EOF\n"
pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and SQLAlchemy's words to each other


def office(course: Path, name: str) -> NbGraderAPI:
    """Give what nbgrader's commands call, without a process for each."""
    config = config_of(course, name)
    return NbGraderAPI(CourseDirectory(config=config), config=config)


@dataclass(frozen=True)
class Place:
    """A course, a participant's folder, and the exchange between them."""

    course: Path
    home: Path
    box: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    found = Place(*map(tmp_path_factory.mktemp, ("kurs", "deltaker", "utveksling")))
    made = ("release", "submitted", "autograded", "feedback", "vurdering", "gradebook*")
    ignored = shutil.ignore_patterns(*made)
    shutil.copytree(ROOT / "assignments", found.course, ignore=ignored, dirs_exist_ok=True)
    found.box.chmod(0o777)
    with pytest.MonkeyPatch.context() as patch:
        for each in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
            patch.setenv(each, str(tmp_path_factory.mktemp(each)))
        # nbgrader asks for `alembic` by name, so the environment leads.
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        patch.chdir(found.home)
        assert Exchange(found.home).released() == {}  # nobody has said that there is an exchange
        setting = "c = get_config()\nc.CourseDirectory.course_id = 'helseledelse'\n"
        setting += f"c.Exchange.root = {str(found.box)!r}\n"
        (found.home / "nbgrader_config.py").write_text(setting)
        with (found.course / "nbgrader_config.py").open("a") as file:
            file.write(f"\nc.Exchange.root = {str(found.box)!r}\n")
        yield found


@pytest.mark.parametrize("name", ["hjemmeeksamen", "utviklingsprosjekt"])
def test_an_exam_goes_the_same_way_with_its_document(place: Place, name: str) -> None:
    lecturer = office(place.course, name)
    assert lecturer.generate_assignment(name)["success"]
    assert lecturer.release_assignment(name)["success"]
    exchange = Exchange(place.home)
    assert exchange.released()[name].course == "helseledelse"
    exchange.fetch(name)
    document = place.home / name / attached.name_for(PDF)
    document.write_bytes(PDF)
    receipt = exchange.submit(name)
    assert receipt.files[document.name] == hashlib.sha256(PDF).hexdigest()
    assert lecturer.collect(name)["success"]
    (handed,) = (place.course / "submitted").glob(f"*/{name}")
    assert (handed / document.name).read_bytes() == PDF
    graded = grade_class(place.course, name, lambda _: None)
    assert [(how.student, how.sentence) for how in graded] == [(handed.parent.name, "")]
    (file,) = (place.course / "autograded").glob(f"*/{name}/{name}.ipynb")
    assert f"[{document.name}]({document.name})" in file.read_text(encoding="utf-8")


def test_the_whole_way(place: Place) -> None:
    course, home, box = place.course, place.home, place.box
    exchange, lecturer = Exchange(home), office(course, NAME)
    assert lecturer.generate_assignment(NAME)["success"]
    assert lecturer.release_assignment(NAME)["success"]

    assert exchange.released()[NAME].course == "helseledelse"
    exchange.fetch(NAME)
    folder = home / NAME
    assert not list(home.glob(".henter-*"))
    assert not list(folder.glob("*.toml"))
    key = read_bank(course / "key" / f"{NAME}.toml")
    said: dict[str, Any] = {"type": "save", "at": 5, "version": 1, "writer": "fane"}
    for name in ("samling6-icer", "samling6-alvorlighet"):
        message = {**said, "exercise": name, "response": key[name].key()}
        assert "saved" in Course(home, (), {}).reply(NAME, message)
    kept = (folder / "svar.json").read_bytes()

    (folder / "oppgaver.json").write_text("{")
    exchange.fetch(NAME)
    assert not (home / "kvitteringer" / NAME).exists()  # nobody has written in the notebook
    assert json.loads((folder / "oppgaver.json").read_text(encoding="utf-8"))["nb"]
    assert (folder / "svar.json").read_bytes() == kept

    receipt = exchange.submit(NAME)
    assert receipt.files["svar.json"] == hashlib.sha256(kept).hexdigest()
    assert exchange.receipts(NAME) == [receipt]
    assert lecturer.collect(NAME)["success"]
    (handed,) = (course / "submitted").glob(f"*/{NAME}/svar.json")
    assert handed.read_bytes() == kept
    # Another has fetched it anew with nbgrader's own button, and sends the notebook alone.
    shutil.copy2(course / "release" / NAME / f"{NAME}.ipynb", folder)
    Course(home, (), {}).workbook(NAME, NAME, lambda *parts: "/".join(parts))
    alone = course / "submitted" / "uten-svarfil" / NAME
    alone.mkdir(parents=True)
    shutil.copy2(folder / f"{NAME}.ipynb", alone)
    assert main(["grade", NAME, "--mappe", str(course)]) == 0
    graded = sorted((course / "autograded").glob(f"*/{NAME}/vurdering.json"))
    assert len(graded) == 2
    for receipted in graded:
        results = json.loads(receipted.read_text(encoding="utf-8"))["results"][NAME]
        assert sum(result["points"] for result in results.values()) == 3  # 2 and 1 in text/
    # Feedback is sent back through the exchange to a class that has handed in through it.
    for made in ("submitted", "autograded"):
        shutil.rmtree(course / made / "uten-svarfil")

    with pytest.raises(DeliveryError, match="ikke lagt ut noen tilbakemelding"):
        exchange.fetch_feedback(NAME)
    assert lecturer.generate_feedback(NAME)["success"]
    assert lecturer.release_feedback(NAME)["success"]
    exchange.fetch_feedback(NAME)
    page = exchange.feedback(NAME)
    assert page
    assert "samling6" in page.read_text(encoding="utf-8")

    shutil.rmtree(box)
    with pytest.raises(DeliveryError, match="Svarene dine ligger der de lå"):
        exchange.submit(NAME)
    assert (folder / "svar.json").read_bytes() == kept
