"""From click to first usable exercise, and memory: the page beside JupyterLab and Voilà.

Run with ``python benchmarks/opening.py``. The same workbook, browser and machine for all, taken in
turns. An exercise is usable when something said in it lies in ``svar.json``. Cold: the server has
just started and the browser has nothing; the operating system's own cache is as it is. Warm: the
server and the browser have opened the workbook before; JupyterLab and Voilà start a new kernel, as
they do for each person. Memory is the proportional set size of the server and all it has started,
with one person's workbook open and one figure drawn.
"""

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psutil  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from helseledelse.norwegian import format_number
from helseledelse.pages.folder import shipped_workbooks
from helseledelse.widgets import jupyter_settings

ROUNDS = 3
BOOK = Path("primaer") / "6-helseokonomi-styring-og-forbedring.ipynb"
TOKEN = "maaling"  # noqa: S105  # of servers that live for a minute on this machine
PATIENCE_MS = 60_000


@dataclass
class Way:
    """A way to open the workbook: how it is started, and the address of the workbook."""

    name: str
    command: Callable[[Path, int], list[str]]
    address: str
    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)


def lab_command(folder: Path, port: int) -> list[str]:
    config = folder.parent / "config.json"
    config.write_text(json.dumps(jupyter_settings()), encoding="utf-8")
    return [
        *("-m", "jupyterlab", "--no-browser", "--allow-root", f"--config={config}"),
        *(f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}"),
        f"--IdentityProvider.token={TOKEN}",
    ]


WAYS = [
    Way(
        "page",
        lambda folder, port: [
            *("-m", "helseledelse.app", "start", "--uten-nettleser"),
            *("--mappe", str(folder), "--port", str(port)),
        ],
        f"helseledelse/arbeidsbok/{BOOK.with_suffix('')}",
    ),
    Way("JupyterLab", lab_command, f"lab/tree/{BOOK}"),
    Way(
        "Voilà",
        lambda folder, port: [
            *("-m", "voila", str(folder / BOOK), "--no-browser", f"--port={port}"),
            "--Voila.ip=127.0.0.1",
        ],
        "",
    ),
]


@dataclass
class Server:
    """One way, running."""

    url: str
    folder: Path
    process: psutil.Popen
    token: str

    def end_kernels(self) -> None:
        """Let JupyterLab start a kernel of its own for the next opening, as Voilà always does."""
        for session in self._ask("GET", "api/sessions"):
            self._ask("DELETE", f"api/sessions/{session['id']}")

    def _ask(self, method: str, path: str) -> Any:
        request = Request(f"{self.url}/{path}", method=method)  # noqa: S310  # our own server
        request.add_header("Authorization", f"token {self.token}")
        with urlopen(request, timeout=30) as reply:  # noqa: S310  # our own server
            return json.loads(reply.read() or b"null")

    def megabytes(self) -> float:
        main = psutil.Process(self.process.pid)
        family = [main, *main.children(recursive=True)]
        return float(sum(process.memory_full_info().pss for process in family) / 1e6)


@contextmanager
def running(way: Way) -> Iterator[Server]:
    """Start `way` in a folder of its own, and wait until it answers."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "arbeid"
        (folder / BOOK).parent.mkdir(parents=True)
        shutil.copy(shipped_workbooks() / BOOK, folder / BOOK)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        own = {f"JUPYTER_{name}_DIR": f"{place}/{name}" for name in ("CONFIG", "DATA", "RUNTIME")}
        log = Path(place) / "log"
        with log.open("wb") as out:
            process = psutil.Popen(
                [sys.executable, *way.command(folder, port)],
                env=os.environ | own | {"IPYTHONDIR": f"{place}/ipython"},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        url = f"http://{'localhost' if way.name == 'page' else '127.0.0.1'}:{port}"
        try:
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            told = re.search(r"token=(\w+)", log.read_text()) if way.name == "page" else None
            yield Server(url, folder, process, told[1] if told else TOKEN)
        finally:
            process.terminate()
            process.wait(timeout=30)


def open_and_answer(page: Page, server: Server, way: Way, said: str) -> float:
    """Open the workbook and answer its first exercise; gives seconds until it is on the disk."""
    answers = server.folder / BOOK.parent / "svar.json"
    before = answers.read_bytes() if answers.exists() else b""
    start = time.perf_counter()
    page.goto(f"{server.url}/{way.address}?token={server.token}", wait_until="commit")
    control = page.locator("[data-exercise] :is(textarea, input)").first
    control.wait_for(timeout=PATIENCE_MS)
    if control.get_attribute("type") == "radio":
        page.locator("[data-exercise] input[type=radio]").nth(len(said) % 2).check()
    elif control.get_attribute("type") == "checkbox":
        control.set_checked(len(said) % 2 == 0)
    else:
        control.fill(said)
    while not answers.exists() or answers.read_bytes() == before:
        assert time.perf_counter() - start < PATIENCE_MS / 1000, f"{way.name}: never saved"
        page.wait_for_timeout(10)
    return time.perf_counter() - start


def draw_a_figure(page: Page) -> None:
    explorer = page.locator("[data-explorer]").first
    explorer.wait_for(timeout=PATIENCE_MS)
    figure = explorer.locator(".hl-canvas svg")
    deadline = time.perf_counter() + PATIENCE_MS / 1000
    while not figure.count():
        # Again and again: JupyterLab learns how tall its cells are when they are passed.
        explorer.scroll_into_view_if_needed()
        page.wait_for_timeout(200)
        assert time.perf_counter() < deadline, "no figure came"
    page.wait_for_timeout(1000)


def measure(way: Way, browser: Browser) -> None:
    """One round: cold, memory, warm."""
    with running(way) as server:
        context: BrowserContext = browser.new_context()
        page = context.new_page()
        way.cold.append(open_and_answer(page, server, way, "en"))
        draw_a_figure(page)
        way.megabytes.append(server.megabytes())
        page.close()
        if way.name == "JupyterLab":
            server.end_kernels()
        page = context.new_page()
        way.warm.append(open_and_answer(page, server, way, "tre"))
        context.close()


def main() -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for _ in range(ROUNDS):
            for way in WAYS:
                measure(way, browser)
        browser.close()

    page = WAYS[0]
    print(f"median of {ROUNDS} rounds; behind each number, how many times the page's")
    print(f"{'':12}{'cold':>16}{'warm':>16}{'memory':>18}")
    for way in WAYS:
        cells = []
        for name, unit, decimals in (("cold", "s", 1), ("warm", "s", 1), ("megabytes", "MB", 0)):
            mine = statistics.median(getattr(way, name))
            ratio = mine / statistics.median(getattr(page, name))
            cells.append(
                f"{format_number(mine, decimals, unit=unit)}  {format_number(ratio, 1):>4}"
            )
        print(f"{way.name:12}{cells[0]:>16}{cells[1]:>16}{cells[2]:>18}")


if __name__ == "__main__":
    main()
