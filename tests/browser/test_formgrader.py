"""A grader in formgrader: what is read there, marked there, and sent back to the participant."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from accessibility import violations
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from playwright.sync_api import Page, expect

from helseledelse.exercises.bank import read_bank
from helseledelse.grading.adapter.engine import config_of, grade_class
from helseledelse.grading.adapter.notebooks import STUB
from helseledelse.grading.grounds import grounds

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]  # nbgrader's own
ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
KEY = read_bank(ASSIGNMENTS / "key" / "samling6.toml")
EXAM = "hjemmeeksamen"
HOSTILE = "Blåbær <script>document.title='TATT'</script> ![x](http://ute.example/a.png)"
PDF = b"%PDF-1.7\nsider\n%%EOF\n"


@dataclass(frozen=True)
class Formgrader:
    """A course that is graded, and the address of a server in its folder."""

    course: Path
    address: str

    def asked(self, query: str, *values: str) -> list[Any]:
        with sqlite3.connect(self.course / "gradebook.db") as gradebook:
            return gradebook.execute(query, values).fetchall()

    def of(self, student: str, assignment: str) -> str:
        """Give the address of a submission, which the list tells without the name."""
        ((found,),) = self.asked(
            "select n.id from submitted_notebook n join submitted_assignment s "
            "on n.assignment_id = s.id join assignment a on s.assignment_id = a.id "
            "where s.student_id = ? and a.name = ?",
            *(student, assignment),
        )
        return f"{self.address}/formgrader/submissions/{found}/"

    def marks(self, student: str) -> dict[str, float]:
        return dict(
            self.asked(
                "select b.name, g.manual_score from grade g join base_cell b on g.cell_id = b.id "
                "join submitted_notebook n on g.notebook_id = n.id join submitted_assignment s "
                "on n.assignment_id = s.id where s.student_id = ? and manual_score is not null",
                student,
            )
        )


def api(course: Path, assignment: str) -> NbGraderAPI:
    """Give what nbgrader's commands and buttons call, without a process for each."""
    config = config_of(course, assignment)
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def hand_in(course: Path, student: str, assignment: str, answers: dict[str, Any]) -> Path:
    folder = course / "submitted" / student / assignment
    shutil.copytree(course / "release" / assignment, folder)
    entries = {
        name: {"response": response, "at": 1000, "version": 1} for name, response in answers.items()
    }
    written = json.dumps({"schema": 1, "answers": entries}, ensure_ascii=False)
    (folder / "svar.json").write_text(written, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def formgrader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Formgrader]:
    course, home = tmp_path_factory.mktemp("kurs"), tmp_path_factory.mktemp("sensor")
    for folder in ("key", "text", "exam", "source"):
        shutil.copytree(ASSIGNMENTS / folder, course / folder)
    shutil.copy2(ASSIGNMENTS / "nbgrader_config.py", course)
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader asks for `alembic` by name, so the environment leads.
        patch.setenv(
            "PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        )
        for name in ("samling6", EXAM):
            assert api(course, name).generate_assignment(name)["success"]
    right = {name: each.key() for name, each in KEY.items() if each.kind not in ("form", "plan")}
    text = {"raad": HOSTILE, "grunn": "Fordi det lønner seg.", "tvil": ""}
    hand_in(course, "anna", "samling6", right | {"samling6-anbefaling": text})
    hand_in(course, "bo", "samling6", {"samling6-isf": "<b>mye</b>"})
    hand_in(course, "anna", EXAM, {f"{EXAM}-besvarelse": {"problem": HOSTILE, "valg": "Ett."}})
    (hand_in(course, "bo", EXAM, {}) / "besvarelse.pdf").write_bytes(PDF)
    (hand_in(course, "dag", EXAM, {}) / "besvarelse.docx").write_bytes(b"<script>")
    hand_in(course, "eva", EXAM, {})
    for name in ("samling6", EXAM):
        assert not any(how.sentence for how in grade_class(course, name, lambda _: None))
    command = [sys.executable, "-W", "ignore", "-m", "jupyter_server", "--ServerApp.port=0"]
    command += ["--ServerApp.open_browser=False", "--IdentityProvider.token=", "--allow-root"]
    with subprocess.Popen(
        command,
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(home), "JUPYTER_RUNTIME_DIR": str(home)},
    ) as server:
        assert server.stdout
        said, address = "", None
        for line in server.stdout:
            said += line
            if address := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        assert address, said
        threading.Thread(target=server.stdout.read, daemon=True).start()
        yield Formgrader(course, address[0])
        server.terminate()


