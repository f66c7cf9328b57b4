"""Controls for what a person pastes: a series, pairs of names, a goal's drivers, or a plan."""

import re
from dataclasses import dataclass, field
from typing import ClassVar

from helseledelse.models.project import Activity
from helseledelse.norwegian import NumberFormatError, join, parse_number

_MOST_ROWS = 500


_CONSTRUCTED = re.compile(r"\bkonstruert", re.IGNORECASE)
_CONSTRUCTED_LINE = re.compile(r"\s*konstruert\w*( \w+)?\s*", re.IGNORECASE)


class SettingError(ValueError):
    """A setting cannot be used; the message is a sentence for the participant."""


@dataclass(frozen=True)
class Rows:
    """What was pasted, read.

    Attributes
    ----------
    labels : the first column where it is no number, else 1, 2, 3 …; shape (rows,)
    values : numbers; shape (rows, columns)
    constructed : whether a heading says so: "måned; fall (konstruert)"
    """

    labels: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    constructed: bool = field(default=False, compare=False)

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
        constructed = False
        if lines and self._is_heading(lines[0]):
            constructed = bool(_CONSTRUCTED.search(lines[0]))
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
        return Rows(tuple(labels), tuple(values), constructed)

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


class Ties(tuple[tuple[str, str], ...]):
    """Pairs of names, and whether a first line says that they are constructed."""

    constructed: bool = False


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

    def read(self, raw: object) -> Ties:
        """Give the pairs.

        Raises
        ------
        SettingError
            With a sentence that names the row and what to do.
        """
        if not isinstance(raw, str):
            raise SettingError(f"{self.label}: Skriv ett par på hver linje.")
        pairs = []
        written, constructed = _without_mark(raw)
        for number, line in written:
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
        ties = Ties(pairs)
        ties.constructed = constructed
        return ties


