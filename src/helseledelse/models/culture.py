"""Psychological safety as a scale, and speaking up as detection.

The scale is Edmondson's seven items; the model of speaking up has no published numbers and is a
way of thinking, not a forecast.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Items 1, 3 and 5 say the opposite of safety (Edmondson 1999, appendix).
REVERSED = (0, 2, 4)
STEPS = 7
FEWEST = 5  # fewer answers than this could be traced to a person


def cronbach_alpha(items: ArrayLike) -> float:
    """Agreement between the items of a scale, Cronbach's α.

    Parameters
    ----------
    items : shape (people, items), reversed items already turned

    Returns
    -------
    At most 1; not a number when nobody differs from anybody.

    Raises
    ------
    ValueError
        With fewer than two people or two items.

    References
    ----------
    Cronbach (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16.

    Examples
    --------
    Two items that say the same:

    >>> round(cronbach_alpha([[1, 1], [3, 3], [5, 5]]), 12)
    1.0
    """
    answers = np.asarray(items, dtype=float)
    if answers.ndim != 2 or min(answers.shape) < 2:
        raise ValueError(f"α needs two people and two items or more, not shape {answers.shape}")
    number = answers.shape[1]
    total = answers.sum(axis=1).var(ddof=1)
    if total == 0:
        return float("nan")
    return float(number / (number - 1) * (1 - answers.var(axis=0, ddof=1).sum() / total))


@dataclass(frozen=True)
class SafetyScore:
    """A group's psychological safety; suppressed when the group is too small to hide in.

    Attributes
    ----------
    people : who answered
    suppressed : whether nothing more may be shown
    mean, low, high : mean of the seven items after turning, 1 to 7, with a 95 per cent interval
    spread : standard deviation between people
    alpha : agreement between the items
    item_means : mean of each item after turning, shape (7,)
    """

    people: int
    suppressed: bool
    mean: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    spread: float = float("nan")
    alpha: float = float("nan")
    item_means: tuple[float, ...] = ()


def turned(answers: ArrayLike) -> NDArray[np.float64]:
    """Turn the reversed items so that a high number always means safety.

    Parameters
    ----------
    answers : shape (people, 7) or (7,), each 1 to 7

    Raises
    ------
    ValueError
        If there are not seven items or an answer lies outside 1..7.

    Examples
    --------
    >>> turned([1, 7, 1, 7, 1, 7, 7]).tolist()
    [7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0]
    """
    given = np.array(answers, dtype=float)
    if given.shape[-1:] != (7,):
        raise ValueError(f"the scale has seven items, not shape {given.shape}")
    if not ((given >= 1) & (given <= STEPS)).all():
        raise ValueError("every answer must lie in 1..7")
    given[..., REVERSED] = STEPS + 1 - given[..., REVERSED]
    return given


def safety_score(answers: ArrayLike) -> SafetyScore:
    """Score a group on Edmondson's seven items.

    Parameters
    ----------
    answers : shape (people, 7), as given, before turning

    Raises
    ------
    ValueError
        As `turned`.

    References
    ----------
    Edmondson (1999), Psychological safety and learning behavior in work teams, Administrative
    Science Quarterly 44(2), appendix.
    """
    scores = turned(
        np.asarray(answers, dtype=float).reshape(-1, 7) if np.size(answers) else np.empty((0, 7))
    )
    people = len(scores)
    if people < FEWEST:
        return SafetyScore(people, suppressed=True)
    from scipy.special import stdtrit

    each = scores.mean(axis=1)
    mean, spread = float(each.mean()), float(each.std(ddof=1))
    half = float(stdtrit(people - 1, 0.975)) * spread / people**0.5
    return SafetyScore(
        people,
        suppressed=False,
        mean=mean,
        low=max(1.0, mean - half),
        high=min(float(STEPS), mean + half),
        spread=spread,
        alpha=cronbach_alpha(scores),
        item_means=tuple(float(value) for value in scores.mean(axis=0)),
    )


@dataclass(frozen=True)
class SpeakingUp:
    """A unit's errors month by month, when reports teach.

    Attributes
    ----------
    errors : what happens, per month, shape (months,)
    reported : what is reported, same shape
    """

    errors: tuple[float, ...]
    reported: tuple[float, ...]


def speaking_up(
    *,
    errors: float,
    notice: float,
    speak: float,
    learning: float,
    months: int,
    forgetting: float = 0.0,
) -> SpeakingUp:
    """Errors are noticed, some are spoken of, and those make the next month safer.

    Each month ``reported = errors · notice · speak``, and next month's errors fall by the share
    ``learning · reported / errors at start``, so that silence teaches nothing. What was learned
    wears off as people and equipment change: the share `forgetting` of the gain is lost each month.

    Parameters
    ----------
    errors : errors a month at the start, above 0
    notice : share that somebody notices, 0 to 1
    speak : share of those that is spoken of, 0 to 1
    learning : how much a month in which everything is reported takes away, 0 to 1
    months : at least 1
    forgetting : share of what was gained that is lost each month, 0 to 1

    Raises
    ------
    ValueError
        If a share lies outside 0..1, or there is no error or no month.

    References
    ----------
    The finding that better-led wards reported more: Edmondson (1996), Learning from mistakes is
    easier said than done, Journal of Applied Behavioral Science 32(1).

    Examples
    --------
    All 20 are noticed, half are spoken of, and a full report would take a tenth away:

    >>> speaking_up(errors=20, notice=1, speak=0.5, learning=0.1, months=2).errors
    (20.0, 19.0)
    """
    if not errors > 0 or months < 1:
        raise ValueError("errors must be above 0 and months at least 1")
    for name, share in (
        ("notice", notice),
        ("speak", speak),
        ("learning", learning),
        ("forgetting", forgetting),
    ):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must lie in 0..1, not {share}")
    happened = [float(errors)]
    for _ in range(months - 1):
        reported = happened[-1] * notice * speak
        learned = happened[-1] * learning * reported / errors
        happened.append(happened[-1] - learned + forgetting * (errors - happened[-1]))
    return SpeakingUp(tuple(happened), tuple(count * notice * speak for count in happened))
