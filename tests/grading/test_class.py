"""A class graded by our command and by nbgrader's own: the same gradebook, whatever was handed in.

The course lies in a folder of its own, and the class is constructed: all sorts are handed in.
"""

import json
import os
import re
import runpy
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from helseledelse.app import main
from helseledelse.exercises.bank import read_bank
from helseledelse.exercises.number import Number
from helseledelse.grading.adapter.engine import config_of, grade_class
from helseledelse.grading.adapter.notebooks import STUB

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "samling6"
MADE = ("release", "submitted", "autograded", "feedback", "vurdering", "gradebook*")
MIRROR = "application/vnd.helseledelse.svar+json"
# The key is read and never written here: the tests are part of what is released.
KEY = read_bank(ROOT / "assignments" / "key" / f"{ASSIGNMENT}.toml")
ICER = KEY["samling6-icer"]
assert isinstance(ICER, Number)
RIGHT = {name: exercise.key() for name, exercise in KEY.items()} | {
    "samling6-anbefaling": {
        "raad": "Start i én sone på Bømlo.\n\n# Stort",
        "grunn": "<script>alert('blåbær')</script> ![x](http://ute.example/a.png)",
        "tvil": "Om vi får folk.",
    },
    "samling6-gevinst": {"hvem": "Sykehuset fikk den.", "neste": ""},
}


# nbgrader's own command, without the checker of web addresses that is half of what it imports.
NBGRADER = (
    "import sys; sys.modules['rfc3987_syntax'] = None; from nbgrader.apps.nbgraderapp import main; "
    "main()"
)


def nbgrader(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run nbgrader's own command; it asks for `alembic` by name, so the environment leads."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", NBGRADER, *words],
        cwd=course,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
    )


def office(course: Path, assignment: str) -> NbGraderAPI:
    """Give what nbgrader's commands call, without a process for each."""
    config = config_of(course, assignment)
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def document(answers: dict[str, Any], *, at: int = 1000, version: int = 1) -> dict[str, Any]:
    entries = {
        name: {"response": response, "at": at, "version": version}
        for name, response in answers.items()
    }
    return {"schema": 1, "answers": entries}


def cell(notebook: Any, name: str) -> Any:
    return next(c for c in notebook["cells"] if c["metadata"]["nbgrader"]["grade_id"] == name)


def _copied(notebook: Any) -> None:
    notebook["cells"] += [json.loads(json.dumps(c)) for c in notebook["cells"]]


def _deleted(notebook: Any) -> None:
    gone = ("samling6-innledning", "samling6-icer", "samling6-anbefaling-oppgave")
    keep = [c for c in notebook["cells"] if c["metadata"]["nbgrader"]["grade_id"] not in gone]
    notebook["cells"] = [c for c in keep if c is not cell(notebook, "samling6-anbefaling")]


def _edited(notebook: Any) -> None:
    cell(notebook, "samling6-icer")["source"] = ["2.0"]
    cell(notebook, "samling6-trinn")["metadata"]["nbgrader"] |= {"points": 99, "grade": False}
    cell(notebook, "samling6-markov")["metadata"]["nbgrader"]["schema_version"] = 99
    cell(notebook, "samling6-gevinst")["source"] = ["Skrevet **rett i cellen** <b>her</b>."]
    own = {
        "cell_type": "markdown",
        "id": "min",
        "metadata": {},
        "source": ["<script>min()</script>"],
    }
    notebook["cells"].append(own)


def _noisy(notebook: Any) -> None:
    noise = {"output_type": "stream", "name": "stderr", "text": ["støy\n"] * 200_000}
    cell(notebook, "samling6-isf")["outputs"] = [noise]


def _mirrored(notebook: Any) -> None:
    data = {MIRROR: document(RIGHT), "text/plain": "svar"}
    shown = {"output_type": "display_data", "data": data, "metadata": {}}
    cell(notebook, "samling6-icer")["outputs"] = [shown]


def _newer_format(notebook: Any) -> None:
    notebook["nbformat"] = 99


