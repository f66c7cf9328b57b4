"""The shipped tables as data frames, read once and handed out as copies.

Column words: ``aar`` year, ``knr`` four-digit municipality number as text, ``kjonn`` K women,
M men, alle both, ``alder`` age in years or age group, ``antall`` persons.
"""

from functools import cache
from typing import TYPE_CHECKING

from helseledelse.datasets.catalogue import dataset

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

AGE_GROUPS: tuple[int, ...] = tuple(range(0, 95, 5))
"""First age of each group in `population_municipality`; the last is open."""

_TOPICS = {
    "dagkirurgi": "helseatlas_dagkirurgi_2013_2017",
    "eldre": "helseatlas_eldre_2013_2015",
    "fodselshjelp": "helseatlas_fodselshjelp_2015_2017",
    "gynekologi": "helseatlas_gynekologi_2015_2017",
    "kols": "helseatlas_kols_2013_2015",
    "ortopedi": "helseatlas_ortopedi_2012_2016",
}
# Numbers that are names: 0301 is Oslo, and 301 is nothing.
_TEXT = dict.fromkeys(("knr", "knr_2024", "fylkesnr"), "str")


@cache
def read(name: str) -> "pd.DataFrame":
    """Give the table itself: for this package, which hands out copies."""
    import pandas as pd

    with dataset(name).path.open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=_TEXT)


def population_municipality(year: int | None = None) -> "pd.DataFrame":
    """Give persons per municipality, sex and age group on 1 January 2018 and 2026.

    Returns
    -------
    DataFrame
        ``aar, knr, kjonn, alder, antall``; ``alder`` is ``00-04`` … ``90+``, borders of 2024.

    Raises
    ------
    ValueError
        If there are no figures for `year`.
    """
    return _of_year(read("befolkning_kommune_2018_2026"), year)


def population_norway(year: int | None = None) -> "pd.DataFrame":
    """Give persons in Norway by sex and single age, 1 January 1986-2026.

    Returns
    -------
    DataFrame
        ``aar, kjonn, alder, antall``; ``alder`` is 0-105.
    """
    return _of_year(read("befolkning_norge_1986_2026"), year)


def population_vestvagoy(year: int | None = None) -> "pd.DataFrame":
    """Give persons in Vestvågøy by sex and single age, 1 January 2005-2026.

    Returns
    -------
    DataFrame
        ``aar, kjonn, alder, antall``; ``alder`` is 0-105.
    """
    return _of_year(read("befolkning_vestvagoy_2005_2026"), year)


def mortality(year: int | None = None) -> "pd.DataFrame":
    """Give deaths per person-year in Norway by sex and single age, 2000-2023.

    Returns
    -------
    DataFrame
        ``aar, kjonn, alder, mx``; ``kjonn`` is K, M or alle, ``alder`` 0-110.
    """
    return _of_year(read("dodelighet_norge_2000_2023"), year)


def life_table(year: int = 2023, sex: str = "alle") -> "pd.DataFrame":
    """Give the period life table of 2013 or 2023.

    Parameters
    ----------
    sex : ``K`` women, ``M`` men, ``alle`` both seen as one

    Returns
    -------
    DataFrame
        Indexed by age 0-105: ``mx`` deaths per person-year, ``qx`` probability of death within
        the year, ``lx`` survivors and ``dx`` deaths of 100 000 born, ``Lx`` person-years lived,
        ``ex`` remaining years of life. The last row is open.

    Raises
    ------
    ValueError
        If there is no such year or sex.
    """
    table = _of_year(read("livstabell_norge_2013_2023"), year)
    table = table[table["kjonn"] == sex]
    if table.empty:
        raise ValueError(f"no life table for {sex!r}; there are K, M and alle")
    return table.set_index("alder").drop(columns=["aar", "kjonn"])


def quality_of_life_norms(sex: str) -> "NDArray[np.float64]":
    """Give mean EQ-5D index of the English population at each age 0-105, shape (106,).

    Parameters
    ----------
    sex : ``K`` or ``M``

    Raises
    ------
    ValueError
        If there are no figures for `sex`.
    """
    import numpy as np

    table = read("livskvalitet_england_2017_2018")
    table = table[table["kjonn"] == sex]
    if table.empty:
        raise ValueError(f"no quality-of-life norms for {sex!r}; there are K and M")
    years = (table["til_alder"] - table["fra_alder"] + 1).to_numpy()
    return np.repeat(table["livskvalitet"].to_numpy(dtype=float), years)


def eq5d_value_set(country: str = "NO") -> "NDArray[np.float64]":
    """Give the decrements of EQ-5D-5L, shape (5 dimensions, 5 levels).

    Parameters
    ----------
    country : ``NO`` or ``DK``

    Returns
    -------
    ndarray
        Rows mobility, self-care, usual activities, pain, anxiety; the first column is zero. The
        index is 1 minus one number from each row.

    Raises
    ------
    ValueError
        If there is no value set for `country`.
    """
    table = read("eq5d5l_verdisett_norge_danmark")
    table = table[table["land"] == country]
    if table.empty:
        raise ValueError(f"no value set for {country!r}; there are NO and DK")
    by_level = table.pivot_table(index="dimensjon", columns="niva", values="fratrekk")
    return by_level.loc[["MO", "SC", "UA", "PD", "AD"]].to_numpy(dtype=float)


def helseatlas(topic: str) -> "pd.DataFrame":
    """Give indicators by hospital catchment from Helseatlas.

    Parameters
    ----------
    topic : ``dagkirurgi``, ``eldre``, ``fodselshjelp``, ``gynekologi``, ``kols`` or ``ortopedi``

    Returns
    -------
    DataFrame
        ``verdi`` is standardised for age and sex, per ``per``; ``teller`` and ``nevner`` are the
        crude counts, which a funnel plot needs. See `dataset` for the caution.

    Raises
    ------
    ValueError
        If there is no such topic.
    """
    if topic not in _TOPICS:
        raise ValueError(f"no atlas of {topic!r}; there are {', '.join(_TOPICS)}")
    return read(_TOPICS[topic]).copy()


def nursing_home_beds(year: int | None = None) -> "pd.DataFrame":
    """Give institution beds by the municipality numbers of the time, 31 December 2015-2018.

    Returns
    -------
    DataFrame
        ``aar, knr, kommune, plasser, knr_2024, vekt_2024``; ``plasser`` may be missing.
    """
    return _of_year(read("sykehjemsplasser_kommune_2015_2018"), year)


def user_payments(year: int | None = None) -> "pd.DataFrame":
    """Give user payments for institutions and home services, 1000 kroner, 2013-2016.

    Returns
    -------
    DataFrame
        ``aar, knr, kommune, institusjon_1000kr, hjemmetjenester_1000kr``.
    """
    return _of_year(read("brukerbetaling_omsorg_kommune_2013_2016"), year)


def standard_population() -> "pd.DataFrame":
    """Give the European Standard Population 2013: ``alder, vekt``, weights of 100 000."""
    return read("standardbefolkning_esp2013").copy()


def _of_year(table: "pd.DataFrame", year: int | None) -> "pd.DataFrame":
    if year is None:
        return table.copy()
    chosen = table[table["aar"] == year]
    if chosen.empty:
        years = ", ".join(str(one) for one in sorted(table["aar"].unique()))
        raise ValueError(f"no figures for {year}; there are {years}")
    return chosen.reset_index(drop=True)
