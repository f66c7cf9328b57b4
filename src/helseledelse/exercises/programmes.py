"""The programmes and their samlinger; a third programme is a few lines in ``programmes.toml``."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from helseledelse.exercises.bank import CONTENT
from helseledelse.exercises.reader import ContentError, Table, is_name, nearest, read_toml

_WORKBOOK = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")


@dataclass(frozen=True)
class Samling:
    """One gathering of a programme.

    Attributes
    ----------
    id : such as ``nl6``; its content file has the same name
    number : its place in the programme, from 1; 0 for an assignment
    workbook : path below ``workbooks/`` without ``.ipynb``
    """

    id: str
    number: int
    name: str
    workbook: str

    def __post_init__(self) -> None:
        if not is_name(self.id) or not self.name or not _WORKBOOK.fullmatch(self.workbook):
            raise ValueError(f"not a samling: {self}")


@dataclass(frozen=True)
class Programme:
    """A programme that participants follow; its id is the folder of its workbooks."""

    id: str
    name: str
    samlinger: tuple[Samling, ...]

    def place(self, samling: Samling, mark: str) -> str:
        """Say where a samling of it stands, with `mark` between the words."""
        return f"{self.name}{mark}samling {samling.number}" if samling.number else "Arbeidskrav"

    @classmethod
    def from_table(cls, table: Table) -> Self:
        """Build the programme from its table.

        Raises
        ------
        ContentError
            With file, programme, what is wrong and the remedy.
        """
        samlinger = []
        for number, part in enumerate(table.tables("samlinger", at_least=1), start=1):
            workbook = part.string("workbook")
            if not _WORKBOOK.fullmatch(workbook) or not workbook.startswith(f"{table.name}/"):
                raise part.fail(
                    f"«workbook» er «{workbook}», men skal være {table.name}/ og et filnavn med "
                    "små bokstaver a–z, sifre og bindestrek, uten .ipynb."
                )
            samlinger.append(Samling(part.identity(), number, part.string("name"), workbook))
        programme = cls(table.name, table.string("name"), tuple(samlinger))
        table.finish()
        return programme


def read_programmes(path: Path) -> tuple[Programme, ...]:
    """Read a file of programmes.

    Raises
    ------
    ContentError
        When it is wrong, or two samlinger have the same id or workbook.
    """
    found = []
    for name, values in read_toml(path).items():
        if not isinstance(values, dict) or not is_name(name):
            raise ContentError(f"{path.name}: «{name}» er ikke et program. Skriv [navn] over.")
        table = Table(values, name=name, file=path.name, noun="program")
        found.append(Programme.from_table(table))
    seen: set[str] = set()
    for samling in (samling for programme in found for samling in programme.samlinger):
        for word in (samling.id, samling.workbook):
            if word in seen:
                raise ContentError(
                    f"{path.name}: «{word}» står to ganger. Gi den ene et nytt navn."
                )
            seen.add(word)
    return tuple(found)


@cache
def programmes() -> tuple[Programme, ...]:
    """Give the shipped programmes, read once."""
    return read_programmes(CONTENT / "programmes.toml")


def samling(name: str) -> Samling:
    """Give a samling by its id.

    Raises
    ------
    ContentError
        If there is none, with the nearest id.
    """
    found = {each.id: each for programme in programmes() for each in programme.samlinger}
    if name not in found:
        raise ContentError(f"Det finnes ingen samling som heter «{name}». {nearest(name, found)}")
    return found[name]
