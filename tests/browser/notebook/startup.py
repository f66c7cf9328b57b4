"""Run by IPython before the first cell: the kernel's exercises and explorers are the tests'."""

# ruff: noqa: E402  # the places where modules are looked for change before ours are imported

import os
import sys
from pathlib import Path

# What lies in the notebook's folder is the test's business, and not to be met here.
_places, sys.path[:] = sys.path[:], [place for place in sys.path if place]

from helseledelse import explorers
from helseledelse.exercises import bank
from helseledelse.explorers.base import Choice, Explorer, Slider, Switch, Table, View
from helseledelse.norwegian import format_number

_found = bank.read_bank(Path(os.environ["HELSELEDELSE_TEST_CONTENT"]))
bank.bank = lambda: _found  # type: ignore[assignment]  # the tests' own, for this kernel


def _view(years: float, payer: str, discounted: bool) -> View:
    shown = format_number(years, 1)
    return View(
        title=f"{shown} leveår",
        figure='<svg role="img" aria-label="En stolpe" viewBox="0 0 100 20">'
        f'<rect width="{years * 10}" height="20"></rect></svg>',
        sentence=f"{shown} leveår sett fra {payer}, {'med' if discounted else 'uten'} rente.",
        table=Table("Leveår", ("Tiltak", "Leveår"), (("A", shown),)),
    )


_explorer = Explorer(
    name="leveaar",
    title="Hvor mange leveår?",
    introduction="Flytt på leveårene.",
    controls=(
        Slider("years", "Leveår", 0, 10, 0.5, 2, unit="år", decimals=1),
        Choice("payer", "Hvem betaler", (("staten", "Staten"), ("kommunen", "Kommunen")), "staten"),
        Switch("discounted", "Regn med rente"),
    ),
    view=_view,
    formula=((r"L = n", "leveår er antall"),),
    sources=("Konstruert for prøvene.",),
    constructed=True,
)
_others = explorers.explorer


def _explorer_of(name: str) -> Explorer:
    return _explorer if name == "leveaar" else _others(name)


explorers.explorer = _explorer_of  # type: ignore[assignment]  # as above
# So that a test can end this process as a crash would.
Path("kjerne.pid").write_text(str(os.getpid()), encoding="utf-8")
sys.path[:] = _places
