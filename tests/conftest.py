"""What all tests share."""

import gc
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# Started by a kernel in a notebook test, not a test itself.
collect_ignore = ["browser/notebook/startup.py"]

# Times are measured in benchmarks, never asserted; the same examples are drawn on every machine.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


# Looking for cycles among eight thousand tests and all they import takes a fifth of a drawing's
# time, as it did in the page's own worker (`pages/pool.py`).
gc.set_threshold(100_000, 20, 20)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist's scheduler is untyped
    """Keeps a file's tests on one worker, and a workbook's in the browser: one of many long ones.

    The files come in order: the browser's first, because they take longest.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        book = test.partition("[")[2] if file.endswith("/test_workbooks.py") else ""
        return f"{file} {book}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    return _ByFile(config, log)


PAGES = Path(__file__).parent / "pages"
COMMAND = [sys.executable, "-m", "helseledelse.app", "start", "--uten-nettleser"]


class Reply:
    """What a server answered."""

    def __init__(self, status: int, headers: Any, body: bytes, address: str) -> None:
        self.status, self.headers, self.address = status, headers, address
        self.body, self.text = body, body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.text)


class Served:
    """The command `helseledelse start`, running as a person starts it."""

    def __init__(
        self, home: Path, *, port: int, config: dict[str, Any], command: list[str]
    ) -> None:
        self.home, self.folder = home, home / "helseledelse"
        (home / "config").mkdir(parents=True, exist_ok=True)
        (home / "config" / "jupyter_server_config.json").write_text(json.dumps(config))
        environment = {
            **os.environ,
            "HOME": str(home),
            "USERPROFILE": str(home),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "PYTHONIOENCODING": "utf-8",
        }
        self.process = subprocess.Popen(
            [*command, "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env=environment,
        )
        assert self.process.stdout
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if "Ctrl+C" in line or line.startswith("  http"):
                break
        found = re.search(r"http://\S+", self.said)
        assert found, f"the command said: {self.said}"
        self.opened = found[0]  # with the key
        self.address = self.opened.split("?")[0]
        self.base, self.port = (
            self.address.removesuffix("/helseledelse"),
            int(self.address.split(":")[2].split("/")[0]),
        )
        self.cookies = CookieJar()
        self._open = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.cookies))

    def ask(
        self,
        path: str = "",
        body: object = None,
        *,
        known: bool = True,
        patience: float = 60,
        **headers: str,
    ) -> Reply:
        """Get an address, or post to it where there is a body; as nobody where not `known`.

        It is given up after `patience` seconds without a word.
        """
        opener = self._open if known else build_opener(ProxyHandler({}))
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        address = path if path.startswith("http") else self.address + path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with opener.open(Request(address, data, named), timeout=patience) as reply:  # noqa: S310
                return Reply(reply.status, reply.headers, reply.read(), reply.url)
        except HTTPError as reply:
            with reply:
                return Reply(reply.code, reply.headers, reply.read(), reply.url)

    def log_in(self) -> "Served":
        assert self.ask(self.opened).status == 200
        return self

    def send(self, path: str, body: object) -> Reply:
        """Post as our pages do."""
        token = next(cookie.value for cookie in self.cookies if cookie.name == "_xsrf")
        assert token
        return self.ask(path, body, X_XSRFToken=token)

    def forget(self) -> "Served":
        """Take away all that was answered, so that the next test begins with nothing."""
        for file in [*self.folder.glob("*/svar*.json"), *self.folder.glob("min-*.json")]:
            file.unlink()
        return self

    def stop(self) -> str:
        """Press Ctrl+C; gives everything the command has said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        assert self.process.stdout
        with self.process.stdout as rest:
            self.said += rest.read()
        self.process.wait(60)
        return self.said

    def kill(self) -> None:
        """As a power cut does."""
        self.process.kill()
        self.process.wait(60)
        assert self.process.stdout
        self.process.stdout.close()


Serve = Callable[..., Served]


@contextmanager
def _servers(home: Path) -> Iterator[Serve]:
    started: list[Served] = []

    def start(
        home: Path = home,
        *,
        port: int = 0,
        config: dict[str, Any] | None = None,
        command: list[str] | None = None,
    ) -> Served:
        target = home / "helseledelse" / "kurs" / "1-prove.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((PAGES / "workbooks" / "kurs" / "1-prove.ipynb").read_bytes())
        served = Served(
            home,
            port=port,
            config={"Pages": {"content": str(PAGES / "content")}} | (config or {}),
            command=command or COMMAND,
        )
        started.append(served)
        return served

    yield start
    for served in started:
        if served.process.stdout and not served.process.stdout.closed:
            served.stop()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start servers that stop with the test.

    ``serve(home=tmp_path, port=0, config={…}, command=[…])``: with the test's own content and
    workbook beside the shipped one, unless `config` says otherwise.
    """
    with _servers(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def serve_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start servers that stop with the module, as `serve` does."""
    with _servers(tmp_path_factory.mktemp("hjem")) as start:
        yield start
