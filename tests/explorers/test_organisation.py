"""The explorers of organisation, continuity, networks and culture, held to their models."""

import re
import xml.etree.ElementTree as ET  # our own SVG
from typing import Any

import numpy as np
import pytest

from helseledelse.explorers import explorer
from helseledelse.explorers.base import SettingError
from helseledelse.explorers.continuity import simulated
from helseledelse.explorers.cooperation_game import parties
from helseledelse.explorers.speaking_up import wards
from helseledelse.explorers.workforce import break_even, paths
from helseledelse.models.continuity import continuity
from helseledelse.models.network import network
from helseledelse.norwegian import NO_BREAK_SPACE, format_number

WIDTHS = (360, 680)
SURVEY = explorer("safety_survey").controls[0].default


def plain(text: str) -> str:
    return text.replace(NO_BREAK_SPACE, " ")


def rows_of(view: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {row[0]: row for row in view["table"]["rows"]}


# Span of control


def test_span_by_hand() -> None:
    view = explorer("span").show({})
    # By hand: (37,5 − 2) h x 60 x 0,25 = 532,5 minutes; on 30 it is 17,75, and 17 get 30 each.
    assert "18 minutter i uken av de 30" in plain(view["title"])
    assert "må spennet ned til 17" in view["sentence"]
    # 120 on 30: 4 + 1 leaders; on 17: 8 + 1. Four more at a million.
    assert "5 ledere i 2 lag" in view["sentence"]
    assert "4 ledere mer, men ikke flere lag, 4,0 millioner kr" in plain(view["sentence"])
    # 30 minutes x 30 people of 35,5 hours: 42,25 per cent.
    assert "42 prosent av uken" in view["sentence"]
    rows = rows_of(view)
    assert rows["30 (nå)"][1:4] == ("17,8", "5", "2")
    assert rows["17 (gir nok tid)"][2:4] == ("9", "2")
    assert plain(rows["12"][6]) == "24 708"


def test_a_narrower_span_can_cost_a_layer() -> None:
    view = explorer("span").show({"staff": 300, "span": 30, "need": 35, "travel": 0, "share": 25})
    # By hand: 562,5 / 35 = 16. 300 on 30: 10 + 1. On 16: 19 + 2 + 1, one layer more.
    assert "spennet ned til 16" in view["sentence"]
    assert "11 ledere mer og 1 lag mer" in view["sentence"]


def test_span_when_no_span_is_small_enough_or_all_is_well() -> None:
    short = explorer("span").show({"share": 5, "travel": 15, "need": 90})
    assert "Ikke noe spenn gir 90 minutter" in plain(short["sentence"])
    fine = explorer("span").show({"span": 10, "need": 30})
    assert fine["title"] == "Hver ansatt får 53 minutter i uken, og det er nok"
    assert "Spennet kunne vært 17" in fine["sentence"]


# Continuity


def test_the_sentence_of_continuity_is_its_models() -> None:
    given = {"staff": 9, "position": 80, "visits": 3, "primary": 70, "absence": 5}
    view = explorer("continuity").show(given)
    found, drawn, _ = simulated(
        staff=given["staff"],
        position=given["position"],
        visits=given["visits"],
        primary=given["primary"],
        absence=given["absence"],
    )
    faces = np.mean([len(set(row)) for row in drawn])
    usual = np.mean([one.usual_provider for one in found])
    assert f"{format_number(float(faces))} ansikter" in view["title"]
    assert f"UPC {format_number(float(usual), 2)}" in view["sentence"]
    assert "84 besøk" in view["sentence"]


def test_each_lever_of_continuity_pulls_its_way() -> None:
    rows = explorer("continuity").show({})["table"]["rows"]
    now, contact, no_stand_in, larger = (
        [float(cell.replace(",", ".")) for cell in row[1:]] for row in rows
    )
    assert contact[1] > now[1]
    assert no_stand_in[0] < now[0]
    assert larger[0] < now[0]
    assert larger[2] > now[2]


def test_a_persons_own_row_of_visits() -> None:
    visits = "7\n7\n3\n7\n5\n3\n7\n7"
    view = explorer("continuity").show({"use_own": True, "own": visits})
    expected = continuity(visits.split("\n"))
    assert view["title"] == "Det kom 3 personer på 8 besøk"
    # By hand: 5, 2 and 1 of 8: UPC 5/8; (25 + 4 + 1 − 8)/56; 2 of 7 as the one before.
    assert (expected.usual_provider, expected.concentration) == (5 / 8, 22 / 56)
    for words in ("UPC 0,63", "COC 0,39", "SECON 0,29"):
        assert words in view["sentence"]
    assert rows_of(view)["7"][1:] == ("5", plain_percent("63"))
    assert "konstruert" not in view["figure"]


def plain_percent(number: str) -> str:
    return f"{number}{NO_BREAK_SPACE}%"


@pytest.mark.parametrize(
    ("own", "words"),
    [("1", "Det trengs minst 2"), ("1\nAnne", "ikke et tall"), ("1\n" * 141, "høyst 140")],
)
def test_a_row_of_visits_that_cannot_be_used(own: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        explorer("continuity").show({"use_own": True, "own": own})


# Team economy


def test_team_economy_by_hand() -> None:
    view = explorer("team_economy").show(
        {
            "employees": 10,
            "position": 80,
            "absence": 10,
            "direct": 60,
            "tariff": 700,
            "wage": 350,
            "overhead": 20_000,
        }
    )
    # By hand: 10 x 0,8 x 162,5 = 1 300 hours; 1 170 worked; 702 with users; 491 400 in;
    # 455 000 + 20 000 out; 475 000 / (1 170 x 700) = 58,0 per cent.
    assert view["title"] == "Teamet går 16 000 kr i pluss i måneden".replace(
        "16 000 kr", f"16{NO_BREAK_SPACE}000{NO_BREAK_SPACE}kr"
    )
    assert "702 av dem hos brukerne" in view["sentence"]
    assert "når 58,0 prosent av arbeidstiden" in view["sentence"]
    # One point: 1 170 x 7 kr = 8 190. Of absence: 1 300 x 0,6 x 7 = 5 460.
    assert "er verdt 8 000 kr i måneden" in plain(view["sentence"])
    assert "sykefravær 5 000 kr" in plain(view["sentence"])
    assert rows_of(view)["12"][-1] == "66"


def test_a_price_below_the_wage_never_breaks_even() -> None:
    view = explorer("team_economy").show({"tariff": 400, "wage": 700})
    assert "ikke i null selv om hver time" in view["sentence"]
    assert {row[3] for row in view["table"]["rows"]} == {"aldri"}
    assert "i minus" in view["title"]


# Workforce

GIVEN: dict[str, Any] = {
    "positions": 100.0,
    "vacant": 6.0,
    "turnover": 15.0,
    "hires": 12.0,
    "hiring_cost": 200_000.0,
    "agency": 600_000.0,
    "strain": "some",
    "kept": 4.0,
    "price": 6_000.0,
}


def test_the_same_money_goes_both_ways() -> None:
    now, keep, hire = paths(**GIVEN)
    # By hand, year one: 94 x 0,15 x 1,06 = 14,946 leave. 12 hired: 91,054. Three more: 94,054.
    assert now.followed.filled[1] == pytest.approx(91.054)
    assert hire.followed.filled[1] == pytest.approx(94.054)
    # 94 x 0,11 x 1,06 = 10,9604 leave when four points fewer do.
    assert keep.followed.filled[1] == pytest.approx(95.0396)
    assert hire.followed.cost[0] - now.followed.cost[0] == pytest.approx(
        3 * 200_000 - 1.5 * 600_000
    )
    assert keep.measure == 600_000


def test_the_sentence_of_workforce_is_its_models() -> None:
    view = explorer("workforce").show({})
    now, keep, hire = paths(**GIVEN)
    gap = format_number((hire.cost - keep.cost) / 1e6, 1)
    assert view["title"] == f"Å beholde flere er {gap} millioner kr billigere enn å ansette flere"
    assert f"{format_number(now.vacant, 1)} av 100 stillinger" in view["sentence"]
    # By hand: 100 x 230 x 0,10 x 3 200 x 1,15
    assert "8,5 millioner kr i året" in view["sentence"]


def test_break_even_is_where_keeping_becomes_as_cheap() -> None:
    points = break_even(GIVEN)
    assert points is not None
    at = paths(**{**GIVEN, "kept": points})
    before = paths(**{**GIVEN, "kept": points - 0.5})
    assert at[1].cost <= at[2].cost
    assert before[1].cost > before[2].cost


def test_a_measure_without_effect_is_dearer() -> None:
    view = explorer("workforce").show({"kept": 0})
    assert view["title"].startswith("Å ansette flere er")


# Network


def test_the_default_network_teaches_that_contacts_are_not_bridges() -> None:
    view = explorer("network").show({})
    ties = explorer("network").settings({})["ties"]
    found = network(ties)  # type: ignore[arg-type]  # pairs of names
    assert len(found.places) == 14
    assert found.places[0].name == "Koordinator"
    assert view["title"] == "Koordinator knytter mest sammen"
    share = format_number(100 * found.places[0].betweenness)
    assert f"{share} prosent av de korteste veiene" in view["sentence"]
    assert "Flest forbindelser har Hjemmesykepleie" in view["sentence"]
    assert rows_of(view)["Koordinator"][2] == "4"
    assert rows_of(view)["Koordinator"][-1] == "ja"


@pytest.mark.parametrize("width", WIDTHS)
def test_every_role_is_named_in_the_figure(width: int) -> None:
    view = explorer("network").show({}, width=width)
    written = " ".join(
        str(element.text)
        for element in ET.fromstring(view["figure"]).iter()  # noqa: S314  # our own SVG
        if element.text
    )
    for row in view["table"]["rows"]:
        assert all(word in written for word in row[0].split()), row[0]


def test_when_she_leaves_hospital_and_municipality_part() -> None:
    view = explorer("network").show({"leaves": True})
    assert view["title"] == "Uten Koordinator faller nettverket i 2 deler"
    assert "4 av 21 forbindelser" in view["sentence"]
    assert "8 av 13 roller" in view["sentence"]
    assert "Koordinator" not in rows_of(view)


def test_a_ring_holds_and_a_triangle_has_nobody_between() -> None:
    ring = explorer("network").show({"ties": "a – b\nb – c\nc – d\nd – a", "leaves": True})
    assert ring["title"] == "Nettverket holder sammen uten a"
    triangle = explorer("network").show({"ties": "a – b\nb – c\nc – a"})
    assert triangle["title"] == "Ingen knytter sammen flere enn andre"


def test_one_name_in_two_spellings_is_one() -> None:
    view = explorer("network").show({"ties": "Fastlege – Åse\nfastlege – Bjørn"})
    assert len(view["table"]["rows"]) == 3
    assert view["title"] == "Fastlege knytter mest sammen"


def test_networks_of_many_sizes_and_parts_are_drawn() -> None:
    star = "\n".join(f"Midten – Rolle nummer {number}" for number in range(60))
    chain = "\n".join(f"rolle {number} – rolle {number + 1}" for number in range(80))
    parts = "a – b\nc – d\nd – e\nf – g"
    for ties in (star, chain, parts):
        for leaves in (False, True):
            view = explorer("network").show({"ties": ties, "leaves": leaves}, width=360)
            assert 'role="img"' in view["figure"]
    assert "3 deler" in explorer("network").show({"ties": parts})["sentence"]


@pytest.mark.parametrize(
    ("ties", "words"), [("a – b", "minst tre"), ("a", "ikke et par"), ("", "minst ett par")]
)
def test_a_network_that_cannot_be(ties: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        explorer("network").show({"ties": ties})


# The cooperation game

GAME = {
    "value": 4_000,
    "share": 65,
    "alone": 35,
    "cost_hospital": 1_200,
    "cost_municipality": 1_100,
}


def test_what_each_party_has_by_hand() -> None:
    hospital, municipality = parties(**GAME, payment=100)
    # 0,65 x 4 000 − 1 200 − 100; 0,65 x 0,35 x 4 000; the same less 1 200.
    assert (hospital.both, hospital.only_other, hospital.only_self) == pytest.approx(
        (1_300, 910, -290)
    )
    assert (municipality.both, municipality.only_other, municipality.only_self) == pytest.approx(
        (400, 490, -610)
    )


def test_the_sentence_of_the_game_is_its_models() -> None:
    view = explorer("cooperation_game").show({})
    _, municipality = parties(**GAME, payment=0)
    # By hand: four years; A = 300 x 4 − 490 = 710, B = 610; 610 / 1 320 = 46,2 per cent.
    assert municipality.needed_trust(0.75) == pytest.approx(610 / 1_320)
    assert "kommunen må være minst 46 prosent sikker" in view["sentence"]
    assert view["title"] == "Sykehuset tør satse, kommunen ikke"


def test_the_payment_named_is_enough_and_a_little_less_is_not() -> None:
    view = explorer("cooperation_game").show({"trust": 20, "years": 3})
    said = re.search(r"minst ([\d ]+) kr i året", plain(view["sentence"]))
    assert said
    payment = int(said[1].replace(" ", "")) / 1000
    with_it = parties(**GAME, payment=payment)
    assert all(one.needed_trust(2 / 3) <= 0.2 for one in with_it)
    assert parties(**GAME, payment=payment - 10)[1].needed_trust(2 / 3) > 0.2
    assert "å snakke sammen før forhandlingen er verdt penger" in view["sentence"]


def test_trust_time_and_money_each_bring_the_municipality_in() -> None:
    for change in ({"trust": 50}, {"years": 8}, {"payment": 150}):
        assert explorer("cooperation_game").show(change)["title"] == "Begge tør satse"


def test_nothing_to_share_is_said() -> None:
    view = explorer("cooperation_game").show({"value": 1_500})
    assert view["title"].endswith("og sammen taper de på det")
    assert "verken tillit eller penger" in view["sentence"]


# The survey


def test_the_survey_by_hand() -> None:
    # Five people, each alike on all seven after turning: 3, 4, 4, 5, 4. Mean 4, s = 0,7.
    answers = "\n".join(
        " ".join(str(v) for v in (8 - x, x, 8 - x, x, 8 - x, x, x)) for x in (3, 4, 4, 5, 4)
    )
    view = explorer("safety_survey").show({"answers": answers})
    assert view["title"] == "Tryggheten er 4,0 av 7 på alle påstandene"
    rows = rows_of(view)
    assert rows["Standardavvik mellom personene"][-1] == "0,7"
    # t(4) = 2,776: 4 ± 0,88
    assert rows["Usikkerhet (95 prosent) i snittet"][-1] == "3,1–4,9"
    assert rows["Cronbachs α"][-1] == "1,00"
    assert "konstruert" not in view["figure"]


def test_the_weakest_statement_is_named() -> None:
    view = explorer("safety_survey").show({})
    assert view["title"] == "Tryggheten er 4,8 av 7, lavest på påstand 4"
    assert "«Det er trygt å ta en sjanse» (3,6)" in view["sentence"]
    assert "α 0,81" in view["sentence"]


def test_nothing_is_shown_of_four_people() -> None:
    four = "\n".join(str(SURVEY).splitlines()[:4])
    with pytest.raises(SettingError, match=r"Bare 4 har svart.*ikke for færre enn 5"):
        explorer("safety_survey").show({"answers": four})


def test_names_before_the_answers_are_never_shown() -> None:
    named = "\n".join(
        "\t".join((f"Navn{number}", *line.split()))
        for number, line in enumerate(str(SURVEY).splitlines())
    )
    view = explorer("safety_survey").show({"answers": named})
    assert "Navn" not in str(view)
    assert view["title"] == explorer("safety_survey").show({})["title"]


@pytest.mark.parametrize("wrong", ["0", "8", "3,5"])
def test_an_answer_outside_the_scale_is_named(wrong: str) -> None:
    lines = str(SURVEY).splitlines()
    lines[2] = " ".join([*lines[2].split()[:-1], wrong])
    with pytest.raises(SettingError, match=r"rad 3, påstand 7: .*hele tall fra 1"):
        explorer("safety_survey").show({"answers": "\n".join(lines)})


def test_all_alike_is_no_claim_about_agreement() -> None:
    view = explorer("safety_survey").show({"answers": "4 4 4 4 4 4 4\n" * 6})
    assert "kan ikke sies hvor godt" in view["sentence"]
    assert rows_of(view)["Cronbachs α"][-1] == "–"


# Speaking up


def test_the_open_ward_reports_most_and_becomes_safest() -> None:
    view = explorer("speaking_up").show({})
    quiet, frank = wards(errors=40, notice=70, silent=10, safe=70, learning=15, forgetting=4)
    assert view["title"] == "Avdeling B melder mest og er tryggest"
    assert f"melder A {format_number(sum(quiet.reported))} feil" in view["sentence"]
    assert f"{format_number(frank.errors[-1], 1)} på B" in view["sentence"]
    # By hand, month two on B: 40 x (1 − 0,15 x 0,49).
    assert frank.errors[1] == pytest.approx(37.06)


@pytest.mark.parametrize(
    ("case", "title"),
    [
        ({"learning": 0}, "Avdeling B melder mest, men lærer ikke av det"),
        ({"silent": 70}, "De to avdelingene melder like mye og er like trygge"),
        ({"silent": 90, "safe": 10}, "Avdeling A melder mest og er tryggest"),
    ],
)
def test_the_title_follows_what_is_set(case: dict[str, float], title: str) -> None:
    assert explorer("speaking_up").show(case)["title"] == title


def test_fast_learning_turns_the_reports() -> None:
    view = explorer("speaking_up").show(
        {"learning": 50, "forgetting": 0, "silent": 35, "safe": 100, "notice": 100}
    )
    quiet, frank = wards(errors=40, notice=100, silent=35, safe=100, learning=50, forgetting=0)
    assert frank.errors[-1] < quiet.errors[-1]
    assert ("melder mest" in view["title"]) == (sum(frank.reported) > sum(quiet.reported))
