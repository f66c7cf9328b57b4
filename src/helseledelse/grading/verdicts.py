"""What a submission earns: its answers held against the key. Pure; no file, no database.

Silence is never full marks: every graded exercise gets a result of its own, with the points, how
it stands and a sentence that says why.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from helseledelse.answers.store import Answer, Document, StoreError, merge
from helseledelse.exercises.bank import Bank, read_bank
from helseledelse.exercises.base import Exercise, Outcome, ResponseError
from helseledelse.exercises.paper import in_words
from helseledelse.norwegian import format_number

LARGEST = 20_000_000  # bytes: ten times what anybody could type, and quick to read


class File(StrEnum):
    """How the answer file of a submission stood."""

    SOUND = "sound"
    MISSING = "missing"
    DAMAGED = "damaged"
    NEWER = "newer"
    NOTEBOOK = "notebook"  # there is none, and the notebook with its copies is damaged


class State(StrEnum):
    """How one graded exercise stands."""

    JUDGED = "judged"
    NOT_ANSWERED = "not_answered"
    NO_FILE = "no_file"
    DAMAGED = "damaged"
    OTHER_VERSION = "other_version"
    NOT_READABLE = "not_readable"
    UNKNOWN = "unknown"
    CODE = "code"
    RAN = "ran"
    STOPPED = "stopped"
    SUSPECT = "suspect"
    FOR_A_HUMAN = "for_a_human"


_FOR_A_HUMAN = {
    State.DAMAGED,
    State.OTHER_VERSION,
    State.UNKNOWN,
    State.CODE,
    State.STOPPED,
    State.SUSPECT,
    State.FOR_A_HUMAN,
}


@dataclass(frozen=True)
class Result:
    """What one graded exercise earned.

    Attributes
    ----------
    exercise : its id
    points, most : earned, and what could be earned
    state : how it stands
    outcome : the verdict's
    sentence : why, in bokmål, for participant and grader
    said : the response in words, "" where there is none
    """

    exercise: str
    points: float
    most: float
    state: State
    outcome: Outcome
    sentence: str
    said: str = ""

    @property
    def for_a_human(self) -> bool:
        """Whether a grader must look before the points stand."""
        return self.state in _FOR_A_HUMAN

    @property
    def standing(self) -> str:
        """The points in words: «1,5 av 2 poeng»."""
        return f"{_number(self.points)} av {_number(self.most)} poeng"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Handed:
    """The answers of one submission, from the file and from the copies in the notebook.

    Attributes
    ----------
    answers : by exercise id
    file : how the file stood
    """

    answers: Mapping[str, Answer]
    file: File

    @classmethod
    def gather(cls, side: bytes | None, mirrors: Iterable[object] = ()) -> Self:
        """Put the answers together; for each exercise the latest typed wins.

        Parameters
        ----------
        side : what stands in ``svar.json``, None where there is none
        mirrors : copies from the notebook's outputs, as JSON values; a damaged one is passed over
        """
        answers, file = _read(side)
        for mirror in mirrors:
            copy, _ = _read(json.dumps(mirror).encode())
            for name, answer in copy.items():
                answers[name] = merge(answers.get(name), answer)
        return cls(answers, file)

    def to_json(self) -> dict[str, str]:
        """Give it as it may lie in a notebook's metadata between two passes."""
        document = Document(dict(self.answers), sound=True, extra={}, rest={})
        return {"answers": document.write().decode(), "file": self.file.value}

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> Self:
        return cls(Document.read(stored["answers"].encode()).answers, File(stored["file"]))


def _read(side: bytes | None) -> tuple[dict[str, Answer], File]:
    if side is None:
        return {}, File.MISSING
    if len(side) > LARGEST:
        return {}, File.DAMAGED
    try:
        document = Document.read(side)
    except StoreError:
        return {}, File.NEWER
    return dict(document.answers), File.SOUND if document.sound else File.DAMAGED


