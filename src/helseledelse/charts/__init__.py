"""Figures: one style, Norwegian numbers, SVG that carries its own sentence."""

from helseledelse.charts.figure import (
    BLACK,
    COLOURS,
    GREY,
    Canvas,
    drawn_for,
    number_axis,
    pictured,
    prepare,
)

__all__ = ["BLACK", "COLOURS", "GREY", "Canvas", "drawn_for", "number_axis", "pictured", "prepare"]
