"""Who is woken by what, without a server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from helseledelse.exercises.bank import bank
from helseledelse.live import rooms, rules
from helseledelse.live.handlers import _Room
from helseledelse.live.plan import Item, Plan
from helseledelse.live.rooms import Rooms
from helseledelse.live.store import RoomStore, RoomStoreError


async def woken(ear: AsyncIterator[bool]) -> bool:
    try:
        return await asyncio.wait_for(anext(ear), 0.3)
    except TimeoutError:
        return False


def test_a_vote_wakes_the_stage_and_the_voters_other_pages_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "PAUSE_SECONDS", 0)

    async def run() -> list[bool]:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        found = await all_rooms.open(bank()["nl6-hent-koe"])
        await all_rooms.move(found, "vote")
        names = ("", "anne", "anne", "bo", "eli")
        ears = [all_rooms.listen(found, voter) for voter in names]
        assert [await anext(ear) for ear in ears] == [True] * 5
        # Whoever has one page open reads the receipt there.
        for voter in ("anne", "eli"):
            await all_rooms.vote(found, voter, {"response": "a", "round": 1, "at": 1})
        heard = [await woken(ear) for ear in ears]
        all_rooms.stop()
        assert not [name for name in found.ears if name == "bo"]  # who has left is forgotten
        return heard

    assert asyncio.run(run()) == [True, True, True, False, False]


def test_votes_that_come_together_are_written_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    save = RoomStore.save_votes

    def counting(store: RoomStore, votes: Any) -> None:
        batches.append(len(votes))
        save(store, votes)

    monkeypatch.setattr(RoomStore, "save_votes", counting)

    async def run() -> None:
        store = RoomStore(tmp_path / "rom.sqlite")
        all_rooms = Rooms(store)
        found = await all_rooms.open(bank()["nl6-hent-koe"])
        await all_rooms.move(found, "vote")

        def vote(at: int) -> Any:
            message = {"response": "ab"[at % 2], "round": 1, "at": at}
            return [all_rooms.vote(found, f"telefon {n}", message) for n in range(50)]

        assert set(await asyncio.gather(*vote(1))) == {None}
        assert len(set(found.rounds[0])) == len(store.votes(found.room.id)) == 50
        # The room goes on while votes are being written: they are counted first.
        kept = vote(2)
        await all_rooms.move(found, "locked")
        await all_rooms.turn(found, bank()["nl6-hent-hjul"])
        assert all(each.done() for each in kept)
        # What could not be written is not counted, and everyone is told why.
        await all_rooms.move(found, "vote")
        store._database.execute("PRAGMA query_only = ON")
        right = {"response": bank()["nl6-hent-hjul"].key(), "round": 3, "at": 3}
        told = await asyncio.gather(*(all_rooms.vote(found, f"{n}", right) for n in range(50)))
        store._database.execute("PRAGMA query_only = OFF")
        assert {type(each) for each in told} == {RoomStoreError}
        assert found.rounds == ({}, {})
        all_rooms.stop()

    asyncio.run(run())
    assert batches == [50, 50, 50]


def test_the_answers_are_counted_once_for_all_phones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = 0
    results = rules.results

    def counting(*given: Any, **more: Any) -> dict[str, Any]:
        nonlocal counted
        counted += 1
        return results(*given, **more)

    monkeypatch.setattr(rules, "results", counting)

    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        found = await all_rooms.open(bank()["nl6-hent-koe"])
        await all_rooms.move(found, "vote")
        voters = [f"telefon {number}" for number in range(20)]
        for voter in voters:
            await all_rooms.vote(found, voter, {"response": "b", "round": 1, "at": 1})
        before = [all_rooms.for_phone(found, voter) for voter in voters]
        assert not any("results" in shown for shown in before)
        await all_rooms.move(found, "locked")
        await all_rooms.move(found, "both")
        shown = [all_rooms.for_phone(found, voter) for voter in voters]
        assert all(each["answer"]["response"] == "b" for each in shown)
        assert sum(row["counts"][0] for row in shown[-1]["results"]["tables"][0]["rows"]) == 20
        all_rooms.stop()

    asyncio.run(run())
    assert counted == 1


def test_the_next_exercise_comes_under_the_same_code_to_those_who_listen(tmp_path: Path) -> None:
    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        found = await all_rooms.open(bank()["nl6-hent-koe"])
        voter, cookie = all_rooms.newcomer(found.room)
        await all_rooms.move(found, "vote")
        await all_rooms.vote(found, voter, {"response": "b", "round": 1, "at": 1})
        ear = all_rooms.listen(found, voter)
        assert await anext(ear)
        await all_rooms.turn(found, bank()["nl6-hent-hjul"])
        assert await woken(ear)
        shown = all_rooms.for_phone(found, voter)
        assert (shown["turn"], shown["round"], shown["answer"]) == (2, 3, None)
        assert "neste oppgave" in shown["words"]
        assert all_rooms.voter(found.room, cookie) == voter
        # A vote for the last exercise that was under way is not counted with this one.
        await all_rooms.move(found, "vote")
        with pytest.raises(rules.RuleError, match="var avsluttet"):
            await all_rooms.vote(found, voter, {"response": "b", "round": 1, "at": 2})
        right = bank()["nl6-hent-hjul"].key()
        await all_rooms.vote(found, voter, {"response": right, "round": 3, "at": 2})
        all_rooms.stop()
        again = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        again.take_up(bank)
        (kept,) = again.all()
        assert (kept.room, kept.rounds) == (found.room, ({voter: right}, {}))
        again.stop()

    asyncio.run(run())


def test_a_next_exercise_that_cannot_be_kept_changes_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        store = RoomStore(tmp_path / "rom.sqlite")
        all_rooms = Rooms(store)
        found = await all_rooms.open(bank()["nl6-hent-koe"])
        await all_rooms.move(found, "vote")
        await all_rooms.vote(found, "anne", {"response": "b", "round": 1, "at": 1})
        store._database.execute("PRAGMA query_only = ON")
        with pytest.raises(RoomStoreError):
            await all_rooms.turn(found, bank()["nl6-hent-hjul"])
        store._database.execute("PRAGMA query_only = OFF")
        assert (found.room.turn, found.room.state.value) == (1, "vote")
        await all_rooms.vote(found, "anne", {"response": "a", "round": 1, "at": 2})
        assert [vote.response for vote in store.votes(found.room.id)] == ["a"]
        name = next(name for name in bank() if not rules.fits(bank()[name]))
        with pytest.raises(rules.RuleError, match="skrives alene"):
            await all_rooms.turn(found, bank()[name])
        all_rooms.stop()

    asyncio.run(run())


def test_steps_from_two_screens_at_once_come_one_after_the_other(tmp_path: Path) -> None:
    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        found = await all_rooms.open(bank()["nl6-hent-koe"])
        for step in ("vote", "locked", "discuss"):
            await all_rooms.move(found, step)
        since = found.room.since
        await asyncio.gather(all_rooms.longer(found), all_rooms.longer(found))
        assert found.room.since == since + 120
        await asyncio.gather(all_rooms.longer(found), all_rooms.turn(found, bank()["nl6-icer"]))
        assert (found.room.exercise, found.room.state) == ("nl6-icer", rules.State.QUESTION)
        vote = all_rooms.move(found, "vote")
        await asyncio.gather(vote, all_rooms.close(found), all_rooms.close(found))
        assert found.room.closed
        all_rooms.stop()
        kept = RoomStore(tmp_path / "rom.sqlite")
        assert kept.open_rooms() == []
        assert [len(each.parts) for each in kept.reports()] == [2]

    asyncio.run(run())


def test_hands_are_counted_again_and_kept(tmp_path: Path) -> None:
    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        exercise = bank()["nl6-hent-koe"]
        right, *others = [option["id"] for option in exercise.face()["options"]]
        none = dict.fromkeys(others, 0)
        found = await all_rooms.open(exercise)
        await all_rooms.move(found, "vote")
        await all_rooms.vote(found, "anne", {"response": right, "round": 1, "at": 1})
        assert await all_rooms.hands(found, {right: 5, **none}) == 5
        assert await all_rooms.hands(found, {right: 3, **none}) == 3
        assert all_rooms.for_stage(found)["answered"] == 4
        all_rooms.stop()
        again = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        again.take_up(bank)
        assert again.for_stage(again.all()[0])["answered"] == 4
        again.stop()

    asyncio.run(run())


def test_a_running_plan_leads_the_room_and_survives_a_restart(tmp_path: Path) -> None:
    items = (Item("del-0", 5), Item("nl6-hent-koe", 5), Item("nl6-hent-hjul", 5))
    clock = [1_000_000.0]

    async def run() -> None:
        def start() -> Rooms:
            found = Rooms(RoomStore(tmp_path / "rom.sqlite"), lambda: clock[0])
            found.take_up(bank)
            return found

        all_rooms = start()
        await all_rooms.save_plan(" primaer/6", Plan(540, 600, items))
        assert await all_rooms.show(" primaer/6", "del-0", bank()) is None
        clock[0] += 60
        found = await all_rooms.show(" primaer/6", "nl6-hent-koe", bank())
        assert found
        code = found.room.code
        assert set(all_rooms.for_stage(found)["beside"]) == {"next"}
        clock[0] += 60
        await all_rooms.step_aside(found, 1, bank())
        all_rooms.stop()

        all_rooms = start()
        found = all_rooms.get(code)
        assert found
        assert (found.exercise.id, found.room.turn) == ("nl6-hent-hjul", 2)
        assert set(all_rooms.for_stage(found)["beside"]) == {"previous"}
        kept = all_rooms.plan(" primaer/6")
        assert kept
        assert [at - 1_000_000 for at in kept.shown.values()] == [0, 60, 120]
        with pytest.raises(rules.RuleError, match="ingen oppgave der"):
            await all_rooms.step_aside(found, 1, bank())
        with pytest.raises(rules.RuleError, match="ikke i kjøreplanen"):
            await all_rooms.show(" primaer/6", "nl1-finnes-ikke", bank())
        clock[0] += 13 * 3600  # the next day's session begins anew
        tomorrow = all_rooms.plan(" primaer/6")
        assert tomorrow
        assert not tomorrow.shown
        all_rooms.stop()

    asyncio.run(run())


class Page:
    """What a stream writes to."""

    def __init__(self, all_rooms: Rooms) -> None:
        self.rooms, self.written = all_rooms, ""

    def set_header(self, name: str, value: str) -> None:
        """Take a header."""

    def write(self, text: str) -> None:
        self.written += text

    async def flush(self) -> None:
        await asyncio.sleep(0)


def test_a_step_that_is_taken_as_a_sign_of_life_is_due_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "HEARTBEAT_SECONDS", 0.001)
    signs = 0

    async def run() -> str:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        found = await all_rooms.open(bank()["nl6-hent-koe"])
        page: Any = Page(all_rooms)

        def shown() -> dict[str, Any]:
            # The room has moved on, and whoever listens is told a moment later.
            nonlocal signs
            signs += 1
            all_rooms.stopped = signs == 3
            return {"state": "question" if signs == 1 else "vote"}

        await asyncio.wait_for(_Room.stream(page, found, shown, "anne"), 10)
        all_rooms.stop()
        return str(page.written)

    assert asyncio.run(run()) == ('data: {"state": "question"}\n\ndata: {"state": "vote"}\n\n:\n\n')


def test_a_phone_has_the_clock_of_the_discussion_as_it_is_now(tmp_path: Path) -> None:
    clock = [1000.0]

    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"), lambda: clock[0])
        found = await all_rooms.open(bank()["nl6-hent-koe"])
        for step in ("vote", "locked", "discuss"):
            assert "left" not in all_rooms.for_phone(found, "anne")
            await all_rooms.move(found, step)
        assert all_rooms.for_phone(found, "anne")["left"] == 180
        clock[0] += 20  # who joins now has what is left, and not what there was
        assert all_rooms.for_phone(found, "bo")["left"] == 160
        await all_rooms.longer(found)
        assert all_rooms.for_phone(found, "anne")["left"] == 220
        await all_rooms.move(found, "revote")
        assert "left" not in all_rooms.for_phone(found, "anne")
        all_rooms.stop()

    asyncio.run(run())
