"""Answers held against a key: every state has its points and its sentence, and nothing is run."""

import json
from pathlib import Path
from typing import Any

import mistune
import pytest

from helseledelse.exercises.base import Outcome
from helseledelse.grading.verdicts import (
    LARGEST,
    File,
    Handed,
    State,
    Task,
    evaluate,
    literal,
    read_key,
    written,
)

KEY = """
[regn]
kind = "number"
title = "Regn"
question = "Hva er to pluss to?"
minutes = 1
sources = ["konstruert"]
version = 2
key = 4
why = "Ja: to og to er fire."

[[regn.mistakes]]
value = 5
why = "Du har talt én for mye."

[velg]
kind = "multiple"
title = "Velg"
question = "Hvilke er partall?"
minutes = 1
sources = ["konstruert"]

[[velg.options]]
label = "To"
why = "Ja."
right = true

[[velg.options]]
label = "Fire"
why = "Ja."
right = true

[[velg.options]]
label = "Fem"
why = "Nei."

[skriv]
kind = "form"
title = "Skriv"
question = "Hva gjør du?"
minutes = 1
sources = ["konstruert"]

[[skriv.boxes]]
id = "foerst"
label = "Først"
"""


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "prove.toml").write_text(KEY, encoding="utf-8")
    return tmp_path / "prove.toml"


def svar(**answers: Any) -> bytes:
    return json.dumps({"schema": 1, "answers": answers}).encode()


def said(response: Any, *, at: int = 1, version: int = 1) -> dict[str, Any]:
    return {"response": response, "at": at, "version": version}


def results(key: Path, side: bytes | None, *mirrors: object) -> dict[str, Any]:
    return evaluate(Task(read_key(key), Handed.gather(side, mirrors), {"regn": 2, "velg": 3}))


def test_points_are_the_share_of_what_can_be_earned(key: Path) -> None:
    found = results(key, svar(regn=said("4", version=2), velg=said(["a"])))
    assert (found["regn"].points, found["regn"].outcome) == (2, Outcome.RIGHT)
    assert found["regn"].sentence == "Ja: to og to er fire."
    assert found["regn"].standing == "2 av 2 poeng"
    assert (found["velg"].points, found["velg"].outcome) == (1.5, Outcome.PARTLY)
    assert found["velg"].standing == "1,5 av 3 poeng"
    assert (found["regn"].said, found["velg"].said) == ("4", "To")
    both = results(key, svar(velg=said(["a", "c"], version=9)))["velg"]
    assert (both.state, both.said) == (State.OTHER_VERSION, "To\nFem")


def test_a_known_mistake_gets_its_own_reason(key: Path) -> None:
    found = results(key, svar(regn=said("5", version=2)))["regn"]
    assert (found.points, found.sentence, found.said) == (0, "Du har talt én for mye.", "5")


@pytest.mark.parametrize(
    ("side", "state", "words", "human"),
    [
        (svar(), State.NOT_ANSWERED, "Ikke besvart.", False),
        (svar(regn=said("  ", version=2)), State.NOT_ANSWERED, "Ikke besvart.", False),
        (None, State.NO_FILE, "uten svarfilen", False),
        (b'{"schema": 1, "answ', State.DAMAGED, "skadet", True),
        (b"\xff\xfe\x00", State.DAMAGED, "skadet", True),
        (b" " * (LARGEST + 1), State.DAMAGED, "skadet", True),
        (b'{"schema": 9, "answers": {}}', State.DAMAGED, "nyere utgave", True),
        (svar(regn=said("4", version=1)), State.OTHER_VERSION, "utgave 1", True),
        (svar(regn=said("masse", version=2)), State.NOT_READABLE, "lar seg ikke lese", False),
        (svar(regn=said({"a": [1]}, version=2)), State.NOT_READABLE, "lar seg ikke lese", False),
        (svar(regn=said("9" * 300, version=2)), State.NOT_READABLE, "lar seg ikke lese", False),
    ],
)
def test_whatever_it_is_it_is_recorded_and_never_paid(
    key: Path, side: bytes | None, state: State, words: str, human: bool
) -> None:
    found = results(key, side)["regn"]
    assert (found.points, found.state, found.for_a_human) == (0, state, human)
    assert words in found.sentence


def test_an_answer_nested_beyond_sense_costs_no_class(key: Path) -> None:
    deep: Any = "4"
    for _ in range(400):
        deep = [deep]
    assert results(key, svar(regn=said(deep, version=2)))["regn"].state is State.NOT_READABLE


def test_of_a_damaged_file_what_can_be_read_counts(key: Path) -> None:
    side = json.dumps({"schema": 1, "answers": {"regn": said("4", version=2), "velg": 7}}).encode()
    found = results(key, side)
    assert found["regn"].points == 2
    assert found["velg"].state is State.DAMAGED


def test_the_latest_of_file_and_copies_wins(key: Path) -> None:
    side = svar(regn=said("5", at=10, version=2))
    later = {"schema": 1, "answers": {"regn": said("4", at=20, version=2)}}
    earlier = {"schema": 1, "answers": {"regn": said("3", at=5, version=2)}}
    assert results(key, side, earlier, later, "tull", {"schema": 9})["regn"].points == 2
    assert results(key, None, later, earlier)["regn"].points == 2
    assert results(key, b"{", later)["regn"].points == 2


def test_what_the_key_does_not_know_is_for_a_human(key: Path) -> None:
    task = Task(read_key(key), Handed.gather(svar()), {"borte": 1, "skriv": 1})
    assert evaluate(task)["borte"].state is State.UNKNOWN
    written_to = Task(
        read_key(key), Handed.gather(svar(skriv=said({"foerst": "Lytte."}))), {"skriv": 4}
    )
    found = evaluate(written_to)["skriv"]
    assert (found.state, found.points, found.for_a_human) == (State.FOR_A_HUMAN, 0, True)


def test_handed_comes_back_from_a_notebook_as_it_was() -> None:
    handed = Handed.gather(svar(regn=said("æøå <b>\ud800", version=2)))
    assert Handed.from_json(handed.to_json()) == handed
    assert Handed.gather(None).file is File.MISSING


def test_free_text_shows_exactly_what_was_written(key: Path) -> None:
    hostile = "<script>alert('æøå')</script>\n# Nei\n\n    kode ![x](http://ute.no/a.png) *a* $x$"
    # As nbgrader renders Markdown: HTML in it is obeyed.
    shown = str(mistune.create_markdown(escape=False)(literal(hostile)))
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<h1" not in shown
    assert "<em" not in shown
    assert "<code" not in shown
    assert "&lt;script&gt;alert('æøå')&lt;/script&gt;" in shown.replace("&#39;", "'")
    exercise = read_key(key)["skriv"]
    assert written(exercise, {"foerst": "Blåbær"}) == "**Først**\n\nBlåbær  "
    assert written(exercise, {"foerst": " "}) == ""
    assert written(exercise, 7) == ""