@dataclass(frozen=True)
class Task:
    """One notebook to evaluate, as it can be sent to another process.

    Attributes
    ----------
    key : the exercises and their keys
    handed : the answers
    points : what each graded exercise can earn, by id
    """

    key: Bank
    handed: Handed
    points: Mapping[str, float]


def evaluate(task: Task) -> dict[str, Result]:
    """Give the result of every graded exercise of a notebook."""
    return {name: grade(task.key, name, most, task.handed) for name, most in task.points.items()}


def read_key(path: Path) -> Bank:
    """Read a key, once for each time it has been changed.

    Raises
    ------
    ContentError
        If it cannot be read.
    """
    return _read_key(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=8)
def _read_key(path: Path, changed: int) -> Bank:  # noqa: ARG001  part of what is remembered by
    return read_bank(path)


def grade(key: Bank, name: str, most: float, handed: Handed) -> Result:
    """Hold one answer against the key; never raises for what a participant has written."""
    if name not in key:
        return _unjudged(
            name,
            most,
            State.UNKNOWN,
            f"Oppgaven «{name}» står ikke i fasiten. Den må vurderes for hånd.",
        )
    exercise, answer = key[name], handed.answers.get(name)
    if answer is None:
        return _silence(name, most, handed.file)
    said = in_lines(exercise, answer.response)
    if answer.version != exercise.version:
        return _unjudged(
            name,
            most,
            State.OTHER_VERSION,
            f"Svaret gjelder utgave {answer.version} av oppgaven, og fasiten gjelder utgave "
            f"{exercise.version}. Det må vurderes for hånd.",
            said,
        )
    return _judged(exercise, answer, most, said)


def in_lines(exercise: Exercise, response: object) -> str:
    """Give an answer in words, a line for each part, "" where nothing is said."""
    try:
        parts = in_words(exercise, response)
    except RecursionError:  # nested as no answer of ours is
        return ""
    said = [
        f"{label}: {text}" if label and not isinstance(response, str) else text
        for label, text in parts
    ]
    return "\n".join(said).strip()[:2000]


def _judged(exercise: Exercise, answer: Answer, most: float, said: str) -> Result:
    try:
        verdict = exercise.check(answer.response)
    except ResponseError as error:
        return Result(
            exercise.id,
            0,
            most,
            State.NOT_READABLE,
            Outcome.WRONG,
            f"Svaret lar seg ikke lese. {error}",
            said,
        )
    except Exception as error:  # noqa: BLE001  a fault in one exercise must not cost the class
        return _unjudged(
            exercise.id,
            most,
            State.UNKNOWN,
            f"Oppgaven kunne ikke vurderes ({type(error).__name__}). Den må vurderes for hånd.",
            said,
        )
    if verdict.outcome is Outcome.NOT_ANSWERED:
        return _silence(exercise.id, most, File.SOUND)
    if verdict.outcome is Outcome.FOR_A_HUMAN:
        return _unjudged(exercise.id, most, State.FOR_A_HUMAN, verdict.sentence, said)
    return Result(
        exercise.id,
        round(verdict.share * most, 2),
        most,
        State.JUDGED,
        verdict.outcome,
        verdict.sentence,
        said,
    )


def silence(file: File) -> tuple[State, str]:
    """Say how it stands with an answer that is not there."""
    match file:
        case File.SOUND:
            return State.NOT_ANSWERED, "Ikke besvart."
        case File.MISSING:
            return State.NO_FILE, (
                "Ikke besvart: besvarelsen kom uten svarfilen «svar.json», og det ligger ingen "
                "kopi av svarene i arbeidsboken."
            )
        case File.DAMAGED:
            return State.DAMAGED, (
                "Svarfilen «svar.json» er skadet, og svaret på denne oppgaven er ikke å finne. Be "
                "deltakeren levere på nytt, eller vurder for hånd."
            )
        case File.NEWER:
            return State.DAMAGED, (
                "Svarfilen «svar.json» er skrevet av en nyere utgave av arbeidsboken. Oppdater "
                "helseledelse og vurder på nytt."
            )
        case File.NOTEBOOK:
            return State.DAMAGED, (
                "Arbeidsboken er skadet, og besvarelsen kom uten svarfilen «svar.json». Be "
                "deltakeren levere på nytt, eller vurder for hånd."
            )


