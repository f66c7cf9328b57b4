"""What the room keeps, and that it keeps it whatever happens to the process."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from helseledelse.live.report import Part, Report, Row, as_csv
from helseledelse.live.rules import Room, State
from helseledelse.live.store import RoomStore, RoomStoreError, Vote

WRITER = """
import sys
from pathlib import Path
from helseledelse.live.store import RoomStore, Vote
store = RoomStore(Path(sys.argv[1]))
for number in range(1_000_000):
    store.save_votes([Vote("r", 1, f"v{number}", ["æøå", number], number)])
    print(number, flush=True)
"""


def test_every_acknowledged_vote_is_there_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "rom.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, encoding="utf-8"
    ) as writer:
        assert writer.stdout
        acknowledged = [int(writer.stdout.readline()) for _ in range(40)]
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout if line.endswith("\n")]
    kept = {vote.at: vote.response for vote in RoomStore(path).votes("r")}
    assert all(kept[number] == ["æøå", number] for number in acknowledged)


def test_the_same_vote_counts_once_and_an_older_never_replaces_a_newer(tmp_path: Path) -> None:
    store = RoomStore(tmp_path / "rom.sqlite")
    for response, at in [("a", 5), ("a", 5), ("b", 9), ("a", 5)]:
        store.save_votes([Vote("r", 1, "v", response, at)])
    store.save_votes([Vote("r", 2, "v", "c", 1)])
    assert [(vote.round, vote.response) for vote in store.votes("r")] == [(1, "b"), (2, "c")]


def test_many_votes_are_kept_as_they_were_whatever_is_in_them(tmp_path: Path) -> None:
    # Half a surrogate pair, which a browser can send, has no UTF-8.
    said = ["a", ["æøå «»", 1, None, True], {"x": 0.1}, 'a"\\b', "\ud83d", "linje\nto", 10**15]
    store = RoomStore(tmp_path / "rom.sqlite")
    store.save_votes([Vote("r", 1, f"v{n}", each, 10**12 + n) for n, each in enumerate(said)])
    kept = {vote.voter: vote for vote in store.votes("r")}
    assert [kept[f"v{n}"].response for n in range(len(said))] == said
    assert kept["v6"].at == 10**12 + 6


def test_a_room_stands_where_it_stood_and_a_closed_one_is_gone(tmp_path: Path) -> None:
    store = RoomStore(tmp_path / "rom.sqlite")
    room = Room("r", "ABCD", "p1-valg", State.DISCUSS, since=12.5, rounds=1, owner="anne")
    store.save_room(room)
    store.save_room(Room("s", "EFGH", "p1-valg", closed=True))
    secret = store.secret()
    store.close()
    again = RoomStore(tmp_path / "rom.sqlite")
    assert again.open_rooms() == [room]
    assert again.secret() == secret


def test_a_file_from_before_rooms_had_turns_and_owners_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "rom.sqlite"
    with closing(sqlite3.connect(path)) as old, old:
        old.execute(
            "CREATE TABLE rooms (id TEXT PRIMARY KEY, code TEXT NOT NULL, exercise TEXT NOT NULL, "
            "state TEXT NOT NULL, since REAL NOT NULL, rounds INTEGER NOT NULL, "
            "closed INTEGER NOT NULL) STRICT"
        )
        old.execute("INSERT INTO rooms VALUES ('r', 'ABCD', 'p1-valg', 'vote', 1.5, 1, 0)")
    room = Room("r", "ABCD", "p1-valg", State.VOTE, since=1.5, rounds=1)
    store = RoomStore(path)
    assert store.open_rooms() == [room]
    store.save_room(room)
    assert store.open_rooms() == [room]


def test_a_report_from_before_a_room_was_a_session_is_read(tmp_path: Path) -> None:
    kept = {
        "room": "r",
        "code": "ABCD",
        "title": "Køen",
        "opened": 60.0,
        "closed": 660.0,
        "sentence": "2 har svart.",
        "advice": "Rommet er delt.",
        "rows": [{"part": "", "answer": "Ja", "counts": [1, 2], "shares": [50, 100]}],
        "parked": ["Hva med natten?"],
        "tickets": ["Spørre"],
    }
    path = tmp_path / "rom.sqlite"
    RoomStore(path).close()
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("INSERT INTO reports VALUES ('r', ?)", (json.dumps(kept),))
    store = RoomStore(path)
    (report,) = store.reports()
    part = Part("Køen", "2 har svart.", "Rommet er delt.", (Row("", "Ja", (1, 2), (50, 100)),))
    assert report == Report(*("r", "ABCD", 60.0, 660.0, (part,), ("Hva med natten?",), ("Spørre",)))
    assert part.heads == ("Først", "Etterpå")
    assert "Køen;Svar;Ja;1;50;2;100" in as_csv(report, 700.0).decode("utf-8-sig")
    store.save_report(report)
    assert store.reports("r") == [report]


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    store = RoomStore(tmp_path / "rom.sqlite", journal="delete")
    store.save_votes([Vote("r", 1, "v", "a", 1)])
    store._database.execute("PRAGMA max_page_count = 1")  # what SQLite says of a full disk
    with pytest.raises(RoomStoreError, match="Disken er full"):
        store.save_votes([Vote("r", 1, f"v{number}", "a" * 400, 1) for number in range(500)])
    assert [vote.voter for vote in store.votes("r")] == ["v"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("")
    with pytest.raises(RoomStoreError, match="går ikke an å skrive"):
        RoomStore(tmp_path / "fil" / "rom.sqlite")
    with pytest.raises(RoomStoreError, match="journalform"):
        RoomStore(tmp_path / "rom.sqlite", journal="oops")
