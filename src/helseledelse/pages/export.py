"""What goes into a Word document: a samling, or all that a person has answered. No web in here."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from helseledelse.answers.conversation import explorer_key, settings_name
from helseledelse.answers.progress import day
from helseledelse.answers.store import Answer, is_blank
from helseledelse.documents import length
from helseledelse.documents.record import (
    Model,
    Paper,
    Piece,
    Prose,
    Question,
    Said,
    Section,
    Sentence,
    Table,
)
from helseledelse.exercises.base import Exercise, ResponseError
from helseledelse.exercises.markdown import images
from helseledelse.exercises.paper import Lines, in_words, sheets
from helseledelse.exercises.text import html, plain
from helseledelse.exercises.workbook import ExerciseCall, ExplorerCall, Markdown, Workbook
from helseledelse.explorers import profile
from helseledelse.norwegian import format_number
from helseledelse.pages.course import Course, NotInCourseError
from helseledelse.pages.words import settings_in_words

Wanted = dict[tuple[str, str], tuple[str, dict[str, Any]]]
"""An explorer and its settings, by programme and the name they are kept under."""

Drawn = Mapping[tuple[str, str], Mapping[str, Any]]
"""What `ExplorerPool.pictures` gave for each that was wanted."""

WRITTEN = ("short_text", "reflection", "form", "plan")
"""The kinds that a person answers in words of their own."""

_EMPTY = (
    "Her er ingen svar ennå. Når du har svart på noe i en arbeidsbok, kommer det med her neste "
    "gang du laster ned."
)
_FROM_EARLIER = "Fra en tidligere utgave"
_FROM_EARLIER_SAID = (
    "Disse svarene hører til oppgaver som ikke står i arbeidsbøkene slik de er nå. De er tatt med "
    "slik de ble lagret."
)
OUTDATED = "Svaret ble gitt til en tidligere utgave av oppgaven."
_ONLY_IN_LAB = "Her ligger noe som bare kan vises i JupyterLab."
_LARGEST_PICTURE = 8_000_000


@dataclass(frozen=True)
class Opened:
    """A workbook that is here and can be read."""

    id: str
    name: str
    folder: Path
    book: Workbook

    @property
    def keeps(self) -> dict[str, ExplorerCall]:
        return {
            settings_name(piece.name, piece.settings): piece
            for piece in self.book.pieces
            if isinstance(piece, ExplorerCall)
        }


class Export:
    """Fills the records of documents from a course.

    Parameters
    ----------
    course : the workbooks and what is answered in them
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._bank = course.bank

    # ------------------------------------------------------------ one samling

    def explorers(self, programme: str, name: str) -> Wanted:
        """Give the explorers of a workbook, as they were left.

        Raises
        ------
        NotInCourseError
            If there is no such workbook.
        StoreError
            If the answers cannot be read.
        """
        opened = self._open(programme, name)
        answers, _ = self._course.kept(programme)
        return {
            (programme, keep): (piece.name, {**piece.settings, **_settings(answers, keep)})
            for keep, piece in opened.keeps.items()
        }

    def samling(self, programme: str, name: str, drawn: Drawn) -> Paper:
        """Give a whole workbook with what is answered in it.

        Raises
        ------
        NotInCourseError, StoreError
            As `explorers`.
        """
        owner, samling, _, book = self._course.opened(programme, name)
        opened = self._open(programme, name)
        answers, notice = self._course.kept(programme)
        sections = [Section(1, "", (Sentence(notice),))] if notice else []
        for block in book.blocks:
            pieces = tuple(self._pieces(opened, block.pieces, programme, answers, drawn))
            sections.append(Section(1, _words(block.heading), pieces))
        placed = self._placed([opened])
        left = {
            key: answer
            for key, answer in answers.items()
            if key.startswith(f"{samling.id}-") and key not in placed and key not in self._bank
        }
        sections += self._left_over(1, programme, left, {})
        of_this = [answers[key].at for key in placed | set(left) if key in answers]
        return Paper(
            _words(book.title),
            dated(owner.place(samling, ", "), of_this),
            tuple(sections),
            max(of_this, default=0),
        )

    def _pieces(
        self,
        opened: Opened,
        pieces: Sequence[object],
        programme: str,
        answers: Mapping[str, Answer],
        drawn: Drawn,
    ) -> Iterator[Piece]:
        for piece in pieces:
            match piece:
                case Markdown():
                    yield Prose(piece.text, _pictures(piece, opened.folder))
                case ExerciseCall():
                    if piece.id in self._bank:
                        yield self.question(piece.id, answers.get(piece.id))
                    elif piece.id in answers:
                        yield self.question(piece.id, answers[piece.id])
                    else:
                        yield Sentence(f"Oppgaven «{piece.id}» finnes ikke i denne utgaven.")
                case ExplorerCall():
                    keep = settings_name(piece.name, piece.settings)
                    yield model(piece.name, drawn.get((programme, keep), {}), answers, keep)
                case _ if getattr(piece, "source", ""):
                    yield Sentence(_ONLY_IN_LAB)

    # ------------------------------------------------------------ all that is answered

    def all_explorers(self) -> Wanted:
        """Give every explorer that a person has set to something.

        Raises
        ------
        StoreError
            If the answers cannot be read.
        """
        wanted: Wanted = {}
        for programme in self._course.programmes:
            answers, _ = self._course.kept(programme.id)
            starts = {
                keep: piece.settings
                for opened in self.opened(programme.id)
                for keep, piece in opened.keeps.items()
            }
            for key in filter(_is_explorer, answers):
                keep = key.removeprefix(explorer_key(""))
                settings = {**starts.get(keep, {}), **_settings(answers, keep)}
                wanted[programme.id, keep] = (keep.partition("-")[0], settings)
        return wanted

    def everything(self, drawn: Drawn) -> Paper:
        """Give all that is answered in all workbooks.

        Raises
        ------
        StoreError
            If the answers cannot be read.
        """
        opening = self.workplace()
        sections: list[Section] = []
        times: list[int] = []
        for programme in self._course.programmes:
            answers, notice = self._course.kept(programme.id)
            given = {key: each for key, each in answers.items() if not is_blank(each.response)}
            if not given and not notice:
                continue
            first = (Sentence(notice),) if notice else ()
            sections.append(Section(1, programme.name, first))
            times += [answer.at for answer in given.values()]
            books = self.opened(programme.id)
            shown: set[str] = set()
            for opened in books:
                pieces: list[Piece] = []
                for piece in opened.book.pieces:
                    key = _key(piece)
                    if key not in given or key in shown:
                        continue
                    shown.add(key)
                    if isinstance(piece, ExplorerCall):
                        keep = key.removeprefix(explorer_key(""))
                        view = drawn.get((programme.id, keep), {})
                        pieces.append(model(piece.name, view, given, keep))
                    else:
                        pieces.append(self.question(key, given[key]))
                if pieces:
                    done = sum(each in given for each in opened.book.exercises)
                    total = len(opened.book.exercises)
                    count = Sentence(f"{done} av {total} oppgaver er besvart.")
                    sections.append(Section(2, opened.name, (count, *pieces)))
            left = {key: answer for key, answer in given.items() if key not in shown}
            sections += self._left_over(2, programme.id, left, drawn)
        if not sections:
            sections = [Section(1, "", (Sentence(_EMPTY),))]
        return Paper(
            "Svarene mine",
            dated("Alt du har svart på i arbeidsbøkene", times),
            (*opening, *sections),
            max(times, default=0),
            contents=2,
        )

    def workplace(self) -> list[Section]:
        """Give the person's own workplace in words, where it is filled in."""
        lines = profile.said(self._course.workplace())
        words = ". ".join(f"{label}: {text}" for label, text in lines)
        return [Section(1, "", (Sentence(f"Min arbeidsplass. {words}."),))] if lines else []

    def pages(self) -> float:
        """Estimate how many pages the person's own words fill; see `documents.length`.

        Raises
        ------
        StoreError
            If the answers cannot be read.
        """
        texts = []
        for programme in self._course.programmes:
            for key, answer in self._course.kept(programme.id)[0].items():
                exercise = self._exercise(key)
                if exercise is None and _is_explorer(key):
                    continue
                if exercise is None or exercise.kind in WRITTEN:
                    texts += [text for _, text in in_words(exercise, answer.response)]
        return length.pages(texts)

    # ------------------------------------------------------------ pieces

    def _exercise(self, key: str) -> Exercise | None:
        # Not get(): a bank raises its own error for an unknown name.
        return self._bank[key] if key in self._bank else None  # noqa: SIM401  as above

    def question(self, key: str, answer: Answer | None) -> Question:
        exercise = self._exercise(key)
        if exercise is None:
            said = in_words(None, answer.response) if answer else []
            return Question(f"Svar på «{key}»", said=tuple(said))
        title, question = str(exercise.title), str(exercise.question)
        if answer is None or is_blank(answer.response):
            return Question(title, question)
        outdated = answer.version < exercise.version
        verdict = ""
        if answer.checked and not outdated:
            try:
                verdict = exercise.check(answer.response).sentence
            except ResponseError as refused:
                verdict = str(refused)
        said = parts(exercise, answer.response)
        return Question(
            title,
            question,
            tuple(said),
            verdict,
            notes=(OUTDATED,) if outdated else (),
            chosen=exercise.kind not in WRITTEN,
        )

    def _left_over(
        self, level: int, programme: str, left: Mapping[str, Answer], drawn: Drawn
    ) -> list[Section]:
        """Give what no workbook has a place for any more; nothing that was said is left out."""
        if not left:
            return []
        pieces: list[Piece] = [Sentence(_FROM_EARLIER_SAID)]
        for key, answer in left.items():
            keep = key.removeprefix(explorer_key(""))
            view = drawn.get((programme, keep), {})
            if _is_explorer(key) and "view" in view:
                pieces.append(model(keep, view, left, keep))
            elif _is_explorer(key):
                said = tuple(in_words(None, answer.response))
                pieces.append(Question(f"Innstillinger i utforskeren «{keep}»", said=said))
            else:
                pieces.append(self.question(key, answer))
        return [Section(level, _FROM_EARLIER, tuple(pieces))]

    # ------------------------------------------------------------ workbooks

    def _open(self, programme: str, name: str) -> Opened:
        _, samling, path, book = self._course.opened(programme, name)
        return Opened(samling.id, samling.name, path.parent, book)

    def opened(self, programme: str) -> list[Opened]:
        found = []
        for each in self._course.programmes:
            for samling in each.samlinger if each.id == programme else ():
                try:
                    found.append(self._open(*samling.workbook.split("/")))
                except NotInCourseError:
                    continue  # not here, or damaged: what was answered in it is left over
        return found

    def _placed(self, books: Sequence[Opened]) -> set[str]:
        return {key for opened in books for piece in opened.book.pieces if (key := _key(piece))}


