"""The words for how far a person has come in a workbook."""

import math

from helseledelse.answers.progress import Progress, Way


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
