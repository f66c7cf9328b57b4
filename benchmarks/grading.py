"""A constructed class graded three ways, one after the other on the same submissions.

`nbgrader autograde` as it comes (a kernel runs each notebook), `nbgrader autograde` with our
configuration, and `helseledelse grade`. The two last must give the same gradebook; for code all
three must.

    python benchmarks/grading.py exercises|code [SUBMISSIONS [OF_THEM]]
    python benchmarks/grading.py cost [SUBMISSIONS ...]
    python benchmarks/grading.py memory [KERNELS]

With OF_THEM, nbgrader's two ways grade only the first so many. What the whole class would cost is
then reckoned: the start of the command, and the rest in proportion. `cost` grades classes of the
sizes given with `helseledelse grade` alone. `memory` has kernels of both sorts stand side by side.
"""

import asyncio
import ctypes
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from helseledelse.exercises.bank import read_bank
from helseledelse.grading.assignment import marked_cell
from helseledelse.grading.provisioner import RoomManager
from helseledelse.grading.sandbox import Mode, Room, look_over

SUBREAPER = 36  # prctl's number, as in <linux/prctl.h>
ROOT = Path(__file__).parents[1]
MADE = ("release", "submitted", "autograded", "feedback", "vurdering", "gradebook*")
AS_IT_COMES = "c = get_config()\nc.CourseDirectory.course_id = 'helseledelse'\n"
ROWS = """
select s.id, c.name, g.auto_score, g.needs_manual_grade
from submitted_assignment a
join student s on s.id = a.student_id
join submitted_notebook n on n.assignment_id = a.id
join grade g on g.notebook_id = n.id
join base_cell c on c.id = g.cell_id
order by 1, 2
"""


