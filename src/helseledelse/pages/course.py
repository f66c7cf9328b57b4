"""What the pages show: programmes, workbooks, how far a person has come. No web in here."""

import contextlib
import hashlib
import importlib.util
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from helseledelse import explorers
from helseledelse.answers import guard
from helseledelse.answers.conversation import Conversation, explorer_key, settings_name
from helseledelse.answers.mirror import mirror
from helseledelse.answers.progress import Way, clock, overview, way
from helseledelse.answers.store import ANSWERS, Answer, AnswerStore, Earlier, StoreError
from helseledelse.exercises.bank import Bank
from helseledelse.exercises.base import Exercise
from helseledelse.exercises.face import FACES, faces_beside
from helseledelse.exercises.paper import Said, in_words, sheets
from helseledelse.exercises.programmes import Programme, Samling
from helseledelse.exercises.project import step_of
from helseledelse.exercises.reader import ContentError, is_name
from helseledelse.exercises.text import html, plain
from helseledelse.exercises.workbook import (
    ExerciseCall,
    ExplorerCall,
    Markdown,
    Piece,
    ProgressCall,
    Workbook,
    read_workbook,
)
from helseledelse.explorers import profile
from helseledelse.pages.view import (
    Book,
    Entry,
    Front,
    Group,
    Mine,
    PaperExercise,
    PaperExplorer,
    PaperText,
    Place,
    Row,
    Rows,
    Shown,
    ShownBlock,
)
from helseledelse.pages.words import about, block_words, time_left, workbook_words

WORKPLACE = "min-arbeidsplass"

SettingsPlace = tuple[str, str, int]
"""Where an explorer's settings are kept: the programme, the name, and when they were set."""

Address = Callable[..., str]
"""From parts of a path to an address under the server's own prefix."""


class NotInCourseError(LookupError):
    """There is no such programme or workbook; the message is a sentence for the participant."""


def lab_is_installed() -> bool:
    return importlib.util.find_spec("jupyterlab") is not None


_ONLY_IN_LAB = (
    "Her ligger noe som bare kan vises i JupyterLab. Resten av arbeidsboken virker som vanlig."
)


