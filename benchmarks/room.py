"""What a class that votes at the same instant costs: a real server, a phone for each voter.

Run with ``python benchmarks/room.py [--post | --both] [VOTERS …]`` (needs the extra ``benchmark``),
by default 54, 216, 500, 1000 and 2000. It prints the tables of docs/benchmarks.md.

A phone does what Chromium on a phone does: it asks for the page and for every script and style of
it as gzip, opens its socket, votes up it, and keeps both connections. With ``--post`` it does what
it does where no socket gets through: it follows a stream of events and posts its vote. ``--both``
measures the two in turns, so that a shared machine disturbs them alike.

The headers are those Chromium 142 sends to an address in a hall, which is plain http and not this
machine: no ``sec-ch-ua…`` and no ``Sec-Fetch-…``, and ``gzip, deflate`` only; twelve in all.

The phones are one process on the same machine. What they send is ready beforehand and they read no
more of an answer than they must, so that it is the server that is measured; their own cost is
printed.
"""

import asyncio
import json
import os
import re
import resource
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import psutil  # type: ignore[import-untyped]  # ships no types

EXERCISE = "nl6-hent-koe"
OPTIONS = ("a", "b")
SIZES = (54, 216, 500, 1000, 2000)
ROUNDS = 5  # rooms for each number of voters; above 216 two, above 500 one
AT_THE_DOOR = 40  # phones that load the page at the same time
LONGEST = 200  # seconds any one thing may take
CHROMIUM = {
    "Connection": "keep-alive",
    "User-Agent": (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Mobile Safari/537.36"
    ),
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7,en-US;q=0.6,en;q=0.5",
}
SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Pragma": "no-cache",
    "Cache-Control": "no-cache",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "aGVsc2VsZWRlbHNlIDIwMg==",
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
}
HEAD = """
| voters | p50 ms | p95 ms | p99 ms | lost / doubled | processor a vote, ms | stage ms | shown ms |
|---|---|---|---|---|---|---|---|"""
DOOR = """
| voters | all inside, s | processor a phone at the door, ms | whole room, s | memory, MB | load |
|---|---|---|---|---|---|"""


class Line(asyncio.Protocol):
    """One HTTP/1.1 connection, kept alive; nothing cleverer than the measurement needs."""

    def __init__(self) -> None:
        self.heard, self.at = bytearray(), 0.0
        self.reply: asyncio.Future[bytes] | None = None

    @classmethod
    async def open(cls, host: str) -> Any:
        name, _, port = host.partition(":")
        return (await asyncio.get_running_loop().create_connection(cls, name, int(port)))[1]

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data
        head = self.heard.find(b"\r\n\r\n")
        if head < 0 or self.reply is None:
            return
        length = re.search(rb"(?i)content-length: (\d+)", self.heard[:head])
        if len(self.heard) >= head + 4 + int(length[1] if length else 0):
            self.at = time.perf_counter()
            self.reply.set_result(bytes(self.heard))
            self.heard.clear()
            self.reply = None

    def connection_lost(self, problem: Exception | None) -> None:
        if self.reply is not None and not self.reply.done():
            self.reply.set_exception(problem or ConnectionError("closed"))

    def send(self, request: bytes) -> asyncio.Future[bytes]:
        self.reply = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.reply


class Stream(Line):
    """A stream of events, of which the last is remembered."""

    last = b""

    def data_received(self, data: bytes) -> None:
        self.heard += data
        end = self.heard.rfind(b"\n\n")  # an event has no line shift inside
        begin = self.heard.rfind(b"data: ", 0, max(end, 0))
        if begin < 0:
            return
        self.last, self.at = bytes(self.heard[begin + 6 : end]), time.perf_counter()
        del self.heard[: end + 2]
        if self.reply is not None and not self.reply.done():
            self.reply.set_result(self.last)

    async def until(self, said: bytes) -> float:
        """Wait for an event that says this; gives when it came."""
        while said not in self.last:
            self.reply = asyncio.get_running_loop().create_future()
            await self.reply
        return self.at


