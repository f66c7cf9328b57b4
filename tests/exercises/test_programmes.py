import re
from pathlib import Path

import pytest

from helseledelse.exercises.programmes import Samling, programmes, read_programmes, samling
from helseledelse.exercises.reader import ContentError


def test_the_two_programmes_have_six_samlinger_each_and_four_deepenings_stand_beside() -> None:
    first, second, deepening = programmes()
    assert first.name == "Nasjonal lederutdanning for primærhelsetjenesten"
    assert [each.id for each in first.samlinger] == [f"nl{n}" for n in range(1, 7)]
    assert [each.id for each in second.samlinger] == [f"tp{n}" for n in range(1, 7)]
    assert [each.id for each in deepening.samlinger] == ["hk", "ll", "st", "fp"]
    for programme in (first, second):
        assert [each.number for each in programme.samlinger] == [1, 2, 3, 4, 5, 6]
        for each in programme.samlinger:
            assert each.workbook.startswith(f"{programme.id}/{each.number}-")


def test_a_samling_is_found_by_its_id() -> None:
    assert samling("nl6").name == "Helseøkonomi, styring og forbedring"
    assert samling("nl6").workbook == "primaer/6-helseokonomi-styring-og-forbedring"
    with pytest.raises(ContentError, match=r"ingen samling som heter «nl7»\. Mente du «nl"):
        samling("nl7")


GOOD = '[a]\nname = "Å"\n[[a.samlinger]]\nid = "a1"\nname = "Én"\nworkbook = "a/1-en"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace('name = "Å"', ""), "program «a»: «name» mangler"),
        (GOOD.replace("a/1-en", "b/1-en"), "skal være a/ og et filnavn"),
        (GOOD.replace("a/1-en", "a/../x"), "skal være a/ og et filnavn"),
        (GOOD.replace("a/1-en", "a/1-én"), "skal være a/ og et filnavn"),
        (GOOD.replace('"a1"', '"A 1"'), "«id» er «A 1»"),
        (GOOD + GOOD[GOOD.index("[[") :], "«a1» står to ganger"),
        ('[a]\nname = "Å"', "«samlinger» mangler"),
        ("a = 3", "«a» er ikke et program"),
        (GOOD.replace("id =", "idd ="), "«id» mangler"),
    ],
)
def test_an_author_is_told_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "programmes.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=re.escape(said)):
        read_programmes(path)


def test_a_samling_cannot_be_built_wrong() -> None:
    with pytest.raises(ValueError, match="not a samling"):
        Samling("nl6", 6, "Navn", "../../etc/passwd")
