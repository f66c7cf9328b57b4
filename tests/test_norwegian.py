import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.norwegian import (
    MINUS,
    NO_BREAK_SPACE,
    NumberFormatError,
    format_number,
    join,
    parse_number,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60 000", 60_000),
        ("60\u00a0000,50", 60_000.5),
        ("60.000,50", 60_000.5),
        ("60.000", 60_000),
        ("1.234.567,89", 1_234_567.89),
        ("0,3", 0.3),
        ("0.3", 0.3),
        ("0.300", 0.3),
        (",5", 0.5),
        ("−5", -5),
        ("– 5", -5),
        ("-5", -5),
        ("+5", 5),
        ("kr 60 000,-", 60_000),
        ("60 000 kroner", 60_000),
        ("12,5 %", 12.5),
        ("12 prosent", 12),
        ("60 tusen", 60_000),
        ("2,3 mill. kr", 2_300_000),
        ("2,3mill", 2_300_000),
        ("1,5 milliarder", 1_500_000_000),
        ("  7\u2009\n", 7),
    ],
)
def test_reads_what_people_write(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12 besøk", "besøk", 12),
        ("12 Besøk per uke", "besøk per uke", 12),
        ("2,3 mill. kr", "mill. kr", 2.3),
        ("2,3 millioner kroner", "mill. kr", 2.3),
        ("3 mrd.", "mill. kr", 3_000),
        ("60 tusen", "mill. kr", 0.06),
        ("0,3 QALY", "QALY", 0.3),
    ],
)
def test_reads_the_unit_behind(text: str, unit: str, value: float) -> None:
    assert parse_number(text, unit=unit) == value


@pytest.mark.parametrize(
    "text",
    [
        *("nan", "inf", "-inf", "1e3", "1_000", "0x10", "½", "²", "12 34", "1,2,3", "1.2.3", "--5"),
        *("5 kr kr", "fem", "60 000 €", "«5»", "=1+1", "5;6", "mill", "kr", "%", "1" * 41, "−"),
    ],
)
def test_refuses_what_is_no_number_and_shows_it(text: str) -> None:
    with pytest.raises(NumberFormatError, match=re.escape(text[:40])):
        parse_number(text)


@pytest.mark.parametrize("text", ["", "   ", "\u00a0"])
def test_nothing_written_is_said_to_be_empty(text: str) -> None:
    with pytest.raises(NumberFormatError, match="Feltet er tomt"):
        parse_number(text)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (60_000, 0, "60\u00a0000"),
        (1_234_567.891, 2, "1\u00a0234\u00a0567,89"),
        (-0.25, 2, "−0,25"),
        (-0.4, 0, "0"),
        # Halves away from zero, as on paper; binary would give 0,12 and 1,00.
        (0.125, 2, "0,13"),
        (1.005, 2, "1,01"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (float("nan"), 0, "ikke beregnet"),
        (float("inf"), 0, "uendelig"),
        (float("-inf"), 0, "−uendelig"),
        (5e-324, 3, "0,000"),
    ],
)
def test_writes_numbers_for_people(value: float, decimals: int, text: str) -> None:
    assert format_number(value, decimals) == text


def test_the_unit_never_leaves_its_number() -> None:
    assert format_number(5, unit="kr") == f"5{NO_BREAK_SPACE}kr"


def test_the_longest_number_is_written() -> None:
    assert len(format_number(1.7e308).replace(NO_BREAK_SPACE, "")) == 309


@given(st.floats(-1e15, 1e15), st.integers(0, 6), st.sampled_from(["", "kr", "%", "mill. kr"]))
def test_what_is_written_is_read_back(value: float, decimals: int, unit: str) -> None:
    read = parse_number(format_number(value, decimals, unit=unit), unit=unit)
    # Half of the last digit, and the width of a float.
    assert abs(read - value) <= 0.5 * 10**-decimals + 1e-15 * abs(value)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_gets_a_sentence(text: str) -> None:
    try:
        value = parse_number(text)
    except NumberFormatError as error:
        sentence = str(error)
    else:
        sentence = format_number(value) + "."
    assert sentence.endswith(".")
    assert not re.search(r"nan|inf", sentence.replace(text.strip()[:40], ""))


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 3))
def test_what_is_written_has_no_foreign_signs(value: float, decimals: int) -> None:
    assert re.fullmatch(
        rf"{MINUS}?\d{{1,3}}(\u00a0\d{{3}})*(,\d+)?", format_number(value, decimals)
    )


def test_words_are_joined_as_in_a_sentence() -> None:
    assert join([]) == ""
    assert join(["æ"]) == "æ"
    assert join(["æ", "ø"]) == "æ og ø"
    assert join(["æ", "ø", "å"], "eller") == "æ, ø eller å"
