"""What each shipped table is, who made it, and on which terms it may be used."""

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable


@dataclass(frozen=True)
class Dataset:
    """A shipped table; the texts a participant reads are in bokmål.

    Attributes
    ----------
    name : the file's name under ``data/`` without ``.csv``
    title : what it tells
    unit : of the figures in it
    years : first and last year
    licence : the terms
    attribution : the line that must stand wherever the figures are shown
    source : repository, commit and path the file was cleaned from
    caution : what misleads whoever does not know it
    """

    name: str
    title: str
    unit: str
    years: tuple[int, int]
    licence: str
    attribution: str
    source: str
    caution: str = ""

    def __post_init__(self) -> None:
        for word in ("name", "title", "unit", "licence", "attribution", "source"):
            if not getattr(self, word).strip():
                raise ValueError(f"{self.name!r}: {word} is empty")
        if self.years[0] > self.years[1]:
            raise ValueError(f"{self.name!r}: {self.years} is no span of years")

    @property
    def path(self) -> Traversable:
        """The file."""
        return files(__package__).joinpath("data", f"{self.name}.csv")


_CSDATA = "github.com/niphr/csdata @ 59345122ca61ff7572085f09944f613c0e956b8b: R/sysdata.rda"
_VITAL = (
    "github.com/robjhyndman/vital @ ae3cb6ad423bca347ed3cefbe384da9395ca539e: "
    "data/norway_mortality.rda"
)
_ATLAS = "github.com/Helseatlas/data @ b18a235a580573b71623c91e9c012400290475a5: csv/"
_FHI = (
    "github.com/folkehelseinstituttet/MunicipalityData "
    "@ eae72bd8eb130adb6397b9d5f3f8c00a02982b8c: inst/extdata/"
)
_SSB = "Kilde: Statistisk sentralbyrå, NLOD 2.0"
_KOSTRA = "Kilde: Statistisk sentralbyrå, KOSTRA"
_HMD = (
    "HMD. Human Mortality Database. Max Planck Institute for Demographic Research (Germany), "
    "University of California, Berkeley (USA), and French Institute for Demographic Studies "
    "(France). CC BY 4.0, lastet ned 19. august 2025"
)
_SKDE = "Kilde: Helseatlas, SKDE"
_NLOD = "NLOD 2.0 (tallene), MIT (samlingen de er hentet fra)"
_STANDARDISED = (
    "Verdiene er standardisert for alder og kjønn; teller delt på nevner er den ujusterte andelen. "
    "Områdene er opptaksområdene slik de var da, og navnene skifter litt mellom filene."
)

