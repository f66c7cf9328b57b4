"""Municipalities by the names people use, and figures that belong to one of them."""

from functools import cache
from typing import TYPE_CHECKING

from helseledelse.datasets.tables import nursing_home_beds, population_municipality, read

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

# The source joins parallel Norwegian, Sámi and Kven names with hyphens, in no fixed order, and
# a hyphen also stands inside Norwegian names (Nord-Fron): only a list can tell them apart.
PARALLEL_NAMES = {
    "Deatnu-Tana": "Tana",
    "Fauske-Fuosko": "Fauske",
    "Guovdageaidnu-Kautokeino": "Kautokeino",
    "Gáivuotna-Kåfjord-Kaivuono": "Kåfjord",
    "Kárášjohka-Karasjok": "Karasjok",
    "Loabák-Lavangen": "Lavangen",
    "Oslo-Oslove": "Oslo",
    "Porsanger-Porsáŋgu-Porsanki": "Porsanger",
    "Raarvihke-Røyrvik": "Røyrvik",
    "Snåase-Snåsa": "Snåsa",
    "Sortland-Suortá": "Sortland",
    "Storfjord-Omasvuotna-Omasvuono": "Storfjord",
    "Unjárga-Nesseby": "Nesseby",
    "Finnmark-Finnmárkku": "Finnmark",
    "Innlandet-Sisdajven": "Innlandet",
    "Nordland-Nordlándda": "Nordland",
    "Troms-Romssa": "Troms",
    "Trøndelag-Trööndelage": "Trøndelag",
}
_LAST_LETTERS = str.maketrans({"æ": "{", "ø": "|", "å": "}"})  # what follows z in ASCII


@cache
def _municipalities() -> "pd.DataFrame":
    table = read("kommuner_2024").copy()
    county = table["fylke"].replace(PARALLEL_NAMES)
    name = table["kommune"].replace(PARALLEL_NAMES)
    # Two are called Herøy and two Våler: these carry their county, as Statistics Norway writes.
    table["navn"] = name.where(~name.duplicated(keep=False), name + " (" + county + ")")
    table["fylkesnavn"] = county
    order = table["navn"].str.lower().str.translate(_LAST_LETTERS)
    return table.iloc[order.argsort(kind="stable").to_numpy()].reset_index(drop=True)


def municipalities() -> "pd.DataFrame":
    """Give the 357 municipalities of 2024 in the order of the Norwegian alphabet.

    Returns
    -------
    DataFrame
        ``knr, kommune, fylkesnr, fylke`` as in the source, and ``navn`` and ``fylkesnavn``: the
        Norwegian name alone, with the county where two municipalities share a name.
    """
    return _municipalities().copy()


@cache
def municipality_names() -> dict[str, str]:
    """Give the Norwegian name of each municipality number, in alphabetical order."""
    table = _municipalities()
    return dict(zip(table["knr"], table["navn"], strict=True))


@cache
def _age_counts(year: int) -> "dict[str, NDArray[np.int64]]":
    table = population_municipality(year)
    groups = sorted(table["alder"].unique())
    wide = table.pivot_table(index="knr", columns="alder", values="antall", aggfunc="sum")
    counts = wide[groups].to_numpy(dtype="int64")
    counts.flags.writeable = False
    return {str(number): row for number, row in zip(wide.index, counts, strict=True)}


def age_counts(number: str, year: int) -> "NDArray[np.int64]":
    """Give persons in a municipality by five-year age group, both sexes, shape (19,).

    Parameters
    ----------
    number : four digits as text
    year : 2018 or 2026

    Returns
    -------
    ndarray
        Read-only; the groups start at `AGE_GROUPS`, the last is 90 and over.

    Raises
    ------
    ValueError
        If there are no figures for the municipality or the year.
    """
    counts = _age_counts(year)
    if number not in counts:
        raise ValueError(f"no municipality {number!r} in {year}")
    return counts[number]


def nursing_home_beds_by_municipality(year: int) -> "pd.Series[float]":
    """Give institution beds on the borders of 2024, 31 December 2015-2018.

    Returns
    -------
    Series
        Beds by municipality number; a municipality none of whose parts reported is missing.
    """
    table = nursing_home_beds(year)
    parts = table["plasser"] * table["vekt_2024"]
    return parts.groupby(table["knr_2024"]).sum(min_count=1)