class Socket(Stream):
    """A phone's socket: it hears what the room shows as a stream does, and the receipt."""

    opened = False

    def data_received(self, data: bytes) -> None:
        self.heard += data
        if not self.opened:
            end = self.heard.find(b"\r\n\r\n")
            if end < 0:
                return
            assert self.heard.startswith(b"HTTP/1.1 101"), self.heard
            self.opened = True
            del self.heard[: end + 4]
            self.tell(b"")
        while (frame := self.frame()) is not None:
            self.at = time.perf_counter()
            if b'"id"' in frame:
                self.tell(frame)
            elif frame:
                self.last = frame
                self.tell(frame)

    def tell(self, said: bytes) -> None:
        if self.reply is not None and not self.reply.done():
            self.reply.set_result(said)

    def frame(self) -> bytes | None:
        """Take a whole frame out of what was heard (RFC 6455, 5.2); a server's has no mask."""
        if len(self.heard) < 2:
            return None
        length, start = self.heard[1], 2
        if length >= 126:
            start = 4 if length == 126 else 10
            if len(self.heard) < start:
                return None
            length = int.from_bytes(self.heard[2:start], "big")
        if len(self.heard) < start + length:
            return None
        found = bytes(self.heard[start : start + length])
        del self.heard[: start + length]
        return found


def framed(message: object) -> bytes:
    """Give a message as a browser sends it: one masked frame of less than 64 kB."""
    text, mask = json.dumps(message, separators=(",", ":")).encode(), os.urandom(4)
    length = len(text)
    head = bytes([0x81, 0x80 | length])
    if length >= 126:
        head = bytes([0x81, 0xFE]) + length.to_bytes(2, "big")
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(text))


def request(method: str, host: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in (CHROMIUM | headers).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def read(reply: bytes) -> tuple[int, str, bytes]:
    head, _, body = reply.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), head.decode(), body


async def files_of(host: str, where: str) -> list[str]:
    """Give the addresses of the scripts and styles of a phone's page."""
    line = await Line.open(host)
    plain = {"Accept-Encoding": "identity"}
    page = read(await line.send(request("GET", host, where, plain)))[2].decode()
    found = re.findall(r'(?:href|src)="([^"]+\.(?:css|js))"', page)
    component = re.search(r'"component": "(\w+)"', page)
    assert component
    found.append(urljoin(found[0], f"{component[1]}.js"))
    for address in found:
        if address.endswith(".js"):
            text = read(await line.send(request("GET", host, address, plain)))[2].decode()
            for name in re.findall(r'from "(\./[^"]+)"', text):
                if urljoin(address, name) not in found:
                    found.append(urljoin(address, name))
    line.transport.close()
    return found


@dataclass
class Phone:
    """A voter: the connection it asks on, and what it listens to."""

    host: str
    where: str
    answer: str
    posts: bool
    cookie: str = ""
    ready: bytes = b""
    line: Any = None
    stream: Any = None
    took: float = field(default=0.0)
    told: float = field(default=0.0)

    async def join(self, door: asyncio.Semaphore, files: list[bytes]) -> None:
        async with door:
            self.line = await Line.open(self.host)
            status, head, page = read(
                await self.line.send(request("GET", self.host, self.where, {}))
            )
            assert status == 200, head
            cookie = re.search(r"(?i)set-cookie: (helseledelse_rom=[^;]+)", head)
            token = re.search(rb'"xsrf": "(\w+)"', page)
            assert cookie
            assert token
            self.cookie = cookie[1]
            for file in files:
                reply = await self.line.send(file)
                assert reply.startswith(b"HTTP/1.1 200"), reply[:200]
            await self.listen(token[1].decode())

    async def listen(self, token: str) -> None:
        """Open the stream or the socket, and make the vote ready."""
        own = {"Cookie": self.cookie, "Origin": f"http://{self.host}"}
        said = {"response": self.answer, "at": int(time.time() * 1000), "round": 1}
        if not self.posts:
            self.stream = await Socket.open(self.host)
            hello = request("GET", self.host, f"{self.where}/samtale", own | SOCKET)
            await self.stream.send(hello)
            await self.stream.send(framed({"xsrf": token, "turn": 1}))
            self.ready = framed({"id": 1, "what": "stem"} | said)
            return
        self.stream = await Stream.open(self.host)
        await self.stream.send(
            request("GET", self.host, f"{self.where}/hendelser", {"Cookie": self.cookie})
        )
        self.ready = request(
            *("POST", self.host, f"{self.where}/stem"),
            {
                "X-XSRFToken": token,
                "Content-Type": "application/json",
                "Referer": f"http://{self.host}{self.where}",
            }
            | own,
            json.dumps(said, separators=(",", ":")).encode(),
        )

    async def vote(self) -> None:
        start = time.perf_counter()
        way = self.line if self.posts else self.stream
        reply = await way.send(self.ready)
        assert b'"saved"' in reply, reply
        self.told, self.took = way.at, (way.at - start) * 1000

    @property
    def voter(self) -> str:
        return self.cookie.partition("=")[2].partition(".")[0]

    def leave(self) -> None:
        self.line.transport.close()
        self.stream.transport.close()