@dataclass(frozen=True)
class Tree:
    """A goal, and rows of driver, change and measure; what was left open is an empty text."""

    goal: str
    rows: tuple[tuple[str, str, str], ...]
    constructed: bool = field(default=False, compare=False)


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
        written, constructed = _without_mark(raw)
        lines = [
            (number, self._cells(number, line)) for number, line in written if line.strip(" \t;")
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
        return Tree(goal, tuple(cells for _, cells in rest), constructed)

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


@dataclass(frozen=True)
class Plan:
    """Activities in the order they were written."""

    activities: tuple[Activity, ...]
    constructed: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Activities:
    """A plan: name, weeks and what it waits for on each line, a number first if wanted.

    Attributes
    ----------
    default : the text that stands there at first
    help : how to write it, as the participant reads it
    most : activities that can be read in one figure
    longest : letters in one name
    longest_weeks : weeks one activity may last
    """

    sort: ClassVar[str] = "outline"

    name: str
    label: str
    default: str
    help: str
    most: int = 60
    longest: int = 120
    longest_weeks: float = 260

    def __post_init__(self) -> None:
        self.read(self.default)

    def read(self, raw: object) -> Plan:
        """Give the activities.

        Raises
        ------
        SettingError
            With a sentence that names the line and what to do.
        """
        if not isinstance(raw, str):
            raise SettingError(f"{self.label}: Skriv én aktivitet på hver linje.")
        written, constructed = _without_mark(raw)
        lines = [
            (number, [" ".join(cell.split()) for cell in re.split(r"\t|;", line)])
            for number, line in written
            if line.strip(" \t;")
        ]
        if lines and any(
            cell.casefold().startswith(("uke", "varighet")) for cell in lines[0][1][1:]
        ):
            lines = lines[1:]
        if not lines:
            raise SettingError(
                f"{self.label}: Her står det ingen aktiviteter. Skriv én på hver linje, slik: "
                "Kartlegge behovet; 3; og på neste linje: Velge løsning; 2; 1."
            )
        if len(lines) > self.most:
            raise SettingError(
                f"{self.label}: Det er {len(lines)} aktiviteter. Ta med høyst {self.most}; "
                "slå sammen dem som hører sammen."
            )
        rows = [self._row(place, *line) for place, line in enumerate(lines, start=1)]
        names = [name.casefold() for _, name, _, _ in rows]
        return Plan(
            tuple(
                Activity(name, weeks, self._after(number, after, names))
                for number, name, weeks, after in rows
            ),
            constructed,
        )

    def _row(self, place: int, number: int, cells: list[str]) -> tuple[int, str, float, str]:
        """Give the line's number, the name, the weeks and what it waits for, as written."""
        at = f"{self.label}, linje {number}"
        if len(cells) > 2 and cells[0].rstrip(".").isdecimal() and not cells[1].isdecimal():
            if int(cells[0].rstrip(".")) != place:
                raise SettingError(
                    f"{at}: Linjen er merket {cells[0][:10]}, men er aktivitet nummer {place}. "
                    "Rett numrene, også der andre venter på den, eller ta dem bort."
                )
            cells = cells[1:]
        while len(cells) > 3 and not cells[-1]:
            cells = cells[:-1]
        if len(cells) > 3:
            raise SettingError(
                f"{at}: Her er {len(cells)} deler. Skriv tre: aktivitet; uker; hva den venter på. "
                "Venter den på flere, skriv komma mellom numrene."
            )
        name, weeks, after = (*cells, "", "")[:3]
        if not name:
            raise SettingError(f"{at}: Skriv hva aktiviteten heter, først på linjen.")
        if len(name) > self.longest:
            raise SettingError(
                f"{at}: «{name[:40]} …» er på {len(name)} tegn. Skriv det med høyst {self.longest}."
            )
        if not weeks:
            raise SettingError(
                f"{at}: «{name[:40]}» mangler varighet. Skriv antall uker etter et semikolon. "
                "Skriv 0 for en milepæl."
            )
        try:
            lasts = parse_number(re.sub(r"\s*uker?$", "", weeks))
        except NumberFormatError as error:
            raise SettingError(f"{at}, uker: {error}") from error
        if not 0 <= lasts <= self.longest_weeks:
            raise SettingError(
                f"{at}: «{name[:40]}» varer {weeks[:20]} uker. Velg et tall fra 0 til "
                f"{self.longest_weeks:g}."
            )
        return number, name, lasts, after

    def _after(self, number: int, after: str, names: list[str]) -> tuple[int, ...]:
        """Give the places of what an activity waits for: written as numbers, or as names."""
        at = f"{self.label}, linje {number}"
        parts = [after] if after.casefold() in names else re.split(r"\s*(?:,|\bog\b)\s*", after)
        places = []
        for part in parts:
            wanted = part.casefold()
            if wanted in ("", "-", "–"):
                continue
            if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
                place = int(wanted) - 1
            elif wanted.isdecimal():
                raise SettingError(
                    f"{at}: Aktiviteten venter på nummer {part[:10]}, men det er "
                    f"{len(names)} {'aktivitet' if len(names) == 1 else 'aktiviteter'}."
                )
            elif names.count(wanted) == 1:
                place = names.index(wanted)
            elif wanted in names:
                raise SettingError(f"{at}: Flere aktiviteter heter «{part[:40]}». Skriv nummeret.")
            else:
                raise SettingError(
                    f"{at}: Ingen aktivitet heter «{part[:40]}». Skriv nummeret på det den venter "
                    "på, med komma mellom om det er flere."
                )
            if place not in places:
                places.append(place)
        return tuple(places)


PASTED = (Series, Pairs, Outline, Activities)


def says_constructed(text: str) -> bool:
    """Tell whether the first line of a text to paste says that what follows is constructed."""
    first = text.strip().partition("\n")[0]
    return bool(_CONSTRUCTED.search(first)) and not any(sign.isdigit() for sign in first)


def _without_mark(text: str) -> tuple[list[tuple[int, str]], bool]:
    """Give the numbered lines that are not empty, and whether the first said «Konstruert»."""
    lines = [
        (number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()
    ]
    marked = bool(lines and _CONSTRUCTED_LINE.fullmatch(lines[0][1]))
    return lines[marked:], marked
