"""A small real server around the real conversation, and pages with the components mounted."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

import helseledelse
from helseledelse.answers.conversation import Conversation
from helseledelse.answers.store import AnswerStore
from helseledelse.charts.figure import Canvas
from helseledelse.exercises.bank import read_bank
from helseledelse.explorers.base import (
    Choice,
    Explorer,
    Series,
    SettingError,
    Slider,
    Switch,
    Table,
    View,
)
from helseledelse.norwegian import format_number

HERE = Path(__file__).parent
COMPONENTS = Path(helseledelse.__file__).parent / "components"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}


def _cost(cost: float, effect: float, view: str, ceiling: bool, falls: Any) -> View:
    """Give a view that shows every part of one; the model itself is only a division."""
    ratio = cost / effect
    sentence = (
        f"Med {format_number(cost, unit='kr')} mer i kostnad og {format_number(effect, 2)} flere "
        f"gode leveår koster hvert leveår {format_number(ratio, unit='kr')}."
    )
    with Canvas(constructed=True) as canvas:
        canvas.axes.bar(["Dagens", "Nytt"], [1, 1 + effect])
        if ceiling:
            canvas.axes.axhline(2)
        figure = canvas.svg(sentence)
    return View(
        title=f"Hvert gode leveår koster {format_number(ratio, unit='kr')}",
        figure=figure,
        sentence=sentence,
        table=Table(
            "Kostnad og virkning",
            ("Tiltak", "Kostnad, kr", "Gode leveår"),
            (("Dagens", "0", "1"), (view, format_number(cost), format_number(1 + effect, 2))),
        ),
        note=f"Rader limt inn: {len(falls.values)}.",
    )


EXPLORER = Explorer(
    name="prove",
    title="Hva koster et godt leveår?",
    introduction="Flytt kostnaden og se hva som skjer. Skriv gjerne tallet selv.",
    controls=(
        Slider("cost", "Merkostnad", 0, 200_000, 1000, 60_000, unit="kr"),
        Slider("effect", "Flere gode leveår", 0.05, 2, 0.05, 0.3, unit="år", decimals=2),
        Choice("view", "Perspektiv", (("helse", "Helsetjenesten"), ("alle", "Samfunnet")), "helse"),
        Switch("ceiling", "Vis taket"),
        Series("falls", "Fall per måned", ("fall",), "januar\t4\nfebruar\t2\nmars\t5", minimum=0),
    ),
    view=_cost,
    formula=((r"\frac{\Delta K}{\Delta E}", "Merkostnad delt på gevinst i gode leveår."),),
    sources=("Konstruert for prøvene.",),
    constructed=True,
    way_of_thinking=True,
)


def as_one_module(kind: str) -> str:
    """Put `common.js` and a kind's file together, as architecture.md says a notebook does."""
    common = (COMPONENTS / "common.js").read_text(encoding="utf-8")
    own = (COMPONENTS / f"{kind}.js").read_text(encoding="utf-8")
    own, imports = re.subn(
        r'^import \{[^\n]*\} from "\./common\.js";\n', "", own, flags=re.MULTILINE
    )
    assert imports == 1
    return re.sub(r"^export ", "", common, flags=re.MULTILINE) + own


def _handler_for(stand: "Stand") -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name
            """Keep the test's output to what the test says."""

        def give(self, text: str, sort: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{sort}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            _, first, *rest = address.path.split("/")
            if first == "model":
                query = {key: value[0] for key, value in parse_qs(address.query).items()}
                self.give(json.dumps(stand.model(rest[0], query)), "application/json")
            elif first == "page":
                self.give(stand.page(rest[0].split("+"), address.query), "text/html")
            elif first == "notebook":
                self.give(as_one_module(rest[0].removesuffix(".js")), TYPES[".js"])
            elif first in ("components", "harness.js"):
                file = COMPONENTS / rest[0] if rest else HERE / first
                self.give(file.read_text(encoding="utf-8"), TYPES[file.suffix])
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stand.heard.append(message)
            if stand.down:
                self.close_connection = True
                return
            stand.gate.wait(20)
            self.give(json.dumps(stand.reply(message)), "application/json")

    return Handler


class Stand:
    """The server, and what a test may do to it.

    Attributes
    ----------
    down : whether messages are met with a broken connection
    refusal : a sentence that every message is refused with, or ""
    gate : messages wait until it is open
    heard : every message that came, in order
    """

    def __init__(self, folder: Path) -> None:
        self.store = AnswerStore(folder / "svar.json")
        self.bank = read_bank(HERE / "oppgaver.toml")
        self.conversation = Conversation(self.store, self.bank)
        self.down = False
        self.refusal = ""
        self.notice = ""
        self.gate = threading.Event()
        self.gate.set()
        self.heard: list[dict[str, Any]] = []
        self._drawing = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()

    def page(self, names: list[str], query: str) -> str:
        mounts = "".join(f'<div data-mount="{name}"></div>' for name in names)
        folder = "notebook" if "notebook" in query else "components"
        return (
            '<!doctype html><html lang="nb"><head><meta charset="utf-8"><title>Prøve</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="icon" href="data:,">'
            '<link rel="stylesheet" href="/components/helseledelse.css">'
            '<script type="module" src="/harness.js"></script></head>'
            f'<body class="page" data-folder="{folder}"><main><h1>Prøve</h1><h2>Oppgaver</h2>'
            f"{mounts}</main></body></html>"
        )

    def model(self, name: str, query: dict[str, str]) -> dict[str, Any]:
        if name == "prove":
            kept = self.store.read().get("explorer:prove")
            settings = kept.response if kept else {}
            return {
                "component": "explorer",
                "explorer": EXPLORER.public(),
                "keep": EXPLORER.name,
                "settings": settings,
            }
        if name == "framdrift":
            blocks = [
                {"title": "Før samlingen", "minutes": 0, "total": 3, "done": 3, "href": "#a"},
                {"title": "Regn selv", "minutes": 12, "total": 5, "done": 2, "href": "#b"},
            ]
            return {"component": "progress", "progress": {"title": "Samling 6", "blocks": blocks}}
        exercise = self.bank[name]
        return {
            "component": exercise.kind,
            "exercise": exercise.public(),
            "scope": query.get("scope", "prove"),
            "notice": self.notice,
            **self.conversation.open([name])[name],
        }

    def reply(self, message: dict[str, Any]) -> dict[str, Any]:
        if self.refusal:
            return {"error": self.refusal}
        if message["type"] == "explore":
            try:
                with self._drawing:
                    return {"view": EXPLORER.show(message["settings"], width=message["width"])}
            except SettingError as error:
                return {"error": str(error)}
        return self.conversation.reply(message)

    def said(self, sort: str) -> list[dict[str, Any]]:
        return [message for message in self.heard if message["type"] == sort]

    def stored(self, name: str) -> Any:
        answer = self.store.read().get(name)
        return None if answer is None else answer.response


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    served = Stand(tmp_path)
    yield served
    served.close()


@pytest.fixture
def show(stand: Stand, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open a page with exercises mounted: ``show("enkelt", width=360)``, several as "a+b"."""

    def open_page(
        names: str, *, query: str = "", context: BrowserContext | None = None, **options: Any
    ) -> Page:
        page = new_page(context=context, **options)
        page.goto(f"{stand.address}/page/{names}?{query}")
        page.wait_for_selector("html[data-ready]")
        return page

    return open_page
