"""The driver diagram: what it says is lacking, how it is written, and every slip met."""

from xml.etree import ElementTree as ET

import pytest

from helseledelse.explorers import explorer
from helseledelse.explorers.base import SettingError
from helseledelse.explorers.driver_diagram import _wide, wrap

LONG = (
    "Mål: Samhandlingsavvikshåndteringssystemforbedringsprosjektgjennomføring\n"
    "Helsefellesskapsstrategikommunikasjonsplanleggingen; "
    "Utskrivningsplanleggingskoordineringsmøtevirksomhet; Pasientsikkerhetskulturundersøkelser\n"
    "B;;"
)


def test_the_example_lacks_what_was_left_out_of_it() -> None:
    # Counted by hand in the example: five drivers, two of them not whole, one measure used twice.
    view = explorer("driver_diagram").show({})
    assert view["title"] == "To av fem drivere mangler tiltak eller måltall"
    assert "Målet har fem drivere, fem tiltak og tre måltall." in view["sentence"]
    assert "Uten tiltak står «Pasienten vet hvem som skal ringes»." in view["sentence"]
    assert "«Andel med avtalt plan» følger to drivere, flest av måltallene" in view["sentence"]
    assert sum("mangler" in row[2] for row in view["table"]["rows"]) == 2


def test_what_is_whole_is_called_so_and_is_no_longer_constructed() -> None:
    view = explorer("driver_diagram").show({"outline": "Færre fall\nLys; Lampe; Fall i uken"})
    assert view["title"] == "Driveren har både tiltak og måltall"
    assert "I målet står det ikke noe tall" in view["sentence"]
    assert "konstruert" not in view["figure"]
    assert view["table"]["rows"] == (("Lys", "Lampe", "Fall i uken"),)


@pytest.mark.parametrize("line", ["Lys\tLampe\tFall", "Lys;Lampe;Fall;;", " Lys ;  Lampe ; Fall "])
def test_it_is_read_from_a_spreadsheet_and_from_a_hand(line: str) -> None:
    view = explorer("driver_diagram").show({"outline": f"\r\nMÅL: 5 fall\t\t\r\n\r\n{line}\r\n"})
    assert view["table"]["caption"] == "Mål: 5 fall"
    assert view["table"]["rows"] == (("Lys", "Lampe", "Fall"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Feltet er tomt"),
        (" ;; \n\t", "Feltet er tomt"),
        ("Mål:\nLys", "linje 1: Skriv hva målet er"),
        ("Færre fall", "Her står bare målet"),
        ("Lys; Lampe; Fall", "linje 1: Den første linjen er målet"),
        ("Mål\nLys;;\n; Lampe; Fall", "linje 3: «Lampe» står uten driver"),
        ("Mål\nLys; a; b; c", "linje 2: Her er 4 deler"),
        ("Mål\n" + "D; t; m\n" * 41, "41 linjer under målet"),
        ("Mål\n" + "x" * 121, "er på 121 tegn"),
        ("Mål\nA; B\nB; A", "«B» står både som tiltak og som driver"),
        ("Færre fall\nfærre fall", "«Færre fall» står både som mål og som driver"),
    ],
)
def test_a_slip_gets_one_sentence_that_says_where(text: str, words: str) -> None:
    with pytest.raises(SettingError) as caught:
        explorer("driver_diagram").show({"outline": text})
    assert str(caught.value).startswith("Driverdiagram")
    assert words in str(caught.value).replace("\u00a0", " ")


@pytest.mark.parametrize("width", [360, 680])
def test_long_words_and_forty_lines_stay_inside(width: int) -> None:
    many = "Mål 5\n" + "\n".join(f"Driver {n % 9}; tiltak {n}; måltall {n % 4}" for n in range(40))
    for text in (LONG, many):
        figure = explorer("driver_diagram").show({"outline": text}, width=width)["figure"]
        for element in ET.fromstring(figure).iter():  # noqa: S314  # our own SVG
            if element.tag.endswith("}text") and (element.text or "").strip():
                assert float(element.get("x", 0)) + _wide(element.text or "") <= width


def test_wrapping_loses_no_letter() -> None:
    text = "Utskrivningsplanleggingskoordineringsmøte i morgen"
    lines = wrap(text, 90)
    assert all(_wide(line) <= 90 for line in lines)
    assert "".join(lines).replace("-", "").replace(" ", "") == text.replace(" ", "")
