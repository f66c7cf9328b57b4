"""Every explorer by name. A file is imported when its explorer is asked for."""

import ast
from functools import cache
from importlib import import_module
from pathlib import Path

from helseledelse.explorers.base import Explorer, SettingError


@cache
def names() -> tuple[str, ...]:
    """Give the names of all explorers: the files beside this one."""
    return tuple(
        sorted(
            path.stem
            for path in Path(__file__).parent.glob("*.py")
            if path.stem not in ("__init__", "base", "pasted", "profile")
        )
    )


@cache
def explorer(name: str) -> Explorer:
    """Give the explorer that stands in the file of this name.

    Raises
    ------
    SettingError
        If there is none, with the names there are.
    """
    if name not in names():
        raise SettingError(
            f"Det finnes ingen utforsker som heter «{name}». Disse finnes: {names()}."
        )
    found = import_module(f"helseledelse.explorers.{name}").EXPLORER
    if not isinstance(found, Explorer):
        raise TypeError(f"EXPLORER in {name}.py is a {type(found).__name__}, not an Explorer")
    return found


@cache
def minutes(name: str) -> float:
    """Give an explorer's minutes from its source, or 0 where there is no such explorer.

    Importing an explorer brings numpy, scipy and matplotlib: a second that the first page
    would wait for.
    """
    if name not in names():
        return 0
    source = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Explorer":
            for keyword in node.keywords:
                if keyword.arg == "minutes":
                    return float(ast.literal_eval(keyword.value))
    return Explorer.minutes


def prepare() -> None:
    """Make ready for the next view of the explorer shown last; called when nobody waits."""
    from helseledelse import charts

    charts.prepare()
