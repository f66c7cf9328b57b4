"""What every explorer promises: it draws at every end of every control, or says why not."""

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from helseledelse.explorers import explorer, names, prepare
from helseledelse.explorers.base import (
    Activities,
    Choice,
    Control,
    Explorer,
    Outline,
    Pairs,
    Series,
    SettingError,
    Slider,
    Switch,
)

NAMES = names()
WIDTHS = (360, 680)
TEN = "\n".join(str(value) for value in (4, 6, 5, 7, 4, 6, 5, 7, 3, 6))
Settings = dict[str, Any]


def ends(control: Control) -> tuple[object, ...]:
    """Give the values to try: both ends, the options, and text of several kinds."""
    match control:
        case Slider():
            return control.minimum, control.maximum
        case Choice():
            few = (
                control.options
                if len(control.options) <= 7
                else control.options[:: len(control.options) - 1]
            )
            return tuple(option for option, _ in few)
        case Switch():
            return False, True
        case Pairs():
            return "Åse – Bjørn", "A – B\nB – C\nC – A\nC – D"
        case Outline():
            return "Mål\nDriver", "Mål: 5\n" + "\n".join(
                f"D{n % 6}; t{n}; m{n % 4}" for n in range(40)
            )
        case Activities():
            return "Møte; 1;", "\n".join(f"A{n}; {n % 5}; {n // 2 or ''}" for n in range(60))
        case Series() if len(control.columns) == 1:
            return TEN, "\n".join(["5"] * 12), "\n".join(str(7 * n % 11) for n in range(120))
        case Series() if len(control.columns) == 2:
            return (
                "\n".join(f"uke {n}\t{3 + n % 5}\t{20 + n}" for n in range(10)),
                "\n".join(f"{n % 7}\t{n % 7 + 1 + n % 4}" for n in range(120)),
            )
        case _:
            row = "\t".join(str(1 + place % 7) for place in range(len(control.columns)))
            return control.default, "\n".join([row] * 6)


def cases(found: Explorer) -> Iterator[Settings]:
    """Give the defaults, all first, all last, and each control alone at each of its ends."""
    yield {}
    yield {control.name: ends(control)[0] for control in found.controls}
    yield {control.name: ends(control)[-1] for control in found.controls}
    for control in found.controls:
        yield from ({control.name: value} for value in ends(control))


_shown: dict[tuple[str, str, int], dict[str, Any]] = {}


def show(name: str, setting: Settings, width: int = 680) -> dict[str, Any]:
    """Give what an explorer shows; drawn once for all the tests that look at it.

    Settings are the same where every control has the same value, written or not.
    """
    found = explorer(name)
    place = name, repr(found.settings(setting)), width
    if place not in _shown:
        _shown[place] = found.show(setting, width=width)
    return _shown[place]


def words(view: dict[str, Any]) -> str:
    """Give everything a person reads, with plain spaces."""
    cells = " ".join(cell for row in view["table"]["rows"] for cell in row)
    said = f"{view['title']} {view['sentence']} {view['note']} {view['table']['caption']} {cells}"
    return said.replace("\u00a0", " ")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_it_draws_or_says_why_not(name: str, width: int) -> None:
    found = explorer(name)
    drawn, refused = 0, list[str]()
    for case in cases(found):
        try:
            view = show(name, case, width)
        except SettingError as refusal:
            refused.append(str(refusal))
            continue
        drawn += 1
        figure = ET.fromstring(view["figure"])  # noqa: S314  # our own SVG
        assert figure.get("role") == "img"
        assert figure.get("aria-label") == view["sentence"]
        assert figure.get("viewBox", "").split()[2] == str(width)
        assert not [element for element in figure.iter() if element.get("style")]
        assert view["title"][0].isupper() or view["title"][0].isdigit()
        assert not view["title"].endswith(".")
        assert view["sentence"].endswith(".")
        assert view["table"]["rows"]
        assert not re.search(
            r"\bnan\b|\binf\b|None|ikke beregnet|!|--|−0 |−0,0 |\. \.|\.\.", words(view)
        ), (case, words(view))
        assert "  " not in view["title"] + view["sentence"] + view["note"]
        height = float(figure.get("viewBox", "").split()[3])
        for element in figure.iter():
            if element.tag.endswith("}text") and (element.text or "").strip():
                x, y = place_of(element)
                assert 0 <= x <= width, (element.text, case)
                assert 0 <= y <= height, (element.text, case)
    assert drawn > len(found.controls)
    assert all(sentence.endswith(".") for sentence in refused)