def in_pages(pages: float) -> str:
    """Say an estimate: "om lag 9,5"; to the nearest half page."""
    halves = round(pages * 2) / 2
    if not halves:
        return "under en halv"
    return f"om lag {format_number(halves, 0 if halves == int(halves) else 1)}"


def _key(piece: object) -> str:
    """Give what a piece's answer is stored under, or ""."""
    match piece:
        case ExerciseCall():
            return piece.id
        case ExplorerCall():
            return explorer_key(settings_name(piece.name, piece.settings))
    return ""


def _is_explorer(key: str) -> bool:
    return key.startswith(explorer_key(""))


def _settings(answers: Mapping[str, Answer], keep: str) -> dict[str, Any]:
    kept = answers.get(explorer_key(keep))
    return dict(kept.response) if kept and isinstance(kept.response, dict) else {}


def _words(markdown: str) -> str:
    return plain(html(markdown, inline=True)) if markdown else ""


def dated(subtitle: str, times: Sequence[int]) -> str:
    return f"{subtitle}. Siste svar {day(max(times))}." if times else f"{subtitle}."


def parts(exercise: Exercise, response: Any) -> list[Said]:
    """Give an answer in words; a form keeps its empty boxes, so that it shows what is left."""
    said = in_words(exercise, response)
    if exercise.kind not in ("reflection", "form", "plan") or not said:
        return said
    boxes = [sheet for sheet in sheets(exercise, response) if isinstance(sheet, Lines)]
    whole = [(plain(box.label), box.text) for box in boxes]
    # Where the answer no longer fits its form, it stands as it was stored.
    return whole if [pair for pair in whole if pair[1]] == said else said


