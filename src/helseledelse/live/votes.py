"""The way of a vote and its receipt: past what a page needs and a vote does not.

A class answers in the same second. Between the socket and the rules there is therefore only
tornado's reading of the request and this; a handler of Jupyter's would cost several times as much.
"""

import asyncio
import hmac
import json
import logging
import re
import time
from http.client import responses
from typing import Any

from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    ResponseStartLine,
    format_timestamp,
    parse_cookie,
)
from tornado.routing import AnyMatches, Router, Rule
from tornado.web import Application

from helseledelse.live.rooms import CODE_LENGTH, LETTERS, Open, Rooms
from helseledelse.live.rules import GuardedError, RuleError
from helseledelse.live.store import RoomStoreError
from helseledelse.pages.handlers import HEADERS, SentenceError

COOKIE = "helseledelse_rom"
LARGEST = 20_000  # bytes of one vote
CODE = rf"([{LETTERS}{LETTERS.lower()}]{{{CODE_LENGTH}}})"
NOT_OURS = "Siden hører ikke lenger til rommet. Last den på nytt, så er du med igjen."
_NO_ROOM = (
    "Det finnes ikke noe åpent rom med koden «{code}». Se på skjermen i salen, og skriv de "
    "fire bokstavene på nytt."
)
_GUESSING = (
    "Det er skrevet mange feil koder herfra den siste tiden. Vent et minutt, eller bruk "
    "QR-koden på skjermen i salen."
)
_LOG = logging.getLogger(__name__)


def rooms_of(settings: dict[str, Any]) -> Rooms:
    """Give the rooms of an application, those of its last life among them."""
    rooms: Rooms = settings["helseledelse_rooms"]
    rooms.take_up(lambda: settings["helseledelse_course"].bank)
    return rooms


def no_room(code: str) -> SentenceError:
    """Say that there is no such room."""
    return SentenceError(404, _NO_ROOM.format(code=code[:12].upper()))


def find(
    rooms: Rooms, code: str, address: str, cookie: str, invitation: str = ""
) -> tuple[Open, str]:
    """Give the room a phone asks for, and the voter it is there, or "".

    Raises
    ------
    SentenceError
        If there is no such room, or somebody at that address guesses and this phone is neither
        invited nor inside.
    """
    guessing = rooms.guesses(address)
    found = rooms.get(code)
    if found is None:
        rooms.missed(address)
        raise SentenceError(429, _GUESSING) if guessing else no_room(code)
    voter = rooms.voter(found.room, cookie)
    if guessing and not voter and invitation != rooms.invitation(found.room):
        raise SentenceError(429, _GUESSING)
    return found, voter


class _Posted(HTTPMessageDelegate):
    """A vote or a ticket that comes in, and its receipt."""

    def __init__(
        self, settings: dict[str, Any], request: HTTPServerRequest, code: str, what: str
    ) -> None:
        self._settings, self._request, self._code, self._what = settings, request, code, what
        self._body = b""

    def data_received(self, chunk: bytes) -> None:
        if len(self._body) <= LARGEST:  # what is too long is read to its end, and not kept
            self._body += chunk

    def finish(self) -> None:
        self._task = asyncio.create_task(self._answer())

    async def _answer(self) -> None:
        reply: dict[str, Any]
        try:
            status, reply = 200, {"saved": {"at": await self._take()}}
        except SentenceError as problem:
            status, reply = problem.status_code, {"error": problem.sentence}
        except GuardedError as problem:
            places = [
                {"path": place.path, "start": place.start, "end": place.end}
                for place in problem.places
            ]
            status, reply = 409, {"error": str(problem), "guarded": places}
        except RuleError as problem:
            status, reply = 409, {"error": str(problem)}
        except RoomStoreError as problem:
            status, reply = 503, {"error": str(problem)}
        except Exception:  # noqa: BLE001  whoever voted gets an answer whatever it is
            _LOG.exception("a vote could not be taken")
            status, reply = 500, {"error": NOT_OURS}
        body = json.dumps(reply, ensure_ascii=False).encode()
        headers = HTTPHeaders(HEADERS)
        headers["Content-Type"] = "application/json; charset=utf-8"
        headers["Content-Length"] = str(len(body))
        headers["Date"] = format_timestamp(time.time())
        connection = self._request.connection
        assert connection  # noqa: S101  a request that came has it
        start = ResponseStartLine("HTTP/1.1", status, responses[status])
        connection.write_headers(start, headers, body)
        connection.finish()

    async def _take(self) -> int:
        rooms, request = rooms_of(self._settings), self._request
        cookie = parse_cookie(request.headers.get("Cookie", "")).get(COOKIE, "")
        found, voter = find(rooms, self._code, request.remote_ip or "", cookie)
        token = request.headers.get("X-XSRFToken", "")
        # No other site can know the token, and no other phone has it.
        if not voter or not hmac.compare_digest(
            token.encode(), rooms.token(found.room, voter).encode()
        ):
            raise SentenceError(403, NOT_OURS)
        if len(self._body) > LARGEST:
            raise SentenceError(413, "Svaret er for langt. Kort det ned.")
        try:
            message = json.loads(self._body)
            if b"\\ud" in self._body.lower():
                # Half a surrogate pair, which a browser can send, can be written nowhere.
                whole = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
                message = json.loads(whole)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise SentenceError(400, "Svaret lar seg ikke lese. Last siden på nytt.")
        if self._what == "stem":
            return await rooms.vote(found, voter, message)
        await rooms.ticket(found, voter, message.get("words"))
        return 0


class _Votes(Router):
    """Leads votes and tickets here, and everything else on."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        base = re.escape(settings["base_url"].rstrip("/"))
        self._path = re.compile(rf"{base}/helseledelse/rom/{CODE}/(stem|lapp)")

    def find_handler(self, request: HTTPServerRequest, **_: Any) -> HTTPMessageDelegate | None:
        found = self._path.fullmatch(request.path) if request.method == "POST" else None
        return _Posted(self._settings, request, *found.groups()) if found else None


def take_votes(application: Application) -> None:
    """Let an application take votes, before it looks at its other addresses."""
    application.default_router.rules.insert(0, Rule(AnyMatches(), _Votes(application.settings)))
