from collections.abc import Callable
from datetime import date

import pytest

from helseledelse.exercises import plan
from helseledelse.exercises.base import Exercise, Outcome, ResponseError

Ask = Callable[..., Exercise]

WHOLE = {"when": "møtet åpner", "then": "spør jeg", "with": "Åse", "by": "2027-03-01"}


@pytest.fixture(autouse=True)
def first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "today", lambda: date(2027, 3, 1))


def test_a_whole_plan_lacks_nothing(ask: Ask) -> None:
    verdict = ask("plan").check(WHOLE)
    assert verdict.outcome is Outcome.FOR_A_HUMAN
    assert verdict.sentence == "Planen sier når, hva, med hvem og innen hvilken dato."
    assert verdict.remarks == ()


def test_what_is_missing_is_said_and_nothing_is_refused(ask: Ask) -> None:
    verdict = ask("plan").check({"when": "møtet åpner", "with": "  "})
    assert verdict.sentence == "Planen mangler ennå «så», «sammen med» og «innen»."
    assert [remark.part for remark in verdict.remarks] == ["then", "with", "by"]
    assert all(remark.sentence.endswith("?") for remark in verdict.remarks)


def test_a_date_gone_by_gets_a_sentence_and_today_does_not(ask: Ask) -> None:
    assert "passert" not in ask("plan").check(WHOLE).sentence
    assert "Datoen er passert." in ask("plan").check(WHOLE | {"by": "2027-02-28"}).sentence


@pytest.mark.parametrize(
    "written",
    ["1. mars", "2027-02-29", "20270301", "2027-W09-1", "2027-3-1", "٢٠٢٧-٠٣-٠١", "x" * 999],
)
def test_a_date_must_be_in_the_calendar(ask: Ask, written: str) -> None:
    with pytest.raises(ResponseError, match="Velg en dato"):
        ask("plan").check({"by": written})


def test_the_clock_gives_a_date() -> None:
    assert isinstance(plan.today(), date)


def test_the_example_is_optional_and_shown(ask: Ask) -> None:
    assert ask("plan").public()["example"]["then"] == "spør jeg den stilleste først"
    assert ask("plan", body="").public()["example"] is None
