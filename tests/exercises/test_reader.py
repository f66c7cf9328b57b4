import re
from pathlib import Path

import pytest

from helseledelse.exercises.bank import Bank, read_bank
from helseledelse.exercises.reader import ContentError, is_name, nearest, read_toml

GOOD = """
[nl1-plan]
kind = "plan"
title = "Plan"
question = "Hva gjør du?"
minutes = 3
sources = ["Konstruert"]
"""


def written(folder: Path, text: str, name: str = "nl1.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace('kind = "plan"', 'kind = "plna"'), "«kind» er «plna». Mente du «plan»?"),
        (GOOD.replace('kind = "plan"\n', ""), "«kind» mangler"),
        (GOOD.replace("title", "tittel"), "«title» mangler"),
        (GOOD + 'hint = ["x"]', "«hint» er ukjent her. Mente du «hints»?"),
        (GOOD.replace("minutes = 3\n", ""), "«minutes» mangler. Skriv et tall uten anførselstegn."),
        (GOOD.replace("= 3", "= 0"), "«minutes» er 0, men skal være fra 0.5 til 60"),
        (GOOD.replace("= 3", '= "3"'), "«minutes» er «3», men skal være et tall"),
        (GOOD.replace('["Konstruert"]', "[]"), "«sources» skal være en liste med minst 1"),
        (GOOD.replace('sources = ["Konstruert"]\n', ""), "«sources» mangler"),
        (GOOD.replace('"Plan"', '{nn = "Plan"}'), "title.nb med teksten på bokmål"),
        (GOOD.replace('"Plan"', '"  "'), "«title» skal være en tekst"),
        (GOOD.replace("nl1-plan", '"nl1 plan"'), "Navnet skal ha små bokstaver"),
        (GOOD + "version = 1.5", "«version» er 1.5, men skal være et helt tall"),
        (GOOD + "opinion = true", "«opinion» er ukjent her"),
        (GOOD + 'example.when = "x"\nexample.hvem = "y"', "example: «hvem» er ukjent her"),
        ('fri = "tekst"', "«fri» står utenfor en oppgave"),
        ("[a\n", "nl1.toml er ikke gyldig TOML"),
    ],
)
def test_an_author_is_told_where_what_and_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ContentError, match=re.escape(said)) as caught:
        read_bank(written(tmp_path, text))
    assert "nl1.toml" in str(caught.value)
    assert not re.search(r"Traceback|None|True|False|dict|str\b|!", str(caught.value))


def test_reads_a_folder_and_leaves_the_programmes_alone(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, GOOD.replace("nl1", "nl2"), "nl2.toml")
    written(tmp_path, "noe = 1", "programmes.toml")
    assert list(read_bank(tmp_path)) == ["nl1-plan", "nl2-plan"]


def test_one_id_stands_in_one_file(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, GOOD, "nl2.toml")
    with pytest.raises(ContentError, match=r"både i nl1.toml og nl2.toml"):
        read_bank(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"borte.toml lar seg ikke lese"):
        read_toml(tmp_path / "borte.toml")
    (tmp_path / "latin.toml").write_bytes("[a]\ntitle='Å'".encode("latin-1"))
    with pytest.raises(ContentError, match="ikke lagret som UTF-8"):
        read_toml(tmp_path / "latin.toml")


def test_the_bank_names_the_nearest_exercise(tmp_path: Path) -> None:
    bank = read_bank(written(tmp_path, GOOD))
    with pytest.raises(ContentError, match="Mente du «nl1-plan»"):
        bank["nl1-plann"]
    assert "nl1-plan" in bank
    assert "nl9" not in bank
    assert len(Bank({})) == 0


def test_the_nearest_of_many_words_is_a_short_list() -> None:
    assert nearest("kvalitt", ["kvalitet", "kultur"]) == "Mente du «kvalitet»?"
    assert nearest("zzz", ["en", "to"]) == "Gyldige ord er en, to."
    assert nearest("zzz", [f"ord{n}" for n in range(40)]).count("ord") <= 6


@pytest.mark.parametrize("name", ["nl6-icer", "a", "fall_per_maaned", "1"])
def test_a_name_can_stand_in_an_address(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "Å", "nl6 icer", "-a", "a-", "a--b", "A", "a/b", "a\n"])
def test_what_cannot_stand_in_an_address_is_no_name(name: str) -> None:
    assert not is_name(name)
