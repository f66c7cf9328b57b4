"""One way to draw: a reused matplotlib figure, written as SVG that may stand in any page."""

import io
import re
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any, Self

import matplotlib as mpl
import numpy as np
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from helseledelse.norwegian import format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colour-blind safe palette (jfly.uni-koeln.de/color), in an order where the
# first colours differ in lightness too and all but the light ones hold 3:1 against white.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
BLACK = "#1c2a33"
GREY = "#66727a"

_STYLE: dict[Any, Any] = {  # matplotlib types its own 300 keys one by one
    "svg.hashsalt": "helseledelse",  # the same settings give the same figure, names included
    "svg.fonttype": "none",  # text stays text: small, sharp, and found by a search in the page
    # Moving letters to whole pixels helps no paper, and takes 6 % of a picture's time.
    "text.hinting": "none",
    "font.family": "DejaVu Sans",
    "font.size": 13,
    "axes.titlesize": 13,
    "axes.edgecolor": GREY,
    "axes.labelcolor": BLACK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "text.color": BLACK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "grid.color": "#e3e8eb",
    "axes.axisbelow": True,
    "legend.frameon": False,
}
_WIDE, _NARROW = 680, 360
_DOTS_PER_INCH = 72  # matplotlib's SVG unit: one point is one CSS pixel here

_width: ContextVar[int] = ContextVar("width", default=_WIDE)


@contextmanager
def drawn_for(pixels: int) -> Iterator[None]:
    """Draw what follows for a screen of this many CSS pixels: narrow below 560, else wide."""
    token = _width.set(_NARROW if pixels < 560 else _WIDE)
    try:
        yield
    finally:
        _width.reset(token)


# Where drawings go instead, and how fine they are, while pictures are asked for.
_taken: ContextVar["list[bytes] | None"] = ContextVar("taken", default=None)
_PICTURE_DOTS = 144  # a 680 pixels wide figure, 16 cm wide on paper, then has 216 to the inch


@contextmanager
def pictured() -> Iterator[list[bytes]]:
    """Give the figures drawn inside as PNG, for a document that cannot hold SVG.

    What is drawn is the same; only `Canvas.svg` gives nothing, because nobody would read it.
    """
    taken: list[bytes] = []
    token = _taken.set(taken)
    try:
        yield taken
    finally:
        _taken.reset(token)


@dataclass(frozen=True)
class Layout:
    """Panels in a figure, all in CSS pixels."""

    width: int
    height: int
    rows: int
    columns: int
    left: int
    right: int
    top: int
    bottom: int
    gap: int

    def figure(self) -> Figure:
        """Build an empty figure; a new one costs less than clearing an old one."""
        figure = Figure(
            figsize=(self.width / _DOTS_PER_INCH, self.height / _DOTS_PER_INCH), dpi=_DOTS_PER_INCH
        )
        FigureCanvasSVG(figure)
        grid = figure.add_gridspec(
            self.rows,
            self.columns,
            left=self.left / self.width,
            right=1 - self.right / self.width,
            top=1 - self.top / self.height,
            bottom=self.bottom / self.height,
            wspace=self.gap * self.columns / max(1, self.width - self.left - self.right),
            hspace=self.gap * self.rows / max(1, self.height - self.top - self.bottom),
        )
        for row in range(self.rows):
            for column in range(self.columns):
                figure.add_subplot(grid[row, column])
        return figure


# What a slider's next step will need. Axes and ticks are half of what a figure costs.
_spare: dict[Layout, Figure] = {}
_drawn: deque[Layout] = deque(maxlen=1)
_TICKS = 8  # as many as an axis of ours shows, those just outside it counted


def prepare() -> None:
    """Build the empty figure that the next drawing of the same layout will fill.

    For a process that has just answered and waits: the next answer comes sooner.
    """
    if _drawn and _drawn[0] not in _spare:
        _spare.clear()
        with mpl.rc_context(_STYLE):
            figure = _drawn[0].figure()
            for axes in figure.axes:
                for axis in (axes.xaxis, axes.yaxis):
                    axis.get_major_ticks(_TICKS)
        _spare[_drawn[0]] = figure


