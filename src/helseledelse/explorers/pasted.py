"""Controls for what a person pastes: a series, pairs of names, or a goal and what leads to it."""

import re
from dataclasses import dataclass
from typing import ClassVar

from helseledelse.norwegian import NumberFormatError, join, parse_number

_MOST_ROWS = 500


class SettingError(ValueError):
    """A setting cannot be used; the message is a sentence for the participant."""


@dataclass(frozen=True)
class Rows:
    """What was pasted, read.

    Attributes
    ----------
    labels : the first column where it is no number, else 1, 2, 3 …; shape (rows,)
    values : numbers; shape (rows, columns)
    """

    labels: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]

    def column(self, place: int) -> tuple[float, ...]:
        """Give one column of numbers."""
        return tuple(row[place] for row in self.values)


@dataclass(frozen=True)
class Series:
    """A series pasted from a spreadsheet or typed, a row for each period.

    A row may start with a label, such as a month. Columns are parted by tabulators, semicolons or
    several spaces; numbers are written as Norwegians write them.

    Attributes
    ----------
    columns : what each number column holds, as the participant reads it
    default : the text that stands there at first; a series that must be marked «konstruert» if so
    fewest : rows needed
    minimum : lowest number accepted, where there is one
    part_of : whether the first column counts some of what the second counts
    """

    sort: ClassVar[str] = "series"

    name: str
    label: str
    columns: tuple[str, ...]
    default: str
    fewest: int = 2
    minimum: float | None = None
    part_of: bool = False

    def __post_init__(self) -> None:
        self.read(self.default)

    def read(self, raw: object) -> Rows:
        """Give the pasted rows.

        Raises
        ------
        SettingError
            With a sentence that names the row, what stands there and what to do.
        """
        if not isinstance(raw, str):
            raise SettingError(f"{self.label}: Lim inn tallene som tekst, én rad for hver måling.")
        lines = [line.rstrip(" ") for line in re.split(r"\r\n|\r|\n", raw)]
        while lines and not lines[-1].strip():
            lines.pop()
        while lines and not lines[0].strip():
            lines.pop(0)
        if len(lines) > _MOST_ROWS:
            raise SettingError(
                f"{self.label}: Du har limt inn {len(lines)} rader. Ta med høyst {_MOST_ROWS}."
            )
        if lines and self._is_heading(lines[0]):
            lines = lines[1:]
        labels, values = [], []
        for number, line in enumerate(lines, start=1):
            label, row = self._row(number, line)
            labels.append(label)
            values.append(row)
        if len(values) < self.fewest:
            raise SettingError(
                f"{self.label}: Her {'står det ingen rader' if not values else f'er {len(values)}'}"
                f"{' rad' if len(values) == 1 else '' if not values else ' rader'}. "
                f"Det trengs minst {self.fewest} for å si noe."
            )
        return Rows(tuple(labels), tuple(values))

    def _cells(self, line: str) -> list[str]:
        cells = [cell.strip() for cell in re.split(r"\t|;|\s{2,}", line)]
        if len(cells) > 1:
            return cells
        try:  # one number may hold a space: 60 000
            parse_number(line)
        except NumberFormatError:
            return line.rsplit(maxsplit=len(self.columns))
        return cells if len(self.columns) == 1 else line.split()

    def _is_heading(self, line: str) -> bool:
        """Tell a row of headings from a row with a slip: it holds no digit at all."""
        return bool(line.strip()) and not any(sign.isdigit() for sign in line)

    def _row(self, number: int, line: str) -> tuple[str, tuple[float, ...]]:
        place = f"{self.label}, rad {number}"
        wanted = join(list(self.columns))
        if not line.strip():
            raise SettingError(f"{place} er tom. Fyll inn {wanted}, eller ta bort raden.")
        cells = self._cells(line)
        label = ""
        if len(cells) > len(self.columns):
            label, cells = cells[0], cells[1:]
            while len(cells) > len(self.columns) and not cells[-1]:
                cells.pop()
        if len(cells) != len(self.columns):
            raise SettingError(
                f"{place}: «{line.strip()[:60]}» har {len(cells)} tall. Raden skal ha {wanted}, "
                "eventuelt med en dato eller et navn først."
            )
        row = []
        for column, cell in zip(self.columns, cells, strict=True):
            if not cell:
                raise SettingError(
                    f"{place}: {column} mangler. Skriv tallet, eller ta bort raden. "
                    "Skriv 0 bare når det virkelig var null."
                )
            try:
                value = parse_number(cell)
            except NumberFormatError as error:
                raise SettingError(f"{place}, {column}: {error}") from error
            if self.minimum is not None and value < self.minimum:
                raise SettingError(
                    f"{place}: {column} er {cell}. Det kan ikke være mindre enn {self.minimum:g}."
                )
            row.append(value)
        if self.part_of and row[0] > row[1]:
            raise SettingError(
                f"{place}: {cells[0]} {self.columns[0]} er flere enn {cells[1]} {self.columns[1]}. "
                "Se om tallene har byttet plass."
            )
        return label or str(number), tuple(row)


