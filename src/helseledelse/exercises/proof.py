"""Works out proofs: expressions over the models that must give an exercise's key."""

from collections.abc import Mapping
from typing import Any

from helseledelse.exercises.base import Exercise
from helseledelse.exercises.number import Number

_SAFE = {
    called.__name__: called
    for called in (abs, bool, float, int, len, max, min, range, round, sorted, sum)
}


def prove(exercise: Exercise, names: Mapping[str, Any]) -> str:
    """Work out an exercise's proof and hold it against the key.

    Parameters
    ----------
    names : what a proof may use besides a few built-in functions: the models

    Returns
    -------
    str
        What is wrong, as a sentence; "" where the proof holds or there is none.
    """
    if not exercise.proof:
        return ""
    try:
        # Our own content, reviewed with the code, and run on an author's machine only.
        value = eval(exercise.proof, {"__builtins__": _SAFE, **names})  # noqa: S307
        number = float(value)
    except Exception as error:  # noqa: BLE001  whatever an expression can do, the author is told
        return f"Beviset «{exercise.proof}» lot seg ikke regne ut ({error})."
    if isinstance(exercise, Number):
        if exercise.fits(number, exercise.answer):
            return ""
        return (
            f"Beviset «{exercise.proof}» gir {exercise.written(number)}, men fasiten er "
            f"{exercise.key()}."
        )
    # Equal to True and nothing else: a number that happens to be true proves nothing.
    if type(value).__name__ in ("bool", "bool_") and number == 1:
        return ""
    return f"Beviset «{exercise.proof}» gir {value}, men skal være sant for at fasiten holder."