def run(course: Path, *command: str) -> float:
    """Run a module in a course; gives the seconds of processor time, all children's included."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *command],
        cwd=course,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    # What bubblewrap leaves behind comes to us, so that its kernels' time is counted too.
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


class Exercises:
    """The assignment of samling 6: exercises answered as data."""

    name = "samling6"

    def prepare(self, course: Path) -> None:
        """Leave the course as it is: the assignment is there."""

    def class_of(self, count: int, course: Path) -> None:
        """Let `count` participants hand in: most exercises answered, two of three rightly."""
        chance = random.Random(6)  # noqa: S311  a constructed class, the same each time
        key = read_bank(course / "key" / f"{self.name}.toml")
        for number in range(count):
            folder = course / "submitted" / f"deltaker{number:04}" / self.name
            shutil.copytree(course / "release" / self.name, folder)
            answers = {}
            for name, exercise in key.items():
                response: Any = exercise.key()
                if response is None:
                    parts = [part["id"] for part in (exercise.face().get("boxes") or [])]
                    words = "Vi begynner i én sone og måler hver måned. " * 6
                    response = dict.fromkeys(parts, words)
                elif chance.random() < 1 / 3:
                    response = "17" if isinstance(response, str) else response[:1]
                if chance.random() > 0.05:
                    answers[name] = {"response": response, "at": 1000 + number, "version": 1}
            document = {"schema": 1, "answers": answers}
            (folder / "svar.json").write_text(json.dumps(document), encoding="utf-8")


# Question, test, hidden test, points, and what participants write: first the right one.
CODE = [
    (
        "snitt",
        "assert abs(snitt([1, 2, 3]) - 2) < 1e-9",
        "assert abs(snitt([5]) - 5) < 1e-9",
        ["return sum(x) / len(x)", "return sum(x)", "return x[", "raise ValueError('nei')", ""],
    ),
    (
        "median",
        "assert median([3, 1, 2]) == 2",
        "assert median([4, 1, 2, 3]) == 2.5",
        ["return float(np.median(x))", "return sorted(x)[len(x) // 2]", "return 0", ""],
    ),
    (
        "delvis",
        "1 + (delvis([2, 4]) == 3) + (delvis([2]) == 2)",
        "",
        ["return pd.Series(x).mean()", "return 3", "return None"],
    ),
    (
        "andel",
        "assert andel([True, False]) == 0.5",
        "assert andel([True]) == 1\nassert andel([False, False]) == 0",
        ["return sum(x) / len(x)", "return 0.5", ""],
    ),
]
IMPORTS = "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd"
TABLE = f"{IMPORTS}\ntall = pd.DataFrame({{'x': np.arange(400), 'y': np.arange(400) ** 2}})"
FIGURE = "plt.hist(tall['y'], bins=20)\nplt.show()"


class Code:
    """An assignment of functions to write, a figure to draw and two texts."""

    name = "kode"

    def prepare(self, course: Path) -> None:
        """Put the assignment into the course."""
        (course / "key" / f"{self.name}.toml").write_text("", encoding="utf-8")
        cells = [marked_cell("code", "hent", TABLE, locked=True)]
        for name, shown, hidden, _ in CODE:
            shut = f"\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS" if hidden else ""
            answer = f"def {name}(x):\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION"
            cells.append(marked_cell("code", f"{name}-svar", answer, solution=True))
            test = shown + shut
            cells.append(
                marked_cell("code", f"{name}-test", test, grade=True, locked=True, points=3)
            )
        cells.append(marked_cell("code", "figur", FIGURE, locked=True))
        cells += [
            marked_cell("markdown", name, "Skriv her.", grade=True, solution=True, points=2)
            for name in ("tekst1", "tekst2")
        ]
        file = course / "source" / self.name / f"{self.name}.ipynb"
        file.parent.mkdir()
        spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = {"cells": cells, "metadata": {"kernelspec": spec}}
        file.write_text(json.dumps(notebook | {"nbformat": 4, "nbformat_minor": 5}))

    def class_of(self, count: int, course: Path) -> None:
        """Let `count` participants hand in: about half of the functions are right."""
        chance = random.Random(6)  # noqa: S311  a constructed class, the same each time
        released = course / "release" / self.name / f"{self.name}.ipynb"
        for number in range(count):
            folder = course / "submitted" / f"deltaker{number:04}" / self.name
            shutil.copytree(released.parent, folder)
            notebook = json.loads(released.read_text(encoding="utf-8"))
            cells = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in notebook["cells"]}
            for name, _, _, written in CODE:
                body = written[0] if chance.random() < 1 / 2 else chance.choice(written)
                if body:
                    cells[f"{name}-svar"]["source"] = f"def {name}(x):\n    {body}\n"
            if chance.random() > 0.1:
                cells["tekst1"]["source"] = "Vi begynner i én sone og måler hver måned. " * 6
            (folder / released.name).write_text(json.dumps(notebook), encoding="utf-8")


def rows(course: Path) -> list[Any]:
    connection = sqlite3.connect(course / "gradebook.db")
    try:
        return connection.execute(ROWS).fetchall()
    finally:
        connection.close()


@contextmanager
def course_of(kind: Exercises | Code, count: int) -> Iterator[Path]:
    """Give a course where `count` have handed in and nothing is graded."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "felles"
        shutil.copytree(ROOT / "assignments", course, ignore=shutil.ignore_patterns(*MADE))
        kind.prepare(course)
        run(course, "nbgrader", "generate_assignment", kind.name)
        kind.class_of(count, course)
        yield course


