"""What a front end may ask, and what it is told; the same for the page and the notebook."""

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from helseledelse.answers import guard
from helseledelse.answers.progress import clock
from helseledelse.answers.store import Answer, AnswerStore, Saved, StoreError
from helseledelse.exercises.base import Exercise, Outcome, ResponseError, Verdict
from helseledelse.exercises.text import html
from helseledelse.norwegian import format_number

LARGEST = 2_000_000  # bytes of one response: some 300 000 words, a whole bookshelf
_DEEPEST = 10  # levels of lists and tables; no kind needs more than three
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")

_log = logging.getLogger(__name__)


class MessageError(ValueError):
    """A message that cannot be answered; the text is a sentence for the participant."""


class GuardedError(MessageError):
    """What was sent may say who a patient is, and is kept nowhere."""

    def __init__(self, places: tuple[guard.Place, ...]) -> None:
        super().__init__(guard.sentence(places))
        self.places = places


def settings_name(explorer: str, start: Mapping[str, object]) -> str:
    """Give the name under which a person's settings of an explorer are kept.

    Where a workbook starts it at `start`, they are kept for that place alone: the series that one
    workbook shows must not be covered by what was pasted in another.
    """
    if not start:
        return explorer
    written = json.dumps(start, sort_keys=True, ensure_ascii=False, default=str)
    return f"{explorer}-{hashlib.sha256(written.encode()).hexdigest()[:8]}"


def explorer_key(name: str) -> str:
    """Give the key that settings kept under `name` are stored under."""
    return f"explorer:{name}"


