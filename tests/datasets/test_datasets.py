import subprocess
import sys
from importlib.resources import files

import numpy as np
import pytest

from helseledelse import datasets
from helseledelse.datasets import DATASETS, Dataset, Reference, reference
from helseledelse.datasets.municipality import PARALLEL_NAMES

HYPHEN_IN_NORWEGIAN = {
    "Aurskog-Høland",
    "Midt-Telemark",
    "Nord-Aurdal",
    "Nord-Fron",
    "Nord-Odal",
    "Stor-Elvdal",
    "Sør-Aurdal",
    "Sør-Fron",
    "Sør-Odal",
    "Sør-Varanger",
}


# --- the catalogue -----------------------------------------------------------------------------


def test_every_file_is_described_and_every_description_has_its_file() -> None:
    shipped = {path.name for path in files(datasets).joinpath("data").iterdir()}
    tables = {name.removesuffix(".csv") for name in shipped if name.endswith(".csv")}
    assert tables == set(DATASETS)
    assert {"LICENSES.md", "KILDER.md"} <= shipped


@pytest.mark.parametrize("one", DATASETS.values(), ids=DATASETS)
def test_years_are_those_of_the_file(one: Dataset) -> None:
    first = one.path.read_text(encoding="utf-8").splitlines()
    columns = first[0].split(",")
    assert len(first) > 2
    if "aar" in columns:
        years = {int(line.split(",")[columns.index("aar")]) for line in first[1:]}
        assert (min(years), max(years)) == one.years


def test_the_licence_page_names_every_table_and_attribution() -> None:
    page = files(datasets).joinpath("data", "LICENSES.md").read_text(encoding="utf-8")
    for one in DATASETS.values():
        assert f"`{one.name}.csv`" in page or one.name.startswith("helseatlas_")
        commit = one.source.partition("@ ")[2][:40]
        assert commit in page


@pytest.mark.parametrize("missing", ["licence", "attribution", "source", "unit", "title"])
def test_a_table_without_its_terms_cannot_be_described(missing: str) -> None:
    texts = dict.fromkeys(("name", "title", "unit", "licence", "attribution", "source"), "x")
    with pytest.raises(ValueError, match=missing):
        Dataset(**{**texts, missing: " "}, years=(2000, 2001))


def test_years_cannot_run_backwards() -> None:
    texts = dict.fromkeys(("name", "title", "unit", "licence", "attribution", "source"), "x")
    with pytest.raises(ValueError, match="no span"):
        Dataset(**texts, years=(2001, 2000))


def test_an_unknown_table_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="kommuner_2024"):
        datasets.dataset("kommuner_2023")


def test_importing_reads_nothing() -> None:
    code = "import sys, helseledelse.datasets; print('pandas' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


# --- population: the counts that the sources state -----------------------------------------------


def test_there_are_357_municipalities_in_15_counties() -> None:
    table = datasets.municipalities()
    assert len(table) == 357
    assert table["knr"].is_unique
    assert table["fylkesnr"].nunique() == 15
    assert len(datasets.municipality_names()) == 357


def test_the_municipalities_of_2018_miss_24_persons() -> None:
    # SSB table 07459: 5 295 619 in Norway on 1 January 2018; csdata's weights leave 5 295 595.
    assert datasets.population_municipality(2018)["antall"].sum() == 5_295_595
    assert datasets.population_norway(2018)["antall"].sum() == 5_295_619


def test_the_municipalities_of_2026_are_the_country() -> None:
    municipal = datasets.population_municipality(2026)["antall"].sum()
    assert municipal == datasets.population_norway(2026)["antall"].sum()


@pytest.mark.parametrize(
    ("year", "everyone", "eighty", "seventies"),
    [(2018, 11_397, 566, 919), (2026, 11_606, 629, 1165)],
)
def test_vestvagoy_grows_old(year: int, everyone: int, eighty: int, seventies: int) -> None:
    # SSB table 07459, Vestvågøy (1860), 1 January.
    table = datasets.population_vestvagoy(year)
    age = table["alder"]
    assert table["antall"].sum() == everyone
    assert table.loc[age >= 80, "antall"].sum() == eighty
    assert table.loc[age.between(70, 79), "antall"].sum() == seventies
    counts = datasets.age_counts("1860", year)
    assert counts.sum() == everyone
    assert counts[16:].sum() == eighty
    assert counts[14:16].sum() == seventies


