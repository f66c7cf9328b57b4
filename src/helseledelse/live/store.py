"""Where rooms and votes lie: one SQLite file, where an acknowledged vote survives a power cut."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from helseledelse.live.plan import Item, Plan
from helseledelse.live.report import Part, Report, Row
from helseledelse.live.rules import Room, State
from helseledelse.live.wall import Note, Status

# Written ahead and synced at every commit: slower than «normal», and nothing acknowledged is lost.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS rooms (
    id TEXT PRIMARY KEY, code TEXT NOT NULL, exercise TEXT NOT NULL, state TEXT NOT NULL,
    since REAL NOT NULL, rounds INTEGER NOT NULL, closed INTEGER NOT NULL, turn INTEGER NOT NULL,
    owner TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS votes (
    room TEXT NOT NULL, round INTEGER NOT NULL, voter TEXT NOT NULL, response TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (room, round, voter)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (
    room TEXT NOT NULL, answer TEXT NOT NULL, status TEXT NOT NULL, joined TEXT NOT NULL,
    PRIMARY KEY (room, answer)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tickets (
    room TEXT NOT NULL, voter TEXT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (room, voter)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reports (room TEXT PRIMARY KEY, report TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS plans (name TEXT PRIMARY KEY, plan TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
# What a file from before has not, in the order above.
_LATER = {"turn": "INTEGER NOT NULL DEFAULT 1", "owner": "TEXT NOT NULL DEFAULT ''"}
_JOURNALS = ("WAL", "DELETE", "TRUNCATE", "PERSIST")


class RoomStoreError(Exception):
    """Something could not be kept or read; the message is a sentence for people."""


@dataclass(frozen=True)
class Vote:
    """What one voter said in one round of a room.

    Attributes
    ----------
    room : the room's id
    round : 1 or 2
    voter : an opaque name
    response : accepted by the exercise
    at : when it was typed, milliseconds since 1970; of two from one voter the later stands
    """

    room: str
    round: int
    voter: str
    response: Any
    at: int


def _sentence(problem: sqlite3.Error) -> str:
    said = str(problem).lower()
    if "full" in said:
        why = "Disken er full. Frigjør plass på maskinen som kjører rommet."
    elif "readonly" in said or "unable to open" in said:
        why = "Det går ikke an å skrive der rommet lagrer."
    elif "locked" in said:
        why = "Et annet program holder rommets fil åpen."
    else:
        why = "Filen der rommet lagrer, lar seg ikke bruke."
    return f"Svaret er ikke lagret. {why}"


def _report_row(report: Report) -> tuple[str, str]:
    return report.room, json.dumps(asdict(report), ensure_ascii=False)


def _report(kept: dict[str, Any]) -> Report:
    if "parts" not in kept:  # from when a room was one exercise
        only = {name: kept.pop(name) for name in ("title", "sentence", "advice", "rows")}
        kept["parts"] = [only]
    lists = {name: tuple(kept[name]) for name in ("parked", "tickets")}
    return Report(**(kept | lists | {"parts": tuple(map(_part, kept["parts"]))}))


def _part(kept: dict[str, Any]) -> Part:
    rows = tuple(
        Row(row["part"], row["answer"], tuple(row["counts"]), tuple(row["shares"]))
        for row in kept["rows"]
    )
    lists = {name: tuple(kept.get(name, ())) for name in ("answered", "right", "changed")}
    return Part(**(kept | lists | {"rows": rows}))


def _room_row(room: Room) -> tuple[Any, ...]:
    return (
        *(room.id, room.code, room.exercise, room.state.value),
        *(room.since, room.rounds, int(room.closed), room.turn, room.owner),
    )


_SAVE_ROOM = "INSERT OR REPLACE INTO rooms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class RoomStore:
    """The rooms and votes in one file; every method may be called from any thread.

    `journal` is SQLite's journal mode: WAL, or DELETE on a network disk that cannot share memory.
    """

    def __init__(self, path: Path, *, journal: str = "WAL") -> None:
        if journal.upper() not in _JOURNALS:
            raise RoomStoreError(f"«{journal}» er ikke en journalform. Velg en av {_JOURNALS}.")
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                path, check_same_thread=False, timeout=5, isolation_level=None
            )
            self._database.execute(f"PRAGMA journal_mode={journal.upper()}")
            self._database.execute("PRAGMA synchronous=FULL")
            self._database.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
            self._database.executescript(_SCHEMA)
            for name, sort in _LATER.items():
                if name not in self._columns("rooms"):
                    self._database.execute(f"ALTER TABLE rooms ADD COLUMN {name} {sort}")
        except OSError as problem:
            raise RoomStoreError("Det går ikke an å skrive der rommet lagrer.") from problem
        except sqlite3.Error as problem:
            raise RoomStoreError(_sentence(problem)) from problem

    def _columns(self, table: str) -> set[str]:
        return {name for _, name, *_ in self._database.execute(f"PRAGMA table_info({table})")}

    def secret(self) -> bytes:
        """Give the key that signs voters' names; made once for each file."""
        self._write("INSERT OR IGNORE INTO secrets VALUES ('voters', ?)", secrets.token_hex(32))
        found = self._read("SELECT value FROM secrets WHERE name = 'voters'")
        return bytes.fromhex(found[0][0])

    def save_room(self, room: Room) -> None:
        """Keep where a room stands.

        Raises
        ------
        RoomStoreError
            If it could not be written.
        """
        self._write(_SAVE_ROOM, *_room_row(room))

    def open_rooms(self) -> list[Room]:
        """Give the rooms that are not closed, the oldest first."""
        rows = self._read(
            "SELECT id, code, exercise, state, since, rounds, turn, owner FROM rooms "
            "WHERE NOT closed ORDER BY rowid"
        )
        return [
            Room(room, code, name, State(state), since, rounds, turn=turn, owner=owner)
            for room, code, name, state, since, rounds, turn, owner in rows
        ]

    def save_votes(self, votes: Iterable[Vote]) -> None:
        """Keep votes, all or none; they are on the disk when this returns.

        The same vote again changes nothing, and an older one never replaces a newer.

        Raises
        ------
        RoomStoreError
            If they could not be written.
        """
        # One statement: a thread that takes one for each vote waits for the loop's as many times.
        rows = [
            (vote.room, vote.round, vote.voter, json.dumps(vote.response), vote.at)
            for vote in votes
        ]
        columns = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(5))
        self._write(
            f"INSERT INTO votes SELECT {columns} FROM json_each(?) WHERE true "  # noqa: S608  no word of others
            "ON CONFLICT (room, round, voter) DO UPDATE "
            "SET response = excluded.response, at = excluded.at WHERE excluded.at >= votes.at",
            json.dumps(rows),
        )

    def votes(self, room: str) -> list[Vote]:
        """Give the votes of a room."""
        rows = self._read("SELECT round, voter, response, at FROM votes WHERE room = ?", room)
        return [
            Vote(room, number, voter, json.loads(response), at)
            for number, voter, response, at in rows
        ]

    def save_note(self, room: str, answer: str, note: Note) -> None:
        """Keep what the lecturer said of an answer on the wall.

        Raises
        ------
        RoomStoreError
            If it could not be written.
        """
        self._write(
            "INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?)",
            *(room, answer, note.status.value, note.into),
        )

    def notes(self, room: str) -> dict[str, Note]:
        """Give what was said of the answers of a room."""
        rows = self._read("SELECT answer, status, joined FROM notes WHERE room = ?", room)
        return {answer: Note(Status(status), into) for answer, status, into in rows}

    def save_ticket(self, room: str, voter: str, words: str) -> None:
        """Keep what somebody will try; a later one replaces theirs.

        Raises
        ------
        RoomStoreError
            If it could not be written.
        """
        self._write(
            # One that comes as the room ends is not left behind it.
            "INSERT OR REPLACE INTO tickets SELECT ?, ?, ? "
            "WHERE EXISTS (SELECT 1 FROM rooms WHERE id = ?)",
            *(room, voter, words, room),
        )

    def tickets(self, room: str) -> tuple[str, ...]:
        """Give the tickets of an open room, without a name."""
        return tuple(
            words
            for (words,) in self._read("SELECT words FROM tickets WHERE room = ? ORDER BY 1", room)
        )

    def save_report(self, report: Report) -> None:
        """Keep what is left, or so far, of a room.

        Raises
        ------
        RoomStoreError
            If it could not be written.
        """
        self._write("INSERT OR REPLACE INTO reports VALUES (?, ?)", *_report_row(report))

    def reports(self, room: str = "") -> list[Report]:
        """Give the reports of every room, the latest first, or of one."""
        rows = self._read(
            "SELECT report FROM reports WHERE ? IN ('', room) ORDER BY rowid DESC", room
        )
        return [_report(json.loads(written)) for (written,) in rows]

    def save_plan(self, name: str, plan: Plan) -> None:
        """Keep a running plan.

        Raises
        ------
        RoomStoreError
            If it could not be written.
        """
        written = json.dumps(asdict(plan), ensure_ascii=False)
        self._write("INSERT OR REPLACE INTO plans VALUES (?, ?)", name, written)

    def plans(self) -> dict[str, Plan]:
        """Give every running plan by its name."""
        found = {}
        for name, written in self._read("SELECT name, plan FROM plans"):
            kept = json.loads(written)
            items = tuple(Item(**item) for item in kept.pop("items"))
            found[name] = Plan(**kept, items=items)
        return found

    def turn(self, room: Room, report: Report | None) -> None:
        """Go on to the next exercise: the single answers of the last one are deleted.

        Raises
        ------
        RoomStoreError
            If it could not be written; then nothing of it is.
        """
        self._leave(room.id, ("votes", "notes", "reports"), report, room)

    def end(self, room: str, report: Report | None) -> None:
        """End a room: its single answers are deleted, and only the report is left, if any.

        Raises
        ------
        RoomStoreError
            If it could not be written; then nothing of it is.
        """
        tables = ("votes", "notes", "tickets", "reports")
        self._leave(room, tables, report, None)

    def _leave(
        self, name: str, tables: tuple[str, ...], report: Report | None, room: Room | None
    ) -> None:
        with self._lock:
            try:
                self._database.execute("BEGIN")
                for table in tables:
                    # A name of our own, from the lines above.
                    self._database.execute(f"DELETE FROM {table} WHERE room = ?", (name,))  # noqa: S608
                self._database.execute("DELETE FROM rooms WHERE id = ?", (name,))
                if room:
                    self._database.execute(_SAVE_ROOM, _room_row(room))
                if report:
                    self._database.execute("INSERT INTO reports VALUES (?, ?)", _report_row(report))
                self._database.commit()
                # The log that was written ahead still has the answers until it is emptied.
                self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.Error as problem:
                with suppress(sqlite3.Error):
                    self._database.rollback()
                raise RoomStoreError(_sentence(problem)) from problem

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def _write(self, statement: str, *values: str | float) -> None:
        """Do one statement, which is a transaction."""
        with self._lock:
            try:
                self._database.execute(statement, values)
            except sqlite3.Error as problem:
                raise RoomStoreError(_sentence(problem)) from problem

    def _read(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._database.execute(statement, values).fetchall()
            except sqlite3.Error as problem:
                raise RoomStoreError(_sentence(problem)) from problem
