"""Workbooks in JupyterLab and Notebook: open ready, keep the keyboard, lose nothing."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from accessibility import violations
from playwright.sync_api import Browser, BrowserContext, Page, expect

from helseledelse import widgets
from helseledelse.answers.store import AnswerStore

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)

SAMPLE = Path(__file__).parent / "notebook"
REMOTE_ENTRY = Path(widgets.__file__).parent / "labextensions/helseledelse/static/remoteEntry.js"
IMPORT = "from helseledelse import exercise, explore, progress"
TOKEN = "proeve"  # noqa: S105  # of a server that lives as long as the test
APPS = {"lab": "lab/tree", "notebook": "notebooks"}
HIDDEN = {"deletable": False, "editable": False, "jupyter": {"source_hidden": True}}


class Server:
    """A Jupyter server that shows the notebooks of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "arbeid"
        startup = folder / "ipython" / "profile_default" / "startup"
        for place in (self.folder, startup):
            place.mkdir(parents=True)
        shutil.copy(SAMPLE / "startup.py", startup)
        config = folder / "config.json"
        config.write_text(json.dumps(widgets.jupyter_settings()), encoding="utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "jupyterlab", "--no-browser", f"--config={config}"),
                    *(f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}"),
                    *(f"--ServerApp.root_dir={self.folder}", "--allow-root"),
                ],
                env=os.environ
                | {
                    "HELSELEDELSE_TEST_CONTENT": str(SAMPLE / "oppgaver.toml"),
                    "IPYTHONDIR": str(folder / "ipython"),
                    "JUPYTER_CONFIG_DIR": str(folder / "config"),
                    "JUPYTER_DATA_DIR": str(folder / "data"),
                    "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                self.ask("GET", "api/status")
            except (URLError, ConnectionError):
                assert time.monotonic() < deadline, self.log.read_text()
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)
            else:
                return

    def ask(self, method: str, path: str) -> Any:
        request = Request(f"{self.url}/{path}", method=method)  # noqa: S310  # our own http
        request.add_header("Authorization", f"token {TOKEN}")
        with urlopen(request, timeout=30) as reply:  # noqa: S310  # our own http
            return json.loads(reply.read() or b"null")

    def notebook(self, name: str, *sources: str, metadata: dict[str, Any] = HIDDEN) -> Path:
        """Write a notebook in a folder of its own; gives the folder."""
        place = self.folder / name
        place.mkdir()
        cells: list[dict[str, Any]] = [
            {"cell_type": "markdown", "id": "tekst", "metadata": {}, "source": "# Prioritering"}
        ]
        for number, source in enumerate(sources):
            cells.append(
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"celle-{number}",
                    "metadata": metadata,
                    "outputs": [],
                    "source": source,
                }
            )
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        (place / "bok.ipynb").write_text(
            json.dumps(
                {
                    "cells": cells,
                    "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
                    "nbformat": 4,
                    "nbformat_minor": 5,
                }
            ),
            encoding="utf-8",
        )
        return place

    def address(self, app: str, place: Path) -> str:
        return f"{self.url}/{APPS[app]}/{place.name}/bok.ipynb?token={TOKEN}&reset"

    def end_kernels(self) -> None:
        for session in self.ask("GET", "api/sessions"):
            self.ask("DELETE", f"api/sessions/{session['id']}")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests, because it keeps the applications' 20 MB of scripts."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(server: Server, context: BrowserContext) -> Iterator[Page]:
    """A page that tells when it asked for something outside, or when a script of ours failed."""
    asked: list[str] = []
    failed: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("pageerror", lambda error: failed.append(f"{error}\n{error.stack}"))
    yield page
    page.close()
    server.end_kernels()
    ours = ("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:")
    assert asked
    assert [url for url in asked if not url.startswith(ours)] == []
    # Notebook 7.6 fails now and then in its own scripts; ours are the extension and the modules.
    assert not [error for error in failed if "/helseledelse/" in error or "blob:" in error]


