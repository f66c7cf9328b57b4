"""What is left of a room: counts and words without a voter, in the database and in the files."""

import asyncio
import csv
import io
import sqlite3
from pathlib import Path

import pytest
from docx import Document

from helseledelse.documents.word import write
from helseledelse.exercises.bank import bank
from helseledelse.live import report, rules
from helseledelse.live.report import TICKET, Part, Report, Row
from helseledelse.live.rooms import Rooms
from helseledelse.live.rules import GuardedError, Room, RuleError, State
from helseledelse.live.store import RoomStore

ALL = bank()
ROOM = Room("r", "ABCD", "nl6-hent-koe", state=State.EXPLAINED, rounds=1)
LEFT = Report(
    "r",
    "ABCD",
    1_000_000.0,
    1_000_600.0,
    parts=(
        Part(
            "Køen",
            "Først svarte 1 av 2 riktig, så 2 av 2. 1 byttet til riktig svar.",
            "Rommet er delt.",
            (Row("", "=1+1", (1, 2), (50, 100)), Row("", "Ja", (1, 0), (50, 0))),
            answered=(2, 2),
            right=(1, 2),
            changed=(1, 0, 0),
        ),
        Part("Ord", "3 har svart.", rows=(Row("", "Mer tid", (3,), ()),), answered=(3,)),
    ),
    parked=("@hva med natten?",),
    tickets=("-spørre én gang til", "Møte æøå «her»"),
)


async def play(all_rooms: Rooms, name: str, *, end: bool = True) -> str:
    found = await all_rooms.open(ALL[name])
    answers = {"scale": {}, "single": "b"}
    raw = answers.get(ALL[name].kind, "hemmelig svar")
    if ALL[name].kind == "scale":
        raw = {item["id"]: 2 for item in ALL[name].face()["items"]}
    await all_rooms.move(found, "vote")
    for number in range(6):
        vote = {"response": raw, "round": 1, "at": 1}
        await all_rooms.vote(found, f"telefon {number}", vote)
    if ALL[name].kind == "short_text":
        await all_rooms.mark(found, "hemmelig svar", "hidden", "")
    for step in ("locked", "both", "explained"):
        await all_rooms.move(found, step)
    if report.may_report(ALL[name]):
        await all_rooms.ticket(found, "telefon 1", "Spør  lederne")
        await all_rooms.ticket(found, "telefon 1", "Spør pasientene")
    if end:
        await all_rooms.close(found)
    return found.room.id


def rows(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master")]
        found = {
            name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608  ours
            for name in ("rooms", "votes", "notes", "tickets", "reports")
            if name in tables
        }
    database.close()
    return found


def test_a_room_that_ends_leaves_counts_and_no_single_answer(tmp_path: Path) -> None:
    text = next(n for n in ALL if ALL[n].kind == "short_text" and rules.fits(ALL[n]))

    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        ids = [await play(all_rooms, name) for name in ("nl6-hent-koe", text)]
        kept = all_rooms.report(ids[0])
        assert kept
        assert sum(row.counts[0] for row in kept.parts[0].rows) == 6
        assert kept.tickets == ("Spør pasientene",)
        assert kept.parts[0].advice
        await all_rooms.park(kept, ("Hva med natten?",))
        again = all_rooms.report(ids[0])
        assert again
        assert (again.parked, again.parts) == (("Hva med natten?",), kept.parts)
        hidden = all_rooms.report(ids[1])
        assert hidden
        assert not hidden.parts[0].rows  # nobody let it through
        all_rooms.stop()

    asyncio.run(run())
    assert rows(tmp_path / "rom.sqlite") == {
        "rooms": 0,
        "votes": 0,
        "notes": 0,
        "tickets": 0,
        "reports": 2,
    }
    for path in tmp_path.iterdir():
        assert b"hemmelig" not in path.read_bytes()
        assert b"telefon 1" not in path.read_bytes()


def test_a_sensitive_room_leaves_nothing(tmp_path: Path) -> None:
    name = next(n for n in ALL if rules.is_sensitive(ALL[n]) and ALL[n].kind == "scale")

    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        room = await play(all_rooms, name)
        assert all_rooms.report(room) is None
        all_rooms.stop()

    asyncio.run(run())
    assert not any(rows(tmp_path / "rom.sqlite").values())


def test_the_report_of_an_open_room_says_no_more_than_its_stage(tmp_path: Path) -> None:
    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        found = await all_rooms.open(ALL["nl6-hent-koe"])
        await all_rooms.move(found, "vote")
        await all_rooms.vote(found, "anne", {"response": "b", "round": 1, "at": 1})
        await all_rooms.move(found, "locked")
        before = all_rooms.report(found.room.id)
        assert before
        assert before.parts == (Part(report.title(ALL["nl6-hent-koe"])),)
        await all_rooms.move(found, "both")
        after = all_rooms.report(found.room.id)
        assert after
        assert after.parts[0].rows
        all_rooms.stop()

    asyncio.run(run())


def test_a_ticket_is_taken_at_the_end_and_never_with_a_patient_in_it() -> None:
    exercise = ALL["nl6-hent-koe"]
    assert report.ticket(ROOM, exercise, " Spør \n flere ") == "Spør flere"
    with pytest.raises(GuardedError):
        report.ticket(ROOM, exercise, "Ringe 01010112377 i morgen")
    for raw in ("", "  ", 7, None, "x" * 301):
        with pytest.raises(RuleError):
            report.ticket(ROOM, exercise, raw)
    with pytest.raises(RuleError, match="ikke imot lapper"):
        report.ticket(Room("r", "ABCD", exercise.id), exercise, "Spør")


def test_the_spreadsheet_opens_in_excel_and_runs_nothing() -> None:
    written = report.as_csv(LEFT, 0)
    assert written.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(written.decode("utf-8-sig")), delimiter=";"))
    heads = ["Oppgave", "Del", "Tekst", "Først", "Først, prosent", "Etterpå", "Etterpå, prosent"]
    assert lines[0] == heads
    assert ["Køen", "Svar", "'=1+1", "1", "50", "2", "100"] in lines
    assert ["Køen", "Riktig etterpå", "2 av 2 (100\u00a0%)"] in lines
    assert ["Køen", "Byttet til riktig", "1"] in lines
    assert ["Ord", "Svar", "Mer tid", "3", ""] in lines
    assert ["Ord", "Riktig først", "–"] in lines
    assert ["", "Minutter", "10"] in lines
    assert ["", "Parkert spørsmål", "'@hva med natten?"] in lines
    assert ["", TICKET, "Møte æøå «her»"] in lines
    assert not any(cell[:1] in tuple("=+-@") for line in lines for cell in line if cell)


