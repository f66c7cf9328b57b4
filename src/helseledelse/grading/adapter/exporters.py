"""How notebooks are read and written for nbgrader: what is handed in, formgrader, feedback."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader import utils

from helseledelse.answers import attached
from helseledelse.exercises.reader import ContentError
from helseledelse.exercises.text import html
from helseledelse.exercises.workbook import ExerciseCall, parse_call
from helseledelse.grading.adapter.gradebook import UNANSWERED
from helseledelse.grading.adapter.notebooks import OURS, STUB, grade_id, new_cell
from helseledelse.grading.assignment import IMPORTS
from helseledelse.grading.grounds import grounds, questions

_TABLE = '<table class="table table-condensed" style="width: auto">'
_POINTS_FIRST = re.compile(r"^<p><strong>[0-9,]+ av [0-9,]+ poeng\.</strong> ")


class TolerantExporter(NotebookExporter):
    """Reads a notebook, or gives an empty one where it is damaged: answers lie beside it too."""

    def from_file(
        self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> Any:
        try:
            notebook = nbformat.read(file_stream, as_version=4)
            for cell in notebook.cells:
                if not (isinstance(cell.source, str) and isinstance(cell.metadata, dict)):
                    raise TypeError("a cell without words")  # noqa: TRY301  said below
        except Exception:  # noqa: BLE001  whatever is wrong with it, it is not to be read
            notebook = new_notebook(metadata={OURS: {"unreadable": True}})
        return self.from_notebook_node(notebook, resources, **kw)

    def from_notebook_node(
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        *,
        write: bool = True,
        **_: Any,
    ) -> Any:
        # nbconvert copies and checks the whole notebook before and between the preprocessors. Ours
        # put it together anew of checked parts, and nobody else holds it.
        kept = self._init_resources(resources)
        for preprocessor in self._preprocessors:
            nb, kept = preprocessor(nb, kept)
        kept[OURS] = nb
        return f"{nbformat.v4.writes(nb)}\n" if write else "", kept


class FeedbackExporter(HTMLExporter):
    """Feedback for whoever has never seen code, with nothing that is fetched from elsewhere.

    Nor a link to the document that was handed in: it lies elsewhere with whoever wrote it.
    """

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> Any:
        page, kept = super().from_notebook_node(nb, resources, **kw)
        page = re.sub(r"<script[^>]*\bsrc=[^>]*>\s*</script>", "", page)
        names = "|".join(map(re.escape, attached.NAMES))
        return re.sub(rf'<a href="(?:{names})"[^>]*>([^<]*)</a>', r"\1", page), kept

    def _preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        nb, resources = super()._preprocess(nb, resources)
        for cell in nb.cells:
            if cell.source.strip() == STUB:
                cell.source = UNANSWERED
                told = cell.metadata.get("nbgrader", {})
                if told.get("comment") == UNANSWERED:
                    del told["comment"]
            # The template says the points, which a person may have changed since.
            for output in cell.get("outputs", ()):
                page = output.get("data", {}).get("text/html")
                if page:
                    output.data["text/html"] = _POINTS_FIRST.sub("<p>", page, count=1)
        return nb, resources


class ShowGrounds(Preprocessor):
    """Shows whoever marks in formgrader the questions, and the grounds below what is to be marked.

    They are written nowhere but on that page. It alone names the submission by its id, so feedback
    and whatever else is made of the same notebook goes without them. Our own code is not shown: the
    question stands where the participant met it.
    """

    enabled = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if "submission_id" not in resources:
            return nb, resources
        root = Path(resources["metadata"]["path"]).parents[2]
        try:
            asked = questions(root, resources["assignment_id"])
            found = grounds(root, resources["assignment_id"])
        except ContentError as error:
            asked, found = {}, {}
            self.log.warning(str(error))
        nb.cells = [
            _to_read(cell, asked)
            for cell in nb.cells
            if not (utils.is_locked(cell) and cell.source == IMPORTS)
        ]
        for cell in nb.cells:
            said = found.get(grade_id(cell))
            if said and cell.cell_type == "markdown":
                cell.source += (
                    '\n\n<div class="well well-sm">\n\n**Vurderingsgrunnlag, bare for sensor**\n\n'
                    f"{said}\n\n</div>"
                )
        return nb, resources


def _to_read(cell: NotebookNode, asked: Mapping[str, str]) -> NotebookNode:
    """Give a cell of ours as words: the question, and how the answer stands where it is judged."""
    call = parse_call(cell.source) if cell.cell_type == "code" else None
    if not (isinstance(call, ExerciseCall) and call.id in asked and utils.is_locked(cell)):
        return cell
    pages = [output.get("data", {}).get("text/html") for output in cell.outputs[:1]]
    question = html(asked[call.id]).replace("<table>", _TABLE)
    parts = [question, *filter(None, pages)]
    words = "\n\n".join(f"<div>\n{part}\n</div>" for part in parts)
    return new_cell("markdown", words, cell.id, cell.metadata)
