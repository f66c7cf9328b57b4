"""The plan with slack: what it says of the example, how a plan is written, every slip met."""

from xml.etree import ElementTree as ET

import pytest

from helseledelse.explorers import explorer
from helseledelse.explorers.base import SettingError
from helseledelse.explorers.driver_diagram import _wide

LONG = (
    "Samhandlingsavvikshåndteringssystemforbedringsprosjektgjennomføringsmøtevirksomhet; 260\n"
    "Utskrivningsplanleggingskoordinering og helsefellesskapsstrategikommunikasjon; 0; 1"
)


def plain(view: dict[str, object], key: str) -> str:
    return str(view[key]).replace("\u00a0", " ")


def test_the_example_is_as_worked_out_by_hand() -> None:
    # 1: 0-3, then 3: 3-9 is longer than 5: 3-8, so 5 has 1 week. Samling 1 9-10, 7: 10-14
    # (8: 10-13), Samling 2 14-15, 10: 15-16, 11: 16-24, Samling 3 24-25, 13: 25-28. Three weeks
    # more on 5 with 1 week of slack: the end moves 2; 6 to 14, nine activities, come later.
    view = explorer("gantt").show({})
    assert plain(view, "title") == "3 uker ekstra på nummer 5 flytter slutten 2 uker"
    sentence = plain(view, "sentence")
    assert sentence.startswith("Planen tar 28 uker. Uten slakk er nummer 1, 3, 6, 7, 9, 10, 11, ")
    assert "til 30 uker fra start, og 9 andre aktiviteter blir senere ferdig." in sentence
    rows = view["table"]["rows"]
    assert [row[5].replace("\u00a0", " ") for row in rows[:5]] == [
        *("ingen, kritisk", "10 uker", "ingen, kritisk", "4 uker", "1 uke")
    ]
    assert rows[4][3:5] == ("3–8", "4–9")
    assert rows[4][6] == "3–11"


def test_a_delay_within_the_slack_moves_nothing() -> None:
    view = explorer("gantt").show({"late": 4, "weeks": 4})
    assert plain(view, "title") == "4 uker ekstra på nummer 4 flytter ikke slutten"
    assert plain(view, "sentence").endswith("og ingen annen aktivitet blir senere ferdig.")
    assert "ny slutt" not in view["figure"]


def test_without_a_delay_it_tells_of_the_plan() -> None:
    view = explorer("gantt").show({"weeks": 0})
    assert plain(view, "title") == "Planen tar 28 uker, og 10 av 14 aktiviteter er uten slakk"


@pytest.mark.parametrize(
    "text",
    [
        "A; 2; \nB; 3; A\nC; 1; 1, 2",
        "Aktivitet\tUker\tVenter på\r\nA\t2\t\r\nB\t3\t1\r\nC\t1\t1 og 2\t\r\n",
        "1; A; 2 uker\n\n2; B; 3; 1\n3; C; 1; a, b",
        "1.; A; 2; –\n2.; B; 3; 1,\n3.; C; 1 uke; 2, 1, 2",
    ],
)
def test_a_plan_is_written_in_several_ways(text: str) -> None:
    view = explorer("gantt").show({"plan": text, "weeks": 0})
    assert [row[3] for row in view["table"]["rows"]] == ["0–2", "2–5", "5–6"]
    assert "konstruert" not in view["figure"]


def test_a_number_beyond_the_plan_is_the_last_and_said() -> None:
    view = explorer("gantt").show({"plan": "A; 2\nB; 3; 1", "late": 60, "weeks": 2})
    assert plain(view, "note").startswith("Det er 2 aktiviteter i planen")
    assert plain(view, "title") == "2 uker ekstra på nummer 2 flytter slutten 2 uker"


def test_half_weeks_and_commas_in_names() -> None:
    text = "Samle mål, verdier; 1,5\nMøte; 0,5; Samle mål, verdier"
    view = explorer("gantt").show({"plan": text, "weeks": 0})
    assert [row[3] for row in view["table"]["rows"]] == ["0–1,5", "1,5–2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Her står det ingen aktiviteter"),
        (" ;; \n\t", "Her står det ingen aktiviteter"),
        ("Aktivitet; uker; venter på", "Her står det ingen aktiviteter"),
        ("A", "linje 1: «A» mangler varighet"),
        ("; 3", "linje 1: Skriv hva aktiviteten heter"),
        ("A; tre", "linje 1, uker: «tre» er ikke et tall"),
        ("A; -2", "linje 1: «A» varer -2 uker"),
        ("A; 300", "Velg et tall fra 0 til 260"),
        ("A; 1;; 2", "linje 1: Her er 4 deler"),
        ("A; 1\nB; 2; 5", "linje 2: Aktiviteten venter på nummer 5, men det er 2 aktiviteter"),
        ("A; 1\nB; 2; Ukjent", "linje 2: Ingen aktivitet heter «Ukjent»"),
        ("A; 1\nA; 2\nB; 1; a", "linje 3: Flere aktiviteter heter «a»"),
        ("1; A; 1\n3; B; 2", "linje 2: Linjen er merket 3, men er aktivitet nummer 2"),
        ("A; 1; 3\nB; 1; 1\nC; 1; 2", "venter på hverandre i ring"),
        ("A; 1; 1", "venter på hverandre i ring"),
        ("A; 1\n" * 61, "Det er 61 aktiviteter"),
        ("x" * 121 + "; 1", "er på 121 tegn"),
    ],
)
def test_a_slip_gets_one_sentence_that_says_where(text: str, words: str) -> None:
    with pytest.raises(SettingError) as caught:
        explorer("gantt").show({"plan": text})
    assert str(caught.value).startswith("Aktiviteter")
    assert words in plain({"said": caught.value}, "said")


@pytest.mark.parametrize("width", [360, 680])
@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "\n".join(f"Aktivitet med et ganske langt navn {n}; {n % 4}; {n or ''}" for n in range(60)),
        "Milepæl; 0",
        "Kort; 0,1",
    ],
)
def test_long_names_and_sixty_lines_stay_inside(text: str, width: int) -> None:
    figure = explorer("gantt").show({"plan": text}, width=width)["figure"]
    for element in ET.fromstring(figure).iter():  # noqa: S314  # our own SVG
        words = element.text or ""
        if element.tag.endswith("}text") and words.strip():
            anchored = (element.get("text-anchor") or "start") == "start"
            assert float(element.get("x", 0)) + (_wide(words) if anchored else 0) <= width + 4
