"""Nynorsk texts are nynorsk: no word in them that only bokmål has."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helseledelse.exercises.bank import CONTENT

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
FILES = [*sorted(CONTENT.glob("*.toml")), *sorted(ASSIGNMENTS.rglob("*.toml"))]

# Words that no nynorsk dictionary has as forms of their own (Nynorskordboka), and endings likewise.
# Left out are those that are a word there too: «den», «hadde», «kunne», «nå», «si», «skjer».
ONLY_BOKMAAL = frozenset(
    re.findall(
        r"\w+",
        """
    allerede annet ansatt ansatte ansattes avdelingen begynne begynner begynte beslutning
    beslutningen brukere brukerne dere deres dermed enhet enheten enheter enhetene fikk flere
    forskjell forskjellen forskjeller fra fravær fraværet fremdeles følge følger gjøre hennes
    hjem hjemme hjemmetjenesten hver hverandre hvem hvert hva hvilke hvilken hvilket hvis hvor
    hvordan hvorfor ifølge ikke jeg leder lederen ledere lederne ledelse ledelsen ledergruppen
    ledergruppe leser ligner måned måneden måneder mer mye noe noen noens nærmere oppgaven
    oppgaver oppgavene også penger samlingen samme selv setter spurte spørre syk syke sykdom
    sykefravær sykefraværet sykehus sykehuset sykehjem sykepleier sykepleieren tjeneste
    tjenesten tjenester tjenestene trenger uke uken uker ukene uten velge velger være vært
    virker virkning virkningen øke øker økte
        """,
    )
)
ENDINGS = re.compile(r"(het|heten|heter|hetene|ligst|lig|lige|ligere)$")
_FROM_ELSEWHERE = frozenset({"frivillig", "villig"})


def nynorsk(table: Any, place: str) -> Iterator[tuple[str, str]]:
    """Give every text in nynorsk below a table, and where it stands."""
    if isinstance(table, dict):
        for key, value in table.items():
            if key == "nn":
                texts = value if isinstance(value, list) else [value]
                yield from ((place, text) for text in texts)
            else:
                yield from nynorsk(value, f"{place}.{key}")
    elif isinstance(table, list):
        for number, value in enumerate(table, 1):
            yield from nynorsk(value, f"{place}.{number}")


def bokmaal(text: str) -> list[str]:
    """Give the words that only bokmål has."""
    words = re.findall(r"[a-zæøåéòô]+", text.casefold())
    return [
        word
        for word in words
        if word in ONLY_BOKMAAL or (ENDINGS.search(word) and word not in _FROM_ELSEWHERE)
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_nynorsk_text_has_a_word_that_only_bokmål_has(file: Path) -> None:
    found = {
        place: words
        for place, text in nynorsk(tomllib.loads(file.read_text(encoding="utf-8")), file.stem)
        if (words := bokmaal(text))
    }
    assert found == {}


def test_what_is_looked_for_is_found() -> None:
    assert bokmaal("Kva gjer de når noen ikke spør?") == ["noen", "ikke"]
    assert bokmaal("Tryggheten er viktig, og det er tydelig.") == ["tryggheten", "tydelig"]
    assert sum(1 for file in FILES for _ in nynorsk(tomllib.loads(file.read_text()), "")) > 1_000
