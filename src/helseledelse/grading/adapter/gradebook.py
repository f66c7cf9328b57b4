"""nbgrader's gradebook: grades and comments saved, a submission as one write."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from nbformat import NotebookNode
from nbgrader import api
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades

from helseledelse.grading.adapter.notebooks import OURS, grade_id

UNANSWERED = "Ikke besvart."


class _Sheet:
    """The grades and comments of one notebook handed in, read at once and not cell by cell."""

    def __init__(self, gradebook: Any, notebook: str, assignment: str, student: str) -> None:
        found = gradebook.find_submission_notebook(notebook, assignment, student)
        self.grades = self._of(gradebook, api.Grade, found.id)
        self.comments = self._of(gradebook, api.Comment, found.id)
        self.db = self

    @staticmethod
    def _of(gradebook: Any, kind: Any, notebook: str) -> dict[str, Any]:
        asked = gradebook.db.query(api.BaseCell.name, kind).join(
            kind, kind.cell_id == api.BaseCell.id
        )
        return dict(asked.filter(kind.notebook_id == notebook).tuples().all())

    def find_grade(self, name: str, *_of_whom: str) -> Any:
        return self.grades[name]

    def find_comment(self, name: str, *_of_whom: str) -> Any:
        return self.comments[name]

    def commit(self) -> None:
        """Leave it: the sheet is written when all its cells are."""


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's own, and in addition: what a person must see is marked so, and in bokmål."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        self.student_id = names["student"]
        with api.Gradebook(names["db_url"]) as gradebook:
            self.gradebook = _Sheet(
                gradebook, self.notebook_id, self.assignment_id, self.student_id
            )
            kept = NbGraderPreprocessor.preprocess(self, nb, resources)
            gradebook.db.commit()
            # The sums that the database makes are to be read anew.
            gradebook.db.expire_all()
        return kept  # type: ignore[no-any-return]

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        self._told: dict[str, Any] = cell.metadata.pop(OURS, {})
        kept: tuple[NotebookNode, dict[str, Any]] = super().preprocess_cell(
            cell, resources, cell_index
        )
        return kept

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_score(cell, resources)
        if self._told.get("for_a_human"):
            grade = self.gradebook.find_grade(
                grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
            )
            grade.needs_manual_grade = True
            self.gradebook.db.commit()

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_comment(cell, resources)
        comment = self.gradebook.find_comment(
            grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
        )
        if comment.auto_comment == "No response.":
            comment.auto_comment = UNANSWERED
        if "comment" in self._told:
            comment.auto_comment = self._told["comment"]
        self.gradebook.db.commit()


@contextlib.contextmanager
def one_gradebook() -> Iterator[Callable[[], None]]:
    """Let all openings of the gradebook share one session; gives what writes to it.

    nbgrader opens it nine times for a submission, looks over every table each time, and waits for
    the disk after each cell. Here one submission is one write, whole or not at all.
    """
    make, close = api.Gradebook.__init__, api.Gradebook.close
    opened: dict[str, Any] = {}
    courses: set[tuple[str, str]] = set()

    def shared(
        self: Any, db_url: str, course_id: str = "default_course", authenticator: Any = None
    ) -> None:
        if db_url not in opened:
            make(self, db_url, course_id, authenticator)
            self.db.commit = self.db.flush
            opened[db_url] = self
        else:
            vars(self).update(vars(opened[db_url]) | {"course_id": course_id})
            if (db_url, course_id) not in courses:
                self.check_course(course_id)
        courses.add((db_url, course_id))

    def settle() -> None:
        for gradebook in opened.values():
            try:
                gradebook.db().commit()
            except Exception:
                gradebook.db.rollback()
                raise

    api.Gradebook.__init__, api.Gradebook.close = shared, lambda _self: None
    try:
        yield settle
    finally:
        api.Gradebook.__init__, api.Gradebook.close = make, close
        for gradebook in opened.values():
            gradebook.close()
