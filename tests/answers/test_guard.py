"""The guard: every valid number is found however it is written, and a budget is not."""

import json
import logging
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.answers.conversation import Conversation
from helseledelse.answers.guard import Place, is_identity_number, places, places_within, sentence
from helseledelse.answers.store import AnswerStore
from helseledelse.exercises.bank import Bank, read_exercise

# fnrinfo.no works out the control digits of 311299567: 3·3 + 1·7 + 1·6 + 2·1 + 9·8 + 9·9 + 5·4 +
# 6·5 + 7·2 = 241 = 21·11 + 10, so the first is 11 − 10 = 1; 3·5 + 1·4 + 1·3 + 2·2 + 9·7 + 9·6 +
# 5·5 + 6·4 + 7·3 + 1·2 = 215 = 19·11 + 6, so the second is 11 − 6 = 5.
NUMBER = "31129956715"


@pytest.mark.parametrize(
    ("number", "source"),
    [
        (NUMBER, "fnrinfo.no, the example worked out above"),
        ("13527248013", "hjelpenummer, made up in the README of navikt/fnrvalidator"),
        ("10915596784", "Tenor, made up in the README of navikt/fnrvalidator"),
        ("43022014103", "D-nummer, made up in the README of slahn/nonin"),
        ("81234567802", "felles hjelpenummer, in the README of starbuildr/norwegian_id_number"),
    ],
)
def test_published_numbers_are_known(number: str, source: str) -> None:
    assert is_identity_number(number), source
    assert places(f"Hun har {number}.") == (Place((), 8, 19, places(number)[0].what),)


WAYS = [
    "31129956715",
    "311299 56715",
    "311299\u00a056715",
    "311299\u202f56715",
    "311299-56715",
    "311299.56715",
    "311299 - 56715",
    "311299 567 15",
    "31 12 99 56715",
    "31.12.99 56715",
    "31.12.99-567 15",
    "31.12.1999\t56715",
    "311299\t56715",
    "311299;56715",
    "31 129 956 715",
    "31\u00a0129\u00a0956\u00a0715",
    "3 1 1 2 9 9 5 6 7 1 5",
]


@pytest.mark.parametrize("written", WAYS)
@pytest.mark.parametrize(
    "around", ["{}", "rad tre {}", "fnr{}", "«{}»", "{}, 4 fall", "æøå\n{}\n7"]
)
def test_every_way_of_writing_is_found(written: str, around: str) -> None:
    text = around.format(written)
    (place,) = places(text)
    assert text[place.start : place.end] == written


@pytest.mark.parametrize("written", ["31129956715", "311299 56715", "31.12.99-56715"])
def test_a_number_before_it_does_not_hide_it(written: str) -> None:
    text = f"rad 3 {written} 4"
    assert [text[place.start : place.end] for place in places(text)] == [written]


LET_THROUGH = [
    "12 345 678 901 kroner",
    "Budsjettet er 31 129 956 716 kr",  # one more than the number above
    "31129956715000",
    "31 129 956 715 000 kr",  # a larger number, grouped by thousands
    "12\t14\t15\t13\t12\t11\t15\t14",
    "3 1 1 2 9 9 5 6 7 1 5 4 2 1",  # a row of ratings
    "1234 56 78903",  # an account number
    "974 760 673",  # an organisation number
    "Telefon 22 00 00 00",
    "Vi bruker telefon 22 00 00 00 til dette",
    "Pasienter 20 25 30 35",
    "Pasientreiser 45000000 kr",
    "postmottak@kommune.no",
    "00000000000",
    "31029956715",  # 31 February
    "",
]


@pytest.mark.parametrize("text", LET_THROUGH)
def test_what_says_nothing_of_anybody_passes(text: str) -> None:
    assert places(text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pasienten nås på 22 00 00 00.", "nås på 22 00 00 00"),
        ("pasient i rom 4, +47 22000000", "+47 22000000"),
        ("Beboer i 2. etasje: 900 12 345", "900 12 345"),
        ("Brukeren skrev fra ola@example.no i går", "ola@example.no"),
    ],
)
def test_a_patients_telephone_and_address_are_found(text: str, found: str) -> None:
    assert [text[place.start : place.end] for place in places(text)] == [found]


def control(digits: str, weights: tuple[int, ...]) -> int:
    """Give the control digit as fnrinfo.no works it out; 10 where the number is not used."""
    rest = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
    return 0 if rest == 0 else 11 - rest