def test_single_ages_and_groups_agree_for_the_country() -> None:
    single = datasets.population_norway(2026).groupby("alder")["antall"].sum()
    groups = np.zeros(19)
    np.add.at(groups, np.minimum(single.index.to_numpy() // 5, 18), single.to_numpy())
    counts = sum(datasets.age_counts(number, 2026) for number in datasets.municipality_names())
    assert groups.tolist() == np.asarray(counts).tolist()
    assert len(datasets.AGE_GROUPS) == 19
    assert datasets.AGE_GROUPS[-1] == 90


def test_counts_cannot_be_changed_by_whoever_got_them() -> None:
    with pytest.raises(ValueError, match="read-only"):
        datasets.age_counts("0301", 2026)[0] = 0
    mine = datasets.population_norway(2026)
    mine["antall"] = 0
    assert datasets.population_norway(2026)["antall"].sum() == 5_627_400


@pytest.mark.parametrize(("number", "year"), [("9999", 2026), ("301", 2026), ("0301", 2020)])
def test_no_figures_are_made_up(number: str, year: int) -> None:
    with pytest.raises(ValueError, match=f"{number if year == 2026 else year}"):
        datasets.age_counts(number, year)


# --- names ---------------------------------------------------------------------------------------


def test_every_hyphen_is_judged() -> None:
    table = datasets.municipalities()
    hyphened = {name for name in [*table["kommune"], *table["fylke"]] if "-" in name}
    assert hyphened == HYPHEN_IN_NORWEGIAN | set(PARALLEL_NAMES)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("0301", "Oslo"),
        ("1860", "Vestvågøy"),
        ("3207", "Nordre Follo"),
        ("3226", "Aurskog-Høland"),
        ("3436", "Nord-Fron"),
        ("4020", "Midt-Telemark"),
        ("5041", "Snåsa"),
        ("5043", "Røyrvik"),
        ("5540", "Kåfjord"),
        ("5605", "Sør-Varanger"),
        ("5610", "Karasjok"),
        ("5612", "Kautokeino"),
        ("5622", "Porsanger"),
        ("1818", "Herøy (Nordland)"),
        ("1515", "Herøy (Møre og Romsdal)"),
        ("3419", "Våler (Innlandet)"),
    ],
)
def test_a_municipality_has_the_name_people_use(number: str, name: str) -> None:
    assert datasets.municipality_names()[number] == name


def test_names_tell_municipalities_apart_and_follow_the_norwegian_alphabet() -> None:
    names = list(datasets.municipality_names().values())
    assert len(set(names)) == 357
    assert names[0] == "Alstahaug"
    assert names[-2:] == ["Åseral", "Åsnes"]
    assert names.index("Ørsta") < names.index("Øygarden") < names.index("Ål")
    assert not any(letter in name for name in names for letter in "áŋ/")


# --- life and quality of life --------------------------------------------------------------------


def test_the_life_table_is_one() -> None:
    table = datasets.life_table(2023)
    assert table.index.tolist() == list(range(106))
    assert table.at[0, "lx"] == 100_000
    assert table["dx"].sum() == pytest.approx(100_000, abs=1)
    expected = table["Lx"][::-1].cumsum()[::-1] / table["lx"]
    np.testing.assert_allclose(table["ex"], expected, rtol=2e-4)


def test_women_live_longer_than_both_and_both_than_men() -> None:
    women, both, men = (datasets.life_table(2023, sex)["ex"].iloc[0] for sex in ("K", "alle", "M"))
    assert women > both > men


def test_the_life_table_rests_on_the_mortality() -> None:
    rates = datasets.mortality(2023)
    both = rates[(rates["kjonn"] == "alle") & (rates["alder"] <= 104)]
    np.testing.assert_allclose(datasets.life_table(2023)["mx"][:105], both["mx"], rtol=1e-3)


@pytest.mark.parametrize(("country", "worst"), [("NO", -0.453), ("DK", -0.758)])
def test_the_value_sets_reach_their_published_floor(country: str, worst: float) -> None:
    # Hansen et al. 2024, abstract (-0.453); github.com/fragla/eq5d, test-eq5d5l.R, 55555 (-0.758).
    decrements = datasets.eq5d_value_set(country)
    assert decrements.shape == (5, 5)
    assert (decrements[:, 0] == 0).all()
    assert (np.diff(decrements, axis=1) > 0).all()
    assert 1 - decrements[:, 4].sum() == pytest.approx(worst, abs=1e-9)


def test_danish_decrements_are_as_printed() -> None:
    # Aalborg University, Danish EQ-5D-5L value set, table 1: mobility and anxiety rows.
    decrements = datasets.eq5d_value_set("DK")
    assert decrements[0].tolist() == [0, 0.041, 0.054, 0.157, 0.220]
    assert decrements[4].tolist() == [0, 0.072, 0.191, 0.430, 0.618]


