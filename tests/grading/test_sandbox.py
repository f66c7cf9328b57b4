"""A class that writes code, most of it hostile, graded for real in the closed room.

Every attack says «LYKTES» if it came through. It is followed by no solution, so it earns nothing.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from helseledelse.app import main
from helseledelse.exercises.bank import read_bank
from helseledelse.grading.adapter import engine
from helseledelse.grading.assignment import marked_cell
from helseledelse.grading.sandbox import Layers, Mode, SandboxError, layers, look_over

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "samling6"
MADE = ("release", "submitted", "autograded", "feedback", "vurdering", "gradebook*")
KEY = read_bank(ROOT / "assignments" / "key" / f"{ASSIGNMENT}.toml")
CLOSED = layers(Mode.REQUIRED).closed
pytestmark = pytest.mark.timeout(900)  # a class is graded in the first one's set-up
REFUSED = "kode fra deltakere kjøres bare i et lukket rom"
RIGHT = "def dobbel(x):\n    return 2 * x\n"

ATTACKS = {
    "les-karakterbok": "open('{course}/gradebook.db', 'rb').read()",
    "skriv-karakterbok": (
        "import sqlite3\n"
        "c = sqlite3.connect('{course}/gradebook.db')\n"
        "c.execute('update grade set manual_score = 99')\nc.commit()"
    ),
    "les-kilde": "open('{course}/source/samling6/samling6.ipynb').read()",
    "les-fasit": "open('{course}/key/samling6.toml').read()",
    "les-andre": "open('{course}/submitted/a-rett/samling6/samling6.ipynb').read()",
    "skriv-andre": "open('{course}/submitted/a-rett/samling6/samling6.ipynb', 'w').write('')",
    "skriv-oppsett": "open('{course}/nbgrader_config.py', 'a').write('1/0')",
    "les-miljo": "os.environ['HEMMELIG_NOEKKEL']",
    "nett": "import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)",
    # In a space of its own it is the first, and nobody is above it.
    "drep-opphav": "os.kill(os.getppid() or 1 / 0, 9)",
    "drep-foerste": "assert os.getpid() != 1\nos.kill(1, 9)",
    "minne": "bytearray(8 << 30)",
    "lenke": "os.symlink('{course}/gradebook.db', 'min')\nopen('min', 'rb').read()",
    "les-prosess": "open(f'/proc/{{os.getppid()}}/cmdline').read()",
    "list-prosesser": "os.listdir('/proc')",
    "list-besvarelser": "os.listdir('../..')",
    "stor-fil": "open('stor', 'wb').write(b'x' * (60 << 20))",
    "skriv-system": "open('/usr/lib/min', 'w')",
    "rot": "os.setuid(0)",
}
WRAPPED = """import os
try:
{attack}
except BaseException as error:
    print("STANSET", type(error).__name__)
else:
    print("LYKTES")
