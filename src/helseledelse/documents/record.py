"""What a Word document is made of: plain records, whoever fills them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Said = tuple[str, str]
"""What something is, or "", and what was said of it; both plain text."""


@dataclass(frozen=True)
class Prose:
    """Words of a workbook (Markdown), and its pictures (PNG or JPEG) by the address in the text."""

    markdown: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Sentence:
    """Something the reader should know, in plain text."""

    text: str


@dataclass(frozen=True)
class Question:
    """An exercise and what was answered.

    Attributes
    ----------
    title : Markdown, one line
    question : Markdown
    said : the answer, part by part; a part without words is one not filled in yet, and no parts
        at all is an exercise not answered
    verdict : what was said of the answer (Markdown), or ""
    notes : what the reader should know of this answer, in plain text
    chosen : whether the answer was chosen, not written; then it takes little room
    """

    title: str
    question: str = ""
    said: tuple[Said, ...] = ()
    verdict: str = ""
    notes: tuple[str, ...] = ()
    chosen: bool = False


@dataclass(frozen=True)
class Table:
    """Numbers behind a figure."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Model:
    """An explorer at the settings it was left at.

    Attributes
    ----------
    title : the decision it is about
    heading : the figure's title
    sentence : what the figure shows; also its alternative text
    picture : PNG
    settings : what it is set to, in a sentence
    note : what is uncertain or left out
    sorry : why there is no figure, where there is none
    """

    title: str
    heading: str = ""
    sentence: str = ""
    picture: bytes = b""
    table: Table | None = None
    settings: str = ""
    note: str = ""
    sorry: str = ""


Piece = Prose | Sentence | Question | Model


@dataclass(frozen=True)
class Section:
    """A heading (plain text, level 1 or 2; none where it is "") and what stands below it."""

    level: int
    title: str
    pieces: tuple[Piece, ...]

    def __post_init__(self) -> None:
        if self.level not in (1, 2):
            raise ValueError(f"a section's level is 1 or 2, not {self.level}")


@dataclass(frozen=True)
class Paper:
    """A whole document.

    Attributes
    ----------
    at : when the newest answer was given, milliseconds since 1970; 0 where there is none. The
        document is dated by it and by no clock, so that the same answers give the same file.
    contents : how many levels of headings the list of contents has
    """

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    at: int = 0
    contents: int = 1
