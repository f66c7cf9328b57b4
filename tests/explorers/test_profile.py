"""«Min arbeidsplass»: what is read of it, and which explorers start there."""

import re

import pytest

from helseledelse.explorers import explorer, names
from helseledelse.explorers.base import Choice, Slider
from helseledelse.explorers.profile import FIELDS, NAMES, read, said, written

TYPED = {
    "service": " Hjemmetjenesten  på Sørøya ",
    "headcount": "1 085",
    "span": "22",
    "budget": "85,5",
    "municipality": "bodø",
}


def test_what_is_typed_is_read_and_written_again() -> None:
    kept, problems = read(TYPED)
    assert problems == {}
    # Bodø is 1804 in the list of municipalities of 2024.
    assert kept == {
        "service": "Hjemmetjenesten på Sørøya",
        "headcount": 1085.0,
        "span": 22.0,
        "budget": 85.5,
        "municipality": "1804",
    }
    assert read(written(kept)) == (kept, {})
    assert ("Årsbudsjett", "85,5 mill. kr") in said(kept)
    assert ("Kommune", "Bodø") in said(kept)


def test_a_blank_line_is_not_filled_in() -> None:
    assert read({}) == read(dict.fromkeys(NAMES, "  ")) == ({}, {})
    assert written({}) == {}
    assert said({"headcount": "mange", "municipality": "9999", "other": 1}) == []


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("municipality", "Bodo", "Mente du Bodø"),
        ("municipality", "Atlantis", "er ikke blant kommunene"),
        ("municipality", "Herøy", "Herøy (Nordland)"),
        ("headcount", "masse", "«masse» er ikke et tall"),
        ("headcount", "12,5", "helt tall"),
        ("headcount", "0", "mellom 1\u00a0ansatte og 100\u00a0000\u00a0ansatte"),
        ("span", "501", "mellom"),
        ("budget", "−3", "mellom"),
        ("service", "x" * 81, "81 tegn"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(name: str, text: str, sentence: str) -> None:
    kept, problems = read(TYPED | {name: text})
    assert set(problems) == {name}
    assert sentence in problems[name]
    assert name not in kept


@pytest.mark.parametrize("text", ["Kautokeino", "Herøy (Nordland)", "OSLO", "Bodø kommune"])
def test_a_municipality_is_found_by_the_name_people_use(text: str) -> None:
    assert read({"municipality": text})[1] == {}


def test_an_explorer_starts_at_the_own_workplace() -> None:
    span = explorer("span")
    settings, sentence = span.begin({"headcount": 85.0, "span": 22.0})
    assert (settings["staff"], settings["span"]) == (85.0, 22.0)
    assert "«Ansatte (hoder)» og «Ansatte per leder i dag» er hentet fra Min arbeids" in sentence
    settings, _ = explorer("care_demand").begin({"municipality": "1804"}, {"until": "2036"})
    assert (settings["municipality"], settings["until"]) == ("1804", "2036")


def test_the_service_is_named_where_an_explorer_starts_at_it() -> None:
    profile = {"service": "Hjemmetjenesten", "budget": 85.5}
    settings, sentence = explorer("budget_impact").begin(profile)
    assert settings["whole"] == 85.5
    assert sentence.endswith("er hentet fra Min arbeidsplass (Hjemmetjenesten).")
    view = explorer("budget_impact").show({**settings, "municipality": "1860"})
    # By hand: 629 of 80 or more, a fifth of them, 60 per cent, 25 000 kroner each; over 85.5 mill.
    share = round(629 * 0.2 * 0.6 * 25_000 / 85_500_000 * 100, 1)
    assert f"{str(share).replace('.', ',')} prosent av et årsbudsjett på 85,5" in view["sentence"]


# What looks like a line of the form, and is something else.
_ANOTHER = {
    ("budget_impact", "room"): "what is set aside, not the whole",
    ("continuity", "staff"): "one team, and the exercises before it are about that team",
    ("diffusion", "group"): "those who will use it, and the exercises quote its figures",
    ("portfolio", "budget"): "for projects",
    ("queue", "staff"): "those who receive at the same time",
    ("standardisation", "there"): "the municipality compared with",
    ("team_economy", "employees"): "one team, and the exercises before it are about that team",
    ("workforce", "positions"): "positions, where the form asks for heads",
}


def test_every_control_that_asks_for_a_line_of_the_form_starts_at_it() -> None:
    words = re.compile(r"ansatte\b|kommune$|sammenlignes med|budsjett|stillinger$", re.IGNORECASE)
    asks = {
        (name, control.name): control.profile
        for name in names()
        for control in explorer(name).controls
        if isinstance(control, Slider | Choice)
        and words.search(control.label)
        and getattr(control, "unit", "") not in ("%", "prosentpoeng", "minutter i uken")
    }
    assert {place for place, profile in asks.items() if not profile} == {*_ANOTHER}


def test_what_is_set_goes_before_the_own_workplace() -> None:
    settings, sentence = explorer("span").begin({"headcount": 85.0}, {"staff": 200})
    assert settings["staff"] == 200
    assert sentence == ""


def test_a_number_outside_the_slider_is_left_out_and_said() -> None:
    span = explorer("span")
    settings, sentence = span.begin({"span": 75.0})
    assert settings["span"] == span.start()["span"]
    assert "utenfor det «Ansatte per leder i dag» kan vise" in sentence


def test_without_a_workplace_nothing_changes() -> None:
    for name in names():
        assert explorer(name).begin({}) == (explorer(name).start(), "")


def test_a_control_names_a_line_of_the_form() -> None:
    with pytest.raises(ValueError, match="none of"):
        Slider("a", "A", 0, 1, 1, 0, profile="antall")
    with pytest.raises(ValueError, match="none of"):
        Choice("a", "A", (("b", "B"),), "b", profile="antall")
    used = {
        control.profile
        for name in names()
        for control in explorer(name).controls
        if isinstance(control, Slider | Choice)
    }
    # The service is a name: it is said where an explorer starts, and heads the documents.
    assert used - {""} == {*NAMES} - {"service"}
    assert len({field.label for field in FIELDS}) == len(FIELDS)
