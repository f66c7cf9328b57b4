"""Page host: workbooks as pages, by a Jupyter server extension that starts no kernel."""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from helseledelse.pages.extension import Pages

    return [{"module": "helseledelse.pages", "app": Pages}]
