"""A constructed class graded three ways, one after the other on the same submissions.

`nbgrader autograde` as it comes (a kernel runs each notebook), `nbgrader autograde` with our
configuration, and `helseledelse grade`. The two last must give the same gradebook.

    python benchmarks/grading.py [SUBMISSIONS [OF_THEM]]

With OF_THEM, nbgrader's two ways grade only the first so many. What the whole class would cost is
then reckoned: the start of the command, and the rest in proportion.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from helseledelse.exercises.bank import read_bank

ROOT = Path(__file__).parents[1]
NAME = "samling6"
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
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def class_of(count: int, course: Path) -> None:
    """Let `count` participants hand in: most exercises answered, two of three rightly."""
    chance = random.Random(6)  # noqa: S311  a constructed class, the same each time
    key = read_bank(course / "key" / f"{NAME}.toml")
    for number in range(count):
        folder = course / "submitted" / f"deltaker{number:04}" / NAME
        shutil.copytree(course / "release" / NAME, folder)
        answers = {}
        for name, exercise in key.items():
            response: Any = exercise.key()
            if response is None:
                parts = [part["id"] for part in (exercise.face().get("boxes") or [])]
                response = dict.fromkeys(parts, "Vi begynner i én sone og måler hver måned. " * 6)
            elif chance.random() < 1 / 3:
                response = "17" if isinstance(response, str) else response[:1]
            if chance.random() > 0.05:
                answers[name] = {"response": response, "at": 1000 + number, "version": 1}
        document = {"schema": 1, "answers": answers}
        (folder / "svar.json").write_text(json.dumps(document), encoding="utf-8")


def rows(course: Path) -> list[Any]:
    connection = sqlite3.connect(course / "gradebook.db")
    try:
        return connection.execute(ROWS).fetchall()
    finally:
        connection.close()


def main(count: int, of_them: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "felles"
        shutil.copytree(ROOT / "assignments", course)
        run(course, "nbgrader", "generate_assignment", NAME)
        class_of(count, course)
        ways = {
            "nbgrader autograde, as it comes": ("nbgrader", "autograde", NAME),
            "nbgrader autograde, our configuration": ("nbgrader", "autograde", NAME),
            "helseledelse grade": ("helseledelse.app", "grade", NAME),
        }
        begun = time.perf_counter()
        started = run(course, "nbgrader", "--version")
        begun = time.perf_counter() - begun
        found = {}
        for number, (way, command) in enumerate(ways.items()):
            own = Path(folder) / str(number)
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
        assert configured[2] == ours[2][: len(configured[2])]
        print(f"{count} submissions, nbgrader's ways on {of_them}; load {os.getloadavg()[0]:.0f}")
        print("the gradebooks of the two last are equal row by row\n")
        print("| | wall s | processor s | processor ms a submission | ratio, processor |")
        print("|---|---|---|---|---|")
        for way, (wall, processor, _) in found.items():
            each = 1000 * processor / count
            share = first[1] / processor
            print(f"| {way} | {wall:.1f} | {processor:.1f} | {each:.0f} | {share:.1f} |")


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]] or [54]
    main(asked[0], asked[-1])
