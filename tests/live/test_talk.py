"""A phone's socket, on a server in the test's own loop; the real one is in test_server.py."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import websocket_connect

from helseledelse.exercises.bank import bank
from helseledelse.live import rooms, talk
from helseledelse.live.rooms import Open, Rooms
from helseledelse.live.store import RoomStore
from helseledelse.live.talk import PhoneTalk


@asynccontextmanager
async def socket(folder: Path) -> AsyncIterator[tuple[Rooms, Open, Any, str]]:
    """Give the rooms, one of them, a phone's socket that has said nothing yet, and its token."""
    all_rooms = Rooms(RoomStore(folder / "rom.sqlite"))
    found = await all_rooms.open(bank()["nl6-hent-koe"])
    (listening,) = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(Application([(r"/(\w+)", PhoneTalk)], helseledelse_rooms=all_rooms))
    server.add_socket(listening)
    voter, cookie = all_rooms.newcomer(found.room)
    address = f"ws://127.0.0.1:{listening.getsockname()[1]}/{found.room.code}"
    asked = HTTPRequest(address, headers={"Cookie": f"helseledelse_rom={cookie}"})
    line = await websocket_connect(asked)
    yield all_rooms, found, line, all_rooms.token(found.room, voter)
    open_still = line.close_code is None
    line.close()
    while open_still and await asyncio.wait_for(line.read_message(), 10) is not None:
        pass
    all_rooms.stop()
    server.stop()
    await server.close_all_connections()


def test_a_socket_that_says_nothing_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk, "OPENING_SECONDS", 0.01)

    async def run() -> None:
        async with socket(tmp_path) as (_, found, line, _):
            assert await asyncio.wait_for(line.read_message(), 10) is None
            assert line.close_code == 1008
            assert not found.inside

    asyncio.run(run())


def test_a_phone_hears_that_the_server_is_there_and_when_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "HEARTBEAT_SECONDS", 0.01)

    async def run() -> None:
        async with socket(tmp_path) as (all_rooms, found, line, token):
            await line.write_message(json.dumps({"xsrf": token, "turn": 0}))
            shown = json.loads(await line.read_message())["shown"]
            assert shown["asked"]["exercise"]["id"] == "nl6-hent-koe"  # the page had another
            while await asyncio.wait_for(line.read_message(), 10) != "":
                pass  # what is shown, without the exercise the page has now
            assert len(found.inside) == 1
            all_rooms.stop()
            while await asyncio.wait_for(line.read_message(), 10) is not None:
                pass
            assert line.close_code == 1001
            assert not found.inside

    asyncio.run(run())


def test_what_could_not_be_taken_is_a_receipt_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    async def run() -> None:
        async with socket(tmp_path) as (all_rooms, found, line, token):
            await all_rooms.move(found, "vote")
            await line.write_message(json.dumps({"xsrf": token, "turn": 1}))
            await line.read_message()
            vote = {"id": 4, "what": "stem", "response": "a", "round": 1, "at": 1}
            for where, name in ((RoomStore, "save_votes"), (Rooms, "vote")):
                monkeypatch.setattr(where, name, broken)
                await line.write_message(json.dumps(vote))
                reply = json.loads(await line.read_message())
                assert (reply["id"], "Last den på nytt" in reply["error"]) == (4, True)
            assert found.rounds == ({}, {})

    asyncio.run(run())
    assert caplog.text.count("could not be taken") == 2
