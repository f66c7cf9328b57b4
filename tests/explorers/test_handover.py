"""The explorer of handovers, held to its model and to hand-worked shares."""

import pytest

from helseledelse.explorers import explorer
from helseledelse.explorers.base import Setting
from helseledelse.norwegian import NO_BREAK_SPACE


def shown(**settings: Setting) -> dict[str, str]:
    view = explorer("handover").show(settings)
    return {
        name: str(view[name]).replace(NO_BREAK_SPACE, " ")
        for name in ("title", "sentence", "figure")
    }


def test_the_opening_by_hand() -> None:
    # Each item: 0.9 + 0.1 * 0.3 * 0.7 = 0.921, and 0.921⁴ = 0.7195.
    # All five: 0.3 * 0.97⁵ + 0.7 * 0.9⁵ = 0.2576 + 0.4133 = 0.6710; ⁴ = 0.2027, ³ = 0.3020.
    # Asked in 0.8: 0.8 * 0.8587 + 0.2 * 0.5905 = 0.8051; ⁴ = 0.4201.
    # Like one fewer: 0.3020 ** 0.25 = 0.7413, (0.7413 - 0.5905) / 0.2682 = 0.562.
    view = shown()
    assert view["title"] == "20 av 100 pasienter kommer fram med alt"
    for words in (
        "72 prosent av opplysningene",
        "alle de fem opplysningene",
        "Én overlevering færre gir 30.",
        "blir det 42.",
        "i 56 prosent av overleveringene.",
    ):
        assert words in view["sentence"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kept": 100}, "Her går ingenting tapt"),
        ({"caught": 0}, "fanger ingenting her"),
        ({"handovers": 2, "caught": 20}, "Selv om alle mottakere spurte"),
        ({"handovers": 1, "items": 1}, "Etter én overlevering er"),
        ({"handovers": 1, "items": 1}, "den opplysningen som måtte følge med"),
    ],
)
def test_the_sentence_follows_what_is_set(settings: dict[str, Setting], words: str) -> None:
    assert words in shown(**settings)["sentence"]


@pytest.mark.parametrize("width", [360, 680])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"handovers": 1},
        {"handovers": 8, "items": 10, "kept": 50, "asks": 0, "better": 0},
        {"kept": 100},
    ],
)
def test_all_three_ends_are_written_in_the_figure(width: int, settings: dict[str, Setting]) -> None:
    figure = str(explorer("handover").show(settings, width=width)["figure"])
    for words in ("i dag", "én færre", "etter"):
        assert words in figure
