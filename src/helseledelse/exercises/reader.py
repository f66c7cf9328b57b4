"""Reads content files, and speaks to the lecturer who wrote them when something is wrong."""

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from helseledelse.exercises.text import Text


class ContentError(ValueError):
    """A content file is wrong; the message is a sentence in bokmål with place and remedy."""


def nearest(word: str, valid: Iterable[str]) -> str:
    """Give a hint at the valid word nearest to `word`, or the list of valid words."""
    words = sorted(valid)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"Mente du «{close[0]}»?"
    if len(words) <= 12:
        return f"Gyldige ord er {', '.join(words)}."
    return f"De som ligner mest, er {', '.join(difflib.get_close_matches(word, words, 5, 0))}."


_MISSING: Any = object()

_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def is_name(text: str) -> bool:
    """Whether `text` can be an id: it ends up in addresses and in the elements of a page."""
    return _NAME.fullmatch(text) is not None


def _shown(value: object) -> str:
    """Show a value as its author wrote it, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, dict)):
        return "en liste" if isinstance(value, list) else "en tabell"
    written = str(value)
    return f"«{written[:40]} …»" if len(written) > 40 else f"«{written}»"


class Table:
    """One table of a content file, read value by value.

    `finish` refuses words that nobody asked for, here and in the tables inside.

    Every reading method raises `ContentError` when the value is missing or of the wrong sort.
    """

    def __init__(
        self,
        values: dict[str, Any],
        *,
        name: str,
        file: str,
        inside: str = "",
        noun: str = "oppgave",
    ) -> None:
        self.values = values
        self.name = name
        self.file = file
        self.inside = inside
        self.noun = noun
        self._asked: set[str] = set()
        self._parts: list[Table] = []

    def fail(self, message: str) -> ContentError:
        """Make an error that says where it is; raise what this gives."""
        inside = f", {self.inside}" if self.inside else ""
        return ContentError(f"{self.file}, {self.noun} «{self.name}»{inside}: {message}")

    def _value(self, key: str, default: Any, sort: type | tuple[type, ...], called: str) -> Any:
        self._asked.add(key)
        value = self.values.get(key, default)
        if value is _MISSING:
            raise self.fail(f"«{key}» mangler. Skriv {called}.")
        wrong = not isinstance(value, sort) or (isinstance(value, bool) and sort is not bool)
        if value is not default and wrong:
            raise self.fail(f"«{key}» er {_shown(value)}, men skal være {called}.")
        return value

    def has(self, key: str) -> bool:
        return key in self.values

    def string(self, key: str, *, default: str = _MISSING) -> str:
        return str(self._value(key, default, str, "en tekst i anførselstegn")).strip()

    def strings(self, key: str, *, at_least: int = 0) -> tuple[str, ...]:
        values = self._value(key, [] if not at_least else _MISSING, list, "en liste med tekster")
        if len(values) < at_least or not all(isinstance(v, str) and v.strip() for v in values):
            raise self.fail(f"«{key}» skal være en liste med minst {at_least} tekst(er).")
        return tuple(values)

    def number(
        self,
        key: str,
        *,
        default: float = _MISSING,
        minimum: float = float("-inf"),
        maximum: float = float("inf"),
    ) -> float:
        value = float(self._value(key, default, (int, float), "et tall uten anførselstegn"))
        if not math.isfinite(value):
            raise self.fail(f"«{key}» er ikke et endelig tall. Skriv et tall med sifre.")
        if not minimum <= value <= maximum:
            bounds = f"minst {minimum:g}"
            if maximum < float("inf"):
                bounds = f"fra {minimum:g} til {maximum:g}"
            raise self.fail(f"«{key}» er {value:g}, men skal være {bounds}.")
        return value

    def whole(
        self, key: str, *, default: int = _MISSING, minimum: int = 0, maximum: int = 1_000_000
    ) -> int:
        value = self.number(key, default=default, minimum=minimum, maximum=maximum)
        if value != int(value):
            raise self.fail(f"«{key}» er {value:g}, men skal være et helt tall.")
        return int(value)

    def moment(self, key: str) -> str:
        """Give a moment as it is written, "" where it is left out.

        The offset is asked for, because the participants' server may keep another time than the
        author.
        """
        said = self.string(key, default="")
        try:
            aware = not said or datetime.fromisoformat(said).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise self.fail(
                f"«{key}» er {_shown(said)}, men skal ha dato, klokkeslett og avstand til UTC, som "
                "«2027-01-15T23:59+01:00»."
            )
        return said

    def identity(self, *, default: str = _MISSING) -> str:
        """Give the id of a part of an exercise."""
        value = self.string("id", default=default)
        if not is_name(value):
            raise self.fail(
                f"«id» er {_shown(value)}, men skal ha små bokstaver a–z, sifre og bindestrek."
            )
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        return bool(self._value(key, default, bool, "true eller false"))

    def choice(self, key: str, valid: Iterable[str], *, default: str = _MISSING) -> str:
        words = list(valid)
        value = self.string(key, default=default)
        if value not in words:
            raise self.fail(f"«{key}» er «{value}». {nearest(value, words)}")
        return value

    def _as_text(self, key: str, value: object) -> Text:
        if isinstance(value, str) and value.strip():
            return Text(value.strip())
        if (
            isinstance(value, dict)
            and set(value) <= {"nb", "nn"}
            and str(value.get("nb", "")).strip()
        ):
            return Text(str(value["nb"]).strip(), str(value.get("nn", "")).strip())
        raise self.fail(
            f"«{key}» skal være en tekst, eller {key}.nb med teksten på bokmål "
            f"og {key}.nn med teksten på nynorsk."
        )

    def text(self, key: str, *, required: bool = True) -> Any:
        """Give a `Text`, or None where it is missing and not required."""
        value = self._value(key, _MISSING if required else None, (str, dict), "en tekst")
        return None if value is None else self._as_text(key, value)

    def texts(self, key: str, *, at_least: int = 0) -> tuple[Text, ...]:
        values = self._value(key, [] if not at_least else _MISSING, list, "en liste med tekster")
        if len(values) < at_least:
            raise self.fail(f"«{key}» skal ha minst {at_least} tekst(er).")
        return tuple(self._as_text(key, value) for value in values)

    def tables(self, key: str, *, at_least: int = 0) -> tuple["Table", ...]:
        """Give the tables written as ``[[exercise.key]]``."""
        values = self._value(key, [] if not at_least else _MISSING, list, f"[[{self.name}.{key}]]")
        if len(values) < at_least or not all(isinstance(value, dict) for value in values):
            raise self.fail(
                f"«{key}» skal ha minst {at_least} deler, skrevet [[{self.name}.{key}]]."
            )
        return tuple(
            self._part(value, f"{key} nummer {number}")
            for number, value in enumerate(values, start=1)
        )

    def table(self, key: str) -> "Table":
        """Give the table written as ``key.word = …`` or ``[exercise.key]``."""
        value = self._value(key, _MISSING, dict, f"[{self.name}.{key}]")
        return self._part(value, key)

    def _part(self, values: dict[str, Any], inside: str) -> "Table":
        part = Table(values, name=self.name, file=self.file, inside=inside, noun=self.noun)
        self._parts.append(part)
        return part

    def unique(self, key: str, values: Sequence[str]) -> None:
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise self.fail(f"«{twice[0]}» står to ganger i «{key}».")

    def finish(self) -> None:
        """Refuse words that no reader asked for: a misspelt key is never silently lost."""
        for key in self.values:
            if key not in self._asked:
                raise self.fail(f"«{key}» er ukjent her. {nearest(key, self._asked)}")
        for part in self._parts:
            part.finish()


def read_toml(path: Path) -> dict[str, Any]:
    """Read a content file.

    Raises
    ------
    ContentError
        If it cannot be read or is not TOML, with the line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContentError(f"{path.name} lar seg ikke lese: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ContentError(
            f"{path.name} er ikke lagret som UTF-8. Lagre den på nytt slik."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ContentError(
            f"{path.name} er ikke gyldig TOML: {error}. Se etter et anførselstegn eller en "
            "klamme som mangler på linjen."
        ) from error
