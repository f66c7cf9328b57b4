"""The explorers of priority and money: quality of life, severity, funding and budget impact."""

from typing import Any

import pytest

from helseledelse.datasets import age_counts, eq5d_value_set, reference
from helseledelse.explorers import explorer
from helseledelse.explorers.base import Choice, SettingError
from helseledelse.explorers.severity import expected_qalys
from helseledelse.models.budget_impact import linear_uptake
from helseledelse.models.quality_of_life import eq5d_index, qalys
from helseledelse.norwegian import format_number

Settings = dict[str, Any]


# --- the sentence agrees with the model -----------------------------------------------------------


@pytest.mark.parametrize("profile", ["11111", "21232", "33333", "55555"])
def test_the_index_in_the_sentence_is_the_value_sets(profile: str) -> None:
    names = ("walking", "care", "activities", "pain", "anxiety")
    view = explorer("quality_of_life").show(dict(zip(names, profile, strict=True)))
    norway, denmark = (
        float(eq5d_index(profile, eq5d_value_set(country))) for country in ("NO", "DK")
    )
    assert f"er livskvaliteten {format_number(norway, 3)} etter norske" in view["sentence"]
    assert f"{format_number(denmark, 3)} etter danske" in view["sentence"]
    assert f"som {format_number(qalys([norway], [5]), 2)} gode leveår" in view["sentence"]


def test_the_best_to_relieve_is_the_largest_step() -> None:
    # Norwegian decrements (Hansen et al. 2024): pain from 4 to 3 is 0.303025 - 0.123947 = 0.179078,
    # anxiety from 2 to 1 is 0.071744.
    view = explorer("quality_of_life").show(
        {"walking": "1", "care": "1", "activities": "1", "pain": "4", "anxiety": "2"}
    )
    assert view["title"] == "Mest gir det å lindre smertene ett trinn: 0,179 per år"
    assert "til sammen 0,90 gode leveår" in view["sentence"]


def test_discounting_is_said_and_counted() -> None:
    settings = {"discounted": True, "years": 10}
    view = explorer("quality_of_life").show(settings)
    full = qalys([1.0], [10], rate=reference("discount_rate").value)
    assert f"i full helse ville det vært {format_number(full, 2)}" in view["sentence"]
    assert "dagens verdi" in view["sentence"]


def test_a_state_worse_than_death_is_named() -> None:
    worst = dict.fromkeys(("walking", "care", "activities", "pain", "anxiety"), "5")
    assert "verre enn å være død" in explorer("quality_of_life").show(worst)["note"]


