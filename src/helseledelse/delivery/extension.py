"""The Jupyter server extension of «Hent» and «Lever»; without nbgrader it shows nothing."""

import importlib.util
from pathlib import Path

from jupyter_server.extension.application import ExtensionApp

from helseledelse.delivery.exchange import Exchange
from helseledelse.delivery.handlers import HANDLERS


class Delivery(ExtensionApp):
    """Serves the page where assignments are fetched and handed in."""

    # Read before `helseledelse`, whose last handler answers for every address nobody else has.
    name = "helseledelse_delivery"
    extension_url = "/helseledelse/arbeidskrav"
    load_other_extensions = True

    def initialize_settings(self) -> None:
        assert self.serverapp  # noqa: S101  linked before it is initialised
        if importlib.util.find_spec("nbgrader"):
            exchange = Exchange(Path(self.serverapp.root_dir))
            self.settings["helseledelse_exchange"] = exchange
            if exchange.is_set_up():
                exchange.warm_up()

    def initialize_handlers(self) -> None:
        if importlib.util.find_spec("nbgrader"):
            self.handlers.extend(HANDLERS)