class Conversation:
    """Answers what a front end sends; see the table of messages in docs/architecture.md.

    Parameters
    ----------
    store : where this person's answers lie
    bank : the exercises by id
    """

    def __init__(self, store: AnswerStore, bank: Mapping[str, Exercise]) -> None:
        self.store = store
        self.bank = bank

    def reply(self, message: object) -> dict[str, Any]:
        """Reply to anything a front end could send, and never raise.

        A reply with ``error`` holds nothing else but perhaps the verdict, or under ``guarded`` the
        places that may say who a patient is; its sentence is plain text.
        """
        try:
            return self._reply(message)
        except GuardedError as error:
            places = [
                {"path": list(place.path), "start": place.start, "end": place.end}
                for place in error.places
            ]
            return {"error": str(error), "guarded": places}
        except (MessageError, StoreError) as error:
            return {"error": str(error)}
        except Exception:  # noqa: BLE001  # whatever it is, the person gets a sentence
            _log.exception("a message could not be answered")
            return {
                "error": "Noe gikk galt i arbeidsboken, og svaret er kanskje ikke lagret. Det du "
                "har skrevet, blir stående her. Last inn siden på nytt, og si fra til "
                "foreleseren hvis det gjentar seg."
            }

    def open(self, exercises: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Give what ``load`` replies for many exercises, reading the file once.

        Raises
        ------
        StoreError
            As `AnswerStore.read`.
        ContentError
            If the bank has no such exercise.
        """
        answers = self.store.read()
        return {name: _loaded(self.bank[name], answers.get(name)) for name in exercises}

    def _reply(self, message: object) -> dict[str, Any]:
        if not isinstance(message, dict):
            raise MessageError(_UNREADABLE)
        match message.get("type"):
            case "save" if "explorer" in message and "exercise" not in message:
                return self._save_settings(message)
            case "save":
                return self._save(message, self._exercise(message))
            case "check":
                return self._check(message, self._exercise(message))
            case "hint":
                return _hint(message, self._exercise(message))
            case "solution":
                return _solution(self._exercise(message))
            case "load":
                exercise = self._exercise(message)
                return _loaded(exercise, self.store.read().get(exercise.id))
            case _:
                raise MessageError(_UNREADABLE)

    def _exercise(self, message: dict[Any, Any]) -> Exercise:
        name = message.get("exercise")
        if not isinstance(name, str):
            raise MessageError(_UNREADABLE)
        if name not in self.bank:
            raise MessageError(
                f"Oppgaven «{name[:60]}» finnes ikke i denne utgaven av arbeidsboken. Last inn "
                "siden på nytt. Det du har skrevet, blir stående i vinduet."
            )
        return self.bank[name]

    def _save(self, message: dict[Any, Any], exercise: Exercise) -> dict[str, Any]:
        response = _response(message, "response")
        return self._keep(message, exercise.id, response, _version(message), checked=False)

    def _check(self, message: dict[Any, Any], exercise: Exercise) -> dict[str, Any]:
        """Save and judge; what cannot be judged is saved as it was typed."""
        response, version = _response(message, "response"), _version(message)
        said: dict[str, Any] = {}
        judged = False
        try:
            verdict = _judged(exercise, response, version)
            said["verdict"] = verdict.to_json()
            judged = verdict.outcome is not Outcome.NOT_ANSWERED
        except ResponseError as error:
            said["refused"] = str(error)
        except Exception:  # noqa: BLE001  # a fault in an exercise must not cost its answer
            _log.exception("%s could not be judged", exercise.id)
            said["refused"] = (
                "Svaret kunne ikke vurderes, fordi det er noe galt med oppgaven. Gå videre, og si "
                "gjerne fra til foreleseren."
            )
        try:
            return self._keep(message, exercise.id, response, version, checked=judged) | said
        except StoreError as error:
            # A folder that cannot be written to should not keep anybody from learning.
            return {"error": str(error)} | said

    def _save_settings(self, message: dict[Any, Any]) -> dict[str, Any]:
        name, settings = message.get("explorer"), _response(message, "settings")
        if not (isinstance(name, str) and _NAME.fullmatch(name) and isinstance(settings, dict)):
            raise MessageError(_UNREADABLE)
        return self._keep(message, explorer_key(name), settings, 1, checked=False)

    def _keep(
        self, message: dict[Any, Any], key: str, response: Any, version: int, *, checked: bool
    ) -> dict[str, Any]:
        at, writer = _whole(message, "at"), message.get("writer")
        if at < 0 or not isinstance(writer, str) or not 0 < len(writer) <= 100:
            raise MessageError(_UNREADABLE)
        saved = self.store.save(
            key, response, at=at, version=version, writer=writer, checked=checked
        )
        return _receipt(saved, version)


def shown(answer: Answer, *, version: int) -> dict[str, Any]:
    """Give an answer as a front end gets it; `version` is the exercise's now."""
    return {
        "response": answer.response,
        "at": answer.at,
        "clock": clock(answer.at),
        "version": answer.version,
        "checked": answer.checked,
        "outdated": answer.version < version,
    }


def _receipt(saved: Saved, version: int) -> dict[str, Any]:
    newer = None if saved.newer is None else shown(saved.newer, version=version)
    return {"saved": {"at": saved.at, "clock": clock(saved.at)}, "newer": newer}


def _loaded(exercise: Exercise, answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {"answer": None, "verdict": None}
    verdict = None
    if answer.checked:
        try:
            verdict = _judged(exercise, answer.response, answer.version).to_json()
        except ResponseError:
            verdict = None  # judged once, by an exercise that has been changed since
        except Exception:  # noqa: BLE001  # a fault in an exercise must not hide its answer
            _log.exception("%s could not be judged", exercise.id)
    return {"answer": shown(answer, version=exercise.version), "verdict": verdict}


def _judged(exercise: Exercise, response: Any, version: int) -> Verdict:
    if version < exercise.version:
        raise ResponseError(
            "Oppgaven er endret etter at siden ble åpnet. Last inn siden på nytt og se over "
            "svaret, så blir det vurdert."
        )
    return exercise.check(response)


def _hint(message: dict[Any, Any], exercise: Exercise) -> dict[str, Any]:
    number, total = _whole(message, "number"), len(exercise.hints)
    if not total:
        raise MessageError("Denne oppgaven har ingen hint.")
    if not 1 <= number <= total:
        raise MessageError(f"Det finnes ikke flere hint. Denne oppgaven har {total}.")
    return {"hint": html(exercise.hints[number - 1].nb), "left": total - number}


def _solution(exercise: Exercise) -> dict[str, Any]:
    if exercise.solution is None:
        raise MessageError("Denne oppgaven har ikke noe løsningsforslag.")
    return {"solution": html(exercise.solution.nb)}


_UNREADABLE = (
    "Siden sendte noe som arbeidsboken ikke kjenner, så det er ikke lagret ennå. Last inn siden på "
    "nytt. Det du har skrevet, blir stående i nettleseren og sendes på nytt."
)


def _whole(message: dict[Any, Any], key: str) -> int:
    """Give a whole number; a browser's 3 may arrive as 3.0."""
    value = message.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MessageError(_UNREADABLE)
    return value


def _version(message: dict[Any, Any]) -> int:
    version = _whole(message, "version")
    if not 1 <= version <= 1_000_000:
        raise MessageError(_UNREADABLE)
    return version


def _response(message: dict[Any, Any], key: str) -> Any:
    """Give what was said as plain JSON of a size a person could have written.

    Through JSON and back, so that what is stored is the message's no longer, and has no keys
    but texts.
    """
    try:
        written = json.dumps(message[key], ensure_ascii=False, allow_nan=False)
    except (KeyError, ValueError, TypeError, RecursionError):
        raise MessageError(_UNREADABLE) from None
    size = len(written.encode("utf-8", "backslashreplace"))
    if size > LARGEST:
        raise MessageError(
            f"Svaret er for langt til å lagres: {format_number(size / 1e6, 1)} MB, og det er plass "
            f"til {format_number(LARGEST / 1e6)} MB. Kort det ned, eller legg teksten i et eget "
            "dokument. Det du har skrevet, blir stående i vinduet så lenge."
        )
    response = json.loads(written)
    if _depth(response) > _DEEPEST:
        raise MessageError(_UNREADABLE)
    if places := guard.places_within(response):
        raise GuardedError(places)
    return response


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level := [part for part in level if isinstance(part, (dict, list))]:
        deepest += 1
        level = [
            inner for part in level for inner in (part.values() if isinstance(part, dict) else part)
        ]
    return deepest
