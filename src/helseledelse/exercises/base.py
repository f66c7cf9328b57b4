"""What every exercise is: a question as data, with a check and a tally.

An exercise kind is one file beside this one with one frozen dataclass. It says how a response
is accepted, checked and counted, and what of itself may be shown before it is answered.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

from helseledelse.exercises.project import read_tags
from helseledelse.exercises.reader import Table
from helseledelse.exercises.text import Text, html, translated


class Outcome(StrEnum):
    """The five things that can be said of a response."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    NOT_ANSWERED = "not_answered"
    FOR_A_HUMAN = "for_a_human"


class ResponseError(ValueError):
    """The response does not have the shape of this kind; the message is a sentence for people."""


@dataclass(frozen=True)
class Remark:
    """What is said of one part of a response: an option, an item, a box.

    Attributes
    ----------
    part : the id of the option, item or box
    outcome : how that part stands
    sentence : why, in words for the participant
    """

    part: str
    outcome: Outcome
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """The judgement of one response, always with a sentence.

    Attributes
    ----------
    outcome : the judgement
    sentence : what is said to the participant
    share : points earned as a share of what can be earned, 0 to 1
    remarks : what is said of each part
    """

    outcome: Outcome
    sentence: str
    share: float = 0.0
    remarks: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        if not self.sentence:
            raise ValueError("a verdict without a sentence is silence")
        if not 0 <= self.share <= 1:
            raise ValueError(f"share must lie in 0..1, not {self.share}")

    def to_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome.value,
            "sentence": html(self.sentence, inline=True),
            "share": self.share,
            "remarks": [
                {
                    "part": remark.part,
                    "outcome": remark.outcome.value,
                    "sentence": html(remark.sentence, inline=True),
                }
                for remark in self.remarks
            ],
        }


NOT_ANSWERED = Verdict(Outcome.NOT_ANSWERED, "Du har ikke svart ennå.")
NO_KEY = "Her finnes det ingen fasit. Ta med svaret ditt inn i samtalen, og begrunn det."


@dataclass(frozen=True)
class Tally:
    """A class's responses to one exercise, counted.

    Attributes
    ----------
    responses : how many people answered
    counts : for each part, how many chose each value; kinds say what part and value are.
        Empty for what people write freely: words are read, not counted.
    """

    responses: int
    counts: dict[str, dict[str, int]]


@dataclass(frozen=True, kw_only=True)
class Exercise(ABC):
    """One question, authored once.

    Attributes
    ----------
    id : the same name in the notebook, the content file and the tests, such as ``nl6-icer``
    title, question : what the participant reads
    minutes : how long it takes, used for every sum of minutes that is shown
    sources : where the facts come from; at least one
    hints : shown one at a time
    solution : the answer with its reasoning, shown on request after an attempt
    version : raised by the author when an old answer no longer answers the question
    proof : an expression over the models that must give the key; run by the tests and by
        ``helseledelse check``, never on a participant's machine
    opinion : whether there is no key, so that every answer is one for the conversation
    """

    kind: ClassVar[str]
    may_be_opinion: ClassVar[bool] = False

    id: str
    title: Text
    question: Text
    minutes: float
    sources: tuple[str, ...]
    hints: tuple[Text, ...] = ()
    solution: Text | None = None
    version: int = 1
    proof: str | None = None
    tags: tuple[str, ...] = ()
    opinion: bool = False

    def __post_init__(self) -> None:
        if not self.id or not self.sources or self.minutes <= 0 or self.version < 1:
            raise ValueError(f"exercise {self.id!r} needs an id, a source, minutes and a version")

    @classmethod
    def common(cls, table: Table) -> dict[str, Any]:
        """Read the attributes that every kind has."""
        return {
            "id": table.name,
            "title": table.text("title"),
            "question": table.text("question"),
            "minutes": table.number("minutes", minimum=0.5, maximum=60),
            "sources": table.strings("sources", at_least=1),
            "hints": table.texts("hints"),
            "solution": table.text("solution", required=False),
            "version": table.whole("version", default=1, minimum=1),
            "proof": table.string("proof", default="") or None,
            "tags": read_tags(table),
            "opinion": cls.may_be_opinion and table.flag("opinion"),
        }

    @classmethod
    @abstractmethod
    def from_table(cls, table: Table) -> Self:
        """Build the exercise from its table in a content file.

        Raises
        ------
        ContentError
            With a sentence for the author: file, exercise, what is wrong, nearest valid word.
        """

    @abstractmethod
    def accept(self, raw: object) -> Any:
        """Give the response in this kind's shape.

        Raises
        ------
        ResponseError
            If it cannot be a response to this exercise, with a sentence for the participant.
        """

    @abstractmethod
    def judge(self, response: Any) -> Verdict:
        """Judge an accepted response that is not blank.

        Raises
        ------
        ResponseError
            If it has the shape but not the sense, such as letters where a number is asked for.
        """

    @abstractmethod
    def face(self) -> dict[str, Any]:
        """Give what this kind's front end needs beyond title and question: never the key."""

    def is_blank(self, response: Any) -> bool:
        """Whether nothing has been said yet."""
        return not response

    def key(self) -> Any:
        """Give a response that is right, or None where there is no key."""
        return None

    def said(self, response: Any) -> tuple[Remark, ...]:  # noqa: ARG002  kinds with opinions use it
        """Give what the author says to each part of an opinion."""
        return ()

    def count(self, responses: Sequence[Any]) -> dict[str, dict[str, int]]:  # noqa: ARG002  as above
        """Count accepted responses, none of them blank."""
        return {}

    def check(self, raw: object) -> Verdict:
        """Judge what a person said.

        Raises
        ------
        ResponseError
            If it cannot be a response to this exercise.
        """
        response = self.accept(raw)
        if self.is_blank(response):
            return NOT_ANSWERED
        if self.opinion:
            remarks = self.said(response)
            sentence = remarks[0].sentence if len(remarks) == 1 else NO_KEY
            return Verdict(Outcome.FOR_A_HUMAN, sentence, remarks=remarks)
        return self.judge(response)

    def tally(self, responses: Sequence[Any]) -> Tally:
        """Count accepted responses; who has not answered does not count."""
        given = [response for response in responses if not self.is_blank(response)]
        return Tally(len(given), self.count(given))

    def to(self, language: str) -> Self:
        """Give the same exercise in `language`; a text not written in it stays in bokmål."""
        return translated(self, language)

    def public(self) -> dict[str, Any]:
        """Give everything that may be shown before the exercise is answered."""
        return {
            "id": self.id,
            "kind": self.kind,
            "version": self.version,
            "title": html(self.title.nb, inline=True),
            "question": html(self.question.nb),
            "minutes": self.minutes,
            "opinion": self.opinion,
            "hints": len(self.hints),
            "has_solution": self.solution is not None,
            "sources": [html(source, inline=True) for source in self.sources],
            **self.face(),
        }
