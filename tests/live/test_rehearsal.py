"""A rehearsal: believable answers of every kind, and a disk that never hears of it."""

import asyncio
from pathlib import Path

import pytest

from helseledelse.exercises.bank import bank
from helseledelse.exercises.base import Outcome
from helseledelse.live import rehearsal, rooms, rules
from helseledelse.live.rooms import Rooms
from helseledelse.live.rules import Room, State
from helseledelse.live.store import RoomStore

ALL = bank()
SOME = 9  # people of each exercise; there are many exercises
FITTING = [name for name in ALL if rules.fits(ALL[name])]


def answers(name: str, number: int, seed: int = 3) -> list[object]:
    people = range(SOME)
    first = [rehearsal.answer(ALL[name], person, 1, seed=seed) for person in people]
    if number == 1:
        return first
    return [
        rehearsal.answer(ALL[name], person, 2, seed=seed, earlier=first[person])
        for person in people
    ]


@pytest.mark.parametrize("kind", rules.KINDS)
def test_the_room_takes_every_simulated_answer(kind: str) -> None:
    for name in [name for name in FITTING if ALL[name].kind == kind]:
        for number, state in ((1, State.VOTE), (2, State.REVOTE)):
            room = Room("r", "ABCD", name, state=state, rounds=number)
            for given in answers(name, number):
                response = rules.take(room, ALL[name], number, given)
                assert not ALL[name].is_blank(response), name


def test_more_are_right_in_the_second_round() -> None:
    keyed = [name for name in FITTING if rules.has_key(ALL[name]) and ALL[name].kind != "scale"]
    assert len(keyed) > 50
    right = [0, 0]
    for name in keyed:
        for number in (1, 2):
            found = [ALL[name].check(given).outcome for given in answers(name, number)]
            right[number - 1] += found.count(Outcome.RIGHT)
    first, second = (count / len(keyed) / SOME for count in right)
    assert 0.4 < first < 0.62
    assert 0.68 < second < 0.9


def test_the_same_seed_gives_the_same_answers() -> None:
    assert answers("nl6-icer", 2) == answers("nl6-icer", 2)
    assert answers("nl6-icer", 2) != answers("nl6-icer", 2, seed=4)


def test_a_rehearsal_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "REHEARSAL_SECONDS", 0)

    def bytes_on_disk() -> dict[str, bytes]:
        # The third file is SQLite's shared memory, which says who reads, not what is kept.
        return {
            path.name: path.read_bytes()
            for path in tmp_path.iterdir()
            if path.suffix != ".sqlite-shm"
        }

    async def run() -> None:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        real = await all_rooms.open(ALL["nl6-icer"])
        await all_rooms.move(real, "vote")
        await all_rooms.vote(real, "anne", {"response": "200 000", "round": 1, "at": 1})
        before = bytes_on_disk()
        for name in ("nl6-hent-koe", next(n for n in FITTING if ALL[n].kind == "short_text")):
            found = await all_rooms.open(ALL[name], rehearsal_seed=1)
            for step, voted in (("vote", 1), ("locked", 0), ("discuss", 0), ("revote", 2)):
                await all_rooms.move(found, step)
                if voted:
                    own = {"response": "b", "round": voted, "at": 1}
                    await all_rooms.vote(found, "meg", own)
                    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
            if found.exercise.kind == "short_text":
                await all_rooms.mark(found, "b", "shown", "")
            shown = all_rooms.for_stage(found)
            assert (shown["inside"], shown["answered"]) == (54, 55)
            await all_rooms.move(found, "both")
            await all_rooms.close(found)
        assert bytes_on_disk() == before
        all_rooms.stop()

    asyncio.run(run())
