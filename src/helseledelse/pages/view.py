"""What the templates are given: plain records, one for each thing on a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from helseledelse.exercises.paper import Said, Sheet


@dataclass(frozen=True)
class Place:
    """Where a person was last: the exercise (HTML), its workbook, when, what is left, address."""

    exercise: str
    workbook: str
    when: str
    left: str
    address: str
    at: int


@dataclass(frozen=True)
class Row:
    """A samling on the front page; without an address it is one to come."""

    number: int
    title: str
    state: str
    address: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Rows:
    """A programme on the front page; `project` is the address of its development project, or ""."""

    title: str
    samlinger: tuple[Row, ...]
    project: str = ""


@dataclass(frozen=True)
class Front:
    """The front page."""

    programmes: tuple[Rows, ...]
    resume: Place | None
    notices: tuple[str, ...]
    folder: str
    workplace: Sequence[Said] = ()


@dataclass(frozen=True)
class Shown:
    """A piece of a workbook: HTML, or a component to mount, or a sentence in its place."""

    sort: ClassVar[str] = "shown"

    id: str = ""
    html: str = ""
    mount: Mapping[str, Any] | None = None
    waiting: str = ""


@dataclass(frozen=True)
class PaperExercise:
    """An exercise on paper; title, question: HTML."""

    sort: ClassVar[str] = "exercise"

    kind: str
    title: str
    question: str
    minutes: str
    sheets: Sequence[Sheet]


@dataclass(frozen=True)
class PaperExplorer:
    """An explorer on paper: its view at the settings it was left at, or why there is none."""

    sort: ClassVar[str] = "explorer"

    title: str
    view: Mapping[str, Any] | None
    settings: str = ""
    sorry: str = ""


@dataclass(frozen=True)
class PaperText:
    """Words on paper (HTML)."""

    sort: ClassVar[str] = "html"

    html: str


@dataclass(frozen=True)
class ShownBlock:
    """A block of a workbook; `word` says how it stands."""

    number: int
    id: str
    title: str
    word: str
    done: int
    total: int
    pieces: tuple[Any, ...]


@dataclass(frozen=True)
class Book:
    """A workbook as a page, or on paper.

    `language` is that of its exercises, `other` one they can be shown in instead, "" where none is.
    """

    title: str
    programme: str
    address: str
    blocks: tuple[ShownBlock, ...]
    language: str = "nb"
    other: str = ""
    left: str = ""
    resume: Place | None = None
    notices: tuple[str, ...] = ()
    word: str = ""
    page: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One answer in words, with what it replaced."""

    title: str
    when: str
    said: Sequence[Said]
    earlier: tuple["Entry", ...] = ()


@dataclass(frozen=True)
class Group:
    """The answers of one programme."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Mine:
    """All that is kept of a person."""

    groups: tuple[Group, ...]
    notices: tuple[str, ...]

    @property
    def any(self) -> bool:
        return any(group.entries for group in self.groups) or bool(self.notices)
