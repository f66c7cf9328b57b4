"""Looks for what a question gives away before it is answered."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from helseledelse.exercises.base import Exercise
from helseledelse.exercises.text import Text, html


def texts(value: object) -> Iterator[str]:
    """Give every text of an exercise, however deep, in every language it is written in."""
    if isinstance(value, Text):
        yield value.nb
        if value.nn:
            yield value.nn
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


_KEY_WORDS = {
    *("accepted", "answer", "box", "key", "mistakes", "proof", "reversed", "right", "solution"),
    *("tolerance", "tolerance_share", "why"),
}
_SECRETS = {"hints", "solution", "why"}


def leaks(exercise: Exercise) -> list[str]:
    """Say what `public()` shows of the key: its words, the reasons, or the right order."""
    public = exercise.public()
    shown = json.dumps(public, ensure_ascii=False)
    said = [
        f"Det som vises før svaret, har «{word}» i seg."
        for word in sorted(_words(exercise.face()) & _KEY_WORDS)
    ]
    said += [
        f"Det som vises før svaret, inneholder en begrunnelse: «{secret[:60]}»."
        for secret in _secrets(exercise)
        # A secret of a word or two may stand in the question by right.
        if len(secret) > 20
        and (json.dumps(secret, ensure_ascii=False)[1:-1] in shown or _written(secret) in shown)
    ]
    key = exercise.key()
    if isinstance(key, list) and [item["id"] for item in public.get("items", [])] == key:
        said.append("Det som vises før svaret, står i riktig rekkefølge.")
    return said


def _written(secret: str) -> str:
    return json.dumps(html(secret, inline=True), ensure_ascii=False)[1:-1]


def _words(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {word for part in value.values() for word in _words(part)}
    if isinstance(value, list):
        return {word for part in value for word in _words(part)}
    return set()


def _secrets(value: object) -> Iterator[str]:
    if isinstance(value, tuple):
        for part in value:
            yield from _secrets(part)
    elif is_dataclass(value):
        for field in fields(value):
            part = getattr(value, field.name)
            yield from texts(part) if field.name in _SECRETS else _secrets(part)
