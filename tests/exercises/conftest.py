"""One way for tests to write an exercise: as its author does, in TOML."""

import tomllib
from collections.abc import Callable

import pytest

from helseledelse.exercises.bank import read_exercise
from helseledelse.exercises.base import Exercise

COMMON = """
title.nb = "Ære være ærlighet – «blåbær»"
title.nn = "Ære vere ærlegdom – «blåbær»"
question.nb = "Hva sier du på økt 3, med −5 grader?"
question.nn = "Kva seier du på økt 3, med −5 grader?"
minutes = 2
sources = ["Konstruert for testen"]
"""

BODIES = {
    "single": """
        [[options]]
        label = "Å vente"
        why = "Nei, å vente koster."
        [[options]]
        label = "Å måle"
        why.nb = "Ja, måling viser det."
        why.nn = "Ja, måling syner det."
        right = true
    """,
    "multiple": """
        [[options]]
        label = "Åpenhet"
        why = "Ja, åpenhet teller."
        right = true
        [[options]]
        label = "Flaks"
        why = "Nei, flaks teller ikke."
        [[options]]
        label = "Øvelse"
        why = "Ja, øvelse teller."
        right = true
        [[options]]
        label = "Hell"
        why = "Nei, hell teller ikke."
    """,
    "number": """
        key = 200_000
        unit = "kr"
        tolerance = 500
        why = "Ja: 60 000 delt på 0,3."
        [[mistakes]]
        value = 18_000
        why.nb = "Du har ganget der du skulle dele."
        why.nn = "Du har gonga der du skulle dele."
    """,
    "classify": """
        [[boxes]]
        id = "nytte"
        label = "Nytte"
        [[boxes]]
        id = "ressurs"
        label = "Ressurs"
        [[items]]
        id = "leveaar"
        label = "Vunne leveår"
        box = "nytte"
        why = "Leveår er nytte."
        [[items]]
        id = "senger"
        label = "Sengedøgn"
        box = "ressurs"
        why = "Et døgn brukes opp."
        [[items]]
        id = "kroner"
        label = "Kroner"
        box = "ressurs"
        why = "Kroner brukes opp."
    """,
    "order": """
        [[items]]
        id = "en"
        label = "Først"
        why = "Dette er først."
        [[items]]
        id = "to"
        label = "Så"
        why = "Dette er nummer to."
        [[items]]
        id = "tre"
        label = "Deretter"
        why = "Dette er nummer tre."
        [[items]]
        id = "fire"
        label = "Sist"
        why = "Dette er sist."
    """,
    "scale": """
        steps = 7
        low = "helt uenig"
        high = "helt enig"
        [[items]]
        id = "spoerre"
        label = "Det er lett å be om hjelp."
        [[items]]
        id = "feil"
        label = "Den som gjør en feil, får høre det lenge."
        reversed = true
    """,
    "dots": """
        dots = 3
        [[items]]
        id = "moeter"
        label = "Færre møter"
        [[items]]
        id = "tid"
        label = "Mer tid"
    """,
    "short_text": """
        accepted = ["kvalitetsjustert leveår", "QALY"]
        why = "Målet heter kvalitetsjustert leveår."
        words = 5
    """,
    "reflection": """
        words = 60
        timer = 4
        [[prompts]]
        id = "hva"
        label = "Hva skjedde?"
        [[prompts]]
        id = "antok"
        label.nb = "Hva antok jeg?"
        label.nn = "Kva gjekk eg ut frå?"
    """,
    "form": """
        [[boxes]]
        id = "maal"
        label = "Mål"
        help = "Ett tall og en dato."
        rows = 2
        [[boxes]]
        id = "eier"
        label = "Eier"
    """,
    "placement": """
        x.label = "Nytte"
        x.low = "liten"
        x.high = "stor"
        y.label = "Alvorlighet"
        y.low = "liten"
        y.high = "stor"
        [[items]]
        id = "hofte"
        label = "Hofteprotese"
        x = "high"
        y = "low"
        why = "Stor nytte, liten alvorlighet."
        [[items]]
        id = "als"
        label = "ALS"
        x = "low"
        y = "high"
        why = "Liten nytte, stor alvorlighet."
    """,
    "plan": """
        example.when = "møtet åpner"
        example.then = "spør jeg den stilleste først"
        example.with = "nestlederen min"
        example.by = "1. mars"
    """,
}

OPINIONS = {
    "single": '[[options]]\nlabel="Ja"\nwhy="Mange sier ja."\n[[options]]\nlabel="Nei"',
    "multiple": '[[options]]\nlabel="Ja"\nwhy="Mange sier ja."\n[[options]]\nlabel="Nei"',
    "classify": """
        [[boxes]]
        id = "naa"
        label = "Nå"
        [[boxes]]
        id = "senere"
        label = "Senere"
        [[items]]
        id = "moete"
        label = "Møtet"
        why = "Møtet er dyrt."
        [[items]]
        id = "tall"
        label = "Tallene"
    """,
    "order": '[[items]]\nid="a"\nlabel="A"\nwhy="Om A."\n[[items]]\nid="b"\nlabel="B"',
    "placement": """
        x = {label = "Nytte", low = "liten", high = "stor"}
        y = {label = "Pris", low = "lav", high = "høy"}
        items = [{id = "a", label = "A", why = "Om A."}, {id = "b", label = "B"}]
    """,
}

Ask = Callable[..., Exercise]


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Build an exercise of a kind; `more` stands before its body, `body` in its place."""

    def build(kind: str, *, more: str = "", body: str | None = None) -> Exercise:
        written = BODIES[kind] if body is None else body
        values = tomllib.loads(f'kind = "{kind}"\n{COMMON}\n{more}\n{written}')
        return read_exercise("prove", values, "prove.toml")

    return build


@pytest.fixture(scope="session")
def opinion(ask: Ask) -> Ask:
    """Build an exercise of a kind without a key."""

    def build(kind: str) -> Exercise:
        return ask(kind, more="opinion = true", body=OPINIONS[kind])

    return build
