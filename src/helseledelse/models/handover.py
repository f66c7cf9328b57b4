"""Information lost where a pathway crosses a border: a way of thinking, no published numbers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Handover:
    """What is left of the critical information after a number of handovers.

    Attributes
    ----------
    share : share of the information that is known at each stage, the start first, 0 to 1,
        shape (handovers + 1,)
    complete : share of patients for whom nothing is lost, the same stages
    """

    share: tuple[float, ...]
    complete: tuple[float, ...]


def handover(*, handovers: int, items: int, kept: float, asks: float, caught: float) -> Handover:
    """Follow critical information over borders, where a receiver who asks back saves some of it.

    In a handover each item is passed on with probability `kept`. With probability `asks` the
    receiver asks and repeats, and then each item that was lost is caught with probability `caught`.
    What is lost stays lost, and neither items nor handovers know of each other, so both shares are
    multiplied by the same number at each border.

    Parameters
    ----------
    handovers : borders the patient crosses, at least 1
    items : critical items that must follow, at least 1
    kept : share of the items that is passed on in the first telling, 0 to 1
    asks : share of the handovers in which the receiver asks back, 0 to 1
    caught : share of what was lost that is caught when somebody asks, 0 to 1

    Raises
    ------
    ValueError
        If a share lies outside 0..1, or there is no handover or no item.

    References
    ----------
    That the receiver sums up is the last letter of I-PASS: Starmer et al. (2014), Changes in
    medical errors after implementation of a handoff program, New England Journal of Medicine 371.

    Examples
    --------
    Two borders and one item. Nine of ten are passed on, and nobody asks: 0.9 · 0.9.

    >>> handover(handovers=2, items=1, kept=0.9, asks=0, caught=0.5).share[-1]
    0.81
    """
    if handovers < 1 or items < 1:
        raise ValueError("there must be a handover and an item at least")
    for name, share in (("kept", kept), ("asks", asks), ("caught", caught)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must lie in 0..1, not {share}")
    silent, asked = _both(items, kept, caught)
    each = kept + (1 - kept) * asks * caught
    whole = asks * asked + (1 - asks) * silent
    stages = range(handovers + 1)
    return Handover(tuple(each**stage for stage in stages), tuple(whole**stage for stage in stages))


def asks_like_one_fewer(
    *, handovers: int, items: int, kept: float, asks: float, caught: float
) -> float:
    """How often the receiver must ask for as many complete patients as with one handover fewer.

    Parameters
    ----------
    handovers, items, kept, asks, caught : as in `handover`

    Returns
    -------
    Share of the handovers; above 1 when asking cannot replace a handover, not a number when asking
    catches nothing.

    Raises
    ------
    ValueError
        As `handover`.

    Examples
    --------
    With one border, one fewer loses nothing. Everybody must ask, and all be caught:

    >>> asks_like_one_fewer(handovers=1, items=1, kept=0.9, asks=0.2, caught=1)
    1.0
    """
    now = handover(handovers=handovers, items=items, kept=kept, asks=asks, caught=caught)
    silent, asked = _both(items, kept, caught)
    if asked == silent:
        return float("nan")
    return float((now.complete[-2] ** (1 / handovers) - silent) / (asked - silent))


def _both(items: int, kept: float, caught: float) -> tuple[float, float]:
    """Give the chance that every item follows when nobody asks, and when somebody does."""
    return kept**items, (kept + (1 - kept) * caught) ** items