class Canvas:
    """A figure to draw on.

    Use it as ``with Canvas() as canvas:``, draw on ``canvas.axes``, then `svg`.

    Parameters
    ----------
    columns, rows : panels; ``canvas.axes`` is the first and ``canvas.panels`` all of them
    height : CSS pixels
    left, right, top, bottom : margins in CSS pixels, for labels
    constructed : writes «konstruert» on the figure, as made-up numbers must
    """

    def __init__(
        self,
        *,
        columns: int = 1,
        rows: int = 1,
        height: int = 380,
        left: int = 70,
        right: int = 20,
        top: int = 20,
        bottom: int = 56,
        gap: int = 60,
        constructed: bool = False,
    ) -> None:
        self.width = _width.get()
        self.narrow = self.width == _NARROW
        self.height = height
        self._constructed = constructed
        self._style = ExitStack()
        self._layout = Layout(self.width, height, rows, columns, left, right, top, bottom, gap)

    def __enter__(self) -> Self:
        self._style.enter_context(mpl.rc_context(_STYLE))
        spare = _spare.pop(self._layout) if self._layout in _spare else None
        self.figure = spare or self._layout.figure()
        self.panels: list[Axes] = self.figure.axes
        self.axes = self.panels[0]
        _drawn.append(self._layout)
        return self

    def __exit__(self, *problem: object) -> None:
        self._style.close()

    def svg(self, sentence: str) -> str:
        """Write the figure with `sentence` as its text alternative."""
        if self._constructed:
            self.figure.text(
                0.995, 0.008, "konstruert", ha="right", va="bottom", fontsize=11, color=GREY
            )
        taken = _taken.get()
        if taken is not None:
            taken.append(_picture(self.figure))
            return ""
        written = io.StringIO()
        self.figure.savefig(written, format="svg", facecolor="white", metadata={"Date": None})
        return _tidy(written.getvalue(), sentence)


def _picture(figure: Figure) -> bytes:
    """Write a figure as PNG in 256 colours: half the time and a third of the size of all colours.

    Letters' edges have some hundred shades, and no shade moves by more than a sixteenth.
    """
    figure.set_dpi(_PICTURE_DOTS)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    few = drawn.quantize(256, method=Image.Quantize.FASTOCTREE)
    # The paper's own white: the means it finds are a hair below.
    few.putpalette([255 if level >= 254 else level for level in few.getpalette() or ()])
    picture = io.BytesIO()
    few.save(picture, format="png", compress_level=6)
    return picture.getvalue()


_STYLE_ATTRIBUTE = re.compile(r' style="([^"]*)"')
_FONT = re.compile(r"font: (?:(\w+) )?([\d.]+)px [^;]*")
_IDENTIFIER = re.compile(r'(\bid="|xlink:href="#|\bhref="#|url\(#)([^")]+)')


def _attributes(match: re.Match[str]) -> str:
    """Write a style as presentation attributes: a strict content security policy drops styles."""
    written = []
    for declaration in match[1].split(";"):
        font = _FONT.fullmatch(declaration.strip())
        if font:
            written.append(f'font-size="{font[2]}px"')
            if font[1]:
                written.append(f'font-weight="{font[1]}"')
        elif ":" in declaration:
            name, value = declaration.split(":", 1)
            written.append(f'{name.strip()}="{value.strip()}"')
    return "".join(f" {attribute}" for attribute in written)


def _tidy(drawn: str, sentence: str) -> str:
    body = drawn[drawn.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", body, flags=re.DOTALL)
    body = _STYLE_ATTRIBUTE.sub(_attributes, body)
    # Several figures stand in one page: their inner names must not meet.
    mark = f"f{sha256(body.encode()).hexdigest()[:8]}-"
    body = _IDENTIFIER.sub(lambda match: f"{match[1]}{mark}{match[2]}", body)
    box = re.search(r'viewBox="[^"]*"', body)
    if not box:
        raise ValueError("the drawing has no view box")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{box[0]} class="hl-figure" role="img" aria-label="{escape(sentence)}">'
    )
    return head + body[body.index(">") + 1 :].strip()


def number_axis(
    axis: Axis, label: str, *, unit: str = "", decimals: int | None = None, ticks: int = 5
) -> None:
    """Label an axis and write its numbers as Norwegians do."""

    def written(value: float, _: int | None) -> str:
        digits = decimals
        if digits is None:
            step = abs(axis.get_majorticklocs()[1] - axis.get_majorticklocs()[0])
            digits = 0 if step >= 1 else 1 if step >= 0.1 else 2
        return format_number(value, digits, unit=unit)

    axis.set_major_locator(MaxNLocator(nbins=ticks, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(written))
    axis.set_label_text(label)
