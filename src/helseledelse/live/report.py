"""What is left of a room afterwards: counts, advice, parked questions and exit tickets. Pure."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helseledelse.answers import guard
from helseledelse.documents.record import Paper, Section, Sentence
from helseledelse.exercises.base import Exercise
from helseledelse.exercises.text import html, plain
from helseledelse.live import rules
from helseledelse.live.rules import GuardedError, Room, RuleError, State
from helseledelse.live.wall import Notes

TICKET = "Hva prøver du før neste gang?"
LONGEST_TICKET, LONGEST_PARKED = 300, 4000  # characters: what is read aloud; a page of questions
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run as a formula
_BEFORE_ADVICE = (State.QUESTION, State.VOTE)


@dataclass(frozen=True)
class Row:
    """One answer: of what part, which, and how many gave it in each round."""

    part: str
    answer: str
    counts: tuple[int, ...]
    shares: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """A room afterwards, or so far.

    Attributes
    ----------
    room : the room's id
    title : the exercise's, plain text
    opened, closed : seconds since 1970; `closed` is 0 while the room is open
    sentence, advice : what was said of the answers; "" where nothing yet
    rows : the answers, counted
    parked : questions set aside
    tickets : what the participants will try, in alphabetical order and without a name
    """

    room: str
    code: str
    title: str
    opened: float
    closed: float = 0.0
    sentence: str = ""
    advice: str = ""
    rows: tuple[Row, ...] = ()
    parked: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()

    def minutes(self, now: float) -> int:
        """Give how long the room has been open, at least one minute."""
        return max(1, round(((self.closed or now) - self.opened) / 60))

    @property
    def day(self) -> str:
        return f"{datetime.fromtimestamp(self.opened).astimezone():%d.%m.%Y kl. %H.%M}"

    @property
    def heads(self) -> tuple[str, ...]:
        """Name the rounds."""
        two = any(len(row.counts) == 2 for row in self.rows)
        return ("Først", "Etterpå") if two else ("Antall",)


def may_report(exercise: Exercise) -> bool:
    """Whether anything may be left of a room with the exercise."""
    return not rules.is_sensitive(exercise)


def counted(
    room: Room, exercise: Exercise, rounds: tuple[dict[str, Any], ...], notes: Notes
) -> dict[str, Any]:
    """Give the `sentence`, `advice` and `rows` of a room, with nobody's own answer in them."""
    shown = rules.results(exercise, rounds[: max(room.rounds, 1)], notes=notes)
    rows = [
        Row(plain(table["label"]), plain(row["label"]), tuple(row["counts"]), tuple(row["shares"]))
        for table in shown["tables"]
        for row in table["rows"]
    ]
    rows += [Row("", each["text"], (each["count"],), ()) for each in shown.get("wall", ())]
    given = room.rounds and room.state not in _BEFORE_ADVICE
    return {
        "sentence": shown["sentence"],
        "advice": rules.advice(exercise, rounds[0]) if given else "",
        "rows": tuple(rows),
    }


def title(exercise: Exercise) -> str:
    """Give the exercise's title as plain text."""
    return plain(html(exercise.title.nb, inline=True))


def _words(raw: object, longest: int) -> str:
    if not isinstance(raw, str):
        raise RuleError("Teksten lar seg ikke lese. Last siden på nytt.")
    if len(raw) > longest:
        raise RuleError(
            f"Teksten har {len(raw)} tegn, og det er plass til {longest}. Kort den ned."
        )
    if places := guard.places_within(raw):
        raise GuardedError(places)
    return raw


def ticket(room: Room, exercise: Exercise, raw: object) -> str:
    """Give an exit ticket, where the room takes one.

    Raises
    ------
    RuleError
        If it is not the time for it, or it cannot be kept.
    """
    if room.closed or not room.explained or not may_report(exercise):
        raise RuleError("Rommet tar ikke imot lapper nå.")
    words = " ".join(_words(raw, LONGEST_TICKET).split())
    if not words:
        raise RuleError("Skriv noe på lappen før du sender den.")
    return words


def parked(raw: str) -> tuple[str, ...]:
    """Read parked questions, one on each line.

    Raises
    ------
    RuleError
        If they cannot be kept.
    """
    lines = (" ".join(line.split()) for line in _words(raw, LONGEST_PARKED).splitlines())
    return tuple(line for line in lines if line)


# ---------------------------------------------------------------- files


def harmless(cell: str) -> str:
    """Give a cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("Ja")
    ("'=1+1", 'Ja')
    """
    return f"'{cell}" if cell.lstrip(" ").startswith(_DANGEROUS) else cell


def _lines(report: Report, now: float) -> Iterator[tuple[str, ...]]:
    heads = [name for head in report.heads for name in (head, f"{head}, prosent")]
    yield ("Del", "Tekst", *heads)
    yield "Oppgave", report.title
    yield "Åpnet", report.day
    yield "Minutter", str(report.minutes(now))
    yield "Råd", report.advice
    yield "Oppsummert", report.sentence
    for row in report.rows:
        shares = row.shares or ("",) * len(row.counts)
        pairs = zip(row.counts, shares, strict=True)
        yield row.part or "Svar", row.answer, *(str(each) for pair in pairs for each in pair)
    for words in report.parked:
        yield "Parkert spørsmål", words
    for words in report.tickets:
        yield TICKET, words


def as_csv(report: Report, now: float) -> bytes:
    """Give the report for a spreadsheet: semicolons, and the mark Excel knows UTF-8 by."""
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(
        [harmless(cell) for cell in line] for line in _lines(report, now)
    )
    return written.getvalue().encode("utf-8-sig")


def as_paper(report: Report, now: float) -> Paper:
    """Give the report as a Word document."""
    answers = [report.sentence, f"Rådet etter første avstemning: {report.advice}"]
    answers = [words for words in answers[: 2 if report.advice else 1] if words]
    for row in report.rows:
        said = [
            f"{head.lower()} {count}" + (f" ({row.shares[number]}\u00a0%)" if row.shares else "")
            for number, (head, count) in enumerate(zip(report.heads, row.counts, strict=False))
        ]
        start = f"{row.part}: " if row.part else ""
        answers.append(f"{start}{row.answer}: {', '.join(said)}")
    parts = (
        ("Svarene", answers),
        ("Parkerte spørsmål", report.parked),
        (TICKET, report.tickets),
    )
    sections = tuple(
        Section(1, heading, tuple(Sentence(words) for words in said or ["Ingen."]))
        for heading, said in parts
    )
    subtitle = f"Rom {report.code}, {report.day}, {report.minutes(now)} minutter"
    return Paper(report.title, subtitle, sections, at=int((report.closed or report.opened) * 1000))
