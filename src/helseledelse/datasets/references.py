"""Fixed numbers laid down by rules and guidelines, each with unit, year and source."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Reference:
    """One number that somebody has laid down.

    Attributes
    ----------
    value : in `unit`
    year : the year it holds for, or was set
    source : who laid it down and where it is written, for a participant to read
    """

    value: float
    unit: str
    year: int
    source: str

    def __post_init__(self) -> None:
        if not (self.unit and self.source):
            raise ValueError(f"{self.value!r}: a number needs a unit and a source")
        if not 1900 <= self.year <= 2100:
            raise ValueError(f"{self.value!r}: {self.year!r} is no year")


@cache
def _references() -> dict[str, Reference]:
    text = files(__package__).joinpath("reference.toml").read_text(encoding="utf-8")
    return {name: Reference(**table) for name, table in tomllib.loads(text).items()}


def reference(name: str) -> Reference:
    """Give the number of this name in ``reference.toml``.

    Raises
    ------
    KeyError
        If there is none, with the names there are.

    Examples
    --------
    >>> reference("isf_unit_price_2024").value
    52248
    """
    found = _references()
    if name not in found:
        raise KeyError(f"no reference {name!r}; there are {', '.join(found)}")
    return found[name]
