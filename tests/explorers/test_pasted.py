"""What people paste: commas and points, dates, headings, slips, and a sentence for each."""

import json

import pytest

from helseledelse.explorers import explorer
from helseledelse.explorers.base import Explorer, Pairs, Series, SettingError, Slider
from helseledelse.explorers.pasted import PASTED

FALLS = Series("falls", "Fall", ("fall",), "4\n5\n3", minimum=0)
READMISSIONS = Series(
    "readmissions", "Reinnleggelser", ("reinnlagte", "utskrevne"), "1\t9\n2\t8", part_of=True
)
TIES = Pairs("ties", "Samarbeid", "Fastlege – Hjemmetjeneste")


@pytest.mark.parametrize(
    ("text", "labels", "values"),
    [
        ("4\n5\n3", ("1", "2", "3"), (4, 5, 3)),
        ("jan\t4,5\nfeb\t5.5\n", ("jan", "feb"), (4.5, 5.5)),
        ("Måned\tFall\r\njan\t4\r\nfeb\t5\r\n\r\n", ("jan", "feb"), (4, 5)),
        ("01.01.2025;1 200\n01.02.2025;900", ("01.01.2025", "01.02.2025"), (1200, 900)),
        ("\n\nuke 1  7\nuke 2  8", ("uke 1", "uke 2"), (7, 8)),
        ("januar 4\nfebruar 5", ("januar", "februar"), (4, 5)),
    ],
)
def test_a_series_is_read(text: str, labels: tuple[str, ...], values: tuple[float, ...]) -> None:
    rows = FALLS.read(text)
    assert rows.labels == labels
    assert rows.column(0) == values


def test_two_columns() -> None:
    rows = READMISSIONS.read("Sørlandet\t12\t80\nIndre Oslo\t20\t95")
    assert rows.labels == ("Sørlandet", "Indre Oslo")
    assert rows.values == ((12, 80), (20, 95))


@pytest.mark.parametrize(
    ("series", "text", "words"),
    [
        (FALLS, "4\n\n3", "rad 2 er tom"),
        (FALLS, "jan\t4\nfeb\t", "rad 2: fall mangler"),
        (FALLS, "4\nmange 5 i år\n3", "rad 2"),
        (FALLS, "4\nfem0\n3", "«fem0» er ikke et tall"),
        (FALLS, "4\n-2", "rad 2: fall er -2"),
        (FALLS, "7", "Det trengs minst 2"),
        (FALLS, "", "ingen rader"),
        (FALLS, "Måned\tFall", "ingen rader"),
        (FALLS, "1\n" * 501, "501 rader"),
        (FALLS, 5, "som tekst"),
        (READMISSIONS, "9\t5\n1\t4", "rad 1: 9 reinnlagte er flere enn 5 utskrevne"),
        (READMISSIONS, "9\n1", "har 1 tall"),
        (READMISSIONS, "a\t1\t2\t3\nb\t1\t2\t3", "har 3 tall"),
    ],
)
def test_a_slip_gets_one_sentence_with_its_row(series: Series, text: object, words: str) -> None:
    with pytest.raises(SettingError) as caught:
        series.read(text)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "text",
    ["Åse – Bjørn", "Åse - Bjørn", "Åse, Bjørn", "Åse;Bjørn", "Åse\tBjørn", "\n Åse —  Bjørn \n"],
)
def test_pairs_are_read(text: str) -> None:
    assert TIES.read(text) == (("Åse", "Bjørn"),)


def test_a_name_with_a_hyphen_is_one_name() -> None:
    assert TIES.read("Ann-Kari – SMP-teamet") == (("Ann-Kari", "SMP-teamet"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Fastlege", "er ikke et par"),
        ("a – b\nc –", "linje 2"),
        ("Åse – åse", "på begge sider"),
        ("", "minst ett par"),
        ("a – b\n" * 81, "81 par"),
        (None, "ett par på hver linje"),
    ],
)
def test_a_pair_that_is_none_gets_a_sentence(text: object, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        TIES.read(text)


def test_what_was_pasted_goes_back_as_it_was_written() -> None:
    explorer = Explorer(
        name="x",
        title="Virker det?",
        introduction="Prøv.",
        controls=(Slider("beds", "Senger", 0, 10, 1, 5), FALLS),
        view=lambda **_: pytest.fail("not drawn here"),
        formula=(),
        sources=("Egne tall",),
    )
    json.dumps(explorer.public(), allow_nan=False)
    assert explorer.start() == {"beds": 5, "falls": "4\n5\n3"}
    kept = {"beds": "7", "falls": "jan\t1,5\nfeb\t2"}
    assert explorer.start(kept) == {"beds": 7.0, "falls": "jan\t1,5\nfeb\t2"}
    # What no longer fits an explorer that has changed is left, the rest is kept.
    assert explorer.start({"beds": 3, "gone": 1}, {"beds": 99, "falls": 8}) == {
        "beds": 3.0,
        "falls": "4\n5\n3",
    }


@pytest.mark.parametrize(
    ("name", "setting", "own"),
    [
        ("run_chart", "series", "1\n2\n3\n4\n5\n6\n7"),
        ("control_chart", "series", "1;10\n2;10\n3;10\n1;10\n2;10\n3;10\n4;10\n2;10"),
        ("before_after", "survey", "5 6\n6 7\n4 6\n5 5\n6 8\n7 7\n5 7\n6 6"),
        ("safety_survey", "answers", "\n".join(["2 6 2 6 2 6 6"] * 6)),
        ("network", "ties", "Lege – Leder\nLeder – Sykepleier\nSykepleier – Pårørende"),
        ("gantt", "plan", "Kartlegge;3\nVelge;2;1\nPrøve;6;2"),
        ("driver_diagram", "outline", "Færre fall\nTrygge rom;Lys om natten;Antall fall"),
    ],
)
def test_what_says_that_it_is_constructed_is_marked_and_what_is_pasted_is_not(
    name: str, setting: str, own: str
) -> None:
    model = explorer(name)
    names = {control.name for control in model.controls if isinstance(control, PASTED)}
    setting = setting if setting in names else next(iter(sorted(names)))

    def marked(text: str) -> bool:
        return ">konstruert<" in model.show({setting: text})["figure"]

    assert not marked(own)
    assert marked(f"Konstruert\n{own}")
    # The mark is no row of its own: nothing else of the view changes.
    assert (
        model.show({setting: own})["table"] == model.show({setting: f"Konstruert\n{own}"})["table"]
    )
