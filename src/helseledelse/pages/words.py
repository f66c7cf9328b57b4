"""The words for how far a person has come in a workbook, and for how explorers are set."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from helseledelse.answers.progress import Progress, Way
from helseledelse.exercises.paper import Said
from helseledelse.norwegian import format_number


def about(minutes: float) -> str:
    """Say a time as the components do: from an hour up, to the nearest five minutes.

    Examples
    --------
    >>> about(12.4), about(0.3), about(147), about(118)
    ('ca. 12 min', 'under 1 min', 'ca. 2 t 25 min', 'ca. 2 t')
    """
    if minutes < 1:
        return "under 1 min"
    whole = math.floor(minutes + 0.5)
    if whole < 60:
        return f"ca. {whole} min"
    hours, rest = divmod(5 * math.floor(whole / 5 + 0.5), 60)
    return f"ca. {hours} t {rest} min" if rest else f"ca. {hours} t"


def time_left(minutes: float) -> str:
    return f"{about(minutes)} igjen" if minutes > 0 else "Alt er gjort"


def block_words(so_far: Progress, left: float) -> str:
    if so_far.total and so_far.answered == so_far.total:
        return "Gjort"
    if not so_far.total:
        return f"Lesestoff · {about(left)}" if left > 0 else "Lesestoff"
    return f"{so_far.answered} av {so_far.total} gjort · {about(left)}"


def workbook_words(road: Way) -> str:
    done, total = road.whole.answered, road.whole.total
    if total and done == total:
        return "Alle oppgavene er besvart"
    if not done:
        return f"Ikke begynt · {about(road.minutes)}"
    return f"{done} av {total} oppgaver besvart · {time_left(road.minutes)}"


def settings_in_words(controls: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> str:
    """Say in one line what an explorer is set to, as `settings_said` does."""
    said = [f"{label}: {value}" for label, value in settings_said(controls, settings)]
    return "Innstillinger: " + "; ".join(said) + "."


def settings_said(controls: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> list[Said]:
    """Say what an explorer is set to, control by control.

    Parameters
    ----------
    controls : as `Explorer.public` gives them
    settings : a full set
    """
    said = []
    for control in controls:
        value = settings[control["name"]]
        match control["sort"]:
            case "slider":
                value = format_number(value, control["decimals"], unit=control["unit"])
            case "choice":
                value = dict(control["options"])[value]
            case "switch":
                value = "på" if value else "av"
            case sort:  # what was pasted stands line by line in its own field
                mark = " / " if sort == "outline" else "; "  # an outline parts its cells by ;
                lines = (" ".join(line.split()) for line in value.splitlines())
                value = mark.join(line for line in lines if line)
        said.append((control["label"], value))
    return said
