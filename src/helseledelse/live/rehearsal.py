"""Simulated people for a rehearsal: believable answers of the exercise's own kind. Constructed."""

import random
from typing import Any

from helseledelse.exercises.base import Exercise
from helseledelse.exercises.number import Number
from helseledelse.exercises.placement import STEPS
from helseledelse.exercises.short_text import ShortText
from helseledelse.live import rules

PEOPLE = 54  # a whole class
WORDS = (
    "Generalprøve: 54 tenkte deltakere svarer. Svarene er konstruert, og ingenting lagres, heller "
    "ikke det du selv svarer på telefonen."
)
# Our own choice, so that the advice after the first vote is mostly to discuss, and a discussion
# helps: about half are right at first and about three of four afterwards.
_RIGHT_FIRST, _STAYS_RIGHT, _BECOMES_RIGHT = 0.5, 0.95, 0.6
_KEEPS_OPINION = 0.75
_TEXTS = (
    "Mer tid til pasientene",
    "Bedre samarbeid med kommunen",
    "Tydeligere ansvar",
    "Færre møter",
    "Lytte mer til de ansatte",
    "Måle det som betyr noe for pasienten",
    "Ett felles system",
    "Si det høyt når noe ikke virker",
)  # konstruert


def name(person: int) -> str:
    """Give the voter's name of a simulated person; no cookie can stand for it."""
    return f"prøve {person}"


def answer(
    exercise: Exercise, person: int, number: int, *, seed: int, earlier: object = None
) -> Any:
    """Give what a simulated person answers in round `number`; the same seed gives the same.

    `earlier` is what the person answered in the first round, None where nothing.
    """
    chance = random.Random(f"{seed} {exercise.id} {person} {number}")  # noqa: S311  a rehearsal
    keyed = exercise.kind != "scale" and rules.has_key(exercise)
    if not keyed:
        if earlier is not None and chance.random() < _KEEPS_OPINION:
            return earlier
        return _opinion(exercise, chance, seed)
    share = _RIGHT_FIRST
    if earlier is not None:
        was = exercise.check(earlier).outcome.value == "right"
        share = _STAYS_RIGHT if was else _BECOMES_RIGHT
    if chance.random() < share:
        return exercise.key()
    return _wrong(exercise, chance, seed)


def _weighted(exercise: Exercise, chance: random.Random, values: list[Any], seed: int) -> Any:
    """Choose one of the values; some of them are more popular in the whole class."""
    taste = random.Random(f"{seed} {exercise.id}")  # noqa: S311  a rehearsal
    return chance.choices(values, [taste.uniform(0.3, 2) for _ in values])[0]


def _wrong(exercise: Exercise, chance: random.Random, seed: int) -> Any:
    key, face = exercise.key(), exercise.face()
    if isinstance(exercise, Number):
        near = [exercise.answer * share for share in (0.5, 0.8, 1.25, 2)]
        known = [mistake.value for mistake in exercise.mistakes]
        return exercise.written(_weighted(exercise, chance, known * 2 + near, seed))
    match exercise.kind:
        case "single":
            others = [each["id"] for each in face["options"] if each["id"] != key]
            return _weighted(exercise, chance, others, seed)
        case "multiple":
            turned = _weighted(exercise, chance, [each["id"] for each in face["options"]], seed)
            kept = set(key) ^ {turned}
            return [each["id"] for each in face["options"] if each["id"] in kept] or [turned]
        case "classify":
            boxes = [each["id"] for each in face["boxes"]]
            return {
                item: box if chance.random() < 0.6 else chance.choice(boxes)
                for item, box in key.items()
            }
        case "order":
            order = list(key)
            for _ in range(chance.randint(1, 2)):
                first = chance.randrange(len(order) - 1)
                order[first : first + 2] = order[first + 1], order[first]
            return order
        case _:  # placement
            return {
                item: [value if chance.random() < 0.7 else STEPS + 1 - value for value in place]
                for item, place in key.items()
            }


def _opinion(exercise: Exercise, chance: random.Random, seed: int) -> Any:
    face = exercise.face()
    items = [each["id"] for each in face.get("items", ())]
    if isinstance(exercise, ShortText):
        return _weighted(exercise, chance, [*exercise.accepted, *_TEXTS], seed)
    match exercise.kind:
        case "single":
            return _weighted(exercise, chance, [each["id"] for each in face["options"]], seed)
        case "multiple":
            options = [each["id"] for each in face["options"]]
            first = _weighted(exercise, chance, options, seed)
            return [each for each in options if each == first or chance.random() < 0.3]
        case "classify":
            boxes = [each["id"] for each in face["boxes"]]
            return {item: chance.choice(boxes) for item in items}
        case "order":
            return sorted(items, key=lambda item: items.index(item) + chance.gauss(0, 1.5))
        case "scale":
            # One person answers much the same all through, and most lie above the middle.
            level = chance.gauss(0.62, 0.15)
            return {
                item: min(face["steps"], max(1, round(face["steps"] * chance.gauss(level, 0.12))))
                for item in items
            }
        case "placement":
            return {item: [chance.randint(1, STEPS), chance.randint(1, STEPS)] for item in items}
        case _:  # dots
            dots: dict[str, int] = {}
            for _ in range(face["dots"]):
                item = _weighted(exercise, chance, items, seed)
                dots[item] = dots.get(item, 0) + 1
            return dots