"""
TAMPERING = {
    "hekt-linjer": "get_ipython().input_transformers_cleanup.append(\n"
    "    lambda lines: ['pass\\n'] if any('assert' in line for line in lines) else lines)\n",
    "hekt-tre": "import ast\n"
    "class T(ast.NodeTransformer):\n"
    "    def visit_Assert(self, node):\n        return ast.Pass()\n"
    "get_ipython().ast_transformers.append(T())\n",
    "hekt-hendelse": "get_ipython().events.register('pre_run_cell', lambda info: None)\n" + RIGHT,
    "hekt-innebygd": "import builtins\nbuiltins.AssertionError = Warning\n" + RIGHT,
}
OTHER = {
    "a-rett": RIGHT,
    "advarsel": "import warnings\ndef dobbel(x):\n    warnings.warn('gammelt')\n    return 2 * x\n",
    "figur": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n" + RIGHT,
    "tilfeldig-1": "import numpy as np\nprint('TALL', np.random.rand())\n" + RIGHT,
    "tilfeldig-2": "import numpy as np\nprint('TALL', np.random.rand())\n" + RIGHT,
    "uskreven": "",
    "mye": "print('x' * 60_000_000)\n" + RIGHT,
    "sloeyfe": "while True:\n    pass\n",
    "sloeyfe-doev": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "while True:\n    pass\n",
    "avslutt": "import os\nos._exit(0)\n",
    "drep-alle": "import os\nos.kill(-1, 9)\n",  # says nothing where it reaches nobody
    "demon": "import subprocess\n"
    "subprocess.Popen(['sleep', '98765'], start_new_session=True)\nprint('STARTET')\n",
    "gaffelbombe": "import os, time\nn = 0\ntry:\n    for n in range(3000):\n"
    "        if os.fork() == 0:\n            time.sleep(100)\n            os._exit(0)\n"
    "except OSError:\n    print('STANSET', n < 400)\n",
    "zz-rett": RIGHT,
}
CLASS = {
    **{
        name: WRAPPED.format(attack="\n".join(f"    {line}" for line in attack.splitlines()))
        for name, attack in ATTACKS.items()
    },
    **TAMPERING,
    **OTHER,
}


SOURCE = [
    marked_cell("code", "samling6-hent", "from helseledelse import exercise", locked=True),
    marked_cell(
        "code", "samling6-icer", 'exercise("samling6-icer")', locked=True, grade=True, points=2
    ),
    marked_cell("code", "kode-svar", "### BEGIN SOLUTION\n1\n### END SOLUTION", solution=True),
    marked_cell(
        "code",
        "kode-test",
        "assert dobbel(2) == 4\nassert dobbel(5) == 10",
        locked=True,
        grade=True,
        points=3,
    ),
    marked_cell("code", "kode-del", "dobbel(0.5)", locked=True, grade=True, points=2),
]


# nbgrader's own command, without the checker of web addresses that is half of what it imports.
NBGRADER = (
    "import sys; sys.modules['rfc3987_syntax'] = None; from nbgrader.apps.nbgraderapp import main; "
    "main()"
)


def _nbgrader(course: Path, *words: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", NBGRADER, *words],
        cwd=course,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Give a port of this machine that answers."""
    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: server.listen(50))
    thread.start()
    thread.join()
    yield server.getsockname()[1]
    server.close()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, port: int) -> Path:
    """Give a course with a class that has handed in code."""
    folder = tmp_path_factory.mktemp("kode") / "assignments"
    shutil.copytree(ROOT / "assignments", folder, ignore=shutil.ignore_patterns(*MADE))
    source = folder / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(source.read_text(encoding="utf-8")) | {"cells": SOURCE}
    source.write_text(json.dumps(notebook), encoding="utf-8")
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("c.Execute.timeout = 5\n")
    _nbgrader(folder, "generate_assignment", ASSIGNMENT)
    released = folder / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    answers = {"samling6-icer": {"response": KEY["samling6-icer"].key(), "at": 1, "version": 1}}
    for student, code in CLASS.items():
        place = folder / "submitted" / student / ASSIGNMENT
        shutil.copytree(folder / "release" / ASSIGNMENT, place)
        content = json.loads(released.read_text(encoding="utf-8"))
        written = next(c for c in content["cells"] if c["id"] == "kode-svar")
        written["source"] = code.replace("{course}", str(folder)).replace("{port}", str(port))
        written["source"] = written["source"].replace("{{", "{").replace("}}", "}")
        (place / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(content), encoding="utf-8")
        (place / "svar.json").write_text(json.dumps({"schema": 1, "answers": answers}))
    return folder


def _grade(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "helseledelse.app", "grade", ASSIGNMENT, *words],
        cwd=course,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "HEMMELIG_NOEKKEL": "x"},
    )


def _untouched(course: Path) -> dict[str, bytes]:
    files = [*(course / "submitted").rglob("*"), *(course / "key").rglob("*")]
    files += [*(course / "source").rglob("*"), course / "nbgrader_config.py"]
    return {str(file): file.read_bytes() for file in files if file.is_file()}


@pytest.fixture(scope="module")
def graded(course: Path) -> Path:
    """Give the course graded; where this machine cannot close a room, see that it was refused."""
    before = _untouched(course)
    done = _grade(course)
    if not CLOSED:
        assert done.returncode == 1
        assert REFUSED in done.stderr
        return course
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "Lukket rom for kode: eget filsystem og nett (bubblewrap), Landlock" in done.stdout
    among = ", ".join(sorted(TAMPERING))
    assert f"Bør ses på, koden kan ha endret testene: {among}." in done.stdout
    assert _untouched(course) == before
    return course


def results(course: Path, student: str) -> dict[str, Any]:
    receipt = course / "autograded" / student / ASSIGNMENT / "vurdering.json"
    found: dict[str, Any] = json.loads(receipt.read_text(encoding="utf-8"))["results"][ASSIGNMENT]
    return found


def points(course: Path, student: str) -> list[float]:
    return [found["points"] for _, found in sorted(results(course, student).items())]


def outputs(course: Path, student: str) -> str:
    file = course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return json.dumps([c["outputs"] for c in cells if c["cell_type"] == "code"])


