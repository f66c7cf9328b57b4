"""The room over HTTP: a real server process, phones as nobody, the lecturer logged in."""

import asyncio
import gzip
import json
import random
import re
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

CODE = re.compile(r"[A-HJ-NP-Z]{4}")
FULL = "Svaret er ikke lagret. Disken er full. Frigjør plass på maskinen som kjører rommet."
SECRETS = ("Ja, det er det", "Nei, det er det ikke", "counts", "shares", "explanation")


class Phone:
    """A phone in the room: its own cookies, no login."""

    def __init__(self, served: Any, code: str) -> None:
        self.served, self.code, self.cookies = served, code, CookieJar()
        self._open = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.cookies))
        self.page: dict[str, Any] = {}

    def ask(self, path: str = "", body: object = None, **headers: str) -> tuple[int, str]:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("http") else f"{self.served.address}/rom/{path}"
        try:
            with self._open.open(Request(address, data, named), timeout=30) as reply:  # noqa: S310
                return reply.status, reply.read().decode()
        except HTTPError as reply:
            with reply:
                return reply.code, reply.read().decode()

    def join(self) -> "Phone":
        status, text = self.ask(self.code)
        assert status == 200
        found = re.search(r'application/json">(.*?)</script>', text, re.DOTALL)
        assert found
        self.page = json.loads(found[1])
        return self

    def vote(self, response: object, *, number: object = 1, at: object = 1, **extra: Any) -> Any:
        message = {"type": "save", "response": response, "round": number, "at": at} | extra
        status, text = self.ask(f"{self.code}/stem", message, X_XSRFToken=self.page["xsrf"])
        return status, json.loads(text)


class Socket:
    """A phone's socket, as its page opens it."""

    def __init__(self, line: WebSocketClientConnection) -> None:
        self.line, self.number = line, 0

    @classmethod
    async def open(cls, phone: Phone, first: Any = None, *, base: str = "", **headers: str) -> Any:
        cookie = "; ".join(f"{each.name}={each.value}" for each in phone.cookies)
        where = f"{base or phone.served.address}/rom/{phone.code}/samtale"
        headers = {"Cookie": cookie, "Origin": where[: where.index("/", 8)]} | headers
        line = await websocket_connect(HTTPRequest(where.replace("http", "ws", 1), headers=headers))
        self = cls(line)
        await line.write_message(json.dumps(first or {"xsrf": phone.page["xsrf"], "turn": 1}))
        return self

    async def hear(self) -> Any:
        """Give the next message; None where the server has closed."""
        said = await asyncio.wait_for(self.line.read_message(), 20)
        if said is None:
            self.line.close()
        return json.loads(said) if said else said

    async def ask(self, sent: object) -> Any:
        """Send something and give its receipt, or None where the server closes instead."""
        raw = sent if isinstance(sent, (str, bytes)) else json.dumps(sent)
        with suppress(WebSocketClosedError):  # then the closing is what is heard next
            await self.line.write_message(raw, binary=isinstance(raw, bytes))
        while (said := await self.hear()) is not None:
            if said and "id" in said:
                return said
        return None

    async def leave(self) -> None:
        """Hang up, and wait until it is done."""
        self.line.close()
        while await asyncio.wait_for(self.line.read_message(), 20) is not None:
            pass

    async def vote(self, response: object, *, number: object = 1, at: object = 1) -> Any:
        self.number += 1
        said = {"id": self.number, "what": "stem", "response": response, "round": number, "at": at}
        reply = await self.ask(said)
        assert reply["id"] == self.number
        return reply.get("saved", reply.get("error"))