def hand_in(course: Path, student: str, answers: object, change: Callable[[Any], None]) -> None:
    """Put a submission where nbgrader collects them; `answers` is a document, bytes or None."""
    folder = course / "submitted" / student / ASSIGNMENT
    shutil.copytree(course / "release" / ASSIGNMENT, folder)
    notebook = folder / f"{ASSIGNMENT}.ipynb"
    content = json.loads(notebook.read_text(encoding="utf-8"))
    change(content)
    notebook.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    if isinstance(answers, bytes):
        (folder / "svar.json").write_bytes(answers)
    elif answers is not None:
        written = json.dumps(answers, ensure_ascii=False)
        (folder / "svar.json").write_text(written, encoding="utf-8")


def _as_it_is(_notebook: Any) -> None:
    pass


def _wrong() -> dict[str, Any]:
    trinn = KEY["samling6-trinn"].key()
    assert isinstance(ICER, Number)
    mistake = ICER.written(ICER.mistakes[0].value)
    return document({"samling6-icer": mistake, "samling6-trinn": trinn[:1], "samling6-isf": "mye"})


CLASS: dict[str, tuple[object, Callable[[Any], None]]] = {
    "a-rett": (document(RIGHT), _as_it_is),
    "b-delvis": (_wrong(), _as_it_is),
    "c-taus": (document({}), _as_it_is),
    "d-uten-fil": (None, _as_it_is),
    "e-skadet-fil": (b'{"schema": 1, "answers": {"samling6-icer"', _as_it_is),
    "f-gammel-utgave": (document(RIGHT, version=7), _as_it_is),
    "g-kopiert": (document(RIGHT), _copied),
    "h-slettet": (document(RIGHT), _deleted),
    "i-endret": (document(RIGHT), _edited),
    "j-stoey": (document(RIGHT), _noisy),
    "k-speil": (None, _mirrored),
    "l-nytt-format": (document(RIGHT), _newer_format),
}


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a course with the class's submissions, nothing of it graded."""
    folder = tmp_path_factory.mktemp("kurs") / "assignments"
    shutil.copytree(
        ROOT / "assignments",
        folder,
        ignore=shutil.ignore_patterns(*MADE),
    )
    made = nbgrader(folder, "generate_assignment", ASSIGNMENT)
    assert made.returncode == 0, made.stderr[-2000:]
    for student, (answers, change) in CLASS.items():
        hand_in(folder, student, answers, change)
    hand_in(folder, "m-avkortet", document(RIGHT), _as_it_is)
    cut = folder / "submitted" / "m-avkortet" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    cut.write_text(cut.read_text(encoding="utf-8")[:700], encoding="utf-8")
    hand_in(folder, "n-feil-navn", document(RIGHT), _as_it_is)
    named = folder / "submitted" / "n-feil-navn" / ASSIGNMENT
    (named / f"{ASSIGNMENT}.ipynb").rename(named / "mitt.ipynb")
    only_answers = folder / "submitted" / "o-uten-arbeidsbok" / ASSIGNMENT
    only_answers.mkdir(parents=True)
    (only_answers / "svar.json").write_text(json.dumps(document(RIGHT)), encoding="utf-8")
    shutil.copy2(folder / "gradebook.db", folder.parent / "ungraded.db")
    return folder


def ungraded(course: Path, copy: Path) -> Path:
    """Give a copy of the course as it was before anybody graded it."""
    made = shutil.ignore_patterns("autograded", "feedback", "vurdering", "gradebook*")
    shutil.copytree(course, copy, ignore=made)
    shutil.copy2(course.parent / "ungraded.db", copy / "gradebook.db")
    return copy


ROWS = """
select s.id as student, c.name as cell, g.auto_score, g.manual_score, g.extra_credit,
       g.needs_manual_grade, m.auto_comment, m.manual_comment
from submitted_assignment a
join student s on s.id = a.student_id
join submitted_notebook n on n.assignment_id = a.id
join grade g on g.notebook_id = n.id
join base_cell c on c.id = g.cell_id
left join (
    select k.notebook_id, b.name, k.auto_comment, k.manual_comment
    from comment k join base_cell b on b.id = k.cell_id
) m on m.notebook_id = n.id and m.name = c.name
order by 1, 2
"""