def in_gradebook(course: Path, student: str) -> dict[str, tuple[float, int]]:
    connection = sqlite3.connect(course / "gradebook.db")
    rows = connection.execute(
        "select b.name, g.auto_score, g.manual_score, g.needs_manual_grade from grade g "
        "join base_cell b on b.id = g.cell_id join submitted_notebook n on n.id = g.notebook_id "
        "join submitted_assignment a on a.id = n.assignment_id where a.student_id = ?",
        (student,),
    ).fetchall()
    connection.close()
    assert all(row[2] is None for row in rows)
    return {row[0]: (row[1], row[3]) for row in rows}


@pytest.mark.parametrize("student", ATTACKS)
def test_no_attack_succeeds(graded: Path, student: str) -> None:
    if CLOSED:
        said = outputs(graded, student)
        assert "STANSET" in said, said[:500]
        assert "LYKTES" not in said
        assert points(graded, student) == [0, 0, 2]
        assert in_gradebook(graded, student)["kode-test"] == (0, 0)


@pytest.mark.parametrize("student", TAMPERING)
def test_tampering_is_for_a_human_and_not_paid(graded: Path, student: str) -> None:
    if CLOSED:
        assert points(graded, student) == [0, 0, 2]
        assert {results(graded, student)[n]["state"] for n in ("kode-test", "kode-del")} == {
            "suspect"
        }
        found = in_gradebook(graded, student)
        assert found == {"kode-test": (0, 1), "kode-del": (0, 1), "samling6-icer": (2, 0)}
        connection = sqlite3.connect(graded / "gradebook.db")
        said = connection.execute(
            "select auto_comment from comment c join submitted_notebook n on n.id = c.notebook_id "
            "join submitted_assignment a on a.id = n.assignment_id where a.student_id = ?",
            (student,),
        ).fetchall()
        connection.close()
        assert "Bør ses på" in said[0][0]


@pytest.mark.parametrize(
    "student", ["a-rett", "advarsel", "figur", "tilfeldig-1", "tilfeldig-2", "mye", "zz-rett"]
)
def test_the_rest_of_the_class_is_right(graded: Path, student: str) -> None:
    if CLOSED:
        assert points(graded, student) == [1, 3, 2]
        assert in_gradebook(graded, student)["kode-test"] == (3, 0)


@pytest.mark.parametrize("student", ["sloeyfe", "uskreven", "demon", "gaffelbombe", "drep-alle"])
def test_without_a_solution_there_are_no_points(graded: Path, student: str) -> None:
    if CLOSED:
        assert points(graded, student) == [0, 0, 2]


@pytest.mark.parametrize("student", ["sloeyfe-doev", "avslutt"])
def test_a_kernel_that_stops_is_for_a_human(graded: Path, student: str) -> None:
    if CLOSED:
        assert results(graded, student)["kode-test"]["state"] == "stopped"
        assert in_gradebook(graded, student)["kode-test"] == (0, 1)


def test_what_is_shown_is_pictures_and_words_within_a_limit(graded: Path) -> None:
    if CLOSED:
        assert '"image/png"' in outputs(graded, "figur")
        assert len(outputs(graded, "mye")) < 1_200_000
        said = [outputs(graded, f"tilfeldig-{number}") for number in (1, 2)]
        first, second = (re.findall(r"TALL ([\d.]+)", each) for each in said)
        assert len(first) == 1
        assert first != second