@dataclass(frozen=True)
class Pairs:
    """Who works with whom: one pair of names in each row, with a dash or a comma between.

    Attributes
    ----------
    default : the text that stands there at first
    most : pairs that can be read in one figure
    """

    sort: ClassVar[str] = "pairs"

    name: str
    label: str
    default: str
    most: int = 80

    def __post_init__(self) -> None:
        self.read(self.default)

    def read(self, raw: object) -> tuple[tuple[str, str], ...]:
        """Give the pairs.

        Raises
        ------
        SettingError
            With a sentence that names the row and what to do.
        """
        if not isinstance(raw, str):
            raise SettingError(f"{self.label}: Skriv ett par på hver linje.")
        pairs = []
        for number, line in enumerate(raw.splitlines(), start=1):
            if not line.strip():
                continue
            names = [
                " ".join(part.split())
                for part in re.split(r"\s+[-–—]\s*|\s*[–—]\s+|\t|;|,", line.strip(), maxsplit=1)
            ]
            if len(names) != 2 or not all(names):
                raise SettingError(
                    f"{self.label}, linje {number}: «{line.strip()[:60]}» er ikke et par. "
                    "Skriv to navn med tankestrek eller komma mellom: Fastlege – Hjemmetjeneste."
                )
            if names[0].casefold() == names[1].casefold():
                raise SettingError(
                    f"{self.label}, linje {number}: «{names[0]}» står på begge sider. "
                    "Skriv hvem de arbeider sammen med."
                )
            pairs.append((names[0][:40], names[1][:40]))
        if not pairs:
            raise SettingError(
                f"{self.label}: Skriv minst ett par, slik: Fastlege – Hjemmetjeneste."
            )
        if len(pairs) > self.most:
            raise SettingError(f"{self.label}: Det er {len(pairs)} par. Ta med høyst {self.most}.")
        return tuple(pairs)


@dataclass(frozen=True)
class Tree:
    """A goal, and rows of driver, change and measure; what was left open is an empty text."""

    goal: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Outline:
    """A goal on the first line, then driver, change and measure on each line.

    Attributes
    ----------
    default : the text that stands there at first
    help : how to write it, as the participant reads it
    most : lines below the goal that can be read in one figure
    longest : letters in one cell
    """

    sort: ClassVar[str] = "outline"

    name: str
    label: str
    default: str
    help: str
    most: int = 40
    longest: int = 120

    def __post_init__(self) -> None:
        self.read(self.default)

    def read(self, raw: object) -> Tree:
        """Give the goal and the rows.

        Raises
        ------
        SettingError
            With a sentence that names the line and what to do.
        """
        if not isinstance(raw, str):
            raise SettingError(f"{self.label}: Skriv målet på første linje og driverne under.")
        lines = [
            (number, self._cells(number, line))
            for number, line in enumerate(raw.splitlines(), start=1)
            if line.strip(" \t;")
        ]
        if not lines:
            raise SettingError(
                f"{self.label}: Feltet er tomt. Skriv målet på første linje, og under det "
                "en driver, et tiltak og et måltall med semikolon mellom."
            )
        (first, (goal, *more)), rest = lines[0], lines[1:]
        if any(more):
            raise SettingError(
                f"{self.label}, linje {first}: Den første linjen er målet og står alene, uten "
                "semikolon. Skriv driverne på linjene under."
            )
        goal = re.sub(r"^mål\s*:\s*", "", goal, flags=re.IGNORECASE)
        if not goal:
            raise SettingError(f"{self.label}, linje {first}: Skriv hva målet er.")
        if not rest:
            raise SettingError(
                f"{self.label}: Her står bare målet. Skriv minst én driver på linjen under: noe "
                "som må bli annerledes for at dere skal nå det."
            )
        if len(rest) > self.most:
            raise SettingError(
                f"{self.label}: Det er {len(rest)} linjer under målet. Ta med høyst {self.most}; "
                "et diagram ingen kan lese, styrer ingenting."
            )
        for number, (driver, change, measure) in rest:
            if not driver:
                raise SettingError(
                    f"{self.label}, linje {number}: «{(change or measure)[:60]}» står uten "
                    "driver. Skriv først på linjen hva som må bli annerledes."
                )
        return Tree(goal, tuple(cells for _, cells in rest))

    def _cells(self, number: int, line: str) -> tuple[str, str, str]:
        cells = [" ".join(cell.split()) for cell in re.split(r"\t|;", line)]
        while len(cells) > 3 and not cells[-1]:
            cells.pop()
        if len(cells) > 3:
            raise SettingError(
                f"{self.label}, linje {number}: Her er {len(cells)} deler. Skriv tre: driver; "
                "tiltak; måltall. Har driveren flere tiltak, gi hvert sin egen linje."
            )
        for cell in cells:
            if len(cell) > self.longest:
                raise SettingError(
                    f"{self.label}, linje {number}: «{cell[:40]} …» er på {len(cell)} tegn. "
                    f"Skriv det med høyst {self.longest}."
                )
        driver, change, measure = (*cells, "", "")[:3]
        return driver, change, measure
