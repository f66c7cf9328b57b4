"""The explorers of flow, innovation and population: they draw everywhere, and say their models."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from helseledelse import datasets
from helseledelse.explorers import care_demand, explorer, kitagawa, risk, standardisation
from helseledelse.explorers.affordable_loss import MOST_TRIES
from helseledelse.explorers.base import Choice, Explorer, SettingError, Slider, Switch
from helseledelse.explorers.beds import levers
from helseledelse.explorers.inequality import shares
from helseledelse.explorers.portfolio import PROJECTS, choose, steady
from helseledelse.models.flow import Queue
from helseledelse.models.population import life_table, project
from helseledelse.norwegian import NO_BREAK_SPACE

NAMES = (
    "affordable_loss",
    "beds",
    "best_idea",
    "care_demand",
    "diffusion",
    "inequality",
    "kitagawa",
    "portfolio",
    "queue",
    "risk",
    "standardisation",
)


def plain(text: str) -> str:
    return text.replace(NO_BREAK_SPACE, " ")


def ends(shown: Explorer, end: str) -> dict[str, object]:
    """Give every control at its first or its last value."""
    found: dict[str, object] = {}
    for control in shown.controls:
        if isinstance(control, Slider):
            found[control.name] = control.minimum if end == "min" else control.maximum
        elif isinstance(control, Choice):
            found[control.name] = control.options[0 if end == "min" else -1][0]
        elif isinstance(control, Switch):
            found[control.name] = end == "max"
    return found


def cases(shown: Explorer) -> list[dict[str, object]]:
    alone = [{name: value} for end in ("min", "max") for name, value in ends(shown, end).items()]
    return [{}, ends(shown, "min"), ends(shown, "max"), *alone]


# Every explorer


@pytest.mark.parametrize("name", NAMES)
def test_words_stand_inside_a_narrow_figure(name: str) -> None:
    shown = explorer(name)
    for case in cases(shown):
        try:
            figure = shown.show(case, width=360)["figure"]
        except SettingError:
            continue
        drawn = ET.fromstring(figure)  # noqa: S314  # ours
        height = float(drawn.get("viewBox", "").split()[3])
        for element in drawn.iter():
            if not element.tag.endswith("}text") or not (element.text or "").strip():
                continue
            place = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", str(element.get("transform")))
            x, y = (
                (float(place[1]), float(place[2]))
                if place
                else (float(element.get("x", 0)), float(element.get("y", 0)))
            )
            size = float(re.sub("px", "", element.get("font-size", "13")))
            wide = 0.6 * size * len(str(element.text))
            start = {"middle": x - wide / 2, "end": x - wide}.get(
                str(element.get("text-anchor")), x
            )
            assert start >= -2, (element.text, case)
            assert start + wide <= 372, (element.text, case)
            assert 0 <= y <= height, (element.text, case)


def test_models_without_published_numbers_say_so() -> None:
    for name in ("diffusion", "affordable_loss", "best_idea"):
        shown = explorer(name)
        assert shown.way_of_thinking
        assert "ikke en prognose" in shown.show({})["note"]


# Queue


def test_the_queue_says_what_erlang_says() -> None:
    # By hand, M/M/2 at ρ = 11/12: C = 2ρ²/(1 + ρ) = 0.8768, Wq = C · 10 / (2(1 − ρ)) = 52.6 min.
    view = explorer("queue").show({})
    assert plain(view["title"]) == "Med 92 % i bruk er ventetiden 53 minutter i snitt"
    assert "88 prosent må vente" in view["sentence"]
    pooled = 60 * Queue(22, 1 / 6, 4).wait
    assert f"Deler to slike enheter kø og folk, blir den {pooled:.0f} minutter." in view["sentence"]


def test_two_units_with_one_line_are_one_queue() -> None:
    shown = explorer("queue")
    assert "22 pasienter i timen" in shown.show({"pooled": True})["sentence"]
    assert "hver for seg ville hatt 53 minutter" in shown.show({"pooled": True})["sentence"]


def test_a_queue_beyond_its_people_grows_for_ever() -> None:
    view = explorer("queue").show({"arrivals": 13})
    assert plain(view["title"]) == "Køen vokser uten stans: 108 % i bruk"
    assert "Med 3 ansatte kan alle få hjelp" in view["sentence"]
    full = explorer("queue").show({"arrivals": 12})
    assert full["title"].startswith("Køen vokser uten stans: 100")


# Beds


def test_the_lever_named_is_the_one_that_spares_most() -> None:
    wards = levers(admissions=6, stay=4.5, beds=30, more_beds=1, shorter=0.3, earlier=3)
    number = {name: 365 * 6 * ward.overflow for name, ward in wards.items()}
    best = min(list(wards)[1:4], key=lambda name: number[name])
    assert best == "Kortere opphold"
    fewer = number["I dag"] - number[best]
    title = plain(explorer("beds").show({})["title"])
    assert title == f"Mest hjelper 0,3 døgn kortere opphold: {fewer:.0f} færre uten seng i året"


def test_three_hours_earlier_is_an_eighth_of_a_day() -> None:
    wards = levers(admissions=6, stay=4.5, beds=30, more_beds=0, shorter=0.125, earlier=3)
    assert wards["Kortere opphold"] == wards["Utskrivning tidligere på dagen"]


def test_no_lever_pulled_helps_nobody() -> None:
    view = explorer("beds").show({"more_beds": 0, "shorter": 0, "earlier": 0})
    assert view["title"] == "Ingen av de tre grepene monner alene"
    assert explorer("beds").show({"beds": 120})["title"] == "Det er plass til alle"


# Diffusion


def test_champions_move_the_spread_forward() -> None:
    # By hand with p = 0.01, q = 0.3, m = 120: F(12) = (1 − e^{−3.72})/(1 + 30 e^{−3.72}) = 0.5656.
    view = explorer("diffusion").show({"champions": 0})
    assert plain(view["title"]).startswith("Etter ett år bruker 68 av 120 det nye")
    # peak ln(30)/0.31 = 10.97: in the eleventh month
    assert view["title"].endswith("måned 11")
    assert view["sentence"] != explorer("diffusion").show({"champions": 20})["sentence"]


def test_without_contagion_most_come_first() -> None:
    view = explorer("diffusion").show({"imitation": 0, "champions": 0})
    assert view["title"].endswith("flest kommer til først")
    assert "kollegene betyr lite" in view["sentence"]


# Affordable loss


def test_five_small_tries() -> None:
    # By hand: 200 000 / 40 000 = 5; 1 − 0.8⁵ = 0.67232; 40 000 · 0.67232 / 0.2 = 134 464.
    view = explorer("affordable_loss").show({})
    assert plain(view["title"]).startswith("Fem små forsøk gir 67 % sjanse")
    assert "bruker dere 134 000 kr i snitt" in plain(view["sentence"])
    # 0.67232 · 500 000 − 134 464 = 201 696, and 0.5 · 2 500 000 − 1 000 000
    assert "gir de små en gevinst på 202 000 kr og den store en gevinst på 250 000 kr" in plain(
        view["sentence"]
    )


def test_what_cannot_be_afforded_is_said() -> None:
    view = explorer("affordable_loss").show({"loss": 30_000})
    assert view["title"].startswith("Dere har ikke råd til å tape et eneste forsøk")
    with pytest.raises(SettingError, match=f"høyst {MOST_TRIES}"):
        explorer("affordable_loss").show({"loss": 1_000_000, "stake": 5_000})


# Best idea


@pytest.mark.parametrize(("ideas", "deviations"), [(1, 0.0), (5, 1.16296), (20, 1.86748)])
def test_the_best_of_n_ideas(ideas: int, deviations: float) -> None:
    # Teichroew (1956); ten points a standard deviation, half of it kept.
    rows = explorer("best_idea").show({"ideas": ideas})["table"]["rows"]
    row = next(row for row in rows if row[0].startswith(f"{ideas} (nå)"))
    assert row[1] == f"{50 + 10 * deviations:.1f}".replace(".", ",")
    assert row[2] == f"{50 + 5 * deviations:.1f}".replace(".", ",")


def test_the_better_lever_is_named() -> None:
    assert "velge klokere" in explorer("best_idea").show({})["sentence"]
    assert (
        "flere ideer det beste grepet"
        in (explorer("best_idea").show({"ideas": 2, "reliability": 0.95})["sentence"])
    )


# Portfolio


def test_the_rule_of_thumb_leaves_money_and_value() -> None:
    points, best, thumb = choose(5, 0.7)
    # By hand: every subset of eight, 256 of them.
    worth = max(
        sum(points[place] for place in range(8) if mask >> place & 1)
        for mask in range(256)
        if sum(PROJECTS[place].cost for place in range(8) if mask >> place & 1) <= 5 + 1e-9
    )
    assert best.value == pytest.approx(worth)
    assert thumb.value < best.value
    assert "mer enn tommelfingerregelen" in explorer("portfolio").show({})["title"]


def test_money_for_all_takes_all() -> None:
    view = explorer("portfolio").show({"budget": 14})
    assert view["title"].startswith("8 prosjekter")
    assert all(row[-2:] == ("med", "med") for row in view["table"]["rows"])
    assert explorer("portfolio").show({"budget": 0.2})["title"].startswith("Budsjettet rekker ikke")


def test_the_best_choice_is_the_same_between_the_weights_and_not_beyond() -> None:
    here = choose(5, 0.7)[1].chosen
    low, high = steady(5, 70, here)
    # The exact solver agrees at every fifth weight inside, and not at the next one outside.
    assert all(choose(5, weight / 100)[1].chosen == here for weight in range(int(low), 101, 5))
    assert (low, high) == (65, 100)
    assert choose(5, 0.60)[1].chosen != here
    assert "for vekter fra 65 til 100 %" in plain(explorer("portfolio").show({})["sentence"])


def test_with_money_for_all_no_weight_matters() -> None:
    assert steady(14, 37, tuple(range(8))) == (0, 100)
    assert "samme for alle vekter" in explorer("portfolio").show({"budget": 14})["sentence"]


# Care demand


@pytest.mark.parametrize("number", ["1860", "0301", "1151"])
def test_single_ages_sum_to_the_groups(number: str) -> None:
    ages = care_demand.single_ages(number)
    groups = np.minimum(np.arange(106) // 5, 18)
    assert np.bincount(groups, weights=ages) == pytest.approx(datasets.age_counts(number, 2026))


def test_spread_ages_are_close_to_vestvagoys_own() -> None:
    # Vestvågøy is also shipped by single age: the spread must not move the old by much.
    own = datasets.population_vestvagoy(2026).groupby("alder")["antall"].sum().to_numpy()
    spread = care_demand.single_ages("1860")
    assert spread[80:].sum() == pytest.approx(own[80:].sum())
    assert spread[67:].sum() == pytest.approx(own[67:].sum(), rel=0.01)


def test_ten_years_ago_would_have_foreseen_the_old_of_today() -> None:
    # Norway 1 January 2013, the life table of 2013 and the same yearly fall in mortality, against
    # those who were counted ten years later. The old hardly move, but mortality fell less at 90.
    people = datasets.population_norway()
    then, now = (
        people[people["aar"] == year].groupby("alder")["antall"].sum().to_numpy()
        for year in (2013, 2023)
    )
    table = life_table(datasets.life_table(2013)["mx"].to_numpy(), first_year=0.1)
    foreseen = project(then, table.survival, years=10, improvement=0.014)[-1]
    assert foreseen[80:].sum() == pytest.approx(now[80:].sum(), rel=0.02)
    assert foreseen[90:].sum() == pytest.approx(now[90:].sum(), rel=0.08)


def test_the_fall_in_mortality_is_the_shipped_tables() -> None:
    table = datasets.mortality()
    old = table[(table["kjonn"] == "alle") & table["alder"].between(75, 95)]
    rates = old.pivot_table(index="aar", columns="alder", values="mx")
    fall = 1 - (rates.loc[2023].to_numpy() / rates.loc[2000].to_numpy()) ** (1 / 23)
    default = explorer("care_demand").settings({})["improvement"]
    assert default == pytest.approx(100 * np.mean(fall), abs=0.05)


def test_the_sentence_of_care_is_its_models() -> None:
    people, asked = care_demand.demand(
        "1860",
        years=14,
        use=care_demand.use_by_age(0.07, 0.30, 0.75),
        improvement=0.014,
        positions_per_user=0.5,
    )
    view = explorer("care_demand").show({})
    # Vestvågøy had 629 of 80 or more on 1 January 2026 (the shipped table).
    assert "Vestvågøy har 629 innbyggere på 80 år eller mer" in view["sentence"]
    old, needed = people[-1, 80:].sum(), asked.positions[-1]
    assert f"får {old:,.0f} i 2040".replace(",", " ") in plain(view["sentence"])
    assert plain(view["title"]).startswith(f"Vestvågøy trenger {needed:.0f} årsverk i 2040")


def test_what_relieves_is_counted() -> None:
    shown = explorer("care_demand")
    now = shown.show({})["table"]["rows"][-1]
    healthier = shown.show({"healthier": 2, "productivity": 1})
    row = healthier["table"]["rows"][-1]
    assert int(row[3]) < int(now[3])
    assert row[4] == now[3]  # without the changes it is as before
    assert "Med de endringene du har lagt inn" in healthier["sentence"]


@pytest.mark.parametrize("year", ["2036", "2040"])
def test_every_municipality_has_an_answer(year: str) -> None:
    for number in ("1151", "0301", "5610"):  # Utsira, Oslo, Karasjok
        assert (
            year in explorer("care_demand").show({"municipality": number, "until": year})["title"]
        )


# Standardisation


def test_the_same_illness_gives_the_same_standardised_rate() -> None:
    risk_by_age = standardisation.illness(200, 12)
    people = [datasets.age_counts(number, 2026) for number in ("1860", "0301")]
    crude, same = zip(*(standardisation.rates(group, risk_by_age) for group in people), strict=True)
    assert crude[0].value > 1.2 * crude[1].value
    assert same[0].value == pytest.approx(same[1].value)
    title = plain(explorer("standardisation").show({})["title"])
    percent = 100 * (crude[0].value / crude[1].value - 1)
    assert (
        title == f"Vestvågøy har {percent:.0f} % høyere rate enn Oslo, men bare på grunn av alderen"
    )


def test_fifteen_per_cent_iller_is_found_again() -> None:
    title = plain(explorer("standardisation").show({"iller": 15})["title"])
    assert title.endswith("men 15 % høyere når alderen er lik")


def test_without_an_age_gradient_age_explains_nothing() -> None:
    risk_by_age = standardisation.illness(100, 1e9)
    crude, same = standardisation.rates(datasets.age_counts("1860", 2026), risk_by_age)
    assert crude.value == pytest.approx(same.value) == pytest.approx(100)


def test_too_few_and_the_same_are_refused() -> None:
    shown = explorer("standardisation")
    with pytest.raises(SettingError, match="to forskjellige"):
        shown.show({"there": "1860"})
    with pytest.raises(SettingError, match="færre enn ti"):
        shown.show({"here": "1151", "level": 10})


# Risk


def test_most_admissions_strike_those_not_visited() -> None:
    group = risk.visited(600, 100, prevalence=0.25, discrimination=0.7, effect=0.15)
    assert group.flagged == pytest.approx(100)
    view = explorer("risk").show({})
    assert f"De 100 med høyest risiko får {100 * group.sensitivity:.0f} %" in plain(view["title"])
    assert f"én for hvert {group.visits_per_event:.0f}. besøk" in view["sentence"]
    # by lot: 100 · 0.25 · 0.15 = 3.75
    assert "Trakk dere lodd, ville det blitt 3,8" in view["sentence"]


def test_a_list_that_is_a_lottery_finds_as_a_lottery() -> None:
    group = risk.visited(600, 150, prevalence=0.2, discrimination=0.5, effect=0.1)
    assert group.sensitivity == pytest.approx(0.25)


def test_more_visits_than_persons_is_refused() -> None:
    with pytest.raises(SettingError, match="høyst ett besøk"):
        explorer("risk").show({"people": 50, "visits": 60})
    assert explorer("risk").show({"people": 50, "visits": 50})["title"].startswith("Når alle")


# Inequality


@pytest.mark.parametrize(
    ("reach", "words"),
    [("best", "men gapet øker"), ("alike", "gapet er like stort"), ("worst", "gapet minker")],
)
def test_who_is_reached_decides_the_gap(reach: str, words: str) -> None:
    before, after = shares(58, 84, 5, reach)
    assert after.mean() - before.mean() == pytest.approx(5)
    title = explorer("inequality").show({"reach": reach})["title"]
    assert title.startswith("Snittet går opp 5,0 prosentpoeng")
    assert words in title


def test_the_gap_is_a_straight_lines() -> None:
    # Five equal groups 6.5 apart: 5 · 6.5 from the very lowest to the very highest.
    assert "fra 32,5 til 45,0 prosentpoeng" in explorer("inequality").show({})["sentence"]


# Kitagawa


def test_real_ages_of_vestvagoy() -> None:
    # The shipped table: 566 of 11 397 were 80 or more in 2018, 629 of 11 606 in 2026.
    before, after = kitagawa.people("1860", 2018), kitagawa.people("1860", 2026)
    assert (before[2:].sum(), before.sum()) == (566, 11_397)
    assert (after[2:].sum(), after.sum()) == (629, 11_606)


def test_without_price_growth_it_is_all_age() -> None:
    view = explorer("kitagawa").show({"growth": 0})
    assert plain(view["title"]).endswith("skyldes 100 % aldersfordelingen")


def test_age_and_price_sum_to_the_change() -> None:
    rows = explorer("kitagawa").show({"growth": 25, "extra": 10})["table"]["rows"]
    kroner = [
        [
            float(plain(cell).replace(" kr", "").replace(" ", "").replace("−", "-"))
            for cell in row[3:]
        ]
        for row in rows
    ]
    for column in (0, 1):
        assert sum(row[column] for row in kroner[:-1]) == pytest.approx(kroner[-1][column], abs=25)