def stored(place: Path) -> dict[str, Any]:
    return {
        name: answer.response for name, answer in AnswerStore(place / "svar.json").read().items()
    }


def until(condition: Callable[[], bool], page: Page, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        page.wait_for_timeout(50)


@pytest.mark.parametrize("app", APPS)
def test_a_workbook_opens_ready_and_keeps_what_is_written(
    server: Server, page: Page, app: str
) -> None:
    place = server.notebook(
        f"klar-{app}",
        f'{IMPORT}\nprogress("nl6")',
        'exercise("nl6-kort-tid")',
        'exercise("nl6-egne-ord")',
        'explore("leveaar", years=3)',
        'exercise("nl6-kort-tit")',
    )
    page.goto(server.address(app, place))
    expect(page.locator(".hl-card")).to_have_count(4)
    expect(page.get_by_text("Mente du «nl6-kort-tid»?")).to_be_visible()
    page.locator(".hl-explorer").scroll_into_view_if_needed()  # a figure is drawn when it is near
    expect(page.get_by_role("heading", name="3,0 leveår")).to_be_visible()
    text = page.locator(".jp-Notebook").inner_text()
    assert "exercise(" not in text
    assert "import" not in text
    assert "[1]" not in text

    page.get_by_label("Hva sto på spill?").fill("Blåbær på økt 3 «nå» – ikke −5")
    until(lambda: "nl6-egne-ord" in stored(place), page)
    assert stored(place)["nl6-egne-ord"] == {"hva": "Blåbær på økt 3 «nå» – ikke −5"}
    expect(page.locator(".hl-progress")).to_contain_text("1 av 2 gjort")

    page.get_by_label("Tiltak A").check()
    page.get_by_role("button", name="Sjekk svaret").click()
    expect(page.locator(".hl-verdict")).to_contain_text("A koster 300 000 kr")
    expect(page.locator(".hl-progress")).to_contain_text("2 av 2 gjort")

    assert violations(page, ".hl") == []

    page.reload()
    expect(page.get_by_label("Hva sto på spill?")).to_have_value("Blåbær på økt 3 «nå» – ikke −5")
    expect(page.locator(".hl-verdict")).to_contain_text("A koster 300 000 kr")


# Keys that JupyterLab and Notebook take as orders to the notebook: delete the cell, move on.
@pytest.mark.parametrize("app", APPS)
def test_keys_belong_to_the_control_that_has_focus(server: Server, page: Page, app: str) -> None:
    unprotected = {"jupyter": {"source_hidden": True}}
    place = server.notebook(
        f"taster-{app}",
        f'{IMPORT}\nexercise("nl6-kort-tid")',
        'explore("leveaar")',
        metadata=unprotected,
    )
    page.goto(server.address(app, place))
    expect(page.locator(".hl-card")).to_have_count(2)
    slider = page.get_by_role("slider")
    payer = page.get_by_label("Hvem betaler")
    interest = page.get_by_label("Regn med rente")
    for control in (
        page.get_by_label("Tiltak A"),
        page.get_by_role("button", name="Vis et hint"),
        page.get_by_text("Kilder", exact=True).first,
        slider,
        payer,
        interest,
        page.get_by_role("button", name="Tilbake til start"),
    ):
        control.focus()
        page.keyboard.press("d")
        page.keyboard.press("d")
        expect(control).to_be_focused()
    assert page.locator(".jp-CodeCell").count() == 2

    page.get_by_label("Tiltak A").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Tiltak B")).to_be_checked()
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("2.5")
    expect(page.get_by_role("heading", name="2,5 leveår")).to_be_visible()
    payer.focus()
    page.keyboard.press("ArrowDown")
    expect(payer).to_have_value("kommunen")
    interest.focus()
    page.keyboard.press("Space")
    expect(interest).to_be_checked()
    expect(page.get_by_text("2,5 leveår sett fra kommunen, med rente.")).to_be_visible()
    until(lambda: "explorer:leveaar" in stored(place), page)
    assert stored(place)["explorer:leveaar"]["years"] == 2.5


def test_a_kernel_that_is_gone_is_said_and_costs_no_word(server: Server, page: Page) -> None:
    place = server.notebook("borte", f'{IMPORT}\nexercise("nl6-egne-ord")')
    page.goto(server.address("notebook", place))
    field = page.get_by_label("Hva sto på spill?")
    field.fill("Før")
    until(lambda: bool(stored(place)), page)
    server.end_kernels()
    field.press_sequentially(" og etter")
    expect(page.locator(".hl-state")).to_contain_text("Får ikke lagret nå.")
    assert stored(place) == {"nl6-egne-ord": {"hva": "Før"}}

    page.reload()
    expect(field).to_have_value("Før og etter")
    until(lambda: stored(place) == {"nl6-egne-ord": {"hva": "Før og etter"}}, page)


def test_a_kernel_that_crashes_comes_back_with_the_exercises(server: Server, page: Page) -> None:
    place = server.notebook("krasj", f'{IMPORT}\nexercise("nl6-egne-ord")')
    page.goto(server.address("lab", place))
    field = page.get_by_label("Hva sto på spill?")
    field.fill("Før")
    until(lambda: bool(stored(place)), page)
    os.kill(int((place / "kjerne.pid").read_text()), signal.SIGKILL)
    field.press_sequentially(" og etter")
    page.locator(".jp-Dialog").get_by_role("button", name="Ok").click(
        timeout=90_000
    )  # JupyterLab tells of the restart, which takes a busy machine its time
    until(lambda: stored(place) == {"nl6-egne-ord": {"hva": "Før og etter"}}, page)
    expect(field).to_have_value("Før og etter")
    field.press_sequentially(", og nå")
    until(lambda: stored(place) == {"nl6-egne-ord": {"hva": "Før og etter, og nå"}}, page)


# Stands in for JupyterLab: a notebook with these sources is opened, and what is run is told.
OPEN = """async (sources) => {
  const run = [];
  const signal = { connect: () => undefined };
  const actions = { runCells: async (_, cells) => run.push(...cells.map((cell) => cell.source)) };
  const share = { NotebookActions: actions, INotebookTracker: {} };
  const container = window._JUPYTERLAB.helseledelse;
  container.init({ "@jupyterlab/notebook": { "1": { get: async () => () => share } } });
  const { default: plugin } = (await container.get("./extension"))();
  const widgets = sources.map((source) => ({
    source, node: document.createElement("div"),
    model: { type: "code", sharedModel: { getSource: () => source } },
  }));
  const done = Promise.resolve();
  const kernel = {
    info: Promise.resolve({ language_info: { name: "python" } }),
    requestExecute: () => ({ done }),
  };
  const panel = {
    revealed: done,
    content: { widgets, node: document.createElement("div") },
    context: { ready: done, model: { dirty: false, contentChanged: signal } },
    sessionContext: { ready: done, session: { kernel }, statusChanged: signal },
  };
  plugin.activate({}, { forEach: (act) => act(panel), widgetAdded: signal });
  await new Promise((resolve) => setTimeout(resolve, 20));
  return run;
}"""
OWN = f'{IMPORT}\nexercise("nl6-kort-tid")'


@pytest.fixture(scope="module")
def opens(browser: Browser) -> Iterator[Callable[..., list[str]]]:
    """Give what the extension runs in a notebook of these code cells."""
    page = browser.new_page()
    page.add_script_tag(path=str(REMOTE_ENTRY))
    yield lambda *sources: page.evaluate(OPEN, list(sources))
    page.close()


@pytest.mark.parametrize(
    "cells",
    [
        [OWN],
        [IMPORT, 'exercise("nl6-kort-tid")'],
        ["from helseledelse import exercise\n\nexercise('nl6-kort-tid')\n"],
        [OWN, 'explore("leveaar", years=3, share=-0.25, payer="staten", on=True, cost=60_000)'],
        [OWN, 'explore(\n    "leveaar",\n    years=3,\n)', 'progress("nl6")', ""],
    ],
)
def test_a_notebook_of_our_calls_is_run(opens: Callable[..., list[str]], cells: list[str]) -> None:
    assert sorted(opens(*cells)) == sorted(cells)


def test_models_are_run_when_the_exercises_stand_there(opens: Callable[..., list[str]]) -> None:
    model, later = 'explore("leveaar")', 'exercise("nl6-egne-ord")'
    assert opens(OWN, model, later) == [OWN, later, model]


@pytest.mark.parametrize(
    "foreign",
    [
        "open('rort', 'w').close()",
        "exercise(open('rort', 'w').name)",
        'exercise("a", b=open("rort", "w"))',
        "exercise('a' if open('rort', 'w') else 'b')",
        "exercise(f\"{open('rort', 'w')}\")",
        'exercise("a\\" + open(\'rort\').read() + \\"b")',
        'exercise("a"); open("rort", "w")',
        'exercise("a")\nopen("rort", "w")',
        'open("rort", "w")\nexercise("a")',
        'exercise("a").send("b")',
        'exercise("""a\n""", open("rort"))',
        "!touch rort",
        "%run rort",
        'exercise("a")?',
        "from helseledelse import exercise, widgets",
        "from helseledelse import exercise; import os",
        "import helseledelse",
        "from rort import exercise",
        "print('hei')",
    ],
)
def test_a_notebook_with_other_code_is_left_alone(
    opens: Callable[..., list[str]], foreign: str
) -> None:
    assert opens(OWN, foreign) == []
    assert opens(foreign) == []


@pytest.mark.parametrize("cells", [[], [""], [IMPORT]])
def test_a_notebook_without_our_calls_is_left_alone(
    opens: Callable[..., list[str]], cells: list[str]
) -> None:
    assert opens(*cells) == []


def test_what_lies_beside_the_notebook_is_not_run_at_open(server: Server, page: Page) -> None:
    place = server.notebook("fremmed", OWN, metadata={})
    (place / "helseledelse.py").write_text("open('rort', 'w').close()", encoding="utf-8")
    (place / "anywidget.py").write_text("open('rort', 'w').close()", encoding="utf-8")
    page.goto(server.address("notebook", place))
    page.locator(".hl-card").wait_for()
    assert not (place / "rort").exists()


def test_a_notebook_with_other_code_waits_for_the_person(server: Server, page: Page) -> None:
    place = server.notebook("blandet", OWN, "open('rort', 'w').close()")
    page.goto(server.address("lab", place))
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    # The code is there to be seen, though folded away, and nothing of it has been run.
    expect(page.locator(".jp-InputPlaceholder")).to_have_count(2)
    expect(page.get_by_text("open('rort', 'w').close()")).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".hl-card").wait_for()
    until(lambda: (place / "rort").exists(), page)


def test_an_author_unfolds_a_cell_and_sees_its_code(server: Server, page: Page) -> None:
    place = server.notebook("forfatter", OWN, 'exercise("nl6-egne-ord")')
    page.goto(server.address("lab", place))
    expect(page.locator(".hl-card")).to_have_count(2)
    expect(page.locator(".jp-Cell-inputWrapper:visible")).to_have_count(1)  # the heading's
    page.get_by_role("menuitem", name="View", exact=True).click()
    page.get_by_role("menuitem", name="Expand All Code", exact=True).click()
    expect(page.get_by_text('exercise("nl6-egne-ord")')).to_be_visible()


def test_two_places_with_the_same_exercise_agree(server: Server, page: Page) -> None:
    place = server.notebook("to", OWN, 'exercise("nl6-kort-tid")')
    page.goto(server.address("notebook", place))
    first, second = (page.get_by_label("Tiltak B").nth(number) for number in (0, 1))
    first.check()
    expect(second).to_be_checked()
    until(lambda: stored(place) == {"nl6-kort-tid": "b"}, page)


def test_the_application_starts_where_there_is_no_notebook(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/tree?token={TOKEN}")
    page.get_by_role("menuitem", name="New").wait_for()
