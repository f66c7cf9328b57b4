"""Answers a person brings along from the room to their own workbook, and only if they want to.

The phone page belongs to the lecturer's machine and the workbook to the person's own, so nothing
goes by itself. The phone writes a line for each answer, the person carries it over, this page shows
what it would put in and what stands there already, and the person says yes.
"""

import json
import secrets
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from helseledelse.answers import guard
from helseledelse.answers.progress import clock
from helseledelse.answers.store import Answer, StoreError
from helseledelse.exercises.base import Exercise, ResponseError
from helseledelse.exercises.face import Face
from helseledelse.exercises.paper import Said, in_words
from helseledelse.exercises.reader import is_name
from helseledelse.exercises.text import html
from helseledelse.pages.course import Address, Course, NotInCourseError

LARGEST = 20_000  # characters: what a phone may send to a room
MOST = 40  # lines: more than a whole day in the room
UNREADABLE = (
    "Dette er ikke en linje fra telefonsiden. Kopier hele linjen under «Ta svaret med deg», og lim "
    "den inn på nytt."
)
_CHANGED = "Svaret i arbeidsboken er endret siden du så det. Se på begge, og velg på nytt."


class CarriedError(ValueError):
    """A line that cannot be used; the message is a sentence for people."""


@dataclass(frozen=True)
class Carried:
    """An answer on its way: the exercise, its version, and the response as the kind has it."""

    exercise: str
    version: int
    response: Any


def read(line: str) -> Carried:
    """Read a line: the exercise, its version and the response as JSON, with a space between.

    A text may also stand as somebody types it, without the quotation marks of JSON or with others.

    Raises
    ------
    CarriedError
        If it is no such line.
    """
    exercise, _, rest = line.strip().partition(" ")
    version, _, written = rest.strip().partition(" ")
    written = written.strip()
    if not (is_name(exercise) and version.isdecimal() and len(version) < 7 and written):
        raise CarriedError(UNREADABLE)
    try:
        response = json.loads(written)
    except (ValueError, RecursionError):
        if written[0] in "[{":  # a list or a table that was cut short is not a text
            raise CarriedError(UNREADABLE) from None
        response = written.strip("\"'«»“”„’ ")
    return Carried(exercise, int(version), response)


@dataclass(frozen=True)
class Item:
    """One answer in one workbook, as it is shown before and after it is put in.

    Attributes
    ----------
    key : names it in the form, with the time of the answer that stood there
    title : HTML
    said : the answer brought along, in words
    old, when : the answer that stands there already, and when it was given
    problem : why it cannot be put in, "" where it can
    kept : whether the workbook has just this answer
    """

    key: str = ""
    title: str = ""
    workbook: str = ""
    address: str = ""
    said: tuple[Said, ...] = ()
    old: tuple[Said, ...] = ()
    when: str = ""
    problem: str = ""
    kept: bool = False


def items(course: Course, text: str, address: Address) -> list[Item]:
    """Give what the lines of a text would put where.

    Raises
    ------
    CarriedError
        If there is no line, or too much.
    """
    return [item for item, _ in _found(course, text, address)]


def put_in(
    course: Course, text: str, chosen: Collection[str], address: Address
) -> tuple[list[Item], int]:
    """Put in what was chosen; gives how each stands now, and how many were put in.

    Raises
    ------
    CarriedError
        As `items`.
    """
    # A name of its own, so that what another page has written is kept among the earlier answers.
    writer = f"rommet-{secrets.token_hex(6)}"
    problems, number = {}, 0
    for item, carried in _found(course, text, address):
        place = item.key.rpartition("/")[0]
        asked = [key for key in chosen if key.rpartition("/")[0] == place]
        if carried is None or item.kept or not asked:
            continue
        if item.key not in asked:
            problems[place] = _CHANGED
            continue
        message = {
            "type": "save",
            "exercise": carried.exercise,
            "response": carried.response,
            "version": carried.version,
            "at": time.time_ns() // 1_000_000,
            "writer": writer,
        }
        reply = course.reply(place.partition("/")[0], message)
        number += "saved" in reply
        if "error" in reply:
            problems[place] = reply["error"]
    return [
        replace(item, problem=problems.get(item.key.rpartition("/")[0], item.problem))
        for item in items(course, text, address)
    ], number


def _found(course: Course, text: str, address: Address) -> Iterator[tuple[Item, Carried | None]]:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise CarriedError("Lim inn linjen fra telefonsiden først.")
    if len(text) > LARGEST or len(lines) > MOST:
        raise CarriedError("Det er for mye på én gang. Ta med noen av linjene om gangen.")
    latest: dict[str, Carried] = {}
    for line in lines:
        try:
            carried = read(line)
        except CarriedError as problem:
            yield (
                Item(title=html(f"«{line.strip()[:60]}»", inline=True), problem=str(problem)),
                None,
            )
        else:
            latest[carried.exercise] = carried
    bank = course.bank
    for carried in latest.values():
        exercise = bank[carried.exercise] if carried.exercise in bank else None  # noqa: SIM401  a bank raises
        if exercise is None or isinstance(exercise, Face):  # an assignment is never in a room
            name = html(f"«{carried.exercise}»", inline=True)
            yield Item(title=name, problem="Oppgaven finnes ikke i arbeidsboken din."), None
            continue
        title = html(str(exercise.title), inline=True)
        if refused := _refused(exercise, carried):
            yield Item(title=title, problem=refused), None
            continue
        homes = list(_homes(course, carried, exercise, title, address))
        yield from homes
        if not homes:
            missing = "Oppgaven hører til en arbeidsbok som ikke ligger på denne maskinen."
            yield Item(title=title, problem=missing), None


def _refused(exercise: Exercise, carried: Carried) -> str:
    if carried.version > exercise.version:
        return (
            "Rommet har en nyere utgave av oppgaven enn arbeidsboken din. Oppdater arbeidsboken, "
            "eller svar på nytt her."
        )
    if carried.version < exercise.version:
        return "Oppgaven er endret siden svaret ble gitt. Svar på nytt i arbeidsboken."
    try:
        if exercise.is_blank(exercise.accept(carried.response)):
            return "Svaret er tomt."
    except ResponseError as problem:
        return str(problem)
    places = guard.places_within(carried.response)
    return guard.sentence(places) if places else ""


def _homes(
    course: Course, carried: Carried, exercise: Exercise, title: str, address: Address
) -> Iterator[tuple[Item, Carried]]:
    for programme in course.programmes:
        for samling in programme.samlinger:
            try:
                _, _, _, book = course.opened(*samling.workbook.split("/"))
                answers, _ = course.kept(programme.id)
            except (NotInCourseError, StoreError):
                continue
            if exercise.id not in book.exercises:
                continue
            old: Answer | None = answers.get(exercise.id)
            said = in_words(exercise, old.response) if old else []
            yield (
                Item(
                    key=f"{programme.id}/{exercise.id}/{old.at if old else 0}",
                    title=title,
                    workbook=programme.place(samling, " · "),
                    address=address("arbeidsbok", *samling.workbook.split("/")) + f"#{exercise.id}",
                    said=tuple(in_words(exercise, carried.response)),
                    old=tuple(said),
                    when=clock(old.at) if old and said else "",
                    kept=old is not None and old.response == carried.response,
                ),
                carried,
            )
            break  # a programme keeps one answer to an exercise, wherever it stands
