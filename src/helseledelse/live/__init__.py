"""The room: any exercise of the bank live before a class, on phones without login."""

from typing import Any

from helseledelse.live.notebook import poll

__all__ = ["poll"]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from helseledelse.live.extension import Live

    return [{"module": "helseledelse.live", "app": Live}]