class Course:
    """The workbooks of a folder and the answers that lie beside them.

    Parameters
    ----------
    root : holds a folder for each programme
    programmes, bank : what there is to show; the shipped ones in production
    """

    def __init__(
        self, root: Path, programmes: Sequence[Programme], bank: Mapping[str, Exercise]
    ) -> None:
        self.root = root.resolve()
        self._programmes = tuple(programmes)
        self._bank = bank

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """The programmes, and each assignment that is fetched as one of its own."""
        return (*self._programmes, *self.assignments())

    @property
    def bank(self) -> Bank:
        """The shipped exercises, and those of the assignments that can be read."""
        own: dict[str, Exercise] = {}
        for assignment in self.assignments():
            with contextlib.suppress(ContentError):  # said where the assignment is shown
                own |= faces_beside(self.root / assignment.id)
        return Bank({**own, **self._bank})

    def assignments(self) -> tuple[Programme, ...]:
        """Give the assignments that are fetched: a folder with a released notebook of its name."""
        taken = {programme.id for programme in self._programmes}
        try:
            names = sorted(each.name for each in self.root.iterdir() if is_name(each.name))
        except OSError:
            return ()
        found = []
        for name in names:
            file = self.root / name / f"{name}.ipynb"
            with contextlib.suppress(OSError):
                there = file.stat()
                title = _title(file, there.st_mtime_ns, there.st_size)
                if title and name not in taken:
                    book = Samling(name, 0, title, f"{name}/{name}")
                    found.append(Programme(name, title, (book,)))
        return tuple(found)

    # ------------------------------------------------------------ where things lie

    def _samling(self, programme: str, name: str) -> tuple[Programme, Samling, Path]:
        """Give the samling of a workbook, and the workbook's file, which lies inside the folder.

        Only what the programmes name is looked for: no part of an address becomes a path.
        """
        for each in self.programmes:
            for samling in each.samlinger:
                if samling.workbook == f"{programme}/{name}":
                    path = self._file(samling)
                    if path is None:
                        break
                    return each, samling, path
        raise NotInCourseError(
            "Arbeidsboken finnes ikke her. Gå til forsiden og velg blant dem som ligger der."
        )

    def _file(self, samling: Samling) -> Path | None:
        path = (self.root / f"{samling.workbook}.ipynb").resolve()
        return path if path.is_relative_to(self.root) and path.is_file() else None

    def _store(self, programme: str) -> AnswerStore | None:
        """Give the store of a programme, or None where its folder is not there."""
        folder = (self.root / programme).resolve()
        if not folder.is_dir() or not folder.is_relative_to(self.root):
            return None
        return AnswerStore(folder / ANSWERS)

    def _answers(self, programme: str) -> tuple[dict[str, Answer], list[str]]:
        """Give a programme's answers, and what the person should know of them."""
        store = self._store(programme)
        if store is None:
            return {}, []
        try:
            answers = store.read()
        except StoreError as problem:
            return {}, [str(problem)]
        return answers, list(filter(None, [store.notice()]))

    def _scope(self, programme: str) -> str:
        # A draft in the browser belongs to one folder on one machine.
        place = str(self.root / programme / ANSWERS).encode()
        return hashlib.sha256(place).hexdigest()[:16]

    @property
    def scopes(self) -> list[str]:
        return [self._scope(programme.id) for programme in self.programmes]

    def _read(self, path: Path) -> Workbook:
        bank = self.bank
        try:
            if any(path.parent == self.root / each.id for each in self.assignments()):
                faces_beside(path.parent)
            return read_workbook(
                path,
                exercise_minutes=lambda name: bank[name].minutes,
                explorer_minutes=explorers.minutes,
            )
        except ContentError as problem:
            raise NotInCourseError(str(problem)) from problem

    # ------------------------------------------------------------ for a document

    def opened(self, programme: str, name: str) -> tuple[Programme, Samling, Path, Workbook]:
        """Give a workbook, its samling and programme, and its file.

        Raises
        ------
        NotInCourseError
            If there is no such workbook, or it is damaged.
        """
        owner, samling, path = self._samling(programme, name)
        return owner, samling, path, self._read(path)

    def kept(self, programme: str) -> tuple[dict[str, Answer], str]:
        """Give a programme's answers, and a sentence where some of them could not be read.

        Raises
        ------
        StoreError
            If none of them can be read.
        """
        store = self._store(programme)
        return (store.read(), store.notice()) if store else ({}, "")

    # ------------------------------------------------------------ the front page

    def front(self, address: Address) -> Front:
        """Give programmes and samlinger, where the person was last, and what is left."""
        shown, notices, places = [], [], []
        own: list[Row] = []
        fetched = {each.id for each in self.assignments()}
        for programme in self.programmes:
            answers, said = self._answers(programme.id)
            notices += said
            rows = []
            project = False
            for samling in programme.samlinger:
                path = self._file(samling)
                if path is None:
                    rows.append(Row(samling.number, samling.name, "Kommer senere"))
                    continue
                try:
                    book = self._read(path)
                except NotInCourseError as problem:
                    rows.append(Row(samling.number, samling.name, str(problem)))
                    continue
                bank = self.bank
                road = way(book, answers, bank)
                project |= any(step_of(bank[name].tags) for name in book.exercises if name in bank)
                where = address("arbeidsbok", *samling.workbook.split("/"))
                rows.append(
                    Row(
                        samling.number,
                        samling.name,
                        workbook_words(road),
                        where,
                        road.whole.answered,
                        road.whole.total,
                    )
                )
                place = self._place(road, samling, where)
                if place:
                    places.append(place)
            if programme.id in fetched:
                own += rows
            elif any(row.address for row in rows):
                where = address("prosjekt", programme.id) if project else ""
                shown.append(Rows(programme.name, tuple(rows), where))
        if own:
            shown.append(Rows("Arbeidskrav", tuple(own)))
        last = max(places, key=lambda place: place.at, default=None)
        workplace, said = self._workplace()
        notices += said
        numbers = profile.said(workplace.response) if workplace else []
        return Front(tuple(shown), last, tuple(notices), self.root.name, numbers)

    # ------------------------------------------------------------ «Min arbeidsplass»

    def _workplace_store(self) -> AnswerStore:
        return AnswerStore(self.root / f"{WORKPLACE}.json")

    def _workplace(self) -> tuple[Answer | None, list[str]]:
        store = self._workplace_store()
        if not store.path.exists() and not store.notice():
            return None, []
        try:
            found = store.read().get(WORKPLACE)
        except StoreError as problem:
            return None, [str(problem)]
        fits = found is not None and isinstance(found.response, dict)
        return (found if fits else None), list(filter(None, [store.notice()]))

    def workplace(self) -> dict[str, Any]:
        """Give the numbers of the person's own workplace, as explorers know them."""
        found, _ = self._workplace()
        return dict(found.response) if found else {}

    def workplace_written(self) -> dict[str, str]:
        """Give the same as they are written in the form."""
        return profile.written(self.workplace())

    def save_workplace(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Keep what was typed; gives a sentence for each line that cannot be used, and keeps none.

        Raises
        ------
        StoreError
            If it could not be kept.
        """
        kept, problems = profile.read(typed)
        for name, text in typed.items():
            if found := guard.places(text):
                problems[name] = guard.sentence(found)
        if not problems:
            now = time.time_ns() // 1_000_000
            self._workplace_store().save(WORKPLACE, kept, at=now, version=1, writer=WORKPLACE)
        return problems

    def _place(self, road: Way, samling: Samling, where: str) -> Place | None:
        last, at = road.whole.last, road.whole.last_at
        if last is None or at is None:
            return None
        return Place(
            exercise=html(str(self.bank[last].title), inline=True),
            workbook=samling.name,
            when=clock(at),
            left=time_left(road.minutes),
            address=f"{where}#{last}",
            at=at,
        )

    # ------------------------------------------------------------ a workbook as a page

    def workbook(self, programme: str, name: str, address: Address, language: str = "nb") -> Book:
        """Give a workbook as a page.

        Parameters
        ----------
        language : of the exercises of an assignment; all else is written in bokmål

        Raises
        ------
        NotInCourseError
            If there is no such workbook, or it is damaged.
        """
        owner, samling, path = self._samling(programme, name)
        book = self._read(path)
        answers, notices = self._answers(programme)
        road = way(book, answers, self.bank)
        both = self._is_assignment(programme)
        if both:
            mirror(AnswerStore(path.parent / ANSWERS))  # it may have been fetched anew
        language = language if both else "nb"
        try:
            loaded = Conversation(AnswerStore(path.parent / ANSWERS), self.bank).open(
                name for name in book.exercises if name in self.bank
            )
        except StoreError:
            loaded = {}  # the notice says so; what is written is still kept in the browser

        def shown(piece: Piece) -> Shown:
            return self._shown(piece, path.parent, loaded, answers, book, road, address, language)

        where = address("arbeidsbok", programme, name)
        return Book(
            title=plain(html(book.title, inline=True)),
            programme=owner.place(samling, " · "),
            address=where,
            blocks=self._blocks(book, road, shown, language),
            language=language,
            other=("nb" if language == "nn" else "nn") if both else "",
            left=time_left(road.minutes),
            resume=self._place(road, samling, where),
            notices=tuple(notices),
            word=address("word", programme, name),
            page={
                "scope": self._scope(programme),
                "programme": programme,
                "status": address("api", "status", programme, name),
            },
        )

    def _blocks(
        self, book: Workbook, road: Way, shown: Callable[[Piece], Any], language: str = "nb"
    ) -> tuple[ShownBlock, ...]:
        asked = [self.bank[name] for name in book.exercises if name in self.bank]
        titles = {str(each.title): str(each.to(language).title) for each in asked}

        def titled(heading: str) -> str:
            # An assignment's headings are the numbered titles of its exercises, in bokmål.
            title = heading.partition(". ")[2]
            said = titles.get(title, heading)
            return plain(html(said, inline=True)) if said else ""

        return tuple(
            ShownBlock(
                number=number,
                id=f"del-{number}",
                title=titled(block.heading),
                word=block_words(road.blocks[number], road.left[number]),
                done=road.blocks[number].answered,
                total=road.blocks[number].total,
                pieces=tuple(shown(piece) for piece in block.pieces),
            )
            for number, block in enumerate(book.blocks)
        )

    def _shown(
        self,
        piece: Piece,
        folder: Path,
        loaded: Mapping[str, Mapping[str, Any]],
        answers: Mapping[str, Answer],
        book: Workbook,
        road: Way,
        address: Address,
        language: str,
    ) -> Shown:
        match piece:
            case Markdown():
                return Shown(html=self._prose(piece, folder, address))
            case ExerciseCall():
                if piece.id not in self.bank:
                    return Shown(waiting=_unknown("Oppgaven", piece.id))
                exercise = self.bank[piece.id].to(language)
                state: Mapping[str, Any] = loaded.get(piece.id, {"answer": None, "verdict": None})
                mount = {"component": exercise.kind, "exercise": exercise.public(), **state}
                return Shown(piece.id, mount=mount, waiting="Oppgaven hentes …")
            case ExplorerCall():
                if piece.name not in explorers.names():
                    return Shown(waiting=_unknown("Utforskeren", piece.name))
                keep = settings_name(piece.name, piece.settings)
                mount = {
                    "component": "explorer",
                    "explorer": piece.name,
                    "keep": keep,
                    "settings": _settings(piece, answers),
                }
                return Shown(f"modell-{keep}", mount=mount, waiting="Utforskeren hentes …")
            case ProgressCall():
                mount = {
                    "component": "progress",
                    "progress": overview(book, road, address="#del-{}"),
                }
                return Shown(mount=mount)
            case _:
                return Shown(waiting=_ONLY_IN_LAB)

    def _prose(self, piece: Markdown, folder: Path, address: Address | None) -> str:
        # Imported here: nbconvert costs more than all the rest, and the front page needs it not.
        from helseledelse.pages.markdown import to_html

        def link(name: str) -> str | None:
            stem = name.removesuffix(".ipynb")
            for programme in self.programmes:
                for samling in programme.samlinger:
                    if (folder / f"{stem}.ipynb").resolve() == self._file(samling):
                        return (
                            address("arbeidsbok", *samling.workbook.split("/")) if address else None
                        )
            return None

        return to_html(piece.text, folder, attachments=piece.attachments, workbook_link=link)

    def status(self, programme: str, name: str) -> dict[str, Any]:
        """Give what is done and what is left of a workbook.

        Raises
        ------
        NotInCourseError
            If there is no such workbook.
        """
        _, _, path = self._samling(programme, name)
        book = self._read(path)
        answers, _ = self._answers(programme)
        road = way(book, answers, self.bank)
        words = [block_words(*pair) for pair in zip(road.blocks, road.left, strict=True)]
        return {
            "left": time_left(road.minutes),
            "words": words,
            "progress": overview(book, road, address="#del-{}"),
        }

    def reply(self, programme: str, message: object) -> dict[str, Any]:
        """Answer a message of a component.

        Raises
        ------
        NotInCourseError
            If there is no such programme here.
        """
        known = any(programme == each.id for each in self.programmes)
        store = self._store(programme) if known else None
        if store is None:
            raise NotInCourseError(
                "Mappen med arbeidsboken er ikke å finne. Er den flyttet, så flytt den tilbake. "
                "Det du har skrevet, ligger fortsatt i nettleseren."
            )
        reply = Conversation(store, self.bank).reply(message)
        if "saved" in reply and self._is_assignment(programme):
            mirror(store)
        return reply

    def _is_assignment(self, programme: str) -> bool:
        return any(programme == each.id for each in self.assignments())

    # ------------------------------------------------------------ on paper

    def explorers_to_print(
        self, programme: str, name: str
    ) -> dict[str, tuple[str, dict[str, Any]]]:
        """Give the explorers of a workbook and how they were left, by the name they are kept under.

        Raises
        ------
        NotInCourseError
            If there is no such workbook.
        """
        _, _, path = self._samling(programme, name)
        answers, _ = self._answers(programme)
        return {
            settings_name(piece.name, piece.settings): (piece.name, _settings(piece, answers))
            for piece in self._read(path).pieces
            if isinstance(piece, ExplorerCall)
        }

    def paper(
        self,
        programme: str,
        name: str,
        views: Mapping[str, PaperExplorer],
        address: Address,
        *,
        answers: bool,
        language: str = "nb",
    ) -> Book:
        """Give a workbook on paper, with lines to write on or with the answers written in.

        Parameters
        ----------
        language : as for `workbook`

        Raises
        ------
        NotInCourseError
            If there is no such workbook.
        """
        owner, samling, path = self._samling(programme, name)
        book = self._read(path)
        kept, notices = self._answers(programme)
        road = way(book, kept, self.bank)
        language = language if self._is_assignment(programme) else "nb"

        def shown(piece: Piece) -> PaperExercise | PaperExplorer | PaperText | Shown:
            match piece:
                case Markdown():
                    return PaperText(self._prose(piece, path.parent, None))
                case ExerciseCall():
                    if piece.id not in self.bank:
                        return Shown(waiting=_unknown("Oppgaven", piece.id))
                    exercise = self.bank[piece.id].to(language)
                    given = kept.get(piece.id) if answers else None
                    return PaperExercise(
                        kind=exercise.kind,
                        title=exercise.public()["title"],
                        question=exercise.public()["question"],
                        minutes=about(exercise.minutes),
                        sheets=sheets(exercise, given.response if given else None),
                    )
                case ExplorerCall():
                    return views[settings_name(piece.name, piece.settings)]
                case ProgressCall():
                    return PaperText("")
                case _:
                    return Shown(waiting=_ONLY_IN_LAB)

        return Book(
            title=plain(html(book.title, inline=True)),
            programme=owner.place(samling, " · "),
            address=address("arbeidsbok", programme, name),
            blocks=self._blocks(book, road, shown, language),
            language=language,
            notices=tuple(notices),
        )

    # ------------------------------------------------------------ «Mine svar»

    def settings_kept(self) -> dict[SettingsPlace, tuple[str, dict[str, Any]]]:
        """Give the explorer and the settings of all settings that are kept."""
        return {
            (programme.id, key, one.at): (
                _explorer_of(key),
                one.response if isinstance(one.response, dict) else {},
            )
            for programme in self.programmes
            for key, answer in self._answers(programme.id)[0].items()
            if key.startswith(explorer_key(""))
            for one in _given(answer)
        }

    def answers(self, models: Mapping[SettingsPlace, tuple[str, list[Said]]]) -> Mine:
        """Give all that is kept, in words, the latest first.

        Parameters
        ----------
        models : the title of an explorer and its settings in words, for what `settings_kept` gives;
            what is not in it is said as it was stored
        """
        groups, notices = [], []
        for programme in self.programmes:
            answers, said = self._answers(programme.id)
            notices += said
            latest = sorted(answers.items(), key=lambda pair: -pair[1].at)
            entries = tuple(self._entry(programme.id, *pair, models) for pair in latest)
            groups.append(Group(programme.name, entries))
        workplace, said = self._workplace()
        notices += said
        if workplace:
            title = "Tall som utforskerne starter på"
            entry = Entry(title, clock(workplace.at), profile.said(workplace.response))
            groups.append(Group("Min arbeidsplass", (entry,)))
        return Mine(tuple(groups), tuple(notices))

    def _entry(
        self,
        programme: str,
        key: str,
        answer: Answer,
        models: Mapping[SettingsPlace, tuple[str, list[Said]]],
    ) -> Entry:
        # Not get(): a bank raises its own error for an unknown name.
        exercise = self.bank[key] if key in self.bank else None  # noqa: SIM401  as above
        if exercise is not None:
            title = html(str(exercise.title), inline=True)
        elif key.startswith(explorer_key("")):
            known, _ = models.get((programme, key, answer.at), (_explorer_of(key), []))
            title = html(f"Innstillinger i utforskeren «{known}»", inline=True)
        else:
            title = html(f"Svar på «{key}», som ikke lenger er med", inline=True)

        def said(at: int, response: Any) -> list[Said]:
            found = models.get((programme, key, at))
            return found[1] if found else in_words(exercise, response)

        return Entry(
            title,
            clock(answer.at),
            said(answer.at, answer.response),
            tuple(
                Entry(title, clock(old.at), said(old.at, old.response)) for old in answer.earlier
            ),
        )

    def _stores(self) -> dict[str, AnswerStore]:
        found = {programme.id: self._store(programme.id) for programme in self.programmes}
        own = self._workplace_store()
        if own.path.exists() or own.notice():
            found[WORKPLACE] = own
        return {name: store for name, store in found.items() if store is not None}

    def everything(self) -> dict[str, bytes]:
        """Give the answer file of every programme, by the programme's id, and the workplace's.

        Raises
        ------
        StoreError
            If one cannot be read.
        """
        return {name: store.export() for name, store in self._stores().items()}

    def delete_everything(self) -> None:
        """Delete every answer.

        Raises
        ------
        StoreError
            If something could not be deleted.
        """
        for name, store in self._stores().items():
            store.delete_all()
            if self._is_assignment(name):
                mirror(store)


@lru_cache(maxsize=64)
def _title(path: Path, changed: int, size: int) -> str:  # noqa: ARG001  remembered by these
    """Give the title of a released notebook, "" where it is none."""
    data = path.read_bytes()
    if b'"nbgrader"' not in data and not (path.parent / FACES).exists():
        return ""
    try:
        return plain(html(read_workbook(path).title, inline=True))
    except ContentError:
        return path.stem


def _given(answer: Answer) -> list[Answer | Earlier]:
    return [answer, *answer.earlier]


def _explorer_of(key: str) -> str:
    return key.removeprefix(explorer_key("")).partition("-")[0]


def _unknown(what: str, name: str) -> str:
    return f"{what} «{name}» finnes ikke i denne utgaven av arbeidsboken. Resten virker som vanlig."


def _settings(piece: ExplorerCall, answers: Mapping[str, Answer]) -> dict[str, Any]:
    kept = answers.get(explorer_key(settings_name(piece.name, piece.settings)))
    said = kept.response if kept is not None and isinstance(kept.response, dict) else {}
    return {**piece.settings, **said}
