"""The answer store: what stands in the file, who wins, and what is told when it cannot be kept."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.answers.store import (
    MOST_EARLIER,
    Answer,
    AnswerStore,
    Document,
    Earlier,
    StoreError,
    is_blank,
    merge,
)

NORWEGIAN = "blåbærsyltetøy på økt 3 – «sitat», −5 °C, 𝟛 og 🫐"


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "svar.json")


def save(
    store: AnswerStore, response: Any, at: int, writer: str = "a", key: str = "nl6-icer"
) -> Answer | None:
    return store.save(key, response, at=at, version=1, writer=writer).newer


def said(store: AnswerStore, key: str = "nl6-icer") -> Any:
    return store.read()[key].response


def aside(store: AnswerStore) -> list[Path]:
    return sorted(store.path.parent.glob("svar-skadet-*.json"))


# --- what is kept -------------------------------------------------------------------------------


def test_nothing_saved_reads_as_nothing_and_makes_no_file(store: AnswerStore) -> None:
    assert store.read() == {}
    assert list(store.path.parent.iterdir()) == []


@pytest.mark.parametrize(
    "response",
    [
        *("a", "", NORWEGIAN, "linje 1\nlinje 2\t\u2028slutt", "\x00\x1f", "masse"),
        *(0.3, 7, True, None, ["a", "b"]),
        *({"x": [1, 9], "y": "å"}, {"når": "mandag", "så": ""}),
    ],
)
def test_every_response_comes_back_as_it_was(store: AnswerStore, response: Any) -> None:
    saved = store.save("nl6-icer", response, at=5, version=3, writer="a", checked=True)
    assert (saved.at, saved.newer) == (5, None)
    assert store.read() == {"nl6-icer": Answer(response, 5, 3, "a", True)}


@pytest.mark.parametrize(
    "half", ["\ud800", "tekst \udc80 slutt", "\ud83d og \ude00", "\\ud800 \ud800"]
)
def test_half_a_surrogate_pair_breaks_nothing(store: AnswerStore, half: str) -> None:
    """JavaScript strings may hold one: a cut in the middle of an emoji sends it."""
    save(store, half, 1)
    save(store, NORWEGIAN, 1, key="nl6-annen")
    assert said(store) == half
    assert said(store, "nl6-annen") == NORWEGIAN
    store.path.read_text(encoding="utf-8")  # other programs can read the file too
    assert aside(store) == []


def test_the_file_can_be_read_by_a_person_and_by_a_grader(store: AnswerStore) -> None:
    save(store, {"hva": NORWEGIAN}, 1_700_000_000_000)
    text = store.path.read_text(encoding="utf-8")
    assert NORWEGIAN in text
    assert json.loads(text) == {
        "schema": 1,
        "answers": {
            "nl6-icer": {
                "response": {"hva": NORWEGIAN},
                "at": 1_700_000_000_000,
                "version": 1,
                "writer": "a",
                "checked": False,
                "earlier": [],
            }
        },
    }
    assert max(len(line) for line in text.splitlines()) < 120
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o644


def test_the_files_own_mode_is_kept(store: AnswerStore) -> None:
    save(store, "a", 1)
    store.path.chmod(0o600)
    save(store, "b", 2)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "svar.json").symlink_to(tmp_path / "disk" / "svar.json")
    save(AnswerStore(tmp_path / "svar.json"), "a", 1)
    assert (tmp_path / "svar.json").is_symlink()
    assert said(AnswerStore(tmp_path / "disk" / "svar.json")) == "a"


def test_a_store_does_not_move_with_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "annen").mkdir()
    monkeypatch.chdir(tmp_path)
    store = AnswerStore(Path("svar.json"))
    monkeypatch.chdir(tmp_path / "annen")
    save(store, "a", 1)
    assert (tmp_path / "svar.json").exists()


def test_explorers_and_exercises_lie_side_by_side(store: AnswerStore) -> None:
    save(store, {"cost_new": 60000.0}, 1, key="explorer:icer")
    save(store, "a", 1)
    assert set(store.read()) == {"explorer:icer", "nl6-icer"}


def test_nothing_is_left_beside_but_a_hidden_lock(store: AnswerStore) -> None:
    for at in range(5):
        save(store, "a" * at, at)
    assert {path.name for path in store.path.parent.iterdir()} <= {"svar.json", ".svar.json.lock"}


def test_what_a_killed_process_left_is_cleared(store: AnswerStore) -> None:
    left = store.path.with_name(".svar.json.x7f2.tmp")
    left.write_text('{"schema": 1, "answ')
    save(store, "a", 1)
    assert not left.exists()
    assert said(store) == "a"


# --- who wins -----------------------------------------------------------------------------------


def test_the_same_page_replaces_and_keeps_no_history(store: AnswerStore) -> None:
    save(store, "k", 1)
    save(store, "kort", 2)
    assert store.read()["nl6-icer"] == Answer("kort", 2, 1, "a")


def test_a_message_that_arrives_late_from_the_same_page_changes_nothing(store: AnswerStore) -> None:
    save(store, "hele setningen", 2)
    assert save(store, "hele setn", 1) is None
    assert store.read()["nl6-icer"] == Answer("hele setningen", 2, 1, "a")


def test_another_page_costs_no_word(store: AnswerStore) -> None:
    save(store, "fra i går", 1, "a")
    assert save(store, "fra i dag", 2, "b") is None
    standing = Answer("fra i dag", 2, 1, "b", earlier=(Earlier("fra i går", 1, "a"),))
    assert store.read()["nl6-icer"] == standing


def test_an_older_answer_from_another_page_is_kept_and_told_of_the_newer(
    store: AnswerStore,
) -> None:
    save(store, "nyere", 2, "a")
    newer = save(store, "eldre", 1, "b")
    assert newer == Answer("nyere", 2, 1, "a", earlier=(Earlier("eldre", 1, "b"),))
    assert store.read()["nl6-icer"] == newer


def test_the_same_words_from_two_pages_are_no_conflict(store: AnswerStore) -> None:
    save(store, "likt", 2, "a")
    assert save(store, "likt", 1, "b") is None


def test_a_page_that_repeats_the_words_and_then_types_over_them_does_not_cost_them(
    store: AnswerStore,
) -> None:
    save(store, "tre hundre ord", 1, "i går")
    save(store, "tre hundre ord", 2, "i dag")
    save(store, "x", 3, "i dag")
    assert [put.response for put in store.read()["nl6-icer"].earlier] == ["tre hundre ord"]


def test_a_page_whose_clock_is_behind_does_not_push_out_the_rest(store: AnswerStore) -> None:
    save(store, "gammel", 1, "gammel side")
    save(store, "ny", 1000, "fort ur")
    for at in range(10, 10 + 3 * MOST_EARLIER):
        save(store, "bokstav for bokstav"[: at - 9], at, "sent ur")
    earlier = [put.response for put in store.read()["nl6-icer"].earlier]
    assert earlier == ["bokstav for bokstav", "gammel"]


def test_words_that_two_pages_have_said_are_not_one_pages_to_replace(store: AnswerStore) -> None:
    save(store, "ny", 1000, "fort ur")
    save(store, "felles ord", 1, "a")
    save(store, "felles ord", 2, "b")
    save(store, "noe annet", 3, "b")
    earlier = [put.response for put in store.read()["nl6-icer"].earlier]
    assert earlier == ["noe annet", "felles ord"]


def test_an_old_draft_sent_once_more_does_not_replace_what_its_page_wrote_later(
    store: AnswerStore,
) -> None:
    save(store, "hele setningen", 2, "a")
    save(store, "ny", 3, "b")
    save(store, "hele setn", 1, "a")
    assert [put.response for put in store.read()["nl6-icer"].earlier] == ["hele setningen"]


def test_earlier_holds_twenty_newest_first_without_blanks(store: AnswerStore) -> None:
    for at in range(30):
        save(store, f"svar {at}" if at % 3 else "  ", at, f"side {at}")
    earlier = [put.response for put in store.read()["nl6-icer"].earlier]
    assert earlier == [f"svar {at}" for at in range(28, -1, -1) if at % 3][:MOST_EARLIER]
    for at in range(30, 60):
        save(store, f"svar {at}", at, f"side {at}")
    assert len(store.read()["nl6-icer"].earlier) == MOST_EARLIER


def test_a_time_to_come_counts_as_now(store: AnswerStore) -> None:
    import time

    far = 4_000_000_000_000  # the year 2096
    saved = store.save("nl6-icer", "fort ur", at=far, version=1, writer="a")
    assert saved.at <= time.time() * 1000
    assert save(store, "etterpå", int(time.time() * 1000) + 1, "b") is None
    assert said(store) == "etterpå"


@pytest.mark.parametrize("writer", ["a", "b"])
def test_a_clock_that_has_been_put_back_does_not_swallow_what_is_typed(
    store: AnswerStore, writer: str
) -> None:
    """The file says it was written in 2096: what is typed now must still win."""
    ahead = Answer("skrevet med feil klokke", 4_000_000_000_000, 1, "a")
    document = Document({"nl6-icer": ahead}, sound=True, extra={}, rest={})
    store.path.write_bytes(document.write())
    assert save(store, "skrevet nå", 1_700_000_000_000, writer) is None
    assert said(store) == "skrevet nå"
    assert [put.response for put in store.read()["nl6-icer"].earlier] == (
        ["skrevet med feil klokke"] if writer == "b" else []
    )


def test_what_is_judged_stays_judged_until_the_words_change(store: AnswerStore) -> None:
    store.save("nl6-icer", "a", at=1, version=1, writer="a", checked=True)
    save(store, "a", 1)  # the draft, sent once more
    assert store.read()["nl6-icer"].checked
    save(store, "b", 2)
    assert not store.read()["nl6-icer"].checked


SAVES = st.lists(
    st.builds(
        Answer,
        response=st.sampled_from(["", "  ", "ja", "nei", "kanskje", ["a"], {"x": ""}, {"x": "å"}]),
        at=st.integers(0, 6),
        version=st.integers(1, 2),
        writer=st.sampled_from(["a", "b", "c"]),
        checked=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def all_merged(saves: list[Answer]) -> Answer:
    standing = None
    for answer in saves:
        standing = merge(standing, answer)
    assert standing is not None
    return standing


def rank(answer: Answer) -> tuple[int, str, str]:
    return answer.at, answer.writer, json.dumps(answer.response, ensure_ascii=False)


@given(SAVES, st.randoms())
def test_any_order_of_arrival_has_the_same_winner(saves: list[Answer], random: Any) -> None:
    shuffled = random.sample(saves, len(saves))
    one, other = all_merged(saves), all_merged(shuffled)
    assert rank(one) == rank(other) == max(rank(answer) for answer in saves)


@given(SAVES)
def test_the_last_word_of_every_page_is_still_there(saves: list[Answer]) -> None:
    standing = all_merged(saves)
    kept = [standing.response, *(put.response for put in standing.earlier)]
    for writer in {answer.writer for answer in saves}:
        last = max((answer for answer in saves if answer.writer == writer), key=rank)
        assert last.response in kept or is_blank(last.response)


@given(SAVES)
def test_saving_again_changes_nothing(saves: list[Answer]) -> None:
    standing = all_merged(saves)
    assert merge(standing, saves[-1]) == standing


@given(SAVES)
def test_earlier_never_holds_blanks_or_the_same_twice(saves: list[Answer]) -> None:
    earlier = all_merged(saves).earlier
    responses = [put.response for put in earlier]
    assert not any(is_blank(response) for response in responses)
    assert all(responses.count(response) == 1 for response in responses)
    assert [put.at for put in earlier] == sorted((put.at for put in earlier), reverse=True)


@pytest.mark.parametrize(
    ("blank", "responses"),
    [
        (True, ["", " \n", None, [], {}, {"a": "", "b": []}]),
        (False, ["0", 0, False, {"a": "", "b": "x"}, [1, 9]]),
    ],
)
def test_blank_is_what_holds_nothing(blank: bool, responses: list[object]) -> None:
    assert [is_blank(response) for response in responses] == [blank] * len(responses)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *(("at", -1), ("at", "i går"), ("at", True), ("at", 10**16)),
        *(("version", 0), ("writer", None), ("checked", "ja")),
    ],
)
def test_an_answer_cannot_be_built_wrong(name: str, wrong: Any) -> None:
    fields: dict[str, Any] = {"response": "a", "at": 1, name: wrong}
    with pytest.raises(ValueError, match=name):
        Answer(**fields)


# --- damaged files, older and newer ones ----------------------------------------------------------


def whole_file() -> bytes:
    answers = {
        "nl6-icer": Answer("60 000", 1, 1, "a", True, (Earlier("0,3", 0, "b"),)),
        "nl6-blåbær": Answer({"x": [1, 9]}, 2, 2, "b"),
    }
    return Document(answers, sound=True, extra={}, rest={}).write()


def test_a_file_cut_at_any_byte_is_set_aside_and_writing_goes_on(tmp_path: Path) -> None:
    whole = whole_file()
    end = len(whole.rstrip())
    for cut in range(end):
        folder = tmp_path / str(cut)
        folder.mkdir()
        store = AnswerStore(folder / "svar.json")
        store.path.write_bytes(whole[:cut])
        assert store.read() == {}
        assert [path.read_bytes() for path in aside(store)] == [whole[:cut]]
        save(store, "ny", 3)
        assert said(store) == "ny"
        assert len(aside(store)) == 1
    assert Document.read(whole[:end]).sound  # the one cut that loses nothing


DAMAGED = [
    b"",
    b"null",
    b"[]",
    b'"svar"',
    b"17",
    b"{}",
    b'{"schema": 1}',
    b'{"schema": 1, "answers": []}',
    b'{"schema": "1", "answers": {}}',
    b'{"schema": null, "answers": {}}',
    b'{"schema": 0, "answers": {}}',
    b"\x00" * 4096,
    bytes(range(256)),
    NORWEGIAN.encode("utf-16"),
    "Æ".encode("latin-1"),
    b"[" * 100_000,
    b'{"answers": {"a": {"response": ' + b"9" * 5000 + b', "at": 1}}}',
]


@pytest.mark.parametrize("damaged", DAMAGED, ids=lambda data: repr(data[:24]))
def test_a_damaged_file_is_set_aside_said_and_never_lost(
    store: AnswerStore, damaged: bytes
) -> None:
    store.path.write_bytes(damaged)
    assert store.notice() == ""
    assert store.read() == {}
    (copy,) = aside(store)
    assert copy.read_bytes() == damaged
    assert copy.name in store.notice()
    save(store, "videre", 1)
    assert said(store) == "videre"
    assert aside(store) == [copy]


def test_a_damaged_file_is_set_aside_when_saving_comes_first(store: AnswerStore) -> None:
    store.path.write_bytes(b"\x00\x00")
    save(store, "videre", 1)
    assert [path.read_bytes() for path in aside(store)] == [b"\x00\x00"]


def test_two_damages_in_the_same_second_are_both_kept(store: AnswerStore) -> None:
    damages = [b"en", b"to", b"tre"]
    for damage in damages:
        store.path.write_bytes(damage)
        store.read()
    assert sorted(path.read_bytes() for path in aside(store)) == sorted(damages)


def test_the_same_damage_is_kept_once(store: AnswerStore) -> None:
    for _ in range(3):
        store.path.write_bytes(b"en")
        store.read()
    assert len(aside(store)) == 1


BAD_ENTRIES: list[Any] = [
    None,
    "tekst",
    17,
    [],
    {},
    {"response": "a"},
    {"at": 1},
    {"response": "a", "at": "i går"},
    {"response": "a", "at": 10**20},
    {"response": "a", "at": float("nan")},
    {"response": "a", "at": 1, "version": "ny"},
    {"response": "a", "at": 1, "writer": 7},
]


@pytest.mark.parametrize("bad", BAD_ENTRIES, ids=repr)
def test_one_bad_entry_costs_no_other_and_a_copy_is_kept(store: AnswerStore, bad: Any) -> None:
    document = json.loads(whole_file())
    document["answers"]["nl6-feil"] = bad
    data = json.dumps(document).encode()
    store.path.write_bytes(data)
    assert set(store.read()) == {"nl6-icer", "nl6-blåbær"}
    assert [path.read_bytes() for path in aside(store)] == [data]
    assert "ligger i samme mappe" in store.notice()
    assert set(store.read()) == {"nl6-icer", "nl6-blåbær"}
    assert len(aside(store)) == 1


@pytest.mark.parametrize("earlier", [None, "abc", 5, {"a": 1}, [1], [{"response": "x"}]], ids=repr)
def test_a_bad_history_does_not_cost_the_answer(store: AnswerStore, earlier: Any) -> None:
    entry = {"response": "her", "at": 1, "earlier": earlier}
    store.path.write_text(json.dumps({"schema": 1, "answers": {"nl6-icer": entry}}))
    assert store.read() == {"nl6-icer": Answer("her", 1)}
    assert len(aside(store)) == 1


def test_a_sparer_older_form_is_read(store: AnswerStore) -> None:
    store.path.write_text('{"answers": {"nl6-icer": {"response": "a", "at": 1}}}')
    assert store.read() == {"nl6-icer": Answer("a", 1, 1, "", False)}
    assert aside(store) == []


def test_a_file_saved_by_notepad_is_read(store: AnswerStore) -> None:
    store.path.write_bytes(b"\xef\xbb\xbf" + whole_file())
    assert set(store.read()) == {"nl6-icer", "nl6-blåbær"}
    assert aside(store) == []


def test_what_a_later_edition_added_is_kept(store: AnswerStore) -> None:
    document = json.loads(whole_file())
    document["språk"] = {"valgt": "nn"}
    document["answers"]["nl6-icer"]["sikkerhet"] = 80
    store.path.write_text(json.dumps(document))
    save(store, "ny", 5)
    save(store, "annen", 5, key="nl6-annen")
    after = json.loads(store.path.read_bytes())
    assert after["språk"] == {"valgt": "nn"}
    assert after["answers"]["nl6-icer"]["sikkerhet"] == 80
    assert after["answers"]["nl6-icer"]["response"] == "ny"
    assert aside(store) == []


def test_a_file_in_a_later_form_is_not_touched(store: AnswerStore) -> None:
    later = b'{"schema": 2, "answers": ["noe nytt"]}'
    store.path.write_bytes(later)
    for use in (store.read, store.export, lambda: save(store, "a", 1)):
        with pytest.raises(StoreError, match="nyere utgave"):
            use()
    assert store.path.read_bytes() == later
    assert aside(store) == []


@given(st.binary(max_size=200))
def test_any_bytes_are_understood_or_refused_but_never_a_surprise(data: bytes) -> None:
    document = Document.read(data)
    assert document.sound or document.answers == {}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # Text with half surrogate pairs too, as a browser may send it.
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def as_javascript(value: Any) -> Any:
    """Two halves that meet are one letter in a browser, as they are after JSON."""
    return json.loads(json.dumps(value))


@given(JSON)
def test_every_json_value_survives_the_file(response: Any) -> None:
    response = as_javascript(response)
    document = Document({"nl6-icer": Answer(response, 1)}, sound=True, extra={}, rest={})
    assert Document.read(document.write()) == Document(
        document.answers, sound=True, extra={"nl6-icer": {}}, rest={}
    )


# --- my data ------------------------------------------------------------------------------------


def test_what_is_exported_can_be_put_back(store: AnswerStore, tmp_path: Path) -> None:
    save(store, NORWEGIAN, 1, "a")
    save(store, "nyere", 2, "b")
    (tmp_path / "ny-maskin").mkdir()
    moved = AnswerStore(tmp_path / "ny-maskin" / "svar.json")
    moved.path.write_bytes(store.export())
    assert moved.read() == store.read()
    assert NORWEGIAN in store.export().decode()


def test_nothing_can_be_exported_too(store: AnswerStore) -> None:
    assert json.loads(store.export()) == {"schema": 1, "answers": {}}


def test_delete_all_leaves_no_word(store: AnswerStore) -> None:
    store.path.write_bytes(b"hemmelig, skadet")
    save(store, "hemmelig", 1)
    store.path.with_name(".svar.json.abc.tmp").write_text("hemmelig, halvt")
    store.path.with_name("notater.json").write_text("min egen fil")
    store.delete_all()
    left = {path.name: path.read_text() for path in store.path.parent.iterdir()}
    assert left.pop(".svar.json.lock", "") == ""
    assert left == {"notater.json": "min egen fil"}
    assert store.read() == {}
    assert store.notice() == ""
    save(store, "på nytt", 2)
    assert said(store) == "på nytt"


def test_delete_all_where_nothing_is_does_nothing(tmp_path: Path) -> None:
    AnswerStore(tmp_path / "svar.json").delete_all()
    AnswerStore(tmp_path / "finnes-ikke" / "svar.json").delete_all()


# --- when it cannot be kept ---------------------------------------------------------------------


def complaint(use: Any) -> str:
    with pytest.raises(StoreError) as caught:
        use()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "Errno" not in sentence
    return sentence


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "Økt 6" / "svar.json")
    assert store.read() == {}
    assert "mappen «Økt 6» ikke er å finne" in complaint(lambda: save(store, "a", 1))
    assert store.notice() == ""


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "mappe").write_text("en fil")
    store = AnswerStore(tmp_path / "mappe" / "svar.json")
    assert "ikke er å finne" in complaint(lambda: save(store, "a", 1))
    assert "kunne ikke hentes" in complaint(store.read)
    assert store.notice() == ""


def test_a_folder_in_place_of_the_file(store: AnswerStore) -> None:
    store.path.mkdir()
    for use in (store.read, store.export, store.delete_all, lambda: save(store, "a", 1)):
        assert "«svar.json» er en mappe" in complaint(use)
    assert store.path.is_dir()


def test_a_path_too_long_for_the_machine(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / ("å" * 200) / "svar.json")
    assert "så dypt" in complaint(lambda: save(store, "a", 1))


def test_a_lock_that_is_held(store: AnswerStore, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store, "før", 1)
    monkeypatch.setattr(AnswerStore, "patience", 0.05)
    with FileLock(str(store.path.with_name(".svar.json.lock"))):
        pid = os.fork()  # the same thread may not wait for itself
        if not pid:
            try:
                save(store, "a", 2)
            except StoreError as error:
                os._exit(7 if "et annet vindu" in str(error) else 8)
            os._exit(9)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
        assert said(store) == "før"  # reading waits for nobody
    save(store, "etter", 3)
    assert said(store) == "etter"