@pytest.fixture
def page(new_page: Any) -> Page:
    """A watched page, with patience for the server."""
    page: Page = new_page()
    page.set_default_timeout(60_000)
    return page


def test_the_list_tells_points_and_what_waits_for_a_person(
    formgrader: Formgrader, page: Page
) -> None:
    page.goto(f"{formgrader.address}/formgrader/gradebook/samling6/samling6")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="15 / 25")).to_have_count(1)
    page.goto(f"{formgrader.address}/formgrader/gradebook/{EXAM}/{EXAM}")
    expect(page.locator("tbody tr").filter(has_text="0 / 100")).to_have_count(4)


def test_a_submission_is_read_with_its_verdicts_and_the_grounds(
    formgrader: Formgrader, page: Page
) -> None:
    page.goto(formgrader.of("anna", "samling6"))
    expect(page.get_by_text("2 av 2 poeng.").first).to_be_visible()
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert page.title() == "samling6"
    answer = page.locator(".nbgrader_cell").filter(has_text="Blåbær")
    expect(answer.locator(".well")).to_contain_text("Vurderingsgrunnlag, bare for sensor")
    expect(answer.locator(".well")).to_contain_text("Inntil 2 poeng for hver boks.")
    # The question stands above the answer, and what is right below it; our own code is not shown.
    steps = page.locator(".nbgrader_cell").filter(has=page.locator("#samling6-trinn"))
    expect(steps).to_contain_text("Hvilke utsagn er riktige?")
    expect(steps).to_contain_text("Svaret: Hjemmebesøk er dominert av gruppe.")
    expect(steps.locator(".well")).to_contain_text("Fasit: Hjemmebesøk er dominert av gruppe.")
    expect(page.get_by_text("Skriv et råd som kan leses på to minutter.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"exercise\(|import "))).to_have_count(0)
    page.goto(formgrader.of("bo", "samling6"))
    expect(page.get_by_text("Svaret: <b>mye</b>")).to_be_visible()
    expect(page.get_by_text("Ikke besvart.").first).to_be_visible()


def test_an_exam_is_marked_by_criteria_and_the_marks_stand(
    formgrader: Formgrader, page: Page
) -> None:
    page.goto(formgrader.of("anna", EXAM))
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    expect(page.get_by_text("Hva som kan ventes.")).to_be_visible()
    expect(page.get_by_text("Ser problemet fra flere sider og skiller tydelig")).to_be_visible()
    given = {"problem": 20, "teori": 18, "tall": 15, "ledelse": 12, "kilder": 8}
    for criterion, points in given.items():
        field = page.locator(f"#{EXAM}-{criterion}")
        expect(field).to_be_visible()
        with page.expect_response(re.compile("/formgrader/api/grade/")):
            field.fill(str(points))
            field.press("Tab")
    comment = page.locator(f"#{EXAM}-problem-comment")
    with page.expect_response(re.compile("/formgrader/api/comment/")):
        comment.fill("Godt sett, særlig om fredagene.")
        comment.press("Tab")
    marks = {f"{EXAM}-{criterion}": float(points) for criterion, points in given.items()}
    assert formgrader.marks("anna") == marks
    assert not any(
        how.sentence for how in grade_class(formgrader.course, EXAM, lambda _: None, anew=True)
    )
    assert formgrader.marks("anna") == marks


def test_nothing_can_be_typed_that_would_be_lost(formgrader: Formgrader, page: Page) -> None:
    waiting: list[Any] = []
    page.route(re.compile("/formgrader/api/comments"), lambda route: waiting.append(route))
    page.goto(formgrader.of("bo", "samling6"))
    # nbgrader's page empties the fields when it has fetched what stands in them.
    points, comment = (page.locator(f"#samling6-gevinst{field}") for field in ("", "-comment"))
    expect(points).to_have_attribute("placeholder", "0")
    for field in (points, comment, page.get_by_role("button", name="Full credit").first):
        expect(field).to_be_disabled()
    waiting.pop().continue_()
    for field in (points, comment):
        expect(field).to_be_enabled()


def test_marks_that_could_not_be_fetched_are_told_of(formgrader: Formgrader, new_page: Any) -> None:
    page = new_page(expected="status of 503")
    page.route(re.compile("/formgrader/api/grades"), lambda route: route.fulfill(status=503))
    page.goto(formgrader.of("bo", "samling6"))
    expect(page.get_by_role("alert")).to_contain_text("Poengene kunne ikke hentes")
    expect(page.locator("#samling6-gevinst")).to_be_disabled()


def test_a_document_is_opened_from_formgrader(formgrader: Formgrader, page: Page) -> None:
    page.goto(formgrader.of("bo", EXAM))
    link = page.get_by_role("link", name="besvarelse.pdf")
    reply = page.request.get(link.evaluate("link => link.href"))
    assert reply.body() == PDF
    assert reply.headers["content-type"] == "application/pdf"
    page.goto(formgrader.of("dag", EXAM))
    expect(page.get_by_text("lar seg ikke åpne som PDF eller Word")).to_be_visible()
    page.goto(formgrader.of("eva", EXAM))
    expect(page.get_by_text("verken tekst eller dokument er levert")).to_be_visible()


def test_feedback_has_points_and_comments_and_no_grounds(
    formgrader: Formgrader, new_page: Any
) -> None:
    for name in ("samling6", EXAM):
        for student in ("anna", "bo"):
            made_it = api(formgrader.course, name).generate_feedback(name, student)
            assert made_it["success"], made_it["error"]
    page = new_page()
    made = {file.parts[-3:-1]: file for file in formgrader.course.glob("feedback/*/*/*.html")}
    page.goto(made["anna", EXAM].as_uri())
    expect(page.get_by_text("Poeng: 20 av 25").first).to_be_visible()
    expect(page.get_by_text("Godt sett, særlig om fredagene.")).to_be_visible()
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert page.title() == f"Tilbakemelding på {EXAM}"
    assert violations(page) == []
    page.goto(made["bo", "samling6"].as_uri())
    recommended = page.locator(".cell").filter(has_text="Poeng: 0 av 6")
    expect(recommended.get_by_text("Ikke besvart.")).to_have_count(1)
    page.goto(made["bo", EXAM].as_uri())
    expect(page.get_by_text("besvarelse.pdf")).to_be_visible()
    expect(page.get_by_role("link", name="besvarelse.pdf")).to_have_count(0)
    assert {assignment for _, assignment in made} == {"samling6", EXAM}
    for (_, assignment), file in made.items():
        text = file.read_text(encoding="utf-8")
        assert "Vurderingsgrunnlag" not in text
        assert STUB not in text
        assert "poeng.</strong>" not in text  # said once, by the template
        assert "Fasit" not in text
        # What is right may be what the participant has answered.
        kept = [
            each for each in grounds(formgrader.course, assignment).values() if "Fasit" not in each
        ]
        lines = "\n".join(kept).splitlines()
        said = [re.sub(r"^- \*\*.\*\*: ", "", line)[:40] for line in lines if line.strip()]
        assert len(said) > 1
        assert [each for each in said if each in text] == []
