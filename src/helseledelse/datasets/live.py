"""The population tables as Statistics Norway has them today, or as they are shipped.

Nothing here is asked for unless somebody calls it: the workbooks use the shipped tables. The shapes
are those of `helseledelse.datasets`.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from helseledelse.datasets import tables

if TYPE_CHECKING:
    import pandas as pd

SSB = "https://data.ssb.no/api/pxwebapi/v2"
_TABLE = "07459"
_SEX = {"1": "M", "2": "K"}
_VESTVAGOY = "1860"
_OLDEST = 105
_MOST_BYTES = 50_000_000
_BORDERS_OF_2024 = "agg_KommSummer"  # earlier years summed to today's municipalities, K- before it


class LiveError(ValueError):
    """There are no figures, live or shipped; the message is a sentence in bokmål."""


@dataclass(frozen=True)
class Fetched:
    """A table, and where it came from.

    Attributes
    ----------
    table : in the shape of the shipped one
    live : whether it came from Statistics Norway just now
    notice : a sentence in bokmål that says where from, to show beside the figures
    """

    table: "pd.DataFrame"
    live: bool
    notice: str


def population_norway(year: int, *, base: str = SSB, seconds: float = 10) -> Fetched:
    """Give persons in Norway by sex and single age on 1 January.

    Parameters
    ----------
    base : address of a PxWebApi of version 2
    seconds : to wait for each answer before the shipped table is used

    Raises
    ------
    LiveError
        If there is no contact and the shipped table has not the year.
    """
    return _live_or_shipped(
        lambda: _single_ages("0", year, base, seconds), lambda: tables.population_norway(year), year
    )


def population_of(number: str, year: int, *, base: str = SSB, seconds: float = 10) -> Fetched:
    """Give persons in one municipality of 2024 by sex and single age on 1 January.

    Only Vestvågøy is shipped by single age.

    Parameters
    ----------
    number : four digits as text
    base, seconds : as `population_norway`

    Raises
    ------
    LiveError
        If the number is no municipality's, or there is no contact and nothing is shipped.
    """
    if number not in set(tables.read("kommuner_2024")["knr"]):
        raise LiveError(f"«{number}» er ikke nummeret til en kommune.")

    def shipped() -> "pd.DataFrame":
        if number != _VESTVAGOY:
            raise ValueError("only Vestvågøy is shipped by single age")
        return tables.population_vestvagoy(year)

    return _live_or_shipped(lambda: _single_ages(f"K-{number}", year, base, seconds), shipped, year)


def population_municipality(year: int, *, base: str = SSB, seconds: float = 30) -> Fetched:
    """Give persons per municipality of 2024, sex and five-year age group on 1 January.

    Parameters
    ----------
    base, seconds : as `population_norway`

    Raises
    ------
    LiveError
        If there is no contact and the shipped table has not the year.
    """
    return _live_or_shipped(
        lambda: _by_municipality(year, base, seconds),
        lambda: tables.population_municipality(year),
        year,
    )


def _live_or_shipped(
    live: Callable[[], "pd.DataFrame"], shipped: Callable[[], "pd.DataFrame"], year: int
) -> Fetched:
    try:
        table = live()
    except HTTPError as answer:
        with answer:
            why = f"Statistisk sentralbyrå svarte med feil {answer.code}."
    except (OSError, HTTPException):
        why = "Det er ikke kontakt med Statistisk sentralbyrå."
    except LiveError:
        raise
    except (KeyError, TypeError, ValueError):
        why = "Svaret fra Statistisk sentralbyrå var ikke til å lese."
    else:
        notice = f"Hentet nå fra Statistisk sentralbyrå, tabell {_TABLE}, 1. januar {year}."
        return Fetched(table, live=True, notice=notice)
    try:
        table = shipped()
    except ValueError as error:
        raise LiveError(
            f"{why} Tallene for {year} følger ikke med. Prøv igjen senere, eller velg et annet år."
        ) from error
    return Fetched(table, live=False, notice=f"{why} Her er tallene for {year} som følger med.")


def _single_ages(region: str, year: int, base: str, seconds: float) -> "pd.DataFrame":
    return _sum(_ask(region, year, base, seconds), ["aar", "kjonn", "alder"])


def _by_municipality(year: int, base: str, seconds: float) -> "pd.DataFrame":
    cells = _ask("*", year, base, seconds)
    known = set(tables.read("kommuner_2024")["knr"])
    cells["knr"] = cells["region"].str.removeprefix("K-")
    cells = cells[cells["knr"].isin(known)]  # the list holds Svalbard and the unknown too
    if missing := known - set(cells["knr"]):
        raise ValueError(f"no figures for {len(missing)} municipalities")
    first = (cells["alder"] // 5 * 5).clip(upper=tables.AGE_GROUPS[-1])
    names = {start: f"{start:02}-{start + 4:02}" for start in tables.AGE_GROUPS}
    names[tables.AGE_GROUPS[-1]] = f"{tables.AGE_GROUPS[-1]}+"
    return _sum(cells.assign(alder=first.map(names)), ["aar", "knr", "kjonn", "alder"])


def _sum(cells: "pd.DataFrame", by: list[str]) -> "pd.DataFrame":
    return cells.groupby(by)[["antall"]].sum().reset_index()


def _ask(region: str, year: int, base: str, seconds: float) -> "pd.DataFrame":
    """Give ``aar, region, kjonn, alder, antall`` for a region's code, or for all with ``*``."""
    place: dict[str, Any] = {"variableCode": "Region", "valueCodes": [region]}
    if region != "0":
        place["codelist"] = _BORDERS_OF_2024
    selection = [
        place,
        {"variableCode": "Kjonn", "valueCodes": list(_SEX)},
        {"variableCode": "Alder", "valueCodes": ["*"]},
        {"variableCode": "ContentsCode", "valueCodes": ["Personer1"]},
        {"variableCode": "Tid", "valueCodes": [str(year)]},
    ]
    if not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", base):
        raise LiveError("Adressen til statistikkbanken må begynne med https.")
    request = Request(  # noqa: S310  # the line above permits nothing but https and this machine
        f"{base}/tables/{_TABLE}/data?lang=no&outputFormat=json-stat2",
        json.dumps({"selection": selection}).encode(),
        {"Content-Type": "application/json", "Accept": "application/json"},
    )
    with urlopen(request, timeout=seconds) as answer:  # noqa: S310  # as above
        body = answer.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise ValueError("the answer is too long")
    return _people(_cells(json.loads(body)), region, year)