@pytest.mark.parametrize(
    ("settings", "severity", "limit", "within"),
    [
        # By hand: expected good years at the age, minus years x quality, in classes of 4; 120 000
        # kr / 0.3 = 400 000 kr per good year.
        ({"age": 40, "years": 2, "quality": 0.5}, 6, "825 000 kr", True),
        ({"age": 70, "years": 4, "quality": 0.6}, 3, "495 000 kr", True),
        ({"age": 90, "years": 1, "quality": 0.5}, 1, "275 000 kr", False),
    ],
)
def test_the_same_price_has_different_answers(
    settings: Settings, severity: int, limit: str, within: bool
) -> None:
    healthy = float(expected_qalys()[settings["age"]])
    loss = healthy - settings["years"] * settings["quality"]
    assert min(int(loss // 4) + 1, 6) == severity
    view = explorer("severity").show(settings)
    words = view["sentence"].replace("\u00a0", " ")
    assert f"{format_number(healthy, 1)} gode leveår igjen" in words
    assert f"Prognosetapet er {format_number(loss, 1)} gode leveår" in words
    assert f"alvorlighetsgruppe {severity} av 6, der inntil {limit}" in words
    assert "400 000 kr per godt leveår" in words
    assert view["title"].startswith("Ja" if within else "Nei")
    assert "fra gruppe 3 og oppover" in words
    assert [row[3] for row in view["table"]["rows"]] == ["for dyrt"] * 2 + ["innenfor"] * 4


def test_a_group_that_loses_nothing_is_told_so() -> None:
    view = explorer("severity").show({"age": 90, "years": 20, "quality": 1})
    assert "Prognosetapet er 0 gode leveår" in view["sentence"].replace("\u00a0", " ")
    assert "bedre enn befolkningen" in view["note"]


def test_a_ready_patient_by_hand() -> None:
    # 100 patients, one day: hospital 2 000 - 5 745 = -3 745 each, municipality 5 745 - 3 000 =
    # 2 745 each, state nothing; together -100 000 kr. Shown in whole thousands, halves to even.
    view = explorer("financing").show(
        {
            "patients": 100,
            "ready": True,
            "hospital_day": 2_000,
            "municipal_day": 3_000,
            "readmissions": 0,
        }
    )
    words = view["sentence"].replace("\u00a0", " ")
    assert "Sykehuset får 374 000 kr mindre" in words
    assert "kommunen får 274 000 kr mer" in words
    assert "staten merker det knapt" in words
    assert "Til sammen koster det 100 000 kr i året" in words
    assert view["title"].startswith("Sykehuset taper, kommunen tjener; samlet koster det")


def test_a_patient_not_yet_ready_turns_it_round() -> None:
    view = explorer("financing").show({"ready": False})
    assert view["title"].startswith("Sykehuset tjener, kommunen taper")
    assert "ikke meldt utskrivningsklar" in view["note"]


def test_the_official_prices_are_the_ones_used() -> None:
    # Helsedirektoratet: 5 745 kr per day in 2024; a readmission of one point costs the hospital
    # 52 248 x 60 % and the state 52 248 x 40 %.
    base = {"patients": 1_000, "hospital_day": 0, "municipal_day": 0}
    ready = explorer("financing").show({**base, "ready": True, "readmissions": 0})
    assert ready["table"]["rows"][1][2].replace("\u00a0", " ") == "5 745 000 kr"
    back = explorer("financing").show({**base, "ready": False, "readmissions": 10})
    row = [cell.replace("\u00a0", " ").replace("−", "-") for cell in back["table"]["rows"][3]]
    assert row[1:] == ["-3 134 880 kr", "0 kr", "-2 089 920 kr", "-5 224 800 kr"]


@pytest.mark.parametrize(
    ("number", "place"), [("1860", "Vestvågøy"), ("0301", "Oslo"), ("5612", "Kautokeino")]
)
def test_a_budget_rests_on_the_municipality(number: str, place: str) -> None:
    people = int(age_counts(number, 2026)[16:].sum())
    users = people * 0.2 * linear_uptake(5, final=0.6, full_in=3)
    view = explorer("budget_impact").show({"municipality": number})
    words = view["sentence"].replace("\u00a0", " ")
    plain = format_number(people).replace("\u00a0", " ")
    assert words.startswith(f"{place} har {plain} innbyggere på 80 år eller mer.")
    added = format_number(round(users[-1] * 25_000, -3)).replace("\u00a0", " ")
    assert f"bruker kommunen {added} kr mer" in words
    # (30 000 - 5 000 - 15 000) / 0.08
    assert "125 000 kr per godt leveår" in words
    lacking = users[-1] * 25_000 - 1_000_000
    assert view["title"].startswith(
        "Verdt prisen, men kommunen mangler" if lacking > 0 else "Verdt prisen, og kommunen har råd"
    )


@pytest.mark.parametrize(
    ("settings", "title"),
    [
        ({"room": 50}, "Verdt prisen, og kommunen har råd"),
        ({"room": 1}, "Verdt prisen, men kommunen mangler 887 000 kr i år 3"),
        ({"room": 50, "effect": 0.02}, "Kommunen har råd, men tiltaket er ikke verdt prisen"),
        ({"room": 1, "effect": 0.02}, "Ikke verdt prisen, og kommunen mangler 887 000 kr i år 3"),
    ],
)
def test_worth_and_affordable_are_two_questions(settings: Settings, title: str) -> None:
    # Vestvågøy: 629 x 20 % x 60 % x 25 000 kr = 1 887 000 kr; 10 000 / 0.02 = 500 000 kr per QALY.
    view = explorer("budget_impact").show({"municipality": "1860", **settings})
    assert view["title"].replace("\u00a0", " ") == title


def test_every_municipality_can_be_chosen() -> None:
    choice = explorer("budget_impact").controls[0]
    assert isinstance(choice, Choice)
    assert len(choice.options) == 357
    assert choice.options[0][1] == "Alstahaug"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("severity", {"age": "hundre"}),
        ("severity", {"effect": 0}),
        ("budget_impact", {"municipality": "9999"}),
        ("quality_of_life", {"pain": "6"}),
        ("financing", {"ready": "ja"}),
        ("financing", {"dager": 1}),
    ],
)
def test_what_cannot_be_set_is_met_with_a_sentence(name: str, settings: Settings) -> None:
    with pytest.raises(SettingError, match=r"[.]$"):
        explorer(name).show(settings)
