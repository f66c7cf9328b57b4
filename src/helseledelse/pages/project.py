"""The development project of a programme as one document, step by step. No web in here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helseledelse.answers.conversation import explorer_key
from helseledelse.answers.progress import clock
from helseledelse.answers.store import Answer, StoreError, is_blank
from helseledelse.documents import length
from helseledelse.documents.record import Paper, Piece, Section, Sentence
from helseledelse.exercises.base import Exercise
from helseledelse.exercises.paper import Said, in_words
from helseledelse.exercises.programmes import Programme
from helseledelse.exercises.project import STEPS, Step, step_of
from helseledelse.exercises.text import html, plain
from helseledelse.explorers.pasted import says_constructed
from helseledelse.pages.course import Address, Course, NotInCourseError
from helseledelse.pages.export import (
    OUTDATED,
    WRITTEN,
    Drawn,
    Export,
    Opened,
    Wanted,
    dated,
    in_pages,
    model,
    parts,
)
from helseledelse.pages.view import PaperExplorer
from helseledelse.pages.words import about, settings_in_words

_MOST_PAGES = 40
_OWN = {"maal": ("run_chart", "control_chart", "before_after"), "gantt": ("gantt",)}
"""The explorers that a step shows where the person has pasted something of their own."""

_PASTE = {"maal": "egne tall i et seriediagram", "gantt": "din egen tidsplan"}

_NOTHING_YET = "Her er ingenting skrevet ennå. Begynn med «{}» i «{}»."
_MISSING = "Dette er ikke skrevet ennå: {}."


@dataclass(frozen=True)
class Written:
    """What a person has written in an exercise; title: HTML. A part without words is one left."""

    title: str
    workbook: str
    when: str
    said: tuple[Said, ...]
    address: str
    outdated: str = ""


@dataclass(frozen=True)
class Missing:
    """An exercise, or an explorer to paste into, that is not filled in yet; title: HTML."""

    title: str
    workbook: str
    time: str
    address: str


@dataclass(frozen=True)
class ShownStep:
    """A step as it stands."""

    id: str
    title: str
    about: str
    written: tuple[Written, ...]
    figures: tuple[PaperExplorer, ...]
    missing: tuple[Missing, ...]

    @property
    def word(self) -> str:
        """Say how it stands."""
        if not self.written and not self.figures:
            return "Ikke begynt"
        half = any(not text.strip() for entry in self.written for _, text in entry.said)
        return "Noe mangler" if self.missing or half else "Alt er skrevet"


@dataclass(frozen=True)
class ShownProject:
    """A project as a page; `begin` is the first that is missing, while nothing is written."""

    title: str
    programme: str
    steps: tuple[ShownStep, ...]
    begin: Missing | None
    notices: tuple[str, ...]
    pages: str
    word: str


@dataclass(frozen=True)
class _Asked:
    """An exercise of the project and where it stands."""

    exercise: Exercise
    book: Opened
    workbook: str


class Project:
    """What belongs to the development project of one programme.

    Parameters
    ----------
    course : the workbooks and what is answered in them
    programme : its id

    Raises
    ------
    NotInCourseError
        If there is no such programme here, or it asks for no project.
    """

    def __init__(self, course: Course, programme: str) -> None:
        self._course, self._export = course, Export(course)
        self._programme = _programme(course, programme)
        self._steps = self._read()
        if not any(self._steps.values()):
            raise NotInCourseError(
                "Det ligger ikke noe utviklingsprosjekt her. Gå til forsiden og velg det der."
            )

    def _read(self) -> dict[str, list[_Asked]]:
        bank = self._course.bank
        steps: dict[str, list[_Asked]] = {step.id: [] for step in STEPS}
        seen: set[str] = set()
        for book in self._export.opened(self._programme.id):
            workbook = next(
                each.workbook for each in self._programme.samlinger if each.id == book.id
            )
            for name in book.book.exercises:
                if name in seen or name not in bank:
                    continue
                seen.add(name)
                if step := step_of(bank[name].tags):
                    steps[step].append(_Asked(bank[name], book, workbook))
        return steps

    # ------------------------------------------------------------ the person's own figures

    def explorers(self) -> Wanted:
        """Give the explorers that may hold something of the person's own, whatever the programme.

        The deepenings have their own file of answers; the series is the same person's.
        Those of a file that cannot be read are left out: its own pages say so.
        """
        names = [name for explorers in _OWN.values() for name in explorers]
        wanted: Wanted = {}
        for programme in self._course.programmes:
            try:
                answers, _ = self._course.kept(programme.id)
            except StoreError:
                continue
            starts = {
                keep: piece.settings
                for book in self._export.opened(programme.id)
                for keep, piece in book.keeps.items()
            }
            for key, answer in answers.items():
                keep = key.removeprefix(explorer_key(""))
                name = keep.partition("-")[0]
                if keep == key or name not in names or not isinstance(answer.response, dict):
                    continue
                start = starts.get(keep, {})
                if any(answer.response.get(word) != start.get(word) for word in answer.response):
                    wanted[programme.id, keep] = (name, {**start, **answer.response})
        return wanted

    # ------------------------------------------------------------ as a page

    def page(self, figures: Drawn, address: Address) -> ShownProject:
        """Give the project as a page.

        Parameters
        ----------
        figures : for what `explorers` gives: explorer, settings and view, as the pool gives them
        """
        answers, notices = self._answers()
        steps = []
        for step in self._shown():
            written, missing = [], []
            for asked in self._steps[step.id]:
                answer = answers.get(asked.exercise.id)
                if answer is None or is_blank(answer.response):
                    missing.append(_missing(asked, address))
                else:
                    written.append(_written(asked, answer, address))
            own = [found for _, found in self._own(step, figures)]
            if not own:
                missing += self._to_paste(step, address)
            steps.append(
                ShownStep(
                    step.id,
                    step.title,
                    step.about,
                    tuple(written),
                    tuple(_figure(found) for found in own),
                    tuple(missing),
                )
            )
        empty = not any(step.written or step.figures for step in steps)
        first = next((each for step in steps for each in step.missing), None)
        return ShownProject(
            title="Utviklingsprosjektet",
            programme=self._programme.name,
            steps=tuple(steps),
            begin=first if empty and not notices else None,
            notices=tuple(notices),
            pages=self._pages(answers),
            word=address("prosjekt", self._programme.id, "word"),
        )

    def _answers(self) -> tuple[dict[str, Answer], list[str]]:
        try:
            answers, notice = self._course.kept(self._programme.id)
        except StoreError as problem:
            return {}, [str(problem)]
        return answers, [notice] if notice else []

    def _shown(self) -> Iterator[Step]:
        """Give the steps this programme asks for; a time plan can be made in all of them."""
        for step in STEPS:
            if self._steps[step.id] or step.id in _OWN:
                yield step

    def _own(
        self, step: Step, figures: Drawn
    ) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
        for place, found in figures.items():
            if place[1].partition("-")[0] in _OWN.get(step.id, ()) and is_own(found):
                yield place, found

    def _to_paste(self, step: Step, address: Address) -> Iterator[Missing]:
        """Give the first explorer there is that takes the person's own numbers or plan."""
        what = {"maal": "Lim inn egne tall i utforskeren", "gantt": "Lim inn din egen tidsplan"}
        others = [each for each in self._course.programmes if each.id != self._programme.id]
        for programme in (self._programme, *others) if step.id in _OWN else ():
            books = {book.id: book for book in self._export.opened(programme.id)}
            for samling in programme.samlinger:
                book = books.get(samling.id)
                for keep, piece in book.keeps.items() if book else ():
                    if piece.name == _OWN[step.id][0] and not piece.settings:
                        where = address("arbeidsbok", *samling.workbook.split("/"))
                        yield Missing(what[step.id], samling.name, "", f"{where}#modell-{keep}")
                        return

    def _pages(self, answers: Mapping[str, Answer]) -> str:
        """Say how much of a development project the person's own words fill, "" where none do."""
        texts = [
            text
            for asked in self._all()
            if asked.exercise.kind in WRITTEN and asked.exercise.id in answers
            for _, text in in_words(asked.exercise, answers[asked.exercise.id].response)
        ]
        pages = length.pages(texts)
        return f"{in_pages(pages)} av {_MOST_PAGES} sider" if pages else ""

    def _all(self) -> Iterator[_Asked]:
        for asked in self._steps.values():
            yield from asked

    # ------------------------------------------------------------ as a document

    def paper(self, drawn: Drawn) -> Paper:
        """Give the project as a document.

        Raises
        ------
        StoreError
            If the answers cannot be read.
        """
        answers, notice = self._course.kept(self._programme.id)
        sections = self._export.workplace()
        if notice:
            sections.append(Section(1, "", (Sentence(notice),)))
        times = []
        for step in self._shown():
            pieces: list[Piece] = []
            missing = []
            for asked in self._steps[step.id]:
                answer = answers.get(asked.exercise.id)
                if answer is None or is_blank(answer.response):
                    missing.append(f"«{_plain(asked)}» ({asked.book.name})")
                else:
                    pieces.append(self._export.question(asked.exercise.id, answer))
                    times.append(answer.at)
            own = list(self._own(step, drawn))
            if step.id in _PASTE and not own:
                missing.append(_PASTE[step.id])
            for (programme, keep), found in own:
                kept, _ = self._course.kept(programme)
                pieces.append(model(found["explorer"]["name"], found, kept, keep))
                times.append(kept[explorer_key(keep)].at)
            if missing:
                pieces.append(Sentence(_MISSING.format("; ".join(missing))))
            sections.append(Section(1, step.title, (Sentence(step.about), *pieces)))
        if not times:
            first = next(self._all())
            begin = _NOTHING_YET.format(_plain(first), first.book.name)
            sections.insert(0, Section(1, "", (Sentence(begin),)))
        pages = self._pages(answers)
        counted = f". Egne ord fyller {pages}, uten figurer og tabeller" if pages else ""
        return Paper(
            "Utviklingsprosjektet",
            dated(f"{self._programme.name}{counted}", times),
            tuple(sections),
            max(times, default=0),
        )