def test_norms_cover_every_age_once() -> None:
    women, men = datasets.quality_of_life_norms("K"), datasets.quality_of_life_norms("M")
    assert women.shape == men.shape == (106,)
    # McNamara et al. 2022: 60-64 years 0.784 and 0.809, 90 and over 0.665 and 0.663.
    assert (women[62], men[62], women[95], men[95]) == (0.784, 0.809, 0.665, 0.663)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: datasets.life_table(2020),
        lambda: datasets.life_table(2023, "X"),
        lambda: datasets.eq5d_value_set("SE"),
        lambda: datasets.quality_of_life_norms("alle"),
        lambda: datasets.helseatlas("tann"),
        lambda: datasets.population_municipality(2019),
    ],
)
def test_what_is_not_there_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match="there are"):
        ask()


# --- services ------------------------------------------------------------------------------------


def test_beds_are_shared_out_whole() -> None:
    table = datasets.nursing_home_beds(2018)
    # SSB table 11875 through the README of the files: 59 empty values in 2018.
    assert table["plasser"].isna().sum() == 59
    known = table.dropna(subset=["plasser"])
    np.testing.assert_allclose(known.groupby("knr")["vekt_2024"].sum(), 1)
    shared = datasets.nursing_home_beds_by_municipality(2018)
    once = known.drop_duplicates("knr")["plasser"].sum()
    assert shared.sum() == pytest.approx(once)
    assert set(shared.index) == set(datasets.municipality_names())


def test_a_municipality_without_figures_is_missing_and_not_zero() -> None:
    shared = datasets.nursing_home_beds_by_municipality(2018)
    assert shared.isna().sum() == 1
    assert (shared.dropna() > 0).all()


def test_readmissions_are_those_of_the_atlas() -> None:
    # Helseatlas for eldre 2013-2015: 15.97 % in Sørlandet to 20.39 % in Indre Oslo.
    table = datasets.helseatlas("eldre")
    areas = table[table["omrade"] != "Norge"]
    values = areas[areas["indikator"].str.contains("Reinnleggelse", case=False)]["verdi"]
    assert {15.97, 20.39} <= set(values)


@pytest.mark.parametrize(
    "topic", ["dagkirurgi", "eldre", "fodselshjelp", "gynekologi", "kols", "ortopedi"]
)
def test_every_atlas_has_counts_for_a_funnel(topic: str) -> None:
    table = datasets.helseatlas(topic)
    assert {"omrade", "verdi", "teller", "nevner", "per"} <= set(table.columns)
    assert (table["nevner"].dropna() > 0).all()


def test_payments_and_standard_weights() -> None:
    assert set(datasets.user_payments()["aar"]) == {2013, 2014, 2015, 2016}
    # Eurostat 2013: 5000 aged 0-4, 100 000 in all.
    assert datasets.standard_population()["vekt"].sum() == 100_000
    assert datasets.standard_population()["vekt"].iloc[0] == 5000


# --- reference values ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # helsedirektoratet.no, Innsatsstyrt finansiering: Regelverk 2018, 2020, 2024.
        ("isf_unit_price_2018", 43_428),
        ("isf_unit_price_2020", 45_808),
        ("isf_unit_price_2024", 52_248),
        # helsedirektoratet.no, Utskrivningsklare pasienter: price per day 2014-2024.
        ("ready_for_discharge_day_price_2018", 4_747),
        ("ready_for_discharge_day_price_2024", 5_745),
        # Meld. St. 34 (2015-2016).
        ("severity_threshold_base", 275_000),
    ],
)
def test_reference_values_are_as_published(name: str, value: float) -> None:
    assert reference(name).value == value


def test_every_reference_has_unit_year_and_source() -> None:
    text = files(datasets).joinpath("reference.toml").read_text(encoding="utf-8")
    names = [line.strip("[]") for line in text.splitlines() if line.startswith("[")]
    assert len(names) == len(set(names)) > 10
    for name in names:
        one = reference(name)
        assert one.unit
        assert one.source
        assert str(one.year) in name or not name[-4:].isdigit()


def test_a_number_without_source_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="unit and a source"):
        Reference(1.0, "kr", 2024, "")
    with pytest.raises(ValueError, match="no year"):
        Reference(1.0, "kr", 24, "x")


def test_an_unknown_reference_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="isf_unit_price_2024"):
        reference("isf_unit_price_2099")