@st.composite
def numbers(draw: st.DrawFn) -> str:
    born = date(1900, 1, 1) + timedelta(draw(st.integers(0, 47_000)))
    if (born.month, born.day, born.year) == (2, 29, 1900):
        born = date(2000, 2, 29)
    day = born.day + draw(st.sampled_from([0, 40]))
    month = born.month + draw(st.sampled_from([0, 40, 80]))
    start = draw(st.integers(0, 999))
    for individual in (*range(start, 1000), *range(start)):
        nine = f"{day:02}{month:02}{born.year % 100:02}{individual:03}"
        first = control(nine, (3, 7, 6, 1, 8, 9, 4, 5, 2))
        if first == 10:
            continue
        second = control(f"{nine}{first}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
        if second != 10:
            return f"{nine}{first}{second}"
    raise AssertionError("every date has numbers")


@given(numbers(), st.sampled_from(["", " ", "\u00a0", "-", ".", " – "]), st.text("abæøå ,:\n"))
def test_every_valid_number_is_found(number: str, part: str, words: str) -> None:
    text = f"{words}{number[:6]}{part}{number[6:]}{words}"
    assert [text[p.start : p.end] for p in places(text)] == [f"{number[:6]}{part}{number[6:]}"]


@given(numbers(), st.integers(0, 10), st.integers(1, 9))
def test_a_number_with_one_slip_is_no_number(number: str, place: int, step: int) -> None:
    # Every weight is prime to eleven, so one wrong digit always shows.
    slip = f"{number[:place]}{(int(number[place]) + step) % 10}{number[place + 1 :]}"
    assert places(slip) == ()


def test_few_random_groups_are_taken_for_a_number() -> None:
    # Expected: 3 · 2 · 365.25 dates of 10 000 · 1/121 = one in 552, so 36 of 20 000. Five times
    # the standard deviation, the square root of 36, is 30.
    drawn = np.random.default_rng(2032).integers(0, 10**11, 20_000)
    texts = [f"{number:011}" for number in drawn]
    grouped = [f"{t[:2]} {t[2:5]} {t[5:8]} {t[8:]} kr" for t in texts]
    assert sum(bool(places(text)) for text in grouped) < 36 + 30


def test_any_json_is_looked_through() -> None:
    response = {
        "a": ["ingenting", {"b": f"x {NUMBER}"}],
        NUMBER: 1,
        "tall": int(NUMBER),
        "flyt": float(NUMBER),
        "ja": True,
        "tomt": None,
        "stort": 10**400,
    }
    found = {place.path: (place.start, place.end) for place in places_within(response)}
    assert found == {
        ("a", 1, "b"): (2, 13),
        (NUMBER,): (0, 11),
        ("tall",): (0, 11),
        ("flyt",): (0, 11),
    }


def test_the_sentence_says_what_why_and_what_to_do() -> None:
    said = sentence(places(f"{NUMBER} og pasient ola@example.no"))
    assert "fødselsnummer eller et annet identitetsnummer og e-postadressen" in said
    assert "2 steder" in said
    assert "Ta det bort" in said
    assert NUMBER not in said


# --- nothing is kept ------------------------------------------------------------------------------

COMMON: dict[str, Any] = {
    "title": "Prøve",
    "question": "Hva skjedde?",
    "minutes": 1,
    "sources": ["Konstruert."],
}
TEXT = COMMON | {"kind": "short_text", "why": "Sånn.", "words": 20}
FORM = COMMON | {"kind": "form", "boxes": [{"id": "a", "label": "A"}]}
BANK = Bank(
    {
        "tekst": read_exercise("tekst", TEXT, "prove.toml"),
        "skjema": read_exercise("skjema", FORM, "prove.toml"),
    }
)
SAID: dict[str, Any] = {"at": 1_700_000_000_000, "version": 1, "writer": "side-1"}


@pytest.mark.parametrize(
    "message",
    [
        {"type": "save", "exercise": "tekst", "response": f"hun, {NUMBER}"},
        {"type": "check", "exercise": "tekst", "response": f"hun, {NUMBER}"},
        {"type": "save", "exercise": "skjema", "response": {"a": "311299 56715"}},
        {"type": "save", "exercise": "tekst", "response": [[{"x": {"y": int(NUMBER)}}]]},
        {"type": "save", "explorer": "run_chart", "settings": {"series": f"{NUMBER}\t4\n"}},
    ],
)
def test_nothing_is_stored(
    message: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store = AnswerStore(tmp_path / "svar.json")
    talk = Conversation(store, BANK)
    talk.reply({"type": "save", "exercise": "tekst", "response": "før", **SAID})
    before = store.path.read_bytes()
    reply = talk.reply({**message, **SAID, "at": SAID["at"] + 5})
    assert set(reply) == {"error", "guarded"}
    assert reply["error"].startswith("Ikke lagret, fordi det står noe")
    assert reply["guarded"][0]["end"] > reply["guarded"][0]["start"]
    assert store.path.read_bytes() == before
    said = json.dumps(reply) + caplog.text
    assert NUMBER not in said
    for file in tmp_path.iterdir():
        assert not re.search("31129956715|311299 56715", file.read_text(encoding="utf-8"))


def test_what_stood_before_is_kept_when_the_number_is_gone(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "svar.json")
    talk = Conversation(store, BANK)
    for step, response in enumerate(["før", f"før {NUMBER}", "før og etter"]):
        message = {"type": "save", "exercise": "tekst", "response": response, **SAID}
        talk.reply({**message, "at": SAID["at"] + step})
    kept = store.read()["tekst"]
    assert (kept.response, kept.earlier) == ("før og etter", ())