@pytest.fixture(scope="module")
def served(serve_once: Any) -> Any:
    """Give a server where it is the middle of the day: a running plan ends at midnight."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("TZ", f"DAG{time.gmtime().tm_hour - 12:+d}")
        return serve_once().log_in()


def open_room(served: Any, exercise: str = "p1-valg") -> str:
    token = next(cookie.value for cookie in served.cookies if cookie.name == "_xsrf")
    reply = served.ask("/rom", f"oppgave={exercise}&_xsrf={token}".encode())
    found = re.search(r"/rom/([A-Z]{4})/scene$", reply.address)
    assert reply.status == 200, reply.text[:300]
    assert found
    assert CODE.fullmatch(found[1])
    return found[1]


def step(served: Any, code: str, name: str) -> Any:
    reply = served.send(f"/rom/{code}/scene/steg", {"step": name})
    assert reply.status == 200, reply.text
    return reply.json()


def test_a_round_from_first_vote_to_explanation(served: Any) -> None:
    code = open_room(served)
    phones = [Phone(served, code).join() for _ in range(3)]
    assert phones[0].vote("b")[0] == 409  # not opened
    step(served, code, "vote")
    for phone in phones:
        assert phone.vote("b") == (200, {"saved": {"at": 1}})
    for _ in range(5):
        assert phones[0].vote("a", at=7)[0] == 200
    assert phones[0].vote("b", at=3)[0] == 200  # an older one that comes late changes nothing
    locked = step(served, code, "locked")
    assert locked["answered"] == 3
    assert (
        locked["advice"]
        == "Få har riktig svar. Forklar mer eller gi et hint før dere stemmer igjen."
    )
    status, said = phones[1].vote("a", at=9)
    assert (status, said["error"][:28]) == (409, "Avstemningen var låst da sva")
    shown = Phone(served, code).join().page["shown"]
    assert not any(word in json.dumps(shown) for word in SECRETS)
    step(served, code, "discuss")
    step(served, code, "revote")
    assert phones[1].vote("a", number=2, at=12)[0] == 200
    assert phones[0].vote("b", number=2, at=12)[0] == 200
    both = step(served, code, "both")
    assert both["results"]["sentence"] == (
        "Først svarte 1 av 3 riktig, så 1 av 2. "
        "1 byttet til riktig svar og 1 byttet bort fra riktig svar."
    )
    assert [row["counts"] for row in both["results"]["tables"][0]["rows"]] == [[1, 1], [2, 1]]
    assert "explanation" not in both
    explained = step(served, code, "explained")
    assert len(explained["explanation"]["remarks"]) == 2
    assert phones[0].join().page["shown"]["explanation"]
    step(served, code, "close")
    assert phones[0].ask(code)[0] == 404
    assert served.send(f"/rom/{code}/scene/steg", {"step": "vote"}).status == 404


def test_a_round_over_sockets(served: Any) -> None:
    code = open_room(served)
    phones = [Phone(served, code).join() for _ in range(3)]

    async def run() -> None:
        sockets = [await Socket.open(phone) for phone in phones]
        for each in sockets:
            shown = (await each.hear())["shown"]
            assert (shown["state"], shown["open"], "asked" in shown) == ("question", False, False)
        assert "ikke åpnet" in await sockets[0].vote("b")
        assert step(served, code, "vote")["inside"] == 3
        for each in sockets:
            assert (await each.hear())["shown"]["state"] == "vote"
            assert await each.vote("b") == {"at": 1}
        for _ in range(5):
            assert await sockets[0].vote("a", at=7) == {"at": 7}
        assert await sockets[0].vote("b", at=3) == {"at": 3}  # older, and late: changes nothing
        assert phones[1].vote("a", at=9)[0] == 200  # posted, while the socket was away
        assert step(served, code, "locked")["answered"] == 3
        assert "Avstemningen var låst" in await sockets[1].vote("b", at=12)
        locked = json.dumps(await sockets[1].hear())
        assert not any(word in locked for word in SECRETS)
        both = step(served, code, "both")
        assert [row["counts"] for row in both["results"]["tables"][0]["rows"]] == [[2], [1]]
        step(served, code, "explained")
        ticket = {"id": 70, "what": "lapp", "words": "Spørre én gang til"}
        assert await sockets[0].ask(ticket) == {"id": 70, "saved": {"at": 0}}
        said = await sockets[0].ask(ticket | {"words": "Ringe 01010112377"})
        assert said["guarded"][0]["start"] == 6
        step(served, code, "close")
        for each in sockets:
            while (said := await each.hear()) is not None:
                shown = said["shown"]
            assert (shown["closed"], each.line.close_code) == (True, 1001)
        with pytest.raises(HTTPClientError, match="404"):
            await Socket.open(phones[0])

    asyncio.run(run())


def test_the_page_may_open_its_socket_in_every_browser(served: Any) -> None:
    where = f"/rom/{open_room(served)}"
    plain = served.ask(where, known=False)
    assert (
        f"connect-src 'self' ws://{urlsplit(served.address).netloc};"
        in plain.headers["Content-Security-Policy"]
    )
    outside = {"Host": "kurs.eksempel.no", "X_Forwarded_Proto": "https"}
    policy = served.ask(where, known=False, **outside).headers["Content-Security-Policy"]
    assert "connect-src 'self' wss://kurs.eksempel.no;" in policy


def test_only_the_voters_own_page_opens_a_socket(served: Any) -> None:
    code, other = open_room(served), open_room(served)
    phone, stranger = Phone(served, code).join(), Phone(served, other).join()
    step(served, code, "vote")

    async def run() -> None:
        cookie = next(iter(phone.cookies)).value or ""
        for wrong in ["", "helseledelse_rom=", f"helseledelse_rom=noen.{cookie.partition('.')[2]}"]:
            with pytest.raises(HTTPClientError, match="403"):
                await Socket.open(phone, Cookie=wrong)
        theirs = next(iter(stranger.cookies)).value
        with pytest.raises(HTTPClientError, match="403"):
            await Socket.open(phone, Cookie=f"helseledelse_rom={theirs}")
        with pytest.raises(HTTPClientError, match="403"):
            await Socket.open(phone, Origin="http://ond.eksempel.no")
        vote = {"id": 1, "what": "stem", "response": "a", "round": 1, "at": 1}
        for first in [*({"xsrf": token} for token in (stranger.page["xsrf"], "æ", 1)), vote, 7]:
            socket = await Socket.open(phone, first)
            assert await socket.hear() is None
            assert socket.line.close_code == 1008

    asyncio.run(run())
    assert step(served, code, "locked")["answered"] == 0


def test_a_forged_or_foreign_cookie_cannot_vote(served: Any) -> None:
    code, other = open_room(served), open_room(served)
    step(served, code, "vote")
    step(served, other, "vote")
    phone, stranger = Phone(served, code).join(), Phone(served, other).join()
    assert phone.ask(f"{code}/stem", {"response": "a"})[0] == 403  # no token
    own = next(iter(phone.cookies))
    assert own.path.endswith(f"/rom/{code}")
    assert own.has_nonstandard_attr("HttpOnly")
    assert own.get_nonstandard_attr("SameSite") == "Lax"
    own.value = "noen-andre." + (own.value or "").partition(".")[2]
    assert phone.vote("a")[0] == 403
    theirs = next(iter(stranger.cookies))
    theirs.path, stranger.code = own.path, code
    stranger.cookies.clear()
    stranger.cookies.set_cookie(theirs)
    assert stranger.vote("a")[0] == 403
    assert Phone(served, code).ask(f"{code}/hendelser")[0] == 403
    assert step(served, code, "locked")["answered"] == 0


@pytest.mark.parametrize(
    "code", ["XXXX", "ab", "A1B2", "%C3%A6%C3%B8%C3%A5%20%3Cb%3E", "xxxxxxxxxxxxxx"]
)
def test_a_room_that_is_not_there_is_a_page_that_says_so(served: Any, code: str) -> None:
    status, text = Phone(served, code).ask(code)
    assert status == 404
    assert "Det finnes ikke noe åpent rom med koden" in text
    assert '<input id="kode"' in text
    assert "<b>" not in text.lower()


def test_a_code_is_written_by_hand_in_any_case(served: Any) -> None:
    code = open_room(served)
    phone = Phone(served, code)
    assert phone.ask("inn")[0] == 200
    status, text = phone.ask(f"inn?kode=%20{code.lower()}")
    assert status == 200
    assert f"Rom {code}" in text
    assert phone.ask(code.lower())[0] == 200
    assert phone.ask("inn?kode=XXXX")[0] == 404


def test_only_the_lecturer_opens_sees_the_stage_and_takes_steps(served: Any) -> None:
    code = open_room(served)
    phone = Phone(served, code).join()
    for path in ["", f"{code}/scene", f"{code}/scene/hendelser"]:
        assert phone.ask(path)[0] == 403, path
    for path in ["", f"{code}/scene/steg"]:
        assert phone.ask(path, {"step": "vote"}, X_XSRFToken=phone.page["xsrf"])[0] == 403, path
    assert "<svg" in served.ask(f"/rom/{code}/scene").text
    # A step from another site carries no token of ours.
    assert served.ask(f"/rom/{code}/scene/steg", {"step": "vote"}).status == 403


# What may stand where a message has something sensible.
ODD: list[Any] = [None, True, -1, 2, 3.5, 10**30, "1", "æøå«»", [], [1], {}, {"a": []}]


def test_ten_thousand_malformed_requests_get_a_sentence_and_show_nothing(served: Any) -> None:
    code = open_room(served)
    step(served, code, "vote")
    phone = Phone(served, code).join()
    assert phone.vote("b")[0] == 200
    chance = random.Random(1)  # noqa: S311  the same odd requests each time
    odd = [*ODD, "a" * 30_000]
    where = f"{urlsplit(served.address).path}/rom/{code}"
    cookie = "; ".join(f"{each.name}={each.value}" for each in phone.cookies)
    known = {"Cookie": cookie, "X-XSRFToken": phone.page["xsrf"]}
    line = HTTPConnection("127.0.0.1", served.port, timeout=30)  # one, kept open: they are many
    told: Counter[int] = Counter()
    for number in range(10_000):
        message: Any = {
            name: chance.choice(odd) for name in ("type", "response", "round", "at", "exercise")
        }
        whole = json.dumps(message).encode()
        cut = whole[: chance.randrange(40)]
        sent = chance.choice([whole, cut, b"[1]", chance.randbytes(30)])
        # Now and then somebody the room does not know, or another of its addresses.
        headers: dict[str, str | bytes] = {**known}
        if not number % 10:
            headers = {"Cookie": cookie[:-1], "X-XSRFToken": "æ".encode()}
        path = "/lapp" if number % 7 == 0 else "/stem"
        line.request("POST", where + path, sent, headers)
        reply = line.getresponse()
        text = reply.read().decode()
        told[reply.status] += 1
        assert reply.status in (400, 403, 409, 413), (reply.status, sent)
        assert json.loads(text)["error"]
        assert not any(word in text for word in SECRETS)
    line.close()
    assert set(told) == {400, 403, 409, 413}
    for body in [b"\xff\xfe", b"[" * 5000, b"", b"null"]:
        assert phone.ask(f"{code}/stem", body, X_XSRFToken=phone.page["xsrf"])[0] == 400
    for name in ["", "explained", "both", "æ"]:
        assert served.send(f"/rom/{code}/scene/steg", {"step": name}).status == 409
    for no_step in [[], 7, {"step": 3}, b"{"]:
        assert served.send(f"/rom/{code}/scene/steg", no_step).status == 400
    assert step(served, code, "locked")["answered"] == 1


def test_thousands_of_malformed_messages_get_a_sentence_and_show_nothing(served: Any) -> None:
    code = open_room(served)
    step(served, code, "vote")
    phone = Phone(served, code).join()
    chance = random.Random(2)  # noqa: S311  the same odd messages each time
    odd = [*ODD, "\ud83d", "a" * 2000]

    async def run() -> None:
        socket = await Socket.open(phone)
        await socket.hear()
        assert await socket.vote("b") == {"at": 1}
        names = ("id", "what", "response", "round", "at", "words", "xsrf")
        for _ in range(2000):
            whole = json.dumps({name: chance.choice(odd) for name in names})
            cut = whole[: chance.randrange(40)]
            sent = chance.choice([whole, cut, "[1]", "", "[" * 5000, chance.randbytes(30)])
            socket.line.write_message(sent, binary=isinstance(sent, bytes))
        for _ in range(2000):
            said = await socket.hear()
            assert set(said) == {"id", "error"}
            assert not any(word in json.dumps(said) for word in SECRETS)
        for number in range(500):
            vote = {"id": number, "what": "stem", "response": "a", "round": 1, "at": number}
            socket.line.write_message(json.dumps(vote))
        for number in range(500):
            assert (await socket.hear())["id"] == number
        # What is too long for a vote ends the socket and nothing else.
        assert await socket.ask("a" * 30_000) is None
        sockets = [await Socket.open(phone) for _ in range(20)]
        for each in sockets:
            assert (await each.hear())["shown"]
        with pytest.raises(HTTPClientError, match="429"):
            await Socket.open(phone)
        for each in sockets:
            await each.leave()

    asyncio.run(run())
    assert step(served, code, "locked")["answered"] == 1


def test_half_a_letter_spoils_nothing_for_the_others(served: Any) -> None:
    code = open_room(served, "p1-kort")
    step(served, code, "vote")
    phones = [Phone(served, code).join() for _ in range(2)]
    assert phones[0].vote("Mer tid \ud83d")[0] == 200  # what is left of an emoji cut in two
    assert phones[1].vote("Mer tid 😀")[0] == 200
    step(served, code, "locked")
    page = served.ask(f"/rom/{code}/vegg")
    assert page.status == 200
    assert [json.dumps(text)[1:-1] in page.text for text in ("Mer tid ?", "Mer tid 😀")] == [
        True
    ] * 2


def test_a_script_is_sent_small_to_whoever_can_unpack_it(served: Any) -> None:
    phone = Phone(served, open_room(served)).join()
    address = f"{served.address}{phone.page['assets'].partition('/helseledelse')[2]}/common.js"
    with phone._open.open(Request(address, headers={"Accept-Encoding": "gzip"})) as reply:  # noqa: S310
        assert reply.headers["Content-Encoding"] == "gzip"
        packed = reply.read()
    assert "Content-Security-Policy" in reply.headers
    assert gzip.decompress(packed).decode() == phone.ask(address)[1]
    assert len(packed) < 12_000 < len(phone.ask(address)[1])


def test_what_a_room_cannot_show_is_said(served: Any) -> None:
    token = next(cookie.value for cookie in served.cookies if cookie.name == "_xsrf")
    for name, said in [("p1-tanke", "skrives alene"), ("finnes-ikke", "finnes ikke")]:
        reply = served.ask("/rom", f"oppgave={name}&_xsrf={token}".encode())
        assert reply.status in (400, 404)
        assert said in reply.text
    page = served.ask("/rom?oppgave=p1-flere").text
    assert 'value="p1-flere" selected' in page
    assert "p1-tanke" not in page


def test_a_phone_hears_the_next_step_and_the_stage_who_is_inside(served: Any) -> None:
    code = open_room(served)
    phone = Phone(served, code).join()
    address = f"{served.address}/rom/{code}/hendelser"
    with phone._open.open(address, timeout=10) as stream:
        assert b'"question"' in stream.readline()
        stream.readline()
        assert step(served, code, "vote")["inside"] == 1
        heard = json.loads(stream.readline().removeprefix(b"data: "))
        assert (heard["state"], heard["open"], heard["round"]) == ("vote", True, 1)


async def vote_until_killed(served: Any, phones: list[Phone]) -> int:
    """Vote «b» over and over and kill the server meanwhile; how many have had a receipt."""
    sockets = [await Socket.open(phone) for phone in phones]
    told = set()

    async def vote(socket: Any) -> None:
        at = 1
        while await socket.ask({"id": at, "what": "stem", "response": "b", "round": 1, "at": at}):
            told.add(socket)
            at += 1
            if socket is sockets[0] and at > 5 and len(told) == len(sockets):
                served.kill()

    await asyncio.gather(*(vote(socket) for socket in sockets))
    return len(told)


async def vote_again(served: Any, phones: list[Phone]) -> None:
    """As phones do by themselves when they have got through to the server again."""
    for phone in phones:
        phone.served = served
        socket = await Socket.open(phone)
        assert (await socket.hear())["shown"]["answer"]["response"] == "b"
        assert await socket.vote("b", at=10_000) == {"at": 10_000}
        await socket.leave()


def test_a_killed_server_has_every_acknowledged_vote_and_the_same_voters(serve: Any) -> None:
    served = serve().log_in()
    code = open_room(served)
    step(served, code, "vote")
    phones = [Phone(served, code).join() for _ in range(8)]
    acknowledged = []

    def vote(phone: Phone) -> None:
        if phone.vote("a")[0] == 200:
            acknowledged.append(phone)

    threads = [threading.Thread(target=vote, args=[phone]) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    port = served.port
    talkers = [Phone(served, code).join() for _ in range(20)]

    assert asyncio.run(vote_until_killed(served, talkers)) == len(talkers)
    again = serve(port=port).log_in()

    asyncio.run(vote_again(again, talkers))
    assert len(acknowledged) == 8
    phones[0].served = again
    assert phones[0].join().page["shown"]["answer"]["response"] == "a"
    assert phones[0].vote("b", at=2)[0] == 200  # the cookie is still good
    shown = step(again, code, "locked")
    assert shown["answered"] == 28
    both = step(again, code, "both")
    assert [row["counts"] for row in both["results"]["tables"][0]["rows"]] == [[7], [21]]


# The real server, whose disk is full while a file is there: the store's own test has SQLite say so.
FULL_DISK = """
import sqlite3, sys
from pathlib import Path
from helseledelse import app
from helseledelse.live import store
def full(write):
    def asked(self, *given):
        if Path(sys.argv[1]).exists():
            said = sqlite3.OperationalError("database or disk is full")
            raise store.RoomStoreError(store._sentence(said))
        return write(self, *given)
    return asked
