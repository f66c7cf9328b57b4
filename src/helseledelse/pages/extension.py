"""The Jupyter server extension: settings, handlers, and the workers that evaluate explorers."""

import logging
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

import jinja2
from jupyter_server.extension.application import ExtensionApp
from traitlets import Int, Unicode

from helseledelse.exercises.bank import CONTENT, read_bank
from helseledelse.exercises.programmes import read_programmes
from helseledelse.pages.course import Course
from helseledelse.pages.handlers import HANDLERS
from helseledelse.pages.pool import LOG, ExplorerPool
from helseledelse.pages.static import Static

_HERE = Path(__file__).parent
# Their files only: nothing here knows what they do.
_ROOM, _DELIVERY = _HERE.parent / "live", _HERE.parent / "delivery"


def own_templates() -> jinja2.Environment:
    """Give the templates of the pages, the room and the delivery of assignments."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(
            [_HERE / "templates", _ROOM / "templates", _DELIVERY / "templates"]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def own_static() -> Static:
    """Give the scripts and styles of the pages and the room."""
    return Static(_HERE / "static", _ROOM / "static", _HERE.parent / "components")


class Pages(ExtensionApp):
    """Serves the front page, the workbooks as pages, «Mine svar» and their print."""

    name = "helseledelse"
    extension_url = "/helseledelse"
    load_other_extensions = True

    workers = Int(1, min=1, help="Processes that evaluate explorers, some 100 MB each.").tag(
        config=True
    )

    content = Unicode(
        str(CONTENT), help="The folder with content files; an author may name one being written."
    ).tag(config=True)

    def initialize_settings(self) -> None:
        assert self.serverapp  # noqa: S101  linked before it is initialised
        # What goes wrong in our threads and workers belongs in the server's log, as tornado's does.
        LOG.parent = self.serverapp.log
        LOG.setLevel(logging.INFO)
        pool = ExplorerPool(self.workers)
        self.settings.update(
            helseledelse_course=Course(
                Path(self.serverapp.root_dir),
                read_programmes(Path(self.content) / "programmes.toml"),
                read_bank(Path(self.content)),
            ),
            helseledelse_pool=pool,
            helseledelse_templates=own_templates(),
            helseledelse_static=own_static(),
        )
        # After the first page is out: these imports take a processor for a second.
        self.serverapp.io_loop.call_later(1.0, self._warm)

    def _warm(self) -> None:
        threading.Thread(target=import_module, args=["helseledelse.pages.markdown"]).start()
        self.settings["helseledelse_pool"].warm_quietly()

    def initialize_handlers(self) -> None:
        self.handlers.extend(HANDLERS)

    async def stop_extension(self) -> None:
        pool: Any = self.settings["helseledelse_pool"]
        pool.close()
