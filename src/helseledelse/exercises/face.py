"""Exercises without their key: what is released of an assignment, read from ``oppgaver.json``.

A participant's machine holds nothing but what may be seen, so nothing is judged there: an answer
is kept as it was typed, and a grader holds it against the key.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from helseledelse.exercises.bank import Bank
from helseledelse.exercises.base import Exercise, Remark, ResponseError, Verdict
from helseledelse.exercises.kinds import KINDS
from helseledelse.exercises.reader import ContentError, Table, is_name
from helseledelse.exercises.shape import MISSHAPEN, mapping, picks, text, texts
from helseledelse.exercises.text import Text, plain

FACES = "oppgaver.json"
LATER = "Svaret lagres. Det blir vurdert når du har levert."
_LANGUAGES = ("nb", "nn")
# What the card of a kind is built from, so that a half file is found before the page is.
_PARTS = {
    "single": ("options",),
    "multiple": ("options",),
    "classify": ("boxes", "items"),
    "order": ("items",),
    "scale": ("items",),
    "dots": ("items",),
    "placement": ("items",),
    "form": ("boxes",),
    "reflection": ("prompts",),
}


@dataclass(frozen=True, kw_only=True)
class Face(Exercise):
    """What may be seen of an exercise whose key lies elsewhere.

    Attributes
    ----------
    faces : what `public` gave where it was released, by language
    language : which of them is shown
    """

    faces: Mapping[str, Mapping[str, Any]]
    language: str = "nb"

    @property
    def kind(self) -> str:  # type: ignore[override]  # every face has the kind it was released with
        return str(self.faces["nb"]["kind"])

    @classmethod
    def read(cls, name: str, faces: Mapping[str, Mapping[str, Any]]) -> Self:
        """Give the face of an exercise; raises `ValueError` or `KeyError` if it is none."""
        shown = faces["nb"]
        for face in faces.values():
            if not is_name(name) or face["id"] != name or face["kind"] not in KINDS:
                raise ValueError(name)
            if not all(isinstance(face[word], str) for word in ("title", "question")):
                raise ValueError(name)
            for part in _PARTS.get(face["kind"], ()):
                _ids(face[part])
        return cls(
            id=name,
            title=Text(plain(shown["title"])),
            question=Text(plain(shown["question"])),
            minutes=float(shown["minutes"]),
            sources=tuple(plain(source) for source in shown["sources"]),
            version=int(shown["version"]),
            opinion=shown["opinion"] is True,
            faces=dict(faces),
        )

    @classmethod
    def from_table(cls, table: Table) -> Self:
        raise table.fail("En oppgave uten fasit kan ikke skrives i en innholdsfil.")

    def accept(self, raw: object) -> Any:
        face = self.face()
        match self.kind:
            case "number" | "short_text" | "single":
                return text(raw).strip()
            case "multiple":
                return picks(raw, _ids(face["options"]))
            case "order":
                return picks(raw, _ids(face["items"]))
            case "form":
                return texts(raw, _ids(face["boxes"]))
            case "reflection":
                return texts(raw, _ids(face["prompts"]))
            case "plan":
                return texts(raw, ("when", "then", "with", "by"))
            case kind:
                given = mapping(raw, _ids(face["items"]))
                if not all(_fits(kind, value) for value in given.values()):
                    raise ResponseError(MISSHAPEN)
                return given

    def is_blank(self, response: Any) -> bool:
        return _is_blank(response)

    def judge(self, response: Any) -> Verdict:  # noqa: ARG002  there is no key to hold it against
        raise ResponseError(LATER)

    def said(self, response: Any) -> tuple[Remark, ...]:  # noqa: ARG002  as above
        raise ResponseError(LATER)

    def face(self) -> dict[str, Any]:
        return dict(self.faces.get(self.language, self.faces["nb"]))

    def public(self) -> dict[str, Any]:
        # Whatever the file says, there is nothing here to ask for; and the card says so.
        return self.face() | {"hints": 0, "has_solution": False, "later": LATER}

    def to(self, language: str) -> Self:
        known = language if language in self.faces else "nb"
        shown = self.faces[known]
        return type(self)(
            **{
                **vars(self),
                "title": Text(plain(shown["title"])),
                "question": Text(plain(shown["question"])),
                "language": known,
            }
        )


def _ids(parts: Any) -> list[str]:
    return [part["id"] for part in parts]


def _fits(kind: str, value: Any) -> bool:
    if kind == "classify":
        return isinstance(value, str)
    if kind in ("scale", "dots"):
        return isinstance(value, int)
    pair = isinstance(value, list) and len(value) == 2
    return pair and all(isinstance(part, int) for part in value)


def _is_blank(response: Any) -> bool:
    if isinstance(response, str):
        return not response.strip()
    if isinstance(response, dict):
        return all(_is_blank(part) for part in response.values())
    if isinstance(response, list):
        return all(_is_blank(part) for part in response)
    return response is None


def read_faces(path: Path) -> Bank:
    """Read what is released of an assignment's exercises; no answer is touched.

    Raises
    ------
    ContentError
        If the file is missing or damaged, with a sentence for the participant.
    """
    try:
        released = json.loads(path.read_bytes().decode("utf-8-sig"))
        names = tuple(released["nb"].keys())
        found = {
            name: Face.read(
                name, {each: released[each][name] for each in _LANGUAGES if each in released}
            )
            for name in names
        }
    except OSError as problem:
        raise ContentError(_sentence("mangler eller lar seg ikke åpne")) from problem
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ContentError(_sentence("er skadet")) from problem
    return Bank(found)


def _sentence(what: str) -> str:
    return (
        f"Filen «{FACES}» ved siden av arbeidskravet {what}, så oppgavene kan ikke vises. Hent "
        "arbeidskravet på nytt. Svarene dine ligger i en egen fil og er ikke rørt."
    )


class _Beside(Bank):
    """The shipped exercises, for a name that no assignment beside the notebook knows."""

    def __getitem__(self, name: str) -> Exercise:
        try:
            return super().__getitem__(name)
        except ContentError as problem:
            raise ContentError(
                f"{problem} Hører oppgaven til et arbeidskrav, så mangler filen «{FACES}» ved "
                "siden av arbeidsboken. Hent arbeidskravet på nytt. Svarene dine ligger i en egen "
                "fil og er ikke rørt."
            ) from None


def faces_beside(folder: Path) -> Bank:
    """Give the exercises of the assignment in `folder`, read again when the file has changed.

    Raises
    ------
    ContentError
        As `read_faces`.
    """
    file = folder / FACES
    try:
        there = file.stat()
    except OSError:
        return read_faces(file)
    return _read_again(file.resolve(), there.st_mtime_ns, there.st_size)


@lru_cache(maxsize=16)
def _read_again(path: Path, changed: int, size: int) -> Bank:  # noqa: ARG001  remembered by these
    return read_faces(path)


def bank_beside(folder: Path, shipped: Bank) -> Bank:
    """Give the exercises a notebook in `folder` can show: its own, and the shipped ones.

    Raises
    ------
    ContentError
        If there is an ``oppgaver.json`` and it is damaged.
    """
    if not (folder / FACES).exists():
        return _Beside(shipped)
    return Bank({**faces_beside(folder), **shipped})
