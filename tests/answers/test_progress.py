"""How far somebody has come, and how a time is said."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from helseledelse.answers.progress import Progress, clock, progress
from helseledelse.answers.store import Answer
from helseledelse.exercises.bank import Bank, read_exercise
from helseledelse.exercises.reader import ContentError

OSLO = ZoneInfo("Europe/Oslo")


def milliseconds(*when: int, zone: Any = OSLO) -> int:
    return int(datetime(*when, tzinfo=zone).timestamp() * 1000)  # type: ignore[misc,arg-type]  # six ints


NOW = datetime(2026, 3, 14, 9, 30, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ((2026, 3, 14, 9, 29), "09:29"),
        ((2026, 3, 14, 0, 0), "00:00"),
        ((2026, 3, 13, 23, 59), "i går 23:59"),
        ((2026, 3, 13, 14, 3), "i går 14:03"),
        ((2026, 3, 12, 14, 3), "12. mars 14:03"),
        ((2026, 1, 1, 0, 5), "1. januar 00:05"),
        ((2025, 12, 31, 14, 3), "31. desember 2025 14:03"),
        ((2024, 5, 17, 8, 0), "17. mai 2024 08:00"),
        ((2026, 3, 15, 14, 3), "15. mars 14:03"),  # a clock that has been put back
    ],
)
def test_a_time_is_said_as_people_say_it(at: tuple[int, ...], said: str) -> None:
    assert clock(milliseconds(*at), now=NOW) == said


def test_the_first_of_january_has_a_yesterday_too() -> None:
    new_year = datetime(2026, 1, 1, 9, 0, tzinfo=OSLO)
    assert clock(milliseconds(2025, 12, 31, 14, 3), now=new_year) == "i går 14:03"


def test_yesterday_is_the_day_before_though_the_night_had_23_hours() -> None:
    after = datetime(2026, 3, 30, 0, 30, tzinfo=OSLO)  # summer time began on the 29th
    assert clock(milliseconds(2026, 3, 29, 0, 10), now=after) == "i går 00:10"
    assert clock(milliseconds(2026, 3, 28, 23, 50), now=after) == "28. mars 23:50"


def test_the_time_is_told_where_the_reader_is() -> None:
    noon = milliseconds(2026, 3, 14, 12, 0, zone=UTC)
    there = timezone(timedelta(hours=-9))
    assert clock(noon, now=datetime(2026, 3, 14, 8, 0, tzinfo=there)) == "03:00"


def test_the_machines_own_zone_is_used_where_none_is_given() -> None:
    just_now = datetime.now().astimezone()
    said = clock(int(just_now.timestamp() * 1000), now=just_now)
    assert said == f"{just_now:%H:%M}"
    assert clock(int(just_now.timestamp() * 1000)) in {said, f"i går {said}"}  # run at midnight


@pytest.mark.parametrize("at", [0, 253_402_214_400_000])
def test_every_time_a_store_can_hold_can_be_said(at: int) -> None:
    for hours in (-12, 0, 14):
        zone = timezone(timedelta(hours=hours))
        assert clock(at, now=datetime(2026, 3, 14, tzinfo=zone)).count(":") == 1


def single(name: str, minutes: float, version: int = 1) -> dict[str, Any]:
    return {
        "kind": "single",
        "title": name,
        "question": "Hva er riktig?",
        "minutes": minutes,
        "version": version,
        "sources": ["Meld. St. 21 (2024–2025)"],
        "options": [
            {"label": "Ja", "why": "Fordi.", "right": True},
            {"label": "Nei", "why": "Fordi det."},
        ],
    }


BANK = Bank(
    {
        name: read_exercise(name, single(name, minutes, version), "prove.toml")
        for name, minutes, version in [("en", 2, 1), ("to", 3.5, 2), ("tre", 5, 1)]
    }
)
ALL = list(BANK)


def test_nothing_answered_leaves_every_minute() -> None:
    assert progress(ALL, {}, BANK) == Progress(answered=0, total=3, minutes_left=10.5)
    assert progress([], {}, BANK) == Progress(answered=0, total=0, minutes_left=0)


def test_the_last_place_is_where_something_was_typed_last() -> None:
    answers = {"tre": Answer("a", 200), "en": Answer("b", 300), "annen-bok": Answer("a", 900)}
    assert progress(ALL, answers, BANK) == Progress(2, 3, 3.5, last="en", last_at=300)


@pytest.mark.parametrize(
    ("answer", "answered"),
    [
        (Answer("", 100), False),
        (Answer("a", 100, version=1), False),  # the exercise is now version 2
        (Answer("a", 100, version=2), True),
        (Answer("z", 100, version=2), True),  # no option, but something is said
        (Answer({"rart": 1}, 100, version=2), True),
    ],
)
def test_blank_and_outdated_answers_are_still_to_do(answer: Answer, answered: bool) -> None:
    done = progress(["to"], {"to": answer}, BANK)
    assert done == Progress(int(answered), 1, 0 if answered else 3.5, last="to", last_at=100)


def test_an_unknown_exercise_is_the_authors_to_mend() -> None:
    with pytest.raises(ContentError, match="tree"):
        progress(["tree"], {}, BANK)


@pytest.mark.parametrize(
    "wrong", [(4, 3, 0), (-1, 3, 0), (1, 3, -1), (1, 3, 0, "en"), (1, 3, 0, None, 5)]
)
def test_progress_cannot_be_built_wrong(wrong: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"left|together"):
        Progress(*wrong)
