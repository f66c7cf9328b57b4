"""The kinds of exercise, by the word that stands after ``kind =`` in a content file."""

from helseledelse.exercises.base import Exercise
from helseledelse.exercises.single import Single

KINDS: dict[str, type[Exercise]] = {kind.kind: kind for kind in (Single,)}
