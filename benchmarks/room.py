"""What a class that votes at the same instant costs: a real server, a phone for each voter.

Run with ``python benchmarks/room.py [VOTERS …]`` (needs the extra ``benchmark``), by default 54,
216 and 2000. Every phone has its page, its cookie and its stream of events open, as in a hall. The
phones are one process on the same machine, so the times include what the phones themselves cost.
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
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]  # ships no types

EXERCISE = "nl6-hent-koe"
ROUNDS = 3  # rooms for each number of voters; above 1 000 one
AT_THE_DOOR = 40  # phones that load the page at the same time while they join
LONGEST = 300  # seconds any one thing may take


@dataclass
class Connection:
    """One HTTP/1.1 connection, kept alive; nothing cleverer than the measurement needs."""

    host: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, host: str) -> "Connection":
        name, _, port = host.partition(":")
        return cls(host, *await asyncio.open_connection(name, int(port), limit=2**22))

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    async def head(self) -> tuple[int, str]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        return int(head.split(" ", 2)[1]), head

    async def receive(self) -> tuple[int, str, bytes]:
        status, head = await self.head()
        length = re.search(r"(?i)content-length: (\d+)", head)
        body = await self.reader.readexactly(int(length[1])) if length else b""
        return status, head, body

    async def events(self) -> Any:
        """Give what a stream says; comments, the signs of life, are left out."""
        while True:
            size = int(await self.reader.readline(), 16)
            said = (await self.reader.readexactly(size + 2))[:size]
            if said.startswith(b"data: "):
                yield json.loads(said[6:])


@dataclass
class Phone:
    """A voter: the page, the stream of events and the connection the vote goes on."""

    host: str
    where: str
    cookie: str = ""
    token: str = ""
    shown: dict[str, Any] = field(default_factory=dict)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def join(self, door: asyncio.Semaphore) -> None:
        async with door:
            self.line = await Connection.open(self.host)
            self.line.send("GET", self.where, b"", {})
            status, head, body = await self.line.receive()
            assert status == 200, head
            cookie = re.search(r"(?i)set-cookie: (helseledelse_rom=[^;]+)", head)
            page = re.search(r'application/json">(.*?)</script>', body.decode(), re.DOTALL)
            assert cookie
            assert page
            self.cookie, self.token = cookie[1], json.loads(page[1])["xsrf"]
            self.stream = await Connection.open(self.host)
            self.stream.send("GET", f"{self.where}/hendelser", b"", {"Cookie": self.cookie})
            assert (await self.stream.head())[0] == 200
            self.ear = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for shown in self.stream.events():
            self.shown = shown
            self.heard.set()

    async def until(self, state: str) -> None:
        while self.shown.get("state") != state:
            self.heard.clear()
            await self.heard.wait()

    async def vote(self, response: str) -> float:
        """Give the milliseconds from the vote to its receipt."""
        message = {"response": response, "round": 1, "at": int(time.time() * 1000)}
        start = time.perf_counter()
        self.line.send(
            *("POST", f"{self.where}/stem", json.dumps(message).encode()),
            {"Cookie": self.cookie, "X-XSRFToken": self.token},
        )
        status, _, body = await self.line.receive()
        assert status == 200, body
        return (time.perf_counter() - start) * 1000

    def leave(self) -> None:
        self.ear.cancel()
        self.line.writer.close()
        self.stream.writer.close()


class Lecturer:
    """The one who is logged in: opens rooms, takes steps, has the stage open."""

    def __init__(self, host: str, path: str, cookies: dict[str, str]) -> None:
        self.host, self.path, self.cookies = host, path, cookies

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Any:
        line = await Connection.open(self.host)
        line.send(method, path, body, {"Cookie": self.cookie} | (headers or {}))
        reply = await line.receive()
        line.writer.close()
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
    """One room: milliseconds of every vote, and what it cost the server."""

    votes: list[float]
    all_in: float
    stage: float
    reveal: float
    kept: int
    voters: int
    joining: float
    processor: float
    processor_whole: float
    memory: float

    def percentile(self, share: float) -> float:
        return sorted(self.votes)[max(0, round(share * len(self.votes)) - 1)]


async def answered(stage: Connection, wanted: int) -> float:
    async for shown in stage.events():
        if shown["answered"] == wanted:
            return time.perf_counter()
    raise AssertionError("the stage was closed")


async def measure(
    lecturer: Lecturer, server: psutil.Process, database: Path, voters: int, options: list[str]
) -> Measured:
    """Let `voters` phones vote at the same instant in a room of their own."""
    code = await lecturer.open_room()
    where = f"{lecturer.path}/rom/{code}"
    phones = [Phone(lecturer.host, where) for _ in range(voters)]
    door = asyncio.Semaphore(AT_THE_DOOR)
    whole, start = sum(server.cpu_times()[:2]), time.perf_counter()
    await asyncio.gather(*(phone.join(door) for phone in phones))
    joining = time.perf_counter() - start
    stage = await Connection.open(lecturer.host)
    stage.send("GET", f"{where}/scene/hendelser", b"", {"Cookie": lecturer.cookie})
    assert (await stage.head())[0] == 200
    await lecturer.step(code, "vote")
    await asyncio.gather(*(phone.until("vote") for phone in phones))
    await asyncio.sleep(1)  # as a class does: nobody has read the question in less
    screen = asyncio.create_task(answered(stage, voters))
    before, start = sum(server.cpu_times()[:2]), time.perf_counter()
    votes = await asyncio.gather(
        *(phone.vote(options[n % len(options)]) for n, phone in enumerate(phones))
    )
    all_in = time.perf_counter()
    on_stage = await screen
    await asyncio.sleep(0.5)
    processor = sum(server.cpu_times()[:2]) - before
    await lecturer.step(code, "locked")
    await asyncio.gather(*(phone.until("locked") for phone in phones))
    shown = time.perf_counter()
    await lecturer.step(code, "both")
    await asyncio.gather(*(phone.until("both") for phone in phones))
    revealed = time.perf_counter() - shown
    memory = server.memory_info().rss / 1e6
    for phone in phones:
        phone.leave()
    stage.writer.close()
    kept = sqlite3.connect(database)
    rows = kept.execute(
        "SELECT count(*), count(DISTINCT voter) FROM votes JOIN rooms ON rooms.id = votes.room "
        "WHERE code = ?",
        (code,),
    ).fetchone()
    kept.close()
    return Measured(
        *(votes, (all_in - start) * 1000, (on_stage - all_in) * 1000, revealed * 1000),
        *(*rows, joining, processor, sum(server.cpu_times()[:2]) - whole, memory),
    )


def said(each: list[Measured], voters: int) -> str:
    """Give one row: the median of the rooms, and of p99 the least and the most as well."""

    def middle(name: str) -> float:
        return float(statistics.median(getattr(one, name) for one in each))

    p50, p95, p99 = ([one.percentile(share) for one in each] for share in (0.5, 0.95, 0.99))
    lost = sum(voters - one.voters for one in each)
    doubled = sum(one.kept - one.voters for one in each)
    return (
        f"| {voters} | {statistics.median(p50):.0f} | {statistics.median(p95):.0f} "
        f"| {statistics.median(p99):.0f} ({min(p99):.0f}–{max(p99):.0f}) "
        f"| {lost} / {doubled} | {middle('stage'):.0f} | {middle('reveal'):.0f} "
        f"| {middle('processor'):.2f} | {middle('processor_whole'):.1f} | {middle('memory'):.0f} |"
    )


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


async def run(numbers: list[int]) -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        process, opened = start(Path(folder))
        try:
            address = urlsplit(opened)
            lecturer = Lecturer(address.netloc, address.path, {})
            await lecturer.ask("GET", f"{address.path}?{address.query}")
            await lecturer.ask("GET", f"{address.path}/rom")
            server = psutil.Process(process.pid)
            database = next(Path(folder).rglob("rom-*.sqlite"))  # noqa: ASYNC240  nothing runs yet
            memory = server.memory_info().rss / 1e6
            print(f"load {os.getloadavg()[0]:.1f}, memory before {memory:.0f} MB")
            print("| voters | p50 | p95 | p99 | lost / doubled | stage | reveal | cpu | all | MB |")
            for voters in numbers:
                rooms = [
                    await asyncio.wait_for(
                        measure(lecturer, server, database, voters, ["a", "b"]), LONGEST
                    )
                    for _ in range(ROUNDS if voters <= 1000 else 1)
                ]
                print(said(rooms, voters), flush=True)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def main() -> None:
    numbers = [int(each) for each in sys.argv[1:]] or [54, 216, 2000]
    # Two connections a phone; the server inherits what this process may have open.
    least = 4 * max(numbers) + 500
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < least:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(least, hard), hard))
    asyncio.run(run(numbers))


if __name__ == "__main__":
    main()