def place_of(element: ET.Element) -> tuple[float, float]:
    """Give where a text is anchored, in CSS pixels."""
    turned = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", str(element.get("transform")))
    if turned:
        return float(turned[1]), float(turned[2])
    return float(element.get("x", 0)), float(element.get("y", 0))


@pytest.mark.parametrize("name", NAMES)
def test_narrow_and_wide_say_the_same_every_time(name: str) -> None:
    found = explorer(name)
    wide, narrow = (show(name, {}, width) for width in (680, 360))
    assert {**narrow, "figure": ""} == {**wide, "figure": ""}
    last = found.controls[0]
    found.show({last.name: ends(last)[-1]})
    # To the same bytes: after another figure, and on one that was built ahead of time, for its own
    # width and for another.
    for width, drawn in ((680, wide), (680, wide), (360, narrow), (360, narrow)):
        prepare()
        assert found.show({}, width=width) == drawn


# Controls that speak only where another is set: the numbers of another kind or question.
BESIDE: dict[tuple[str, str], Settings] = {
    ("control_chart", "single"): {"kind": "i"},
    ("before_after", "monthly"): {"question": "trend"},
    ("before_after", "change"): {"question": "trend"},
    ("continuity", "own"): {"use_own": True},
    ("discharge_day", "day_price"): {"ready": True},
}


@pytest.mark.parametrize("name", NAMES)
def test_every_control_moves_something(name: str) -> None:
    found = explorer(name)
    for control in found.controls:
        beside = BESIDE.get((name, control.name), {})
        before = show(name, beside)
        moved = False
        for value in ends(control):
            try:
                moved = moved or show(name, {**beside, control.name: value}) != before
            except SettingError:
                continue
        assert moved, control.name


@pytest.mark.parametrize("name", NAMES)
def test_it_tells_what_is_made_up_and_where_the_rest_is_from(name: str) -> None:
    found = explorer(name)
    public = found.public()
    json.dumps(public, allow_nan=False)
    assert public["title"].endswith("?")
    assert 5 <= public["minutes"] <= 10
    assert public["sources"]
    assert public["formula"]
    for formula in public["formula"]:
        assert formula["math"].startswith("<math")
        assert formula["words"].endswith(".")
    if found.constructed:
        assert "konstruert" in found.show({})["figure"]
        assert any("konstruert" in source for source in public["sources"])


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_set_gets_a_sentence(name: str) -> None:
    found = explorer(name)
    for control in found.controls:
        if isinstance(control, Slider):
            with pytest.raises(SettingError, match="Velg et tall mellom"):
                found.show({control.name: control.maximum + control.step})
            with pytest.raises(SettingError, match="«mange» er ikke et tall"):
                found.show({control.name: "mange"})
        with pytest.raises(SettingError, match=r"\.$"):
            found.show({control.name: ["liste"]})
    with pytest.raises(SettingError, match="«borte» kan ikke stilles inn her"):
        found.show({"borte": 1})


def test_the_ways_of_thinking_are_called_so() -> None:
    """No published numbers stand behind these; see the models' own docstrings."""
    assert {name for name in NAMES if explorer(name).way_of_thinking} == {
        *("affordable_loss", "best_idea", "diffusion", "improvement_wheel"),
        *("team_economy", "workforce", "cooperation_game", "speaking_up", "handover"),
    }
