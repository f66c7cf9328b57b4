"""How a vote or a ticket is taken, whichever way it comes, and the way of one that is posted.

A class answers in the same second. A phone's answers therefore go up the socket it listens to
(talk.py). Where no socket can be opened they are posted, and between the connection and the rules
there is only tornado's reading of the request and this; a handler of Jupyter's would cost several
times as much.
"""

import asyncio
import hmac
import json
import logging
import re
import time
from collections.abc import Callable, Coroutine
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

from helseledelse.live.rooms import CODE_LENGTH, LETTERS, Kept, Open, Rooms
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

Reply = Callable[[int, dict[str, Any]], None]  # told an HTTP status and a message


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


def check(rooms: Rooms, found: Open, voter: str, token: object) -> None:
    """Let through the page of a voter: no other site can know its token, and no other phone has it.

    Raises
    ------
    SentenceError
        If the page is not the voter's, or there is no voter.
    """
    own = rooms.token(found.room, voter)
    if (
        not voter
        or not isinstance(token, str)
        or not hmac.compare_digest(token.encode(), own.encode())
    ):
        raise SentenceError(403, NOT_OURS)


def read(sent: str | bytes) -> dict[str, Any]:
    """Read a message.

    Raises
    ------
    SentenceError
        If it is too long, or none.
    """
    if len(sent) > LARGEST:
        raise SentenceError(413, "Svaret er for langt. Kort det ned.")
    try:
        text = sent if isinstance(sent, str) else sent.decode()
        message = json.loads(text)
        if "\\ud" in text.lower():
            # Half a surrogate pair, which a browser can send, can be written nowhere.
            whole = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
            message = json.loads(whole)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise SentenceError(400, "Svaret lar seg ikke lese. Last siden på nytt.")
    return message


def take(
    rooms: Rooms, found: Open, voter: str, what: object, message: dict[str, Any], reply: Reply
) -> Kept | None:
    """Take a vote («stem») or a ticket («lapp»), and reply once it is kept or refused.

    Gives what the next message of the same phone waits for, if anything.
    """
    try:
        if what == "lapp":
            at, kept = 0, _kept(rooms.ticket(found, voter, message.get("words")))
        else:
            kept = rooms.vote(found, voter, message)
            at = message["at"]
    except Exception as problem:  # noqa: BLE001  whoever voted gets an answer whatever it is
        reply(*refused(problem))
        return None

    def receipt(kept: Kept) -> None:
        problem = kept.result()
        reply(*refused(problem) if problem else (200, {"saved": {"at": at}}))

    kept.add_done_callback(receipt)
    return kept


def _kept(ticket: Coroutine[Any, Any, None]) -> Kept:
    async def wait() -> Exception | None:
        try:
            await ticket
        except Exception as problem:  # noqa: BLE001  told as that of a vote is
            return problem
        return None

    return asyncio.ensure_future(wait())


def refused(problem: Exception) -> tuple[int, dict[str, Any]]:
    """Give the status and the words for what was not taken."""
    if isinstance(problem, SentenceError):
        return problem.status_code, {"error": problem.sentence}
    if isinstance(problem, GuardedError):
        places = [
            {"path": place.path, "start": place.start, "end": place.end} for place in problem.places
        ]
        return 409, {"error": str(problem), "guarded": places}
    if isinstance(problem, RuleError):
        return 409, {"error": str(problem)}
    if isinstance(problem, RoomStoreError):
        return 503, {"error": str(problem)}
    _LOG.error("a vote could not be taken", exc_info=problem)
    return 500, {"error": NOT_OURS}


class _Posted(HTTPMessageDelegate):
    """A vote or a ticket that is posted, and its receipt."""

    def __init__(
        self, settings: dict[str, Any], request: HTTPServerRequest, code: str, what: str
    ) -> None:
        self._settings, self._request, self._code, self._what = settings, request, code, what
        self._body = b""

    def data_received(self, chunk: bytes) -> None:
        if len(self._body) <= LARGEST:  # what is too long is read to its end, and not kept
            self._body += chunk

    def finish(self) -> None:
        try:
            rooms, headers = rooms_of(self._settings), self._request.headers
            cookie = parse_cookie(headers.get("Cookie", "")).get(COOKIE, "")
            found, voter = find(rooms, self._code, self._request.remote_ip or "", cookie)
            check(rooms, found, voter, headers.get("X-XSRFToken", ""))
            message = read(self._body)
        except Exception as problem:  # noqa: BLE001  as in `take`
            self._reply(*refused(problem))
            return
        take(rooms, found, voter, self._what, message, self._reply)

    def _reply(self, status: int, reply: dict[str, Any]) -> None:
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
