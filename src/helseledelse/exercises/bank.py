"""All exercises of the content files, by id."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from helseledelse.exercises.base import Exercise
from helseledelse.exercises.kinds import KINDS
from helseledelse.exercises.reader import ContentError, Table, is_name, nearest, read_toml

CONTENT = Path(str(files("helseledelse"))) / "content"


class Bank(Mapping[str, Exercise]):
    """Exercises by id, in the order written.

    Raises
    ------
    ContentError
        When an id is asked for that does not exist, or stands in two files.
    """

    def __init__(self, exercises: Mapping[str, Exercise]) -> None:
        self._exercises = dict(exercises)

    def __getitem__(self, name: str) -> Exercise:
        try:
            return self._exercises[name]
        except KeyError:
            raise ContentError(
                f"Det finnes ingen oppgave som heter «{name}». {nearest(name, self._exercises)}"
            ) from None

    # Mapping's own version swallows KeyError, and ours is a ContentError.
    def __contains__(self, name: object) -> bool:
        return name in self._exercises

    def __iter__(self) -> Iterator[str]:
        return iter(self._exercises)

    def __len__(self) -> int:
        return len(self._exercises)


def read_exercise(name: str, values: dict[str, object], file: str) -> Exercise:
    """Build one exercise from its table.

    Raises
    ------
    ContentError
        With file, exercise, what is wrong and the remedy.
    """
    table = Table(values, name=name, file=file)
    if not is_name(name):
        raise table.fail("Navnet skal ha små bokstaver a–z, sifre og bindestrek, som nl6-icer.")
    kind = KINDS[table.choice("kind", KINDS)]
    exercise = kind.from_table(table)
    table.finish()
    return exercise


def read_bank(*paths: Path) -> Bank:
    """Read content files; a folder stands for every ``.toml`` in it but ``programmes.toml``.

    Raises
    ------
    ContentError
        When a file cannot be read, an exercise is wrong, or an id stands twice.
    """
    found: dict[str, Exercise] = {}
    places: dict[str, str] = {}
    for path in paths:
        for file in sorted(path.glob("*.toml")) if path.is_dir() else [path]:
            if file.name == "programmes.toml":
                continue
            for name, values in read_toml(file).items():
                if not isinstance(values, dict):
                    raise ContentError(
                        f"{file.name}: «{name}» står utenfor en oppgave. "
                        "Sett [oppgavens-navn] over."
                    )
                if name in found:
                    raise ContentError(
                        f"Oppgaven «{name}» står både i {places[name]} og {file.name}. "
                        "Gi den ene et nytt navn."
                    )
                found[name] = read_exercise(name, values, file.name)
                places[name] = file.name
    return Bank(found)


@cache
def bank() -> Bank:
    """Give the shipped exercises, read once."""
    return read_bank(CONTENT)
