"""The room's Jupyter server extension, beside that of the pages and with its templates."""

import hashlib
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Int, Unicode

from helseledelse.live.handlers import HANDLERS
from helseledelse.live.network import PORT, listen
from helseledelse.live.rooms import Rooms
from helseledelse.live.store import RoomStore


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

    def initialize_settings(self) -> None:
        assert self.serverapp  # noqa: S101  linked before it is initialised
        folder = Path(self.folder or Path(jupyter_data_dir()) / "helseledelse")
        # Two servers never share a file: each knows the votes of its own rooms.
        mark = hashlib.sha256(str(Path(self.serverapp.root_dir).resolve()).encode()).hexdigest()
        store = RoomStore(folder / f"rom-{mark[:12]}.sqlite", journal=self.journal)
        self._door: Any = None
        address = ""
        if self.network:
            self._door, address = listen(self.serverapp.web_app, self.serverapp.base_url, self.port)
        self.settings.update(helseledelse_rooms=Rooms(store), helseledelse_room_address=address)

    def initialize_handlers(self) -> None:
        self.handlers.extend(HANDLERS)

    async def stop_extension(self) -> None:
        if self._door:
            self._door.stop()
        self.settings["helseledelse_rooms"].stop()
