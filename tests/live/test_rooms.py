"""Who is woken by what, without a server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from helseledelse.exercises.bank import bank
from helseledelse.live import rooms, rules
from helseledelse.live.rooms import Rooms
from helseledelse.live.store import RoomStore


async def woken(ear: AsyncIterator[bool]) -> bool:
    try:
        return await asyncio.wait_for(anext(ear), 0.3)
    except TimeoutError:
        return False


def test_a_vote_wakes_the_stage_and_the_voter_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "PAUSE_SECONDS", 0)

    async def run() -> list[bool]:
        all_rooms = Rooms(RoomStore(tmp_path / "rom.sqlite"))
        found = await all_rooms.open(bank()["nl6-hent-koe"])
        await all_rooms.move(found, "vote")
        ears = [all_rooms.listen(found, voter) for voter in ("", "anne", "bo")]
        assert [await anext(ear) for ear in ears] == [True] * 3
        await all_rooms.vote(found, "anne", {"response": "a", "round": 1, "at": 1})
        heard = [await woken(ear) for ear in ears]
        all_rooms.stop()
        assert not [name for name in found.ears if name == "bo"]  # who has left is forgotten
        return heard

    assert asyncio.run(run()) == [True, True, False]


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
