"""The workbook for Norway's national health-leadership programmes.

The public names are what stands in a notebook cell: ``exercise("nl6-icer")``,
``explore("icer")``, ``progress("nl6")`` and ``poll("nl6-icer")``. They are imported when first
used, so that ``import helseledelse`` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["exercise", "explore", "poll", "progress"]

if TYPE_CHECKING:
    from helseledelse.live import poll
    from helseledelse.widgets import exercise, explore, progress


def __getattr__(name: str) -> Any:
    if name == "poll":
        from helseledelse.live import poll

        return poll
    if name in __all__:
        from helseledelse import widgets

        return getattr(widgets, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