for name in ("_write", "_leave"):
    setattr(store.RoomStore, name, full(getattr(store.RoomStore, name)))
sys.exit(app.main(["start", "--uten-nettleser", *sys.argv[2:]]))
"""


def test_a_full_disk_is_a_clear_page_and_nothing_is_lost(serve: Any, tmp_path: Path) -> None:
    full = tmp_path / "full"
    served = serve(command=[sys.executable, "-c", FULL_DISK, str(full)]).log_in()
    code = open_room(served)
    step(served, code, "vote")
    phones = [Phone(served, code).join() for _ in range(2)]
    assert phones[0].vote("a")[0] == 200
    full.touch()
    status, said = phones[1].vote("b", at=5)
    assert (status, said) == (503, {"error": FULL})
    assert phones[0].vote("b", at=5) == (503, {"error": FULL})

    async def over_a_socket() -> Any:
        socket = await Socket.open(phones[0])
        said = await socket.vote("b", at=6)
        await socket.leave()
        return said

    assert asyncio.run(over_a_socket()) == FULL
    for name in ["locked", "close"]:
        reply = served.send(f"/rom/{code}/scene/steg", {"step": name})
        assert (reply.status, reply.json()["error"]) == (503, FULL)
    token = next(cookie.value for cookie in served.cookies if cookie.name == "_xsrf")
    reply = served.ask("/rom", f"oppgave=p1-valg&_xsrf={token}".encode())
    assert reply.status == 500
    assert FULL in reply.text
    shown = phones[0].join().page["shown"]
    assert (shown["state"], shown["answer"]["response"]) == ("vote", "a")
    full.unlink()
    assert phones[1].vote("b", at=5)[0] == 200  # as the phone does by itself
    assert step(served, code, "locked")["answered"] == 2
    both = step(served, code, "both")
    assert [row["counts"] for row in both["results"]["tables"][0]["rows"]] == [[1], [1]]


def test_many_wrong_codes_stop_the_guessing_but_nobody_who_was_invited(serve: Any) -> None:
    served = serve().log_in()
    code = open_room(served)
    invited = re.search(r"\?n=(\w+)", served.ask(f"/rom/{code}/scene").text)
    assert invited
    known = Phone(served, code).join()
    stranger = Phone(served, code)
    statuses = [stranger.ask("XXXX")[0] for _ in range(122)]
    assert statuses[:120] == [404] * 120
    assert statuses[-1] == 429
    status, text = stranger.ask(code)
    assert status == 429
    assert "QR-koden" in text
    assert known.ask(code)[0] == 200
    assert stranger.ask(f"{code}?n={invited[1]}")[0] == 200


def test_the_door_to_the_network_leads_to_the_room_and_nowhere_else(serve: Any) -> None:
    served = serve(config={"Live": {"network": True, "port": 0}}).log_in()
    code = open_room(served)
    stage = served.ask(f"/rom/{code}/scene").text
    found = re.search(r'href="http://[\d.]+:(\d+)/helseledelse/rom/', stage)
    assert found
    door = f"http://127.0.0.1:{found[1]}"
    phone = Phone(served, code)
    assert phone.ask(f"{door}/helseledelse/rom/{code}", Host="192.168.4.7")[0] == 200
    assert "Koden på skjermen" in phone.ask(door)[1]
    style = re.search(r'href="([^"]+room\.css)"', phone.ask(door)[1])
    assert style
    assert phone.ask(door + style[1], Host="192.168.4.7")[0] == 200
    step(served, code, "vote")
    phone.join()

    async def vote() -> Any:
        socket = await Socket.open(phone, base=f"{door}/helseledelse")
        said = await socket.vote("a")
        await socket.leave()
        return said

    assert asyncio.run(vote()) == {"at": 1}
    for path in [
        "/helseledelse",
        "/helseledelse/rom",
        f"/helseledelse/rom/{code}/scene",
        "/api",
        "/lab",
        "/login",
        "/tree",
    ]:
        reply = served.ask(door + path)
        assert reply.status in (403, 404), path
        assert "Arbeidsbøker" not in reply.text


def test_the_wall_is_read_by_the_lecturer_before_anyone_sees_it(serve: Any) -> None:
    served = serve().log_in()
    code = open_room(served, "p1-kort")
    step(served, code, "vote")
    phones = [Phone(served, code).join() for _ in range(3)]
    for phone, text in zip(phones, ["Mer tid", "mer tid!", "<b>Stygt</b>"], strict=True):
        assert phone.vote(text)[0] == 200
    step(served, code, "locked")
    assert step(served, code, "both")["results"]["wall"] == []
    page = served.ask(f"/rom/{code}/vegg").text
    assert "Stygt" in page
    assert "<b>Stygt" not in page
    reply = served.send(f"/rom/{code}/vegg/merk", {"key": "mer tid", "status": "shown"})
    assert reply.status == 200
    assert [entry["status"] for entry in reply.json()["entries"]] == ["shown", "unread"]
    results = phones[0].join().page["shown"]["results"]
    assert results["wall"] == [{"text": "Mer tid", "count": 2}]
    for body, status in [({"key": "nei", "status": "shown"}, 409), ([], 400), (b"{", 400)]:
        reply = served.send(f"/rom/{code}/vegg/merk", body)
        assert reply.status == status
        assert reply.json()["error"]
    # Phones and strangers neither read nor let through.
    for path in ["vegg", "vegg/hendelser"]:
        assert phones[0].ask(f"{code}/{path}")[0] == 403
    assert phones[0].ask(f"{code}/vegg/merk", {"key": "mer tid", "status": "hidden"})[0] == 403
    assert served.ask(f"/rom/{open_room(served)}/vegg").status == 404
    # What was let through is let through also after the server was killed.
    port = served.port
    served.kill()
    again = serve(port=port).log_in()
    phones[0].served = again
    assert phones[0].join().page["shown"]["results"]["wall"] == results["wall"]


def test_a_running_plan_is_made_shown_and_kept(served: Any) -> None:
    token = next(cookie.value for cookie in served.cookies if cookie.name == "_xsrf")
    where = "/kjoreplan/kurs/1-prove"

    def post(form: str) -> Any:
        return served.ask(where, f"{form}&_xsrf={token}".encode())

    assert 'value="p1-valg"' in served.ask(where).text
    assert served.ask("/kjoreplan/kurs/nei").status == 404
    made = "begynner=00.01&slutter=23.59&med=p1-valg&minutter-p1-valg=7&med=p1-tall"
    made += "&minutter-p1-tall=4&kan-p1-tall=ja"
    page = post(made).text
    assert 'value="00.01"' in page
    assert re.search(r'name="minutter-p1-valg"[^>]*value="7"', page)
    assert not re.search(r'value="p1-flere" aria-label="Med[^>]*checked', page)
    page = post(made.replace("23.59", "00.00").replace("=7", "=8")).text
    assert "slutte senere" in page
    assert re.search(r'name="minutter-p1-valg"[^>]*value="8"', page)  # what was typed is there
    stage = post("vis=p1-valg")
    found = re.search(r"/rom/([A-Z]{4})/scene$", stage.address)
    assert found
    page = served.ask(where).text
    assert f"Rom {found[1]} er åpent" in page
    assert "nå, 7" in page
    again = post("vis=p1-tall")  # the same room, and the plan stays where it is
    assert again.address.endswith(where)
    assert step(served, found[1], "vote")["beside"] == {"previous": "Blåbærsyltetøy på økt 3"}
    assert "ferdig" in served.ask(where).text
    assert "ikke i kjøreplanen" in post("vis=p1-flere").text
    assert "nå, 4" not in post("igjen=ja").text
    phone = Phone(served, found[1]).join()
    for path in ["notater", "hender"]:
        assert phone.ask(f"{found[1]}/{path}")[0] in (403, 405)
    assert phone.ask(f"{served.address}{where}")[0] == 403
    assert served.send(f"/rom/{found[1]}/hender", {"counts": {}}).status == 409


@pytest.mark.parametrize(
    "exercise",
    ["valg", "flere", "tall", "sorter", "rekke", "skala", "plass", "kort"],
)
def test_every_kind_has_notes(served: Any, exercise: str) -> None:
    page = served.ask(f"/rom/{open_room(served, f'p1-{exercise}')}/notater")
    assert page.status == 200
    assert "Her står fasiten" in page.text