def test_the_word_document_says_the_same() -> None:
    document = Document(io.BytesIO(write(report.as_paper(LEFT, 0))))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in ("Køen", "=1+1: først 1 (50\u00a0%), etterpå 2 (100\u00a0%)", "@hva", "Møte æøå"):
        assert words in text


def test_a_session_is_one_report_of_every_exercise_shown(tmp_path: Path) -> None:
    sensitive = next(n for n in ALL if rules.is_sensitive(ALL[n]) and ALL[n].kind == "scale")

    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        found = await all_rooms.open(ALL[sensitive])
        code = found.room.code
        await all_rooms.move(found, "vote")
        await all_rooms.turn(found, ALL["nl6-hent-koe"])
        assert (found.room.code, found.room.turn, found.room.state) == (code, 2, State.QUESTION)
        await all_rooms.move(found, "vote")
        right, wrong = ALL["nl6-hent-koe"].key(), "a"
        assert right != wrong
        for number, chosen in enumerate([wrong, right, right]):
            vote = {"response": chosen, "round": 3, "at": 1}
            await all_rooms.vote(found, f"telefon {number}", vote)
        for step in ("locked", "discuss", "revote"):
            await all_rooms.move(found, step)
        await all_rooms.vote(found, "telefon 0", {"response": right, "round": 4, "at": 1})
        for step in ("both", "explained"):
            await all_rooms.move(found, step)
        await all_rooms.ticket(found, "telefon 0", "Spør pasientene")
        await all_rooms.turn(found, ALL["nl6-icer"])
        assert rows(tmp_path / "rom.sqlite")["votes"] == 0
        await all_rooms.move(found, "vote")
        await all_rooms.vote(found, "telefon 0", {"response": "7", "round": 5, "at": 1})
        open_one = all_rooms.report(found.room.id)
        assert open_one
        assert [len(part.answered) for part in open_one.parts] == [2, 0]  # the last is not shown
        await all_rooms.turn(found, ALL["nl6-hent-hjul"])  # never opened for votes
        await all_rooms.close(found)
        (kept,) = all_rooms.reports()
        koe, icer = kept.parts
        assert koe.title == report.title(ALL["nl6-hent-koe"])
        assert koe.answered == (3, 1)
        assert koe.right == (2, 1)
        assert koe.changed == (1, 0, 0)
        assert (icer.title, icer.answered) == (report.title(ALL["nl6-icer"]), (1,))
        assert kept.tickets == ("Spør pasientene",)
        all_rooms.stop()

    asyncio.run(run())


def test_a_session_where_nothing_was_said_leaves_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        await all_rooms.close(await all_rooms.open(ALL["nl6-hent-koe"]))
        assert all_rooms.reports() == []
        all_rooms.stop()

    asyncio.run(run())