def daemons() -> list[Path]:
    """Give the processes that «demon» has started, wherever they belong now."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended since
            if b"sleep\x0098765" in process.read_bytes():
                found.append(process)
    return found


def test_nothing_lives_on(graded: Path) -> None:
    if CLOSED:
        assert "STARTET" in outputs(graded, "demon")
        assert not daemons()


def test_it_is_refused_where_no_room_can_be_closed(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("helseledelse.grading.sandbox.shutil.which", lambda name: None)
    assert main(["grade", ASSIGNMENT, "--mappe", str(course)]) == 1
    said = capsys.readouterr().err
    assert REFUSED in said
    assert "bubblewrap" in said
    with pytest.raises(SandboxError):
        look_over(Mode.REQUIRED)
    assert look_over(Mode.AUTO).bubblewrap is False


@pytest.mark.parametrize(
    ("mode", "students", "said"),
    [
        ("auto", {"a-rett", "les-andre"}, "Ikke aktivt: eget filsystem og nett (bubblewrap)"),
        ("av", {"a-rett", "uskreven"}, "Koden kjøres uten lukket rom"),
    ],
)
def test_the_grader_may_ask_for_less(
    course: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    mode: str,
    students: set[str],
    said: str,
) -> None:
    monkeypatch.setattr("helseledelse.grading.sandbox.shutil.which", lambda name: None)
    copy = tmp_path / "assignments"
    left = shutil.ignore_patterns("autograded", "vurdering", *(set(CLASS) - students))
    shutil.copytree(course, copy, ignore=left)
    words = ["grade", ASSIGNMENT, "--mappe", str(copy), "--paa-nytt", f"--sandbox={mode}"]
    assert main(words) == 0
    assert said in capsys.readouterr().out
    assert points(copy, "a-rett") == [1, 3, 2]
    (other,) = students - {"a-rett"}
    assert points(copy, other) == [0, 0, 2]
    # Without a file system of its own, Landlock still keeps it from other submissions.
    assert mode == "av" or not CLOSED or "STANSET" in outputs(copy, other)


# Python may lie in root's own folder, which is opened here, in a space of mounts of its own.
AS_NOBODY = """set -e
mkdir "$1"; mount --bind "$2" "$1"
[ -z "$3" ] || mount -t tmpfs -o mode=755 tmpfs "$3"
mkdir -p "$2"; mount --bind "$1" "$2"
shift 3
exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"
"""
FEW = ["a-rett", "avslutt", "gaffelbombe", "hekt-linjer", "les-andre", "les-fasit", "skriv-andre"]
FEW += ["drep-opphav", "drep-alle", "drep-foerste", "demon", "minne", "nett", "list-prosesser"]
FEW += ["sloeyfe-doev", "sloeyfe", "zz-rett"]
# As on the systems that most have, whose Landlock lets signals through.
OLDER = """import sys
from helseledelse.grading import sandbox
sandbox.landlock_version = lambda: 3
from helseledelse.app import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def by_nobody(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Give a copy of the course that an ordinary user has graded, and what was said."""
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are root's alone
        place = Path(folder)
        copy = place / "assignments"
        left = shutil.ignore_patterns("autograded", "vurdering", *(set(CLASS) - set(FEW)))
        shutil.copytree(course, copy, ignore=left)
        for file in (place, *place.rglob("*")):
            os.chown(file, 65534, 65534)
        words = [sys.executable, "-c", OLDER, "grade", ASSIGNMENT, "--paa-nytt"]
        above = Path("/", Path(sys.base_prefix).parts[1])
        shut = "" if above.stat().st_mode & 0o005 == 0o005 else str(above)
        given = [str(place / "python"), sys.base_prefix, shut]
        inside = ["sh", "-c", AS_NOBODY, "sh", *given, *words]
        done = subprocess.run(
            ["unshare", "--mount", *inside],
            cwd=copy,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "HOME": folder, "PYTHONIOENCODING": "utf-8"},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield copy, done.stdout


def test_an_ordinary_user_closes_the_room_too(request: pytest.FixtureRequest) -> None:
    # Where the tests are not root's, the whole class above is an ordinary user's.
    if CLOSED and os.geteuid() == 0:
        course, said = request.getfixturevalue("by_nobody")
        assert "Landlock, utgave 3, eget navnerom for hver besvarelse" in said
        assert "Ikke aktivt" not in said
        assert "Bør ses på, koden kan ha endret testene: hekt-linjer." in said
        for student in ("a-rett", "zz-rett"):
            assert points(course, student) == [1, 3, 2]
        for student in {*FEW} - {"a-rett", "zz-rett"}:
            assert points(course, student) == [0, 0, 2]
            assert "LYKTES" not in outputs(course, student)
        for student in {*FEW} & {*ATTACKS}:
            assert "STANSET" in outputs(course, student)
        assert "STARTET" in outputs(course, "demon")
        assert not daemons()


@pytest.mark.parametrize(("apart", "workers"), [(True, 3), (False, 1)])
def test_only_submissions_that_are_apart_run_side_by_side(
    monkeypatch: pytest.MonkeyPatch, apart: bool, workers: int
) -> None:
    found = Layers(fork=True, bubblewrap=True, landlock=4, users=False, spaces=apart)
    monkeypatch.setattr(engine, "open_room", lambda *_: SimpleNamespace(found=found))
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    with engine.processes(ROOT, Mode.REQUIRED) as pool:
        assert vars(pool)["_max_workers"] == workers


def test_the_layers_are_said() -> None:
    said = Layers(fork=True, bubblewrap=True, landlock=7, users=False, spaces=True).sentence()
    assert said.endswith(
        "eget navnerom for hver besvarelse, grenser for minne, tid, filer og prosesser."
    )
    said = Layers(fork=True, bubblewrap=False, landlock=4, users=False).sentence()
    assert said.startswith("Lukket rom for kode: Landlock, utgave 4, grenser for minne")
    assert said.endswith(
        "Ikke aktivt: eget filsystem og nett (bubblewrap), egen bruker for hver besvarelse."
    )
    assert "uten lukket rom" in layers(Mode.OFF).sentence()