def projects(course: Course, address: Address) -> tuple[tuple[str, str], ...]:
    """Give the name and the address of each programme's project, where it asks for one."""
    found = []
    for programme in course.programmes:
        try:
            Project(course, programme.id)
        except NotInCourseError:
            continue
        found.append((programme.name, address("prosjekt", programme.id)))
    return tuple(found)


def is_own(found: Mapping[str, Any]) -> bool:
    """Whether the text an explorer now draws is the person's own: pasted, and not constructed."""
    if "view" not in found:
        return False
    settings = found["settings"]
    word = {
        "run_chart": "series",
        "control_chart": "single" if settings.get("kind") == "i" else "counts",
        "before_after": "survey" if settings.get("question") == "survey" else "monthly",
        "gantt": "plan",
    }[found["explorer"]["name"]]
    default = next(
        control["default"] for control in found["explorer"]["controls"] if control["name"] == word
    )
    text = str(settings[word])
    return text.split() != default.split() and not says_constructed(text)


def _programme(course: Course, name: str) -> Programme:
    for programme in course.programmes:
        if programme.id == name:
            return programme
    raise NotInCourseError("Programmet finnes ikke her. Gå til forsiden og velg blant dem der.")


def _plain(asked: _Asked) -> str:
    return plain(html(str(asked.exercise.title), inline=True))


def _place(asked: _Asked, address: Address) -> str:
    return f"{address('arbeidsbok', *asked.workbook.split('/'))}#{asked.exercise.id}"


def _missing(asked: _Asked, address: Address) -> Missing:
    title = html(str(asked.exercise.title), inline=True)
    return Missing(title, asked.book.name, about(asked.exercise.minutes), _place(asked, address))


def _written(asked: _Asked, answer: Answer, address: Address) -> Written:
    return Written(
        html(str(asked.exercise.title), inline=True),
        asked.book.name,
        clock(answer.at),
        tuple(parts(asked.exercise, answer.response)),
        _place(asked, address),
        OUTDATED if answer.version < asked.exercise.version else "",
    )


def _figure(found: Mapping[str, Any]) -> PaperExplorer:
    return PaperExplorer(
        found["explorer"]["title"],
        found["view"],
        settings_in_words(found["explorer"]["controls"], found["settings"]),
    )
