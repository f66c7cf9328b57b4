"""A whole portfolio as a Word document: the workbooks there are, and a constructed sixteen.

Run with ``python benchmarks/word.py``. Every exercise is answered and every explorer is set, the
worst there is. Sixteen are constructed by putting the sections of the first workbooks in again and
drawing each figure anew. Figures are drawn as the server draws them: its own worker runs already,
and the start of the one that helps is counted.
"""

import asyncio
import json
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from helseledelse.answers.conversation import explorer_key, settings_name
from helseledelse.documents.record import Paper
from helseledelse.documents.word import write
from helseledelse.exercises.bank import CONTENT, read_bank
from helseledelse.exercises.programmes import read_programmes
from helseledelse.exercises.workbook import ExplorerCall
from helseledelse.explorers import explorer
from helseledelse.norwegian import format_number
from helseledelse.pages.course import Course, NotInCourseError
from helseledelse.pages.export import Export, Wanted
from helseledelse.pages.folder import shipped_workbooks
from helseledelse.pages.pool import ExplorerPool

WORDS = "Blåbærsyltetøy på økt 3 – «ja» −1. " * 20
GOAL = 16


def answered(root: Path) -> tuple[Export, int, int]:
    """Answer everything; gives the export, how many workbooks there are and how many explorers."""
    bank, programmes = read_bank(CONTENT), read_programmes(CONTENT / "programmes.toml")
    shutil.copytree(shipped_workbooks(), root)
    course = Course(root, programmes, bank)
    books = explorers = 0
    for programme in programmes:
        kept: dict[str, Any] = {}
        for samling in programme.samlinger:
            try:
                book = course.opened(*samling.workbook.split("/"))[3]
            except NotInCourseError:
                continue
            books += 1
            for name in book.exercises:
                key = bank[name].key()
                kept[name] = WORDS if key is None else key
            for piece in book.pieces:
                if isinstance(piece, ExplorerCall):
                    explorers += 1
                    keep = settings_name(piece.name, piece.settings)
                    kept[explorer_key(keep)] = explorer(piece.name).start(piece.settings)
        entries = {
            name: {"response": said, "at": 1_773_493_380_000, "checked": True}
            for name, said in kept.items()
        }
        if entries:
            file = root / programme.id / "svar.json"
            file.write_text(json.dumps({"schema": 1, "answers": entries}), encoding="utf-8")
    return Export(course), books, explorers


def drawn(wanted: Wanted, count: int) -> tuple[dict[Any, dict[str, Any]], float]:
    """Draw `count` figures, round and round, none of them kept from before; and the seconds."""
    rounds = range(-(-count // len(wanted)))
    # A setting that no explorer knows makes the same figure another one, and is left out.
    many = {
        (key, number): (name, {**kept, "runde": number})
        for number in rounds
        for key, (name, kept) in wanted.items()
    }

    async def draw() -> tuple[dict[Any, dict[str, Any]], float]:
        pool = ExplorerPool()
        await pool.warm()
        start = time.perf_counter()
        found = await pool.pictures(dict(list(many.items())[:count]), {})
        seconds = time.perf_counter() - start
        pool.close()
        return {key: each for (key, number), each in found.items() if number == 0}, seconds

    return asyncio.run(draw())


def sixteen(paper: Paper, books: int) -> Paper:
    sections = [section for section in paper.sections if section.pieces]
    wanted = len(sections) * GOAL // books
    return replace(paper, sections=tuple((sections * (GOAL // books + 1))[:wanted]))


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        export, books, explorers = answered(Path(place) / "kurs")
        wanted = export.all_explorers()
        views, figures = drawn(wanted, len(wanted))
        _, all_figures = drawn(wanted, explorers * GOAL // books)
        start = time.perf_counter()
        paper = export.everything(views)
        document = write(paper)
        words = time.perf_counter() - start
        start = time.perf_counter()
        large = write(sixteen(paper, books))
        more = time.perf_counter() - start
    for name, count, pictures, rest, size in (
        ("as it is", books, figures, words, len(document)),
        ("constructed", GOAL, all_figures, words / books * (GOAL - books) + more, len(large)),
    ):
        cells = [format_number(value, 1, unit="s") for value in (pictures, rest, pictures + rest)]
        print(
            f"{name:12}{count:4} workbooks  figures {cells[0]:>7}  the rest {cells[1]:>7}"
            f"  together {cells[2]:>7}  {format_number(size / 1e6, 1, unit='MB')}"
        )


if __name__ == "__main__":
    main()