def rows(course: Path) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(course / "gradebook.db")
    try:
        return connection.execute(ROWS).fetchall()
    finally:
        connection.close()


GONE = ("n-feil-navn", "o-uten-arbeidsbok")


def grade(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "helseledelse.app", "grade", ASSIGNMENT, *words],
        cwd=course,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


@pytest.fixture(scope="session")
def stock(course: Path) -> Path:
    """Give a copy of the course that nbgrader's own command has graded."""
    copy = ungraded(course, course.parent.with_name("stock") / "assignments")
    nbgrader(copy, "autograde", ASSIGNMENT)
    return copy


@pytest.fixture(scope="session")
def graded(course: Path) -> Path:
    """Give the course graded by our command."""
    done = grade(course)
    (course.parent / "said.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    assert done.returncode == 1, done.stderr
    return course


@pytest.fixture(scope="session")
def clustered(course: Path) -> Iterator[tuple[Path, str]]:
    """Give a copy of the course, not graded, and the address of a cluster of two processes."""
    copy = ungraded(course, course.parent.with_name("klynge") / "assignments")
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        yield copy, cluster.scheduler_address


def points(course: Path, student: str) -> dict[str, Any]:
    return {row[1]: row[2] for row in rows(course) if row[0] == student}


def results(course: Path, student: str) -> dict[str, Any]:
    receipt = course / "autograded" / student / ASSIGNMENT / "vurdering.json"
    found: dict[str, Any] = json.loads(receipt.read_text(encoding="utf-8"))["results"][ASSIGNMENT]
    return found


ALL = {"icer": 2, "trinn": 2, "prognosetap": 2, "alvorlighet": 1}
ALL |= {"markov": 2, "budsjett": 2, "isf": 2, "evpi": 2}
FULL = {f"samling6-{name}": points for name, points in ALL.items()}


def test_what_nbgrader_releases_holds_nothing_of_the_key(course: Path) -> None:
    files = list((course / "release" / ASSIGNMENT).iterdir())
    assert {file.name for file in files} == {f"{ASSIGNMENT}.ipynb", "oppgaver.json"}
    released = "".join(file.read_text(encoding="utf-8") for file in files)
    assert not re.search("(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", released)
    written = (course / "key" / f"{ASSIGNMENT}.toml").read_text(encoding="utf-8")
    secret = re.findall(r'^(?:why|solution)\.n[bn] = "(.+)"$', written, re.MULTILINE)
    assert len(secret) > 20
    assert [said for said in secret if said in released] == []


def test_the_gradebook_is_the_same_row_by_row(graded: Path, stock: Path) -> None:
    ours = rows(graded)
    assert len({row[0] for row in ours}) == len(CLASS) + 2
    assert len(ours) == 10 * (len(CLASS) + 2)
    assert ours == rows(stock)


def test_a_cluster_gives_the_same_gradebook(
    clustered: tuple[Path, str], graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course, address = clustered
    words = ["grade", ASSIGNMENT, "--mappe", str(course), "--scheduler", address]
    assert main(words) == 1
    said = (graded.parent / "said.txt").read_text(encoding="utf-8")
    told = capsys.readouterr()
    assert told.out.splitlines()[0] in said
    assert "n-feil-navn: Fant ingen arbeidsbok" in told.err
    assert rows(course) == rows(graded)
    assert results(course, "b-delvis") == results(graded, "b-delvis")


@pytest.mark.parametrize("address", ["tull", "tcp://127.0.0.1:{free}", "tcp://127.0.0.1:x", ""])
def test_without_a_cluster_nothing_is_changed(
    course: Path, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    address = address.format(free=free)
    before = [(file, file.stat().st_mtime_ns) for file in sorted(course.rglob("*"))]
    assert main(["grade", ASSIGNMENT, "--mappe", str(course), "--scheduler", address]) == 1
    assert f"Fant ingen Dask-planlegger på «{address}»." in capsys.readouterr().err
    assert [(file, file.stat().st_mtime_ns) for file in sorted(course.rglob("*"))] == before


def test_a_cluster_that_cannot_grade_gets_a_sentence(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with LocalCluster(n_workers=0, dashboard_address=":0") as empty:
        words = ["grade", ASSIGNMENT, "--mappe", str(course), "--scheduler"]
        assert main([*words, empty.scheduler_address]) == 1
    said = capsys.readouterr().err
    assert "har ingen arbeidere" in said
    assert f"«dask worker {empty.scheduler_address}»" in said


def test_what_was_said(graded: Path) -> None:
    said = (graded.parent / "said.txt").read_text(encoding="utf-8")
    total = len(CLASS) + 3
    assert f"Besvarelser: {total}. Vurdert nå: {total - 2}." in said
    assert "n-feil-navn: Fant ingen arbeidsbok som heter «samling6.ipynb»." in said
    assert "o-uten-arbeidsbok: Besvarelsen har ingen arbeidsbok («samling6.ipynb»)." in said
    log = (graded / "vurdering" / f"{ASSIGNMENT}.log").read_text(encoding="utf-8")
    for student in GONE:
        assert next(line for line in said.splitlines() if line.startswith(f"{student}: ")) in log
    assert "Kom uten svar, spør deltakeren: d-uten-fil" in said
    assert "Ikke vurdert: o-uten-arbeidsbok, n-feil-navn." in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "student",
    [
        "a-rett",
        "g-kopiert",
        "h-slettet",
        "i-endret",
        "j-stoey",
        "k-speil",
        "l-nytt-format",
        "m-avkortet",
    ],
)
def test_right_answers_are_paid_whatever_became_of_the_notebook(graded: Path, student: str) -> None:
    found = points(graded, student)
    human = {"samling6-anbefaling": None, "samling6-gevinst": None}
    assert found == FULL | human


def test_each_exercise_has_its_points_and_its_sentence(graded: Path) -> None:
    found = results(graded, "b-delvis")
    assert found["samling6-trinn"]["points"] == 1.0
    assert isinstance(ICER, Number)
    assert found["samling6-icer"]["sentence"] == ICER.mistakes[0].why.nb
    assert found["samling6-isf"]["state"] == "not_readable"
    assert found["samling6-evpi"]["sentence"] == "Ikke besvart."
    assert all(result["sentence"] for result in found.values())


@pytest.mark.parametrize(
    ("student", "state"),
    [
        ("c-taus", "not_answered"),
        ("d-uten-fil", "no_file"),
        ("e-skadet-fil", "damaged"),
        ("f-gammel-utgave", "other_version"),
    ],
)
def test_silence_is_never_paid(graded: Path, student: str, state: str) -> None:
    assert {result["state"] for result in results(graded, student).values()} == {state}
    assert {found for found in points(graded, student).values() if found} == set()
    needs = {row[1]: row[5] for row in rows(graded) if row[0] == student}
    assert needs["samling6-icer"] == (state in ("damaged", "other_version"))


def test_an_unwritten_text_is_nought_and_a_lost_one_is_for_a_human(graded: Path) -> None:
    by = {(row[0], row[1]): row for row in rows(graded)}
    silent = by["c-taus", "samling6-gevinst"]
    assert (silent[2], silent[5], silent[6]) == (0, 0, "Ikke besvart.")
    lost = by["e-skadet-fil", "samling6-gevinst"]
    assert (lost[2], lost[5], lost[6]) == (None, 1, None)


def test_what_is_graded_is_left_alone_until_it_changes(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def again() -> str:
        assert main(["grade", ASSIGNMENT, "--mappe", str(graded)]) == 1
        return capsys.readouterr().out

    before = rows(graded)
    assert f"Vurdert nå: 0. Uendret siden sist: {len(CLASS) + 1}." in again()
    # One was interrupted, one has delivered anew.
    (graded / "autograded" / "a-rett" / ASSIGNMENT / "vurdering.json").unlink()
    answers = graded / "submitted" / "c-taus" / ASSIGNMENT / "svar.json"
    answers.write_text(json.dumps(document({"samling6-icer": ICER.key()})), encoding="utf-8")
    assert "Vurdert nå: 2." in again()
    changed = [now for now, then in zip(rows(graded), before, strict=True) if now != then]
    assert [(row[0], row[1], row[2]) for row in changed] == [("c-taus", "samling6-icer", 2)]
    answers.write_text(json.dumps(document({})), encoding="utf-8")
    assert "Vurdert nå: 1." in again()
    assert rows(graded) == before


DIES = """
import os, sys
from helseledelse import app
from helseledelse.grading.adapter import engine
write = engine._write_receipt
def dies(target, *rest):
    if "d-uten-fil" in str(target):
        os._exit(9)
    write(target, *rest)
engine._write_receipt = dies
app.main(sys.argv[1:])
"""


def test_what_was_killed_is_taken_up_where_it_was(
    course: Path, graded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = ungraded(course, tmp_path / "assignments")
    words = ["grade", ASSIGNMENT, "--mappe", str(copy)]
    assert subprocess.run([sys.executable, "-c", DIES, *words]).returncode == 9
    assert len(list(copy.glob("autograded/*/*/vurdering.json"))) == 3
    assert main(words) == 1
    assert f"Vurdert nå: {len(CLASS) - 2}. Uendret siden sist: 3." in capsys.readouterr().out
    assert rows(copy) == rows(graded)


def test_feedback_shows_words_and_obeys_none(graded: Path) -> None:
    done = nbgrader(graded, "generate_feedback", ASSIGNMENT, "--student=[ai]-*")
    assert done.returncode == 0, done.stderr[-2000:]
    page = (graded / "feedback" / "a-rett" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text("utf-8")
    words = page.split("<body", 1)[1]
    assert "Start i én sone på Bømlo." in words
    assert "alert(" in words
    assert "blåbær" in words
    assert "<script>alert" not in page
    assert "<h1>Stort" not in page
    assert "<img" not in words
    assert "Poeng: 2 av 2" in words
    assert "2 av 2 poeng." not in words  # said once
    assert STUB not in words
    assert not re.search(r"exercise\(|\bimport\b|Score|In\s?\[|Out\s?\[|Test cell|¶", words)
    edited = (graded / "feedback" / "i-endret" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text(
        "utf-8"
    )
    assert "<script>min" not in edited
    assert "rett i cellen" in edited
    assert "Sykehuset fikk den." in edited
    for shown in (page, edited):
        assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=.?(https?:)?//", shown)


OTHERS = ("samling1", "hjemmeeksamen")  # the kinds that samling6 has not, and an exam


@pytest.mark.filterwarnings("ignore")  # nbgrader's and SQLAlchemy's words to each other
def test_other_assignments_get_the_same_gradebook_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    constructed = runpy.run_path(str(ROOT / "benchmarks" / "constructed_class.py"))
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    shutil.copytree(ROOT / "assignments", ours, ignore=shutil.ignore_patterns(*MADE))
    for name in OTHERS:
        assert office(ours, name).generate_assignment(name)["success"]
        constructed["hand_in"](
            ours, name, 3
        )  # without answers, with half of them, with half a notebook
    shutil.copytree(ours, theirs)
    for name in OTHERS:
        grade_class(ours, name, lambda _: None)
        for folder in theirs.glob(f"submitted/*/{name}"):
            assert office(theirs, name).autograde(name, folder.parent.name)["success"]
    assert len(rows(ours)) > 40
    assert rows(ours) == rows(theirs)


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a course whose gradebook knows no assignment."""
    course = tmp_path_factory.mktemp("ukjent") / "assignments"
    shutil.copytree(ROOT / "assignments", course, ignore=shutil.ignore_patterns(*MADE))
    return course


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["samling9"], "Det finnes ingen fasit for «samling9»."),
        (["samling6"], "står ikke i karakterboken ennå"),
        (["samling6", "--mappe", "borte"], "er ikke et nbgrader-kurs"),
    ],
)
def test_a_class_that_cannot_be_graded_gets_a_sentence(
    unknown: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(unknown)
    # nbgrader asks for `alembic` by name when it makes a gradebook.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    assert main(["grade", *words]) == 1
    assert said in capsys.readouterr().err