def model(name: str, found: Mapping[str, Any], answers: Mapping[str, Answer], keep: str) -> Model:
    said = _settings(answers, keep)
    stored = f"Lagrede innstillinger: {in_words(None, said)[0][1]}." if said else ""
    if "view" not in found:
        sorry = found.get("error", "Utforskeren er ikke tegnet.")
        return Model(name, sorry=sorry, settings=stored)
    view, controls, settings = found["view"], found["explorer"]["controls"], found["settings"]
    told = settings_in_words(controls, settings) if controls else ""
    if any(settings.get(key) != value for key, value in said.items()):
        told = f"{told} {stored}"  # some of it fits no control any more
    shown = view["table"]
    rows = tuple(tuple(str(cell) for cell in row) for row in shown["rows"])
    return Model(
        title=found["explorer"]["title"],
        heading=view["title"],
        sentence=view["sentence"],
        picture=view["picture"],
        table=Table(shown["caption"], tuple(shown["columns"]), rows),
        settings=told.strip(),
        note=view["note"],
    )


def _pictures(piece: Markdown, folder: Path) -> dict[str, bytes]:
    """Give the pictures of a text that lie beside the workbook or in it, and that Word can show."""
    found = {}
    for url in images(piece.text):
        from helseledelse.pages.markdown import inside  # it brings nbconvert, which is slow

        name = unquote(url.removeprefix("attachment:"))
        if url.startswith("attachment:"):
            held = piece.attachments.get(name, {})
            written = held.get("image/png") or held.get("image/jpeg") or ""
            try:
                data = base64.b64decode("".join(written), validate=False)
            except ValueError:
                continue
        else:
            path = inside(folder, name)
            if path is None or path.stat().st_size > _LARGEST_PICTURE:
                continue
            data = path.read_bytes()
        if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            found[url] = data
    return found
