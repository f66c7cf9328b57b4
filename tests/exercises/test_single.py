import re
from collections.abc import Callable

import pytest

from helseledelse.exercises.base import Exercise, Outcome
from helseledelse.exercises.reader import ContentError

Ask = Callable[..., Exercise]


def test_every_option_answers_with_its_own_reason(ask: Ask) -> None:
    exercise = ask("single")
    assert exercise.check("a").sentence == "Nei, å vente koster."
    assert exercise.check("a").outcome is Outcome.WRONG
    assert exercise.check("b").sentence == "Ja, måling viser det."
    assert [(r.part, r.outcome) for r in exercise.check("b").remarks] == [("b", Outcome.RIGHT)]


def test_counts_each_option(ask: Ask) -> None:
    assert ask("single").tally(["a", "b", "b", ""]).counts == {"": {"a": 1, "b": 2}}


def test_labels_are_markdown_without_a_paragraph(ask: Ask) -> None:
    body = (
        '[[options]]\nlabel="*Nå*"\nwhy="x"\nright=true\n[[options]]\nid="sist"\nlabel="B"\nwhy="y"'
    )
    assert ask("single", body=body).public()["options"] == [
        {"id": "a", "label": "<em>Nå</em>"},
        {"id": "sist", "label": "B"},
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('[[options]]\nlabel="A"\nwhy="x"\n[[options]]\nlabel="B"\nwhy="y"', "0 alternativer"),
        (
            ('[[options]]\nlabel="A"\nwhy="x"\nright=true\n'
            '[[options]]\nlabel="B"\nwhy="y"\nright=true'),
            "2 alternativer er merket",
        ),
        ('[[options]]\nlabel="A"\nright=true\n[[options]]\nlabel="B"\nwhy="y"', "«why» mangler"),
        ('[[options]]\nlabel="A"\nwhy="x"\nright=true', "minst 2 deler"),
        ('[[options]]\nlabel="A"\nwhy="x"\nrigth=true\n[[options]]\nlabel="B"\nwhy="y"\nright=true',
         "options nummer 1: «rigth» er ukjent her. Mente du «right»"),
        ('[[options]]\nid="b"\nlabel="A"\nwhy="x"\nright=true\n[[options]]\nlabel="B"\nwhy="y"',
         "«b» står to ganger"),
        ('[[options]]\nid="Å"\nlabel="A"\nwhy="x"\nright=true\n[[options]]\nlabel="B"\nwhy="y"',
         "små bokstaver a–z"),
        ('[[options]]\nlabel="A"\nwhy="x"\n' * 27, "27 alternativer"),
    ],
)  # fmt: skip
def test_an_author_is_told_what_is_wrong(ask: Ask, body: str, said: str) -> None:
    with pytest.raises(ContentError, match=re.escape(said)):
        ask("single", body=body)


def test_an_opinion_answers_with_the_chosen_options_words_or_a_sentence(opinion: Ask) -> None:
    assert opinion("single").check("a").sentence == "Mange sier ja."
    assert "ingen fasit" in opinion("single").check("b").sentence