def _silence(name: str, most: float, file: File) -> Result:
    state, sentence = silence(file)
    return Result(name, 0, most, state, Outcome.NOT_ANSWERED, sentence)


def code_cell(name: str, most: float) -> Result:
    """Give the result of a graded cell of code: code is not run, and never paid unseen."""
    return _unjudged(
        name, most, State.CODE, "Cellen er kode, og kode kjøres ikke. Den må vurderes for hånd."
    )


def ran(name: str, points: float, most: float, error: str) -> Result:
    """Give the result of a test that has been run; `error` is what it ended with, "" for well."""
    if error:
        # The name is the participant's to choose.
        known = f" ({error})" if error.isidentifier() and len(error) < 60 else ""
        return Result(name, points, most, State.RAN, Outcome.WRONG, f"Testen feilet{known}.")
    if points < most:
        sentence = "Testen ga en del av poengene." if points else "Testen ga ingen poeng."
        outcome = Outcome.PARTLY if points else Outcome.WRONG
        return Result(name, points, most, State.RAN, outcome, sentence)
    return Result(name, points, most, State.RAN, Outcome.RIGHT, "Testen gikk gjennom.")


def stopped(name: str, most: float) -> Result:
    """Give the result of a test that was not reached."""
    return _unjudged(
        name,
        most,
        State.STOPPED,
        "Koden stanset før testen var ferdig: den avsluttet seg selv, eller gikk ut over grensene "
        "for tid og minne. Den må vurderes for hånd.",
    )


SUSPECT = (
    "Bør ses på: koden ser ut til å ha endret hvordan testene kjøres. Testene er ikke betalt, og "
    "må vurderes for hånd."
)


def suspect(name: str, most: float) -> Result:
    """Give the result of a test that the participant's code may have tampered with."""
    return _unjudged(name, most, State.SUSPECT, SUSPECT)


def _unjudged(name: str, most: float, state: State, sentence: str, said: str = "") -> Result:
    return Result(name, 0, most, state, Outcome.FOR_A_HUMAN, sentence, said)


def _number(value: float) -> str:
    return format_number(value, next((n for n in range(2) if round(value, n) == value), 2))


_SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "&<>\\`*_[]{}#+-=!|~$:@^\"'"})


def literal(text: str) -> str:
    """Write a participant's words as Markdown that shows exactly these words.

    No sign of theirs is obeyed: no script, no picture fetched from elsewhere, no heading.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    return "\n".join(
        # Spaces at the start would make a block of code, and those at the end keep the line break.
        "&#160;" * (len(line) - len(line.lstrip(" "))) + line.strip(" ").translate(_SIGNS) + "  "
        if line.strip()
        else ""
        for line in lines
    ).strip("\n")


def labelled(label: str, text: str) -> str:
    """Write words with what they are before them, and several lines of them below it."""
    apart = "  \n" if "\n" in text else " "
    return f"{label}:{apart}{literal(text)}"


def written(exercise: Exercise, response: object) -> str:
    """Give a free-text answer as Markdown for the grader, "" where nothing is written."""
    if isinstance(response, str):
        return literal(response.strip())
    if not isinstance(response, dict):
        return ""
    labels = {part["id"]: part["label"] for part in _parts(exercise)}
    return "\n\n".join(
        f"**{labels.get(name, literal(str(name)))}**\n\n{literal(text.strip())}"
        for name, text in response.items()
        if isinstance(text, str) and text.strip()
    )


def _parts(exercise: Exercise) -> list[dict[str, Any]]:
    face = exercise.face()
    return [*face.get("boxes", []), *face.get("prompts", [])]
