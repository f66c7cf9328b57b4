"""What is left of a session: counts, advice, parked questions and exit tickets. Pure."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from helseledelse.answers import guard
from helseledelse.documents.record import Paper, Section, Sentence
from helseledelse.exercises.base import Exercise
from helseledelse.exercises.text import html, plain
from helseledelse.live import rules
from helseledelse.live.rules import GuardedError, Room, RuleError, State, Votes
from helseledelse.live.wall import Notes
from helseledelse.norwegian import join

TICKET = "Hva prøver du før neste gang?"
LONGEST_TICKET, LONGEST_PARKED = 300, 4000  # characters: what is read aloud; a page of questions
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run as a formula
ROUNDS = ("Først", "Etterpå")
SUMMARY = (
    "Oppgave",
    "Har svart",
    "Riktig først",
    "Riktig etterpå",
    "Byttet til riktig",
    "Byttet bort fra riktig",
    "Byttet ellers",
)
_UNITS = ("", ", prosent")
_BEFORE_ADVICE = (State.QUESTION, State.VOTE)


@dataclass(frozen=True)
class Row:
    """One answer: of what part, which, and how many gave it in each round."""

    part: str
    answer: str
    counts: tuple[int, ...]
    shares: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """What is left of one exercise of the session.

    Attributes
    ----------
    title : the exercise's, plain text
    sentence, advice : what was said of the answers; "" where nothing yet
    rows : the answers, counted
    answered : how many answered in each round
    right : how many were right in each round, empty where there is no key
    changed : how many came to the right answer, left it, and changed otherwise; empty where
        nobody can have changed, or nobody knows
    """

    title: str
    sentence: str = ""
    advice: str = ""
    rows: tuple[Row, ...] = ()
    answered: tuple[int, ...] = ()
    right: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()

    @property
    def heads(self) -> tuple[str, ...]:
        """Name the rounds."""
        two = len(self.answered) == 2 or any(len(row.counts) == 2 for row in self.rows)
        return ROUNDS if two else ("Antall",)

    @property
    def summary(self) -> tuple[str, ...]:
        """Give the part's row in the table of the session, as `SUMMARY` names the columns."""
        rounds = [
            f"{right} av {answered}"
            + (f" ({100 * right / answered:.0f}\u00a0%)" if answered else "")
            for right, answered in zip(self.right, self.answered, strict=False)
        ]
        changed = [str(count) for count in self.changed]
        return (
            self.title,
            "–" if not self.answered else str(max(self.answered)),
            *(rounds + ["–"] * 2)[:2],
            *(changed + ["–"] * 3)[:3],
        )


@dataclass(frozen=True)
class Report:
    """A session afterwards, or so far.

    Attributes
    ----------
    room : the room's id
    opened, closed : seconds since 1970; `closed` is 0 while the room is open
    parts : the exercises, in the order they were shown
    parked : questions set aside
    tickets : what the participants will try, in alphabetical order and without a name
    owner : as the room's
    """

    room: str
    code: str
    opened: float
    closed: float = 0.0
    parts: tuple[Part, ...] = ()
    parked: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    owner: str = ""

    @property
    def says_anything(self) -> bool:
        return bool(self.parts or self.parked or self.tickets)

    @property
    def title(self) -> str:
        return f"Referat fra {self.day}"

    @property
    def titles(self) -> str:
        return join([f"«{part.title}»" for part in self.parts])

    def minutes(self, now: float) -> int:
        """Give how long the room has been open, at least one minute."""
        return max(1, round(((self.closed or now) - self.opened) / 60))

    @property
    def day(self) -> str:
        return f"{datetime.fromtimestamp(self.opened).astimezone():%d.%m.%Y kl. %H.%M}"


def may_report(exercise: Exercise) -> bool:
    """Whether anything may be left of a room with the exercise."""
    return not rules.is_sensitive(exercise)


def counted(room: Room, exercise: Exercise, rounds: tuple[Votes, ...], notes: Notes) -> Part:
    """Count an exercise's answers, with nobody's own answer among them."""
    rounds = rounds[: max(room.rounds, 1)]
    shown = rules.results(exercise, rounds, notes=notes)
    rows = [
        Row(plain(table["label"]), plain(row["label"]), tuple(row["counts"]), tuple(row["shares"]))
        for table in shown["tables"]
        for row in table["rows"]
    ]
    rows += [Row("", each["text"], (each["count"],), ()) for each in shown.get("wall", ())]
    given = room.rounds and room.state not in _BEFORE_ADVICE
    stand = rules.stand(exercise, rounds)
    return Part(
        title(exercise),
        shown["sentence"],
        rules.advice(exercise, rounds[0]) if given else "",
        tuple(rows),
        stand.answered,
        stand.right,
        stand.changed,
    )


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
    yield ("Oppgave", "Del", "Tekst", *(f"{head}{unit}" for head in ROUNDS for unit in _UNITS))
    yield "", "Åpnet", report.day
    yield "", "Minutter", str(report.minutes(now))
    for part in report.parts:
        for name, said in zip(SUMMARY[1:], part.summary[1:], strict=True):
            yield part.title, name, said
        yield part.title, "Råd", part.advice
        yield part.title, "Oppsummert", part.sentence
        for row in part.rows:
            shares = row.shares or ("",) * len(row.counts)
            pairs = zip(row.counts, shares, strict=True)
            counts = (str(each) for pair in pairs for each in pair)
            yield part.title, row.part or "Svar", row.answer, *counts
    for words in report.parked:
        yield "", "Parkert spørsmål", words
    for words in report.tickets:
        yield "", TICKET, words


def as_csv(report: Report, now: float) -> bytes:
    """Give the report for a spreadsheet: semicolons, and the mark Excel knows UTF-8 by."""
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(
        [harmless(cell) for cell in line] for line in _lines(report, now)
    )
    return written.getvalue().encode("utf-8-sig")


def _said(part: Part) -> Iterator[str]:
    if part.sentence:
        yield part.sentence
    if part.advice:
        yield f"Rådet etter første avstemning: {part.advice}"
    for row in part.rows:
        said = [
            f"{head.lower()} {count}" + (f" ({row.shares[number]}\u00a0%)" if row.shares else "")
            for number, (head, count) in enumerate(zip(part.heads, row.counts, strict=False))
        ]
        start = f"{row.part}: " if row.part else ""
        yield f"{start}{row.answer}: {', '.join(said)}"


def as_paper(report: Report, now: float) -> Paper:
    """Give the report as a Word document."""
    parts = (
        *((part.title, tuple(_said(part))) for part in report.parts),
        ("Parkerte spørsmål", report.parked),
        (TICKET, report.tickets),
    )
    sections = tuple(
        Section(1, heading, tuple(Sentence(words) for words in said or ["Ingen."]))
        for heading, said in parts
    )
    subtitle = f"Rom {report.code}, {report.minutes(now)} minutter"
    return Paper(report.title, subtitle, sections, at=int((report.closed or report.opened) * 1000))
