"""«Hent» and «Lever»: assignments through nbgrader's own exchange, as pages."""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from helseledelse.delivery.extension import Delivery

    return [{"module": "helseledelse.delivery", "app": Delivery}]
