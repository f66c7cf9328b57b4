"""The kinds of exercise, by the word that stands after ``kind =`` in a content file."""

from helseledelse.exercises.base import Exercise
from helseledelse.exercises.classify import Classify
from helseledelse.exercises.dots import Dots
from helseledelse.exercises.form import Form
from helseledelse.exercises.multiple import Multiple
from helseledelse.exercises.number import Number
from helseledelse.exercises.order import Order
from helseledelse.exercises.placement import Placement
from helseledelse.exercises.plan import Plan
from helseledelse.exercises.reflection import Reflection
from helseledelse.exercises.scale import Scale
from helseledelse.exercises.short_text import ShortText
from helseledelse.exercises.single import Single

_ALL: tuple[type[Exercise], ...] = (
    Single,
    Multiple,
    Number,
    Classify,
    Order,
    Scale,
    ShortText,
    Reflection,
    Form,
    Placement,
    Plan,
    Dots,
)

KINDS: dict[str, type[Exercise]] = {kind.kind: kind for kind in _ALL}