class Lecturer:
    """The one who is logged in: opens rooms, takes steps, has the stage open."""

    def __init__(self, host: str, path: str) -> None:
        self.host, self.path = host, path
        self.cookies: dict[str, str] = {}

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, str, bytes]:
        line = await Line.open(self.host)
        sent = {"Cookie": self.cookie} | (headers or {})
        reply = read(await line.send(request(method, self.host, path, sent, body)))
        line.transport.close()
        for name, value in re.findall(r"(?i)set-cookie: ([^=]+)=([^;]*)", reply[1]):
            self.cookies[name] = value
        return reply

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def open_room(self) -> str:
        form = f"oppgave={EXERCISE}&_xsrf={self.cookies['_xsrf']}".encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        _, head, _ = await self.ask("POST", f"{self.path}/rom", form, kind)
        found = re.search(r"/rom/([A-Z]{4})/scene", head)
        assert found, head
        return found[1]

    async def step(self, code: str, name: str) -> None:
        status, _, body = await self.ask(
            *("POST", f"{self.path}/rom/{code}/scene/steg", json.dumps({"step": name}).encode()),
            {"X-XSRFToken": self.cookies["_xsrf"]},
        )
        assert status == 200, body


@dataclass
class Measured:
    """One room.

    Attributes
    ----------
    votes : milliseconds from each vote to its receipt
    stage : milliseconds from the last receipt until the stage has counted everyone
    shown : milliseconds from the step until the last phone shows the answers, and the explanation
    lost, doubled : receipts without their vote on the disk, and votes nobody has a receipt for
    door, joining : processor seconds of the server and seconds until everyone was in
    processor, whole : processor seconds of the server for the votes, and for the whole room
    phones : processor seconds of the phones for the votes
    memory : of the server, MB
    """

    votes: list[float]
    stage: float
    shown: float
    lost: int
    doubled: int
    door: float
    joining: float
    processor: float
    phones: float
    whole: float
    memory: float

    def percentile(self, share: float) -> float:
        return sorted(self.votes)[max(0, round(share * len(self.votes)) - 1)]