_ALL = (
    Dataset(
        "befolkning_kommune_2018_2026",
        "Folkemengde per kommune, kjønn og aldersgruppe",
        "personer 1. januar",
        (2018, 2026),
        _NLOD,
        _SSB + ", tabell 07459",
        f"{_CSDATA} (nor_population_by_age_b2024, rader med imputed == FALSE)",
        "Tallene for 2018 er regnet om til kommunegrensene i 2024 og avrundet, så summen er "
        "24 personer lavere enn for hele landet.",
    ),
    Dataset(
        "befolkning_norge_1986_2026",
        "Folkemengde i Norge per kjønn og ettårig alder",
        "personer 1. januar",
        (1986, 2026),
        _NLOD,
        _SSB + ", tabell 07459",
        f"{_CSDATA} (nor_population_by_age_b2024)",
    ),
    Dataset(
        "befolkning_vestvagoy_2005_2026",
        "Folkemengde i Vestvågøy per kjønn og ettårig alder",
        "personer 1. januar",
        (2005, 2026),
        _NLOD,
        _SSB + ", tabell 07459",
        f"{_CSDATA} (nor_population_by_age_b2024)",
    ),
    Dataset(
        "kommuner_2024",
        "Kommuner og fylker",
        "navn og nummer",
        (2024, 2024),
        "MIT",
        "Kilde: Statistisk sentralbyrå og Kartverket, gjennom csdata",
        f"{_CSDATA} (nor_locations_hierarchy_b2024)",
    ),
    Dataset(
        "dodelighet_norge_2000_2023",
        "Dødelighet i Norge per kjønn og ettårig alder",
        "dødsfall per personår",
        (2000, 2023),
        "CC BY 4.0",
        _HMD,
        _VITAL,
        "De nyeste tallene ligger alltid hos HMD, mortality.org.",
    ),
    Dataset(
        "livstabell_norge_2013_2023",
        "Periodelivstabeller for Norge",
        "overlevende og personår av 100 000 fødte; leveår",
        (2013, 2023),
        "CC BY 4.0 (utledet)",
        f"{_HMD}. Livstabellen er regnet ut av dødeligheten",
        f"utledet av {_VITAL}: qx = mx/(1+(1-ax)mx), ax = 0,5, a0 etter Andreev og Kingkade, "
        "lukket ved 105 år",
        "En periodelivstabell viser hvor lenge folk ville levd med ett års dødelighet hele livet, "
        "ikke hvor lenge de som lever nå, kommer til å leve.",
    ),
    Dataset(
        "eq5d5l_verdisett_norge_danmark",
        "Fratrekk per dimensjon og nivå i EQ-5D-5L for Norge og Danmark",
        "fratrekk fra 1",
        (2021, 2024),
        "MIT",
        "Norge: doi 10.1007/s11136-024-03837-3. Danmark: doi 10.1007/s40258-021-00639-3",
        "github.com/fragla/eq5d @ bfdc7ca014bda447b38e5f4e68823b9ba4638a02: R/sysdata.rda (VT)",
        "De norske fratrekkene skal ikke avrundes til tre desimaler: 22222 blir da 0,780 og ikke "
        "0,779, som er publisert.",
    ),
    Dataset(
        "livskvalitet_england_2017_2018",
        "Helserelatert livskvalitet i befolkningen etter alder og kjønn, England",
        "EQ-5D-indeks, 1 er full helse",
        (2017, 2018),
        "MIT",
        "McNamara m.fl. 2022, Value in Health, doi 10.1016/j.jval.2022.07.005, fra Health Survey "
        "for England 2017 og 2018",
        "github.com/bitowaqr/shortfall @ 3237477ceb5dc46ee82ff9cbe5aa45dd052899af: "
        "src manuscript/output/hrqol_cw_ci_df.csv",
        "Tallene er engelske, og 0–17 år har fått verdien for 16–17 år, som i artikkelen. Åpne "
        "norske tall per aldersgruppe er ikke funnet.",
    ),
    Dataset(
        "helseatlas_eldre_2013_2015",
        "Helseatlas: helsetjenester til eldre per opptaksområde",
        "rater og andeler, se kolonnene enhet og per",
        (2013, 2015),
        "MIT",
        _SKDE,
        f"{_ATLAS}eldre.csv og eldre_en.csv",
        _STANDARDISED,
    ),
    Dataset(
        "helseatlas_kols_2013_2015",
        "Helseatlas: kols per opptaksområde",
        "rater og andeler, se kolonnene enhet og per",
        (2013, 2015),
        "MIT",
        _SKDE,
        f"{_ATLAS}kols.csv og kols_en.csv",
        _STANDARDISED,
    ),
    Dataset(
        "helseatlas_ortopedi_2012_2016",
        "Helseatlas: ortopediske inngrep per opptaksområde, med grenser",
        "per 100 000 innbyggere",
        (2012, 2016),
        "MIT",
        _SKDE,
        f"{_ATLAS}ortopedi.csv (nynorske navn)",
        _STANDARDISED,
    ),
    Dataset(
        "helseatlas_dagkirurgi_2013_2017",
        "Helseatlas: dagkirurgiske inngrep per opptaksområde og år",
        "per 100 000 innbyggere",
        (2013, 2017),
        "MIT",
        _SKDE,
        f"{_ATLAS}dagkir2.csv og dagkir2_en.csv",
        _STANDARDISED,
    ),
    Dataset(
        "helseatlas_fodselshjelp_2015_2017",
        "Helseatlas: svangerskap og fødsel per opptaksområde",
        "rater og andeler, se kolonnene enhet og per",
        (2015, 2017),
        "MIT",
        _SKDE,
        f"{_ATLAS}fodsel.csv og fodsel_en.csv",
        _STANDARDISED,
    ),
    Dataset(
        "helseatlas_gynekologi_2015_2017",
        "Helseatlas: gynekologi per opptaksområde",
        "rater og andeler, se kolonnene enhet og per",
        (2015, 2017),
        "MIT",
        _SKDE,
        f"{_ATLAS}gyn.csv og gyn_en.csv",
        _STANDARDISED + " Den norske filen er brukt; den skiller seg fra den engelske med inntil "
        "0,25.",
    ),
    Dataset(
        "sykehjemsplasser_kommune_2015_2018",
        "Plasser i institusjon i kommunen ved årets slutt",
        "plasser 31. desember",
        (2015, 2018),
        "MIT",
        _KOSTRA + ", tabell 11875",
        f"{_FHI}4_long_term_care/4_0_nursing_home_beds_2015_18_t11875.csv",
        "Kommunenumrene er de gamle. 59 verdier mangler i 2018 fordi kommunene var slått sammen. "
        "Summer til nye kommuner med kolonnen vekt_2024 før du deler på folketallet.",
    ),
    Dataset(
        "brukerbetaling_omsorg_kommune_2013_2016",
        "Brukerbetaling for institusjon og hjemmetjenester",
        "1000 kroner, konsern",
        (2013, 2016),
        "MIT",
        _KOSTRA + ", tabell 05065",
        f"{_FHI}2_accounts/",
        "Kommunenumrene er de som gjaldt i regnskapsåret.",
    ),
    Dataset(
        "standardbefolkning_esp2013",
        "Europeisk standardbefolkning 2013",
        "vekter av 100 000",
        (2013, 2013),
        "fri standard",
        "Kilde: Eurostat, Revision of the European Standard Population, 2013",
        "github.com/ukhsa-collaboration/PHEindicatormethods "
        "@ 093fd288d8f8949dbcfbed70049dbbf385b6141d: data/esp2013.rda",
    ),
)

DATASETS: dict[str, Dataset] = {one.name: one for one in _ALL}


def dataset(name: str) -> Dataset:
    """Give what is known about a table.

    Raises
    ------
    KeyError
        If there is none of this name, with the names there are.
    """
    if name not in DATASETS:
        raise KeyError(f"no dataset {name!r}; there are {', '.join(DATASETS)}")
    return DATASETS[name]
