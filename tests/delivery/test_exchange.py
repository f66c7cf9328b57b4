"""From release to points through a real exchange: fetched, answered, handed in, graded."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from helseledelse.app import main
from helseledelse.delivery.exchange import DeliveryError, Exchange
from helseledelse.exercises.bank import read_bank
from helseledelse.pages.course import Course

ROOT = Path(__file__).parents[2]
NAME = "samling6"


def nbgrader(course: Path, *words: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "nbgrader", *words],
        cwd=course,
        check=True,
        capture_output=True,
        env={**os.environ, "PATH": path},
    )


@pytest.mark.filterwarnings("ignore")  # nbgrader's and SQLAlchemy's words to each other
def test_the_whole_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course, home, box = tmp_path / "kurs", tmp_path / "deltaker", tmp_path / "utveksling"
    made = ("release", "submitted", "autograded", "feedback", "vurdering", "gradebook*")
    shutil.copytree(ROOT / "assignments", course, ignore=shutil.ignore_patterns(*made))
    home.mkdir()
    box.mkdir(mode=0o777)
    box.chmod(0o777)
    for each in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(each, str(tmp_path / each))
    monkeypatch.chdir(home)
    exchange = Exchange(home)
    assert exchange.released() == {}  # nobody has said that there is an exchange
    setting = "c = get_config()\nc.CourseDirectory.course_id = 'helseledelse'\n"
    setting += f"c.Exchange.root = {str(box)!r}\n"
    (home / "nbgrader_config.py").write_text(setting)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Exchange.root = {str(box)!r}\n")
    nbgrader(course, "generate_assignment", NAME)
    nbgrader(course, "release_assignment", NAME)

    released = exchange.released()
    assert {name: each.course for name, each in released.items()} == {NAME: "helseledelse"}
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
    assert json.loads((folder / "oppgaver.json").read_text(encoding="utf-8"))["nb"]
    assert (folder / "svar.json").read_bytes() == kept

    receipt = exchange.submit(NAME)
    assert receipt.files["svar.json"] == hashlib.sha256(kept).hexdigest()
    assert exchange.receipts(NAME) == [receipt]
    nbgrader(course, "collect", NAME)
    (handed,) = (course / "submitted").glob(f"*/{NAME}/svar.json")
    assert handed.read_bytes() == kept
    assert main(["grade", NAME, "--mappe", str(course)]) == 0
    (graded,) = (course / "autograded").glob(f"*/{NAME}/vurdering.json")
    results = json.loads(graded.read_text(encoding="utf-8"))["results"][NAME]
    assert sum(result["points"] for result in results.values()) == 3  # 2 and 1 in text/

    with pytest.raises(DeliveryError, match="ikke lagt ut noen tilbakemelding"):
        exchange.fetch_feedback(NAME)
    nbgrader(course, "generate_feedback", NAME)
    nbgrader(course, "release_feedback", NAME)
    exchange.fetch_feedback(NAME)
    page = exchange.feedback(NAME)
    assert page
    assert "samling6" in page.read_text(encoding="utf-8")

    shutil.rmtree(box)
    with pytest.raises(DeliveryError, match="Svarene dine ligger der de lå"):
        exchange.submit(NAME)
    assert (folder / "svar.json").read_bytes() == kept