def processor(server: psutil.Process) -> float:
    """Give the processor seconds of the server so far, to the nanosecond where Linux tells."""
    try:
        tasks = list(Path(f"/proc/{server.pid}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except OSError:
        return float(sum(server.cpu_times()[:2]))


async def measure(
    lecturer: Lecturer, server: psutil.Process, database: Path, voters: int, *, posts: bool
) -> Measured:
    """Let `voters` phones vote at the same instant in a room of their own."""
    host, code = lecturer.host, await lecturer.open_room()
    where = f"{lecturer.path}/rom/{code}"
    files = [request("GET", host, file, {}) for file in await files_of(host, where)]
    phones = [Phone(host, where, OPTIONS[n % len(OPTIONS)], posts) for n in range(voters)]
    door = asyncio.Semaphore(AT_THE_DOOR)
    begun, start = processor(server), time.perf_counter()
    await asyncio.gather(*(phone.join(door, files) for phone in phones))
    inside, joining = processor(server) - begun, time.perf_counter() - start
    stage = await Stream.open(host)
    await stage.send(request("GET", host, f"{where}/scene/hendelser", {"Cookie": lecturer.cookie}))
    await lecturer.step(code, "vote")
    await asyncio.gather(*(phone.stream.until(b'"state": "vote"') for phone in phones))
    await asyncio.sleep(1)  # as a class does: nobody has read the question in less
    screen = asyncio.create_task(stage.until(f'"answered": {voters}'.encode()))
    before, own = processor(server), time.process_time()
    await asyncio.gather(*(phone.vote() for phone in phones))
    last, own = max(phone.told for phone in phones), time.process_time() - own
    on_stage = await screen
    await asyncio.sleep(0.5)
    spent = processor(server) - before
    await lecturer.step(code, "locked")
    await asyncio.gather(*(phone.stream.until(b'"state": "locked"') for phone in phones))
    shown = 0.0
    for name in ("both", "explained"):
        start = time.perf_counter()
        await lecturer.step(code, name)
        said = f'"state": "{name}"'.encode()
        seen = await asyncio.gather(*(phone.stream.until(said) for phone in phones))
        shown = max(shown, max(seen) - start)
    assert all(b'"explanation"' in phone.stream.last for phone in phones)
    memory = server.memory_info().rss / 1e6
    kept = sqlite3.connect(database)
    rows = kept.execute(
        "SELECT voter, response FROM votes JOIN rooms ON rooms.id = votes.room WHERE code = ?",
        (code,),
    ).fetchall()
    kept.close()
    receipts = {(phone.voter, json.dumps(phone.answer)) for phone in phones}
    for phone in phones:
        phone.leave()
    stage.transport.close()
    await lecturer.step(code, "close")
    return Measured(
        votes=[phone.took for phone in phones],
        stage=(on_stage - last) * 1000,
        shown=shown * 1000,
        lost=len(receipts - set(rows)),
        doubled=len(rows) - len(receipts & set(rows)),
        door=inside,
        joining=joining,
        processor=spent,
        phones=own,
        whole=processor(server) - begun,
        memory=memory,
    )


def said(each: list[Measured], voters: str) -> tuple[str, str]:
    """Give a row of both tables: medians of the rooms, and of p99 the least and the most."""
    number = len(each[0].votes)

    def middle(name: str) -> float:
        return float(statistics.median(getattr(one, name) for one in each))

    p50, p95, p99 = ([one.percentile(share) for one in each] for share in (0.5, 0.95, 0.99))
    spread = f" ({min(p99):.0f} to {max(p99):.0f})" if len(each) > 1 else ""
    lost, doubled = sum(one.lost for one in each), sum(one.doubled for one in each)
    votes = (
        f"| {voters} | {statistics.median(p50):.0f} | {statistics.median(p95):.0f} "
        f"| {statistics.median(p99):.0f}{spread} | {lost} / {doubled} "
        f"| {1000 * middle('processor') / number:.2f} | {middle('stage'):.0f} "
        f"| {middle('shown'):.0f} |"
    )
    door = (
        f"| {voters} | {middle('joining'):.1f} | {1000 * middle('door') / number:.1f} "
        f"| {middle('whole'):.1f} | {middle('memory'):.0f} | {os.getloadavg()[0]:.1f} |"
    )
    return votes, door


def start(home: Path) -> tuple[subprocess.Popen[str], str]:
    """Start the command as a person does; gives it and the address with the key."""
    environment = {
        **os.environ,
        "HOME": str(home),
        **{f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA")},
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "helseledelse.app", "start", "--uten-nettleser", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=environment,
    )
    assert process.stdout
    heard = ""
    for line in process.stdout:
        heard += line
        if "Ctrl+C" in line:
            break
    found = re.search(r"http://\S+", heard)
    assert found, heard
    return process, found[0]


async def run(numbers: list[int], ways: dict[str, bool]) -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        process, opened = start(Path(folder))
        try:
            address = urlsplit(opened)
            lecturer = Lecturer(address.netloc, address.path)
            await lecturer.ask("GET", f"{address.path}?{address.query}")
            await lecturer.ask("GET", f"{address.path}/rom")
            server = psutil.Process(process.pid)
            database = next(Path(folder).rglob("rom-*.sqlite"))  # noqa: ASYNC240  nothing runs yet
            await asyncio.sleep(3)  # the workers that evaluate explorers are still starting
            print(
                f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, "
                f"memory before {server.memory_info().rss / 1e6:.0f} MB"
            )
            rows, phones = [], dict.fromkeys(ways, 0.0)
            for voters in numbers:
                rooms: dict[str, list[Measured]] = {way: [] for way in ways}
                for _ in range(ROUNDS if voters <= 216 else 2 if voters <= 500 else 1):
                    for way, posts in ways.items():
                        measured = measure(lecturer, server, database, voters, posts=posts)
                        rooms[way].append(await asyncio.wait_for(measured, LONGEST))
                for way, each in rooms.items():
                    rows.append(said(each, f"{voters}{way}"))
                    own = statistics.median(one.phones for one in each)
                    phones[way] = 1000 * own / voters
                print(f"{voters} done, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
            print(HEAD, *(row for row, _ in rows), DOOR, *(row for _, row in rows), sep="\n")
            print()
            for way, own in phones.items():
                print(f"The phones themselves cost {own:.2f} ms of processor a vote{way}.")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def main() -> None:
    given = sys.argv[1:]
    numbers = [int(each) for each in given if each.isdigit()] or list(SIZES)
    ways = {"": "--post" in given}
    if "--both" in given:
        ways = {" posted": True, " up the socket": False}
    # Two connections a phone; the server sees to its own.
    least = 2 * max(numbers) + 500
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < least:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(least, hard), hard))
    asyncio.run(run(numbers, ways))


if __name__ == "__main__":
    main()
