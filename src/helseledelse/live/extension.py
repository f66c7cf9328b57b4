"""The room's Jupyter server extension, beside that of the pages and with its templates."""

import hashlib
import os
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.utils import url_path_join
from tornado.web import RedirectHandler
from traitlets import Bool, Int, Unicode

from helseledelse.live.handlers import HANDLERS
from helseledelse.live.network import ONLY_HERE, PORT, listen, make_room
from helseledelse.live.rooms import Rooms
from helseledelse.live.store import RoomStore
from helseledelse.live.votes import take_votes


class Live(ExtensionApp):
    """Serves the room: the phones' pages, the stage, and where a room is opened."""

    # Read before `helseledelse`, whose last handler answers for every address nobody else has.
    name = "helseledelse_live"
    extension_url = "/helseledelse/rom"
    load_other_extensions = True

    journal = Unicode("WAL", help="SQLite's journal mode; DELETE on a network disk.").tag(
        config=True
    )
    folder = Unicode(
        "", help="Where rooms and votes are kept; by default in Jupyter's data folder."
    ).tag(config=True)
    network = Bool(
        default_value=False,
        help="Whether phones on the same network reach the room, and nothing but the room.",
    ).tag(config=True)
    port = Int(PORT, help="The port for the phones; a free one where it is taken.").tag(config=True)

    service = Unicode(
        "", help="The hub's service that has the rooms, such as «rom»; then there are none here."
    ).tag(config=True)

    def initialize_settings(self) -> None:
        if self.service:
            return
        assert self.serverapp  # noqa: S101  linked before it is initialised
        folder = Path(self.folder or Path(jupyter_data_dir()) / "helseledelse")
        # Two servers never share a file: each knows the votes of its own rooms.
        mark = hashlib.sha256(str(Path(self.serverapp.root_dir).resolve()).encode()).hexdigest()
        store = RoomStore(folder / f"rom-{mark[:12]}.sqlite", journal=self.journal)
        self._door: Any = None
        address = ""
        if self.network:
            self._door, address = listen(self.serverapp.web_app, self.serverapp.base_url, self.port)
        self.settings.update(
            helseledelse_rooms=Rooms(store),
            helseledelse_room_address=address,
            helseledelse_room_warning=ONLY_HERE,
            helseledelse_room_few=make_room(),
        )

    def initialize_handlers(self) -> None:
        if self.service:
            hub = os.environ.get("JUPYTERHUB_BASE_URL", "/")
            there = url_path_join(hub, "services", self.service, "helseledelse/{0}")
            ours = r"/helseledelse/(rom(?:/.*)?|grupper|(?:referat|kjoreplan)/.*)"
            self.handlers.append((ours, RedirectHandler, {"url": there, "permanent": False}))
            return
        assert self.serverapp  # noqa: S101  as above
        self.handlers.extend(HANDLERS)
        take_votes(self.serverapp.web_app)

    async def stop_extension(self) -> None:
        if self.service:
            return
        if self._door:
            self._door.stop()
        self.settings["helseledelse_rooms"].stop()