def three_ways(kind: Exercises | Code, count: int, of_them: int) -> None:
    with course_of(kind, count) as course:
        ways = {
            "nbgrader autograde, as it comes": ("nbgrader", "autograde", kind.name),
            "nbgrader autograde, our configuration": ("nbgrader", "autograde", kind.name),
            "helseledelse grade": ("helseledelse.app", "grade", kind.name),
        }
        begun = time.perf_counter()
        started = run(course, "nbgrader", "--version")
        begun = time.perf_counter() - begun
        found = {}
        for number, (way, command) in enumerate(ways.items()):
            own = course.with_name(str(number))
            shutil.copytree(course, own)
            graded = count if command[0] != "nbgrader" else of_them
            for left in sorted((own / "submitted").iterdir())[graded:]:
                shutil.rmtree(left)
            if number == 0:
                (own / "nbgrader_config.py").write_text(AS_IT_COMES, encoding="utf-8")
            start = time.perf_counter()
            processor = run(own, *command)
            wall = time.perf_counter() - start
            if graded < count:
                wall = begun + (wall - begun) * count / graded
                processor = started + (processor - started) * count / graded
            found[way] = (wall, processor, rows(own))
        first, configured, ours = found.values()
        assert len(configured[2]) > 0
        assert configured[2] == ours[2][: len(configured[2])]
        same = "two last"
        if isinstance(kind, Code):
            assert first[2] == configured[2]
            drawn = course.parent.glob("[012]/autograded/*/*/*.ipynb")
            assert all("image/png" in file.read_text(encoding="utf-8") for file in drawn)
            same = "three"
        print(f"{count} submissions, nbgrader's ways on {of_them}; load {os.getloadavg()[0]:.0f}")
        print(f"the gradebooks of the {same} are equal row by row\n")
        print("| | wall s | ratio | processor s | ratio | processor ms a submission |")
        print("|---|---|---|---|---|---|")
        for way, (wall, processor, _) in found.items():
            each = 1000 * processor / count
            print(
                f"| {way} | {wall:.1f} | {first[0] / wall:.1f} "
                f"| {processor:.1f} | {first[1] / processor:.1f} | {each:.0f} |"
            )


def cost(counts: list[int]) -> None:
    print("| submissions | wall s | processor s | processor ms a submission |\n|---|---|---|---|")
    for count in counts:
        with course_of(Exercises(), count) as course:
            start = time.perf_counter()
            processor = run(course, "helseledelse.app", "grade", Exercises.name)
            wall = time.perf_counter() - start
        print(f"| {count} | {wall:.1f} | {processor:.1f} | {1000 * processor / count:.0f} |")
    print(f"\nload {os.getloadavg()[0]:.0f}")


def megabytes(process: int) -> float:
    """Give a process's share of memory: what is its own, and its part of what several have."""
    said = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    return int(said.split("Pss:")[1].split()[0]) / 1024


def below(process: int) -> list[int]:
    """Give a process and all that come from it."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    return [process, *(each for child in listed.split() for each in below(int(child)))]


async def stand(managers: list[Any]) -> None:
    """Have kernels import, make a table and draw, one after the other; all stay."""
    for manager in managers:
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(60)
        reply = await client.execute_interactive(f"{TABLE}\n{FIGURE}", output_hook=lambda _: None)
        assert reply["content"]["status"] == "ok", reply["content"]
        client.stop_channels()


async def memory(count: int) -> None:
    print(
        f"| {count} kernels at once, each with imports, a table and a figure | MB a kernel | sum |"
    )
    print("|---|---|---|")
    stock = [AsyncKernelManager(kernel_name="python3") for _ in range(count)]
    await stand(stock)
    running: list[Any] = [manager.provisioner for manager in stock]
    own = [megabytes(each.pid) for each in running]
    for manager in stock:
        await manager.shutdown_kernel(now=True)
    print(f"| started by nbgrader | {sum(own) / count:.0f} | {sum(own):.0f} |")
    with Room(look_over(Mode.AUTO)) as room:
        rooms = [RoomManager(room, room.job({}), kernel_name="python3") for _ in range(count)]
        await stand(rooms)
        total = sum(map(megabytes, below(room._process.pid)))  # noqa: SLF001  nothing public tells it
        for each in rooms:
            await each.shutdown_kernel(now=True)
    print(
        f"| copied in the closed room, the one they are copies of included | {total / count:.0f} "
        f"| {total:.0f} |"
    )


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    what, *numbers = sys.argv[1:] or ["exercises"]
    asked = [int(word) for word in numbers]
    if what == "cost":
        cost(asked or [54, 216, 1000])
    elif what == "memory":
        asyncio.run(memory(asked[0] if asked else 8))
    else:
        kind = Code() if what == "code" else Exercises()
        count, *rest = asked or [54]
        three_ways(kind, count, rest[0] if rest else count)
