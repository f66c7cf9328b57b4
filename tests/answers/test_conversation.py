"""The conversation: every message of the table in docs/architecture.md, and everything else."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helseledelse.answers.conversation import Conversation, explorer_key
from helseledelse.answers.store import Answer, AnswerStore, Earlier
from helseledelse.exercises.bank import Bank, read_exercise
from helseledelse.exercises.base import Exercise, ResponseError, Tally, Verdict
from helseledelse.exercises.reader import Table
from helseledelse.exercises.text import Text

AT = 1_700_000_000_000  # 14 November 2023


@dataclass(frozen=True, kw_only=True)
class Broken(Exercise):
    """A kind with a fault in it: the person must not pay for it."""

    kind: ClassVar[str] = "broken"

    @classmethod
    def from_table(cls, table: Table) -> Self:
        return cls(**cls.common(table))

    def accept(self, raw: object) -> Any:
        raise ZeroDivisionError("a fault in a kind")

    def is_blank(self, response: Any) -> bool:
        return False

    def judge(self, response: Any) -> Verdict:
        raise ResponseError("never reached")

    def tally(self, responses: Sequence[Any]) -> Tally:
        return Tally(0, {})

    def face(self) -> dict[str, Any]:
        return {}


SINGLE: dict[str, Any] = {
    "kind": "single",
    "title": "Terskel",
    "question": "Hvor høy er terskelen?",
    "minutes": 2,
    "sources": ["Meld. St. 21 (2024–2025)"],
    "hints": ["Se på *alvorlighet*.", "Tre grupper."],
    "solution": "Den er **275 000 kr** «nederst».",
    "options": [
        {"label": "275 000 kr", "why": "Det laveste nivået – riktig.", "right": True},
        {"label": "1 kr", "why": "Det er <for> lite."},
    ],
}
BANK = Bank(
    {
        "nl6-terskel": read_exercise("nl6-terskel", SINGLE, "prove.toml"),
        "nl6-endret": read_exercise("nl6-endret", SINGLE | {"version": 3}, "prove.toml"),
        "nl6-naken": read_exercise(
            "nl6-naken",
            {key: value for key, value in SINGLE.items() if key not in ("hints", "solution")},
            "prove.toml",
        ),
        "nl6-feil": Broken(
            id="nl6-feil", title=Text("Feil"), question=Text("Feil?"), minutes=1, sources=("x",)
        ),
    }
)


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "svar.json")


@pytest.fixture
def talk(store: AnswerStore) -> Conversation:
    return Conversation(store, BANK)


def message(kind: str, response: Any = "a", exercise: Any = "nl6-terskel", **more: Any) -> Any:
    return {
        "type": kind,
        "exercise": exercise,
        "response": response,
        "at": AT,
        "version": 1,
        "writer": "side-1",
    } | more


def is_sentence(text: object) -> bool:
    return isinstance(text, str) and text[:1].isupper() and text.endswith(".") and "!" not in text


# --- what the table promises ----------------------------------------------------------------------


def test_save_gives_a_receipt(talk: Conversation, store: AnswerStore) -> None:
    reply = talk.reply(message("save"))
    assert reply == {"saved": {"at": AT, "clock": reply["saved"]["clock"]}, "newer": None}
    assert reply["saved"]["clock"].startswith("14. november 2023 ")
    assert store.read() == {"nl6-terskel": Answer("a", AT, 1, "side-1", False)}


def test_save_tells_of_the_newer_answer_of_another_page(talk: Conversation) -> None:
    talk.reply(message("save", "b", at=AT + 5, writer="side-2"))
    newer = talk.reply(message("save"))["newer"]
    clock = newer.pop("clock")
    assert newer == {
        "response": "b",
        "at": AT + 5,
        "version": 1,
        "checked": False,
        "outdated": False,
    }
    assert clock.startswith("14. november 2023 ")


@pytest.mark.parametrize(("response", "outcome"), [("a", "right"), ("b", "wrong")])
def test_check_saves_and_judges(
    talk: Conversation, store: AnswerStore, response: str, outcome: str
) -> None:
    reply = talk.reply(message("check", response))
    assert set(reply) == {"saved", "newer", "verdict"}
    assert reply["verdict"]["outcome"] == outcome
    assert store.read()["nl6-terskel"] == Answer(response, AT, 1, "side-1", True)


def test_check_of_nothing_says_so_and_counts_as_not_judged(
    talk: Conversation, store: AnswerStore
) -> None:
    assert talk.reply(message("check", ""))["verdict"]["outcome"] == "not_answered"
    assert not store.read()["nl6-terskel"].checked


@pytest.mark.parametrize("response", ["masse", ["a"], {"a": 1}, 7, True, "æøå «» – − 🫐 \ud800"])
def test_what_the_kind_refuses_is_kept_as_it_was_typed(
    talk: Conversation, store: AnswerStore, response: Any
) -> None:
    reply = talk.reply(message("check", response))
    assert set(reply) == {"saved", "newer", "refused"}
    assert is_sentence(reply["refused"])
    assert store.read()["nl6-terskel"] == Answer(response, AT, 1, "side-1", False)
    assert set(talk.reply(message("save", response, at=AT + 1))) == {"saved", "newer"}
    assert talk.reply(message("load"))["answer"]["response"] == response


def test_a_fault_in_a_kind_costs_neither_the_answer_nor_the_page(
    talk: Conversation, store: AnswerStore, caplog: pytest.LogCaptureFixture
) -> None:
    reply = talk.reply(message("check", "mitt svar", "nl6-feil"))
    assert is_sentence(reply["refused"])
    assert store.read()["nl6-feil"].response == "mitt svar"
    store.save("nl6-feil", "judged before", at=AT + 1, version=1, writer="a", checked=True)
    assert talk.reply(message("load", exercise="nl6-feil"))["verdict"] is None
    faults = [record for record in caplog.records if record.exc_info]
    assert [record.levelno for record in faults] == [logging.ERROR] * 2
    assert "mitt svar" not in caplog.text, "a log holds no answers"


def test_an_answer_to_an_older_version_is_kept_but_not_judged(
    talk: Conversation, store: AnswerStore
) -> None:
    reply = talk.reply(message("check", "a", "nl6-endret", version=2))
    assert "Oppgaven er endret" in reply["refused"]
    loaded = talk.reply(message("load", exercise="nl6-endret"))
    assert loaded["answer"]["outdated"] is True
    assert loaded["verdict"] is None
    assert "verdict" in talk.reply(message("check", "a", "nl6-endret", version=3, at=AT + 1))
    loaded = talk.reply(message("load", exercise="nl6-endret"))
    assert loaded["answer"]["outdated"] is False
    assert loaded["verdict"]["outcome"] == "right"


def test_hints_come_one_by_one(talk: Conversation) -> None:
    first, second, third = (talk.reply(message("hint", number=number)) for number in (1, 2, 3))
    assert first == {"hint": "<p>Se på <em>alvorlighet</em>.</p>", "left": 1}
    assert second == {"hint": "<p>Tre grupper.</p>", "left": 0}
    assert third == {"error": "Det finnes ikke flere hint. Denne oppgaven har 2."}
    assert "error" in talk.reply(message("hint", number=0))
    assert "ingen hint" in talk.reply(message("hint", number=1, exercise="nl6-naken"))["error"]


def test_the_solution_may_be_asked_for_at_any_time(talk: Conversation) -> None:
    assert talk.reply(message("solution")) == {
        "solution": "<p>Den er <strong>275 000 kr</strong> «nederst».</p>"
    }
    assert is_sentence(talk.reply(message("solution", exercise="nl6-naken"))["error"])


def test_load_gives_the_verdict_only_where_it_was_checked(talk: Conversation) -> None:
    assert talk.reply(message("load")) == {"answer": None, "verdict": None}
    talk.reply(message("save"))
    assert talk.reply(message("load"))["verdict"] is None
    checked = talk.reply(message("check", at=AT + 1))
    loaded = talk.reply(message("load"))
    assert loaded["verdict"] == checked["verdict"]
    assert loaded["answer"]["checked"] is True
    talk.reply(message("save", "b", at=AT + 2))
    assert talk.reply(message("load"))["verdict"] is None


def test_a_page_opens_with_one_reading(talk: Conversation) -> None:
    talk.reply(message("check"))
    assert talk.open(["nl6-terskel", "nl6-naken"]) == {
        "nl6-terskel": talk.reply(message("load")),
        "nl6-naken": {"answer": None, "verdict": None},
    }


def test_an_explorers_settings_are_kept_beside(talk: Conversation, store: AnswerStore) -> None:
    settings = {"cost_new": 60000.5, "group": "b", "on": True}
    reply = talk.reply(
        {"type": "save", "explorer": "icer", "settings": settings, "at": AT, "writer": "side-1"}
    )
    assert set(reply) == {"saved", "newer"}
    assert store.read() == {explorer_key("icer"): Answer(settings, AT, 1, "side-1")}


def test_two_pages_keep_each_others_words(talk: Conversation, store: AnswerStore) -> None:
    talk.reply(message("save", "i går", writer="side-1"))
    talk.reply(message("save", "i dag", writer="side-2", at=AT + 1))
    assert store.read()["nl6-terskel"].earlier == (Earlier("i går", AT, "side-1"),)


# --- when it cannot be saved ----------------------------------------------------------------------


def test_a_store_that_cannot_be_written_says_why_and_still_judges(tmp_path: Path) -> None:
    talk = Conversation(AnswerStore(tmp_path / "borte" / "svar.json"), BANK)
    reply = talk.reply(message("check"))
    assert set(reply) == {"error", "verdict"}
    assert reply["verdict"]["outcome"] == "right"
    assert "mappen «borte» ikke er å finne" in reply["error"]
    assert set(talk.reply(message("save"))) == {"error"}


def test_a_store_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "svar.json").mkdir()
    talk = Conversation(AnswerStore(tmp_path / "svar.json"), BANK)
    assert "er en mappe" in talk.reply(message("load"))["error"]


def test_what_nobody_foresaw_becomes_a_sentence_and_a_line_in_the_log(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(AnswerStore, "save", fail)
    reply = talk.reply(message("save"))
    assert set(reply) == {"error"}
    assert is_sentence(reply["error"])
    assert [record.exc_info is not None for record in caplog.records] == [True]


# --- what a browser could send --------------------------------------------------------------------


def nested(levels: int) -> Any:
    value: Any = "innerst"
    for level in range(levels):
        value = [value] if level % 2 else {"x": value}
    return value


CYCLE: list[Any] = []
CYCLE.append(CYCLE)

UNHEARD_OF: list[Any] = [
    *(None, "save", 17, [], {}, {"type": None}, {"type": "steal"}, {"type": ["save"]}),
    *({"type": kind} for kind in ("save", "check", "hint", "solution", "load", "explore")),
    *(message("save", exercise=name) for name in (None, 7, ["nl6-terskel"], {"a": 1}, "")),
    *(message("check", exercise=name) for name in ("nl6-finnes-ikke", "å" * 10_000, "\ud800")),
    *(message("save", at=at) for at in (None, "nå", -1, True, float("nan"), float("inf"), [1])),
    *(message("save", at=at) for at in (0.5, -(10**400))),
    *(message("save", version=version) for version in (None, "1", 0, -1, True, 1.5, 10**400)),
    *(message("save", writer=writer) for writer in (None, "", 7, "x" * 101, ["a"])),
    *(message("save", value) for value in (float("nan"), [float("inf")], {"a": float("nan")})),
    *(message("save", value) for value in (b"bytes", {1, 2}, {(1, 2): 3}, object(), CYCLE)),
    *(message("check", nested(levels)) for levels in (11, 500, 5000, 100_000)),
    *(message("hint", number=number) for number in (None, "1", 1.5, True, float("nan"), 10**400)),
    {"type": "save", "exercise": "nl6-terskel", "at": AT, "version": 1, "writer": "a"},
    *(
        {"type": "save", "explorer": name, "settings": value, "at": AT, "writer": "a"}
        for name, value in [
            ("icer", None),
            ("icer", [1]),
            ("icer", "60"),
            ("icer", {"x": float("nan")}),
            ("../../etc/passwd", {}),
            ("Icer", {}),
            ("", {}),
            ("x" * 65, {}),
            (None, {}),
            (7, {}),
        ]
    ),
]


@pytest.mark.parametrize("unheard_of", UNHEARD_OF)
def test_nonsense_gets_a_sentence_and_is_not_stored(
    talk: Conversation, store: AnswerStore, unheard_of: Any, caplog: pytest.LogCaptureFixture
) -> None:
    reply = talk.reply(unheard_of)
    assert set(reply) == {"error"}
    assert is_sentence(reply["error"])
    assert len(reply["error"]) < 400
    assert store.read() == {}
    assert caplog.records == [], "nonsense is foreseen: it does not fill the log"


@pytest.mark.parametrize("letter", ["a", "å", "🫐"])
def test_a_response_beyond_two_megabytes_is_too_long_and_said_so(
    talk: Conversation, store: AnswerStore, letter: str
) -> None:
    room = (2_000_000 - 2) // len(letter.encode())
    assert "saved" in talk.reply(message("save", letter * room))
    reply = talk.reply(message("save", letter * (room + 1_000_000), at=AT + 1))
    assert "MB" in reply["error"]
    assert is_sentence(reply["error"])
    assert store.read()["nl6-terskel"].response == letter * room


def test_whole_numbers_may_come_as_javascript_writes_them(talk: Conversation) -> None:
    assert "saved" in talk.reply(message("save", at=float(AT), version=1.0))
    assert talk.reply(message("hint", number=1.0))["left"] == 1


def test_what_is_stored_is_not_the_messages_own_list(talk: Conversation) -> None:
    boxes = {"x": ["y"], 1: "a number as a key"}
    talk.reply(message("save", boxes))
    assert talk.reply(message("load"))["answer"]["response"] == {
        "x": ["y"],
        "1": "a number as a key",
    }


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
    | st.binary()
    | st.sampled_from(["save", "check", "hint", "load", "nl6-terskel", "nl6-feil", "icer", AT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("type", "exercise", "response", "at", "version", "writer", "number", "explorer", "settings")


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, ANYTHING)), st.booleans())
def test_whatever_is_sent_the_reply_is_plain_json(
    talk: Conversation, changed: dict[str, Any], based: bool
) -> None:
    reply = talk.reply(message("check") | changed if based else changed)
    json.dumps(reply, allow_nan=False).encode()
    assert {"error", "saved", "hint", "solution", "answer"} & set(reply)