def _people(cells: "pd.DataFrame", region: str, year: int) -> "pd.DataFrame":
    """Check that the answer is what was asked for, and call the columns what we do."""
    sexes, years = set(cells["Kjonn"]), set(cells["Tid"])
    ages = cells["Alder"].str.extract(r"^(\d+)\+?$", expand=False).astype(int)
    if sexes != set(_SEX) or years != {str(year)} or set(ages) != set(range(_OLDEST + 1)):
        raise ValueError(f"asked for two sexes and 106 ages in {year}: got {sexes}, {years}")
    if region != "*" and set(cells["Region"]) != {region}:
        raise ValueError(f"asked for {region}: got {set(cells['Region'])}")
    if cells["value"].isna().any() or (cells["value"] < 0).any():
        raise ValueError("some counts are missing or negative")
    return cells.assign(
        aar=year,
        region=cells["Region"],
        kjonn=cells["Kjonn"].map(_SEX),
        alder=ages,
        antall=cells["value"].astype("int64"),
    )[["aar", "region", "kjonn", "alder", "antall"]]


def _cells(document: dict[str, Any]) -> "pd.DataFrame":
    """Read JSON-stat 2.0: a column of codes for each dimension, and ``value``.

    References
    ----------
    json-stat.org/format: values in row-major order, as a list, or an object where many are missing;
    a category's index an object, a list, or left out where there is one only.
    """
    import numpy as np
    import pandas as pd

    codes = []
    for name in document["id"]:
        category = document["dimension"][name]["category"]
        index = category.get("index") or list(category["label"])
        if isinstance(index, dict):
            index = [code for code, _ in sorted(index.items(), key=lambda pair: pair[1])]
        codes.append(index)
    if [len(one) for one in codes] != document["size"]:
        raise ValueError(f"the dimensions' codes do not fill {document['size']}")
    number = int(np.prod(document["size"]))
    value = document["value"]
    if isinstance(value, dict):
        value = [value.get(str(place)) for place in range(number)]
    if len(value) != number:
        raise ValueError(f"{len(value)} values for {number} cells")
    table = pd.MultiIndex.from_product(codes, names=document["id"]).to_frame(index=False)
    return table.assign(value=pd.to_numeric(pd.Series(value, dtype="object"), errors="raise"))
