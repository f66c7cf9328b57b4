"""A phone's socket: what the room shows comes down it, votes and tickets go up it.

The first message shows that the page is the voter's: `{"xsrf": token, "turn": the exercise the page
has}`. After it come `{"id": number, "what": "stem" or "lapp", …}`, each answered by a message with
the same `id`. What the room shows comes as `{"shown": …}`, and an empty message is a sign of life.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from helseledelse.live import report, rules
from helseledelse.live.rooms import HEARTBEAT_SECONDS, Open, Rooms
from helseledelse.live.votes import (
    COOKIE,
    LARGEST,
    NOT_OURS,
    check,
    find,
    read,
    refused,
    rooms_of,
    take,
)
from helseledelse.pages.handlers import SentenceError

MOST_PAGES = 20  # of one voter at once
OPENING_SECONDS = 20  # until the first message
_POLICY, _GOING_AWAY = 1008, 1001  # RFC 6455, 7.4.1


def asked(found: Open) -> dict[str, Any]:
    """Give what a phone needs to show the exercise itself."""
    exercise = found.exercise
    return {
        "component": exercise.kind,
        "exercise": rules.face(exercise),
        "sensitive": rules.UNSTORED if rules.is_sensitive(exercise) else "",
        "ticket": report.may_report(exercise),
    }


def view(rooms: Rooms, found: Open, voter: str, turn: str) -> Callable[[], dict[str, Any]]:
    """Give a function that tells what a phone shows now, and sends each exercise once.

    `turn` is that of the exercise the phone has already.
    """
    told = turn

    def shown() -> dict[str, Any]:
        nonlocal told
        now = rooms.for_phone(found, voter)
        if told != str(found.room.turn):
            told = str(found.room.turn)
            now = now | {"asked": asked(found)}
        return now

    return shown


class PhoneTalk(WebSocketHandler):
    """A phone's socket; no other site's page gets past its first message."""

    rooms: Rooms
    found: Open
    voter = ""
    _telling: asyncio.Task[None] | None = None

    # The server lets go of a phone that has left without a word. What keeps a proxy between from
    # closing, and tells the phone that the server is there, is the sign of life.
    ping_interval = 2 * HEARTBEAT_SECONDS
    ping_timeout = 2 * HEARTBEAT_SECONDS
    max_message_size = LARGEST

    def prepare(self) -> None:
        self.rooms = rooms_of(self.settings)
        self.found, self.voter = find(
            *(self.rooms, self.path_args[0], self.request.remote_ip or ""),
            self.get_cookie(COOKIE, "") or "",
        )
        if not self.voter:
            raise SentenceError(403, NOT_OURS)
        if self.found.inside[self.voter] >= MOST_PAGES:
            raise SentenceError(429, NOT_OURS)

    @allow_unauthenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        await super().get(*args, **kwargs)

    def _log(self) -> None:
        if self.get_status() >= 400:
            super()._log()

    def open(self, _code: str) -> None:
        self.set_nodelay(True)  # a receipt waits for nothing
        loop = asyncio.get_running_loop()
        self._opening = loop.call_later(OPENING_SECONDS, self.close, _POLICY)

    def on_message(self, sent: str | bytes) -> Awaitable[Any] | None:
        number: int | None = None

        def reply(_status: int, said: dict[str, Any]) -> None:
            self._say(said | {"id": number})

        try:
            message = read(sent)
            if self._telling is None:
                check(self.rooms, self.found, self.voter, message.get("xsrf"))
                self._opening.cancel()
                self._telling = asyncio.create_task(self._tell(str(message.get("turn"))))
                return None
        except SentenceError as problem:
            if self._telling is None:
                self.close(_POLICY)
            else:
                reply(*refused(problem))
            return None
        if isinstance(message.get("id"), int):
            number = message["id"]
        kept = take(self.rooms, self.found, self.voter, message.get("what"), message, reply)
        # The phone's next message is read when this one is kept; who hangs up stops nobody else's.
        return asyncio.shield(kept) if kept else None

    async def _tell(self, turn: str) -> None:
        """Say what is shown, again each time something happens, until one of the two closes."""
        shown, last = view(self.rooms, self.found, self.voter, turn), ""
        with self.found.enter(self.voter):
            async for _ in self.rooms.listen(self.found, self.voter):
                said = json.dumps({"shown": shown()}, ensure_ascii=False)
                try:
                    await self.write_message("" if said == last else said)
                except WebSocketClosedError:
                    return
                last = said
        self.close(_GOING_AWAY)

    def _say(self, said: dict[str, Any]) -> None:
        try:
            self.write_message(json.dumps(said, ensure_ascii=False)).add_done_callback(_unheard)
        except WebSocketClosedError:
            return  # the phone asks again when it is back

    def on_close(self) -> None:
        self._opening.cancel()
        if self._telling:
            self._telling.cancel()


def _unheard(written: asyncio.Future[None]) -> None:
    """Look at why something was not written, so that nobody logs that nobody did."""
    if not written.cancelled():
        written.exception()
