"""What may happen in a room, and what may be seen of it when. No clock, no files, no network."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from helseledelse.answers import guard
from helseledelse.exercises.base import Exercise, Outcome, ResponseError, Tally
from helseledelse.exercises.face import Face
from helseledelse.exercises.number import Mistake, Number
from helseledelse.exercises.short_text import ShortText
from helseledelse.exercises.text import html
from helseledelse.live import histogram, wall
from helseledelse.live.wall import Notes
from helseledelse.norwegian import format_number, join

KINDS = (
    "single",
    "multiple",
    "number",
    "classify",
    "order",
    "placement",
    "scale",
    "short_text",
    "dots",
)
SENSITIVE = "sensitiv"  # the tag of an exercise whose answers are never stored
FEWEST = 5  # under so many answers a sensitive result could point at somebody
# Below the first share a discussion has too few to learn from, above the second too little to
# settle: the bounds of peer instruction in Crouch and Mazur (2001), Am. J. Phys. 69(9), 970-977.
FEW_RIGHT, MANY_RIGHT = 0.35, 0.70
MOST_VALUES = 12  # different numbers shown each on its own row; more are shown as columns
DISCUSSION_SECONDS = 180
MOST_HANDS = 400  # for one option; twice the largest class
_HAND = "hånd "


class RuleError(ValueError):
    """Something the room does not allow now; the message is a sentence for people."""


class GuardedError(RuleError):
    """A vote that may say who a patient is, and is kept nowhere."""

    def __init__(self, places: tuple[guard.Place, ...]) -> None:
        super().__init__(guard.sentence(places))
        self.places = places


class State(StrEnum):
    """Where a room stands."""

    QUESTION = "question"
    VOTE = "vote"
    LOCKED = "locked"
    DISCUSS = "discuss"
    REVOTE = "revote"
    BOTH = "both"
    EXPLAINED = "explained"


# Where one may go from each state. Opening again what was locked by a slip loses nobody's answer.
ROADS: dict[State, tuple[State, ...]] = {
    State.QUESTION: (State.VOTE,),
    State.VOTE: (State.LOCKED,),
    State.LOCKED: (State.VOTE, State.DISCUSS, State.BOTH),
    State.DISCUSS: (State.REVOTE, State.BOTH),
    State.REVOTE: (State.BOTH,),
    State.BOTH: (State.EXPLAINED,),
    State.EXPLAINED: (),
}

ON_PHONE = {
    State.QUESTION: "Les spørsmålet. Avstemningen åpner snart.",
    State.VOTE: "Avstemningen er åpen. Du kan endre svaret til den blir låst.",
    State.LOCKED: "Avstemningen er låst.",
    State.DISCUSS: "Snakk med den som sitter ved siden av deg. Etterpå stemmer dere én gang til.",
    State.REVOTE: "Stem én gang til. Svar det du mener nå.",
    State.BOTH: "Her er svarene fra rommet.",
    State.EXPLAINED: "Her er svarene fra rommet, og forklaringen.",
}
NEXT_ON_PHONE = "Her er neste oppgave. Les spørsmålet. Avstemningen åpner snart."
NOT_FOR_A_ROOM = "Denne oppgaven er laget for å skrives alene og kan ikke vises i rommet."
CLOSED = "Rommet er stengt. Takk for at du var med."
UNSTORED = (
    "Svarene i denne oppgaven lagres ikke. De vises bare som andeler, "
    f"og først når minst {FEWEST} har svart."
)

NOTHING_READ: Notes = {}
_VOTING = {State.VOTE: 1, State.REVOTE: 2}
_REVEALED = {State.BOTH, State.EXPLAINED}


@dataclass(frozen=True)
class Room:
    """A live session: one exercise after another under one code.

    Attributes
    ----------
    id : a name nobody can guess; what is kept belongs to it
    code : four letters that are said aloud
    exercise : the id of the exercise that is shown
    state : where it stands
    since : when it came there, seconds since 1970
    rounds : how many rounds have been opened of this exercise
    closed : whether the session is over
    turn : which exercise of the session this is, from 1
    owner : the lecturer who opened it, "" where a server has one lecturer only
    """

    id: str
    code: str
    exercise: str
    state: State = State.QUESTION
    since: float = 0.0
    rounds: int = 0
    closed: bool = False
    turn: int = 1
    owner: str = ""

    @property
    def first(self) -> int:
        """The number of this exercise's first round.

        Rounds are numbered through the session, two to an exercise, so that a vote that comes
        late is never counted with another exercise.
        """
        return 2 * self.turn - 1

    @property
    def number(self) -> int:
        """The number of the round that is open, was the last, or will be the first."""
        return self.first + max(self.rounds, 1) - 1

    @property
    def revealed(self) -> bool:
        """Whether counts may be seen."""
        return self.state in _REVEALED

    @property
    def voting(self) -> int:
        """The number of the round that is open, 0 where none is."""
        return 0 if self.closed or self.state not in _VOTING else self.number

    @property
    def explained(self) -> bool:
        """Whether the key may be seen."""
        return self.state is State.EXPLAINED


Votes = Mapping[str, Any]  # the accepted response of each voter in one round


def fits(exercise: Exercise) -> bool:
    """Whether the exercise can be put before a room."""
    if isinstance(exercise, Face):
        return False  # an assignment is each person's own
    # A text has no share that could be shown in its place.
    return exercise.kind in KINDS and not (
        isinstance(exercise, ShortText) and is_sensitive(exercise)
    )


def is_sensitive(exercise: Exercise) -> bool:
    """Whether the exercise's answers must never be stored."""
    return SENSITIVE in exercise.tags


def leads(lecturer: str, owner: str) -> bool:
    """Whether a lecturer leads what `owner` opened; what nobody owns is everybody's."""
    return owner in ("", lecturer)


def move(room: Room, step: str, now: float) -> Room:
    """Give the room after the lecturer's step.

    Raises
    ------
    RuleError
        If the room is closed or the step does not lead on from where it stands.
    """
    if room.closed:
        raise RuleError(CLOSED)
    if step not in {str(road) for road in ROADS[room.state]}:
        raise RuleError("Rommet står allerede et annet sted. Siden viser hvor.")
    state = State(step)
    return replace(room, state=state, since=now, rounds=max(room.rounds, _VOTING.get(state, 0)))


def turn(room: Room, exercise: Exercise, now: float) -> Room:
    """Give the room with its next exercise.

    Raises
    ------
    RuleError
        If the room is closed, or the exercise is not one for a room.
    """
    if room.closed:
        raise RuleError(CLOSED)
    if not fits(exercise):
        raise RuleError(NOT_FOR_A_ROOM)
    begun = replace(room, exercise=exercise.id, state=State.QUESTION, since=now, rounds=0)
    return replace(begun, turn=room.turn + 1)


def longer(room: Room) -> Room:
    """Give the room a minute more to discuss in.

    Raises
    ------
    RuleError
        If nobody is discussing.
    """
    if room.closed or room.state is not State.DISCUSS:
        raise RuleError("Klokken går bare mens dere diskuterer.")
    return replace(room, since=room.since + 60)


def close(room: Room) -> Room:
    """Give the room when the session is over."""
    return replace(room, closed=True)


def take(room: Room, exercise: Exercise, number: object, raw: object) -> Any:
    """Give the response of a vote in round `number`, when the room takes it.

    Raises
    ------
    RuleError
        If it came too late or too early, or is no answer to the exercise.
    """
    if room.closed:
        raise RuleError(CLOSED)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise RuleError("Svaret hører ikke til noen avstemning i dette rommet.")
    if number < room.first:
        raise RuleError("Oppgaven var avsluttet da svaret kom fram. Det er ikke talt med.")
    if number > room.first + 1:
        raise RuleError("Svaret hører ikke til noen avstemning i dette rommet.")
    if room.voting != number:
        if number >= room.first + room.rounds:
            raise RuleError("Avstemningen er ikke åpnet ennå. Svaret er ikke talt med.")
        raise RuleError("Avstemningen var låst da svaret kom fram. Det er ikke talt med.")
    try:
        response = exercise.accept(raw)
        # Letters where a number is asked for are refused while they can still be mended.
        exercise.check(raw)
    except ResponseError as problem:
        raise RuleError(str(problem)) from problem
    if places := guard.places_within(response):
        raise GuardedError(places)
    if isinstance(exercise, ShortText) and len(response) > wall.LONGEST:
        raise RuleError(
            f"Svaret har {len(response)} tegn, og på veggen er det plass til {wall.LONGEST}. "
            "Kort det ned, så blir det talt med."
        )
    return response


def by_hand(exercise: Exercise) -> bool:
    """Whether raised hands can be counted: one answer to choose."""
    return exercise.kind == "single" and not is_sensitive(exercise)


def hands(room: Room, exercise: Exercise, counts: object) -> list[str]:
    """Give what each raised hand stands for, from how many there were for each option.

    Raises
    ------
    RuleError
        If hands cannot be counted now, or these are no counts.
    """
    if not by_hand(exercise):
        raise RuleError("Hender kan bare telles når oppgaven har ett svar å velge.")
    if not room.voting:
        raise RuleError("Åpne avstemningen før du fører inn hendene.")
    options = [option["id"] for option in exercise.face()["options"]]
    if not isinstance(counts, dict) or set(counts) != set(options):
        raise RuleError("Hendene lar seg ikke lese. Last siden på nytt.")
    for count in counts.values():
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_HANDS:
            raise RuleError(f"Skriv hele tall fra 0 til {MOST_HANDS} på hvert svar.")
    return [option for option in options for _ in range(counts[option])]


def hand(number: int, place: int) -> str:
    """Name the voter a raised hand stands for; no cookie can stand for it.

    Each round has its own: nobody knows which hand was raised for what the last time.
    """
    return f"{_HAND}{number} {place}"


def is_hand(voter: str) -> bool:
    return voter.startswith(_HAND)


def has_key(exercise: Exercise) -> bool:
    """Whether there is something to be right about, and what is not right is wrong."""
    if isinstance(exercise, ShortText):  # its list proves a text right, never wrong
        return False
    return not exercise.opinion and exercise.key() is not None


def _given(exercise: Exercise, votes: Votes) -> dict[str, Any]:
    return {voter: response for voter, response in votes.items() if not exercise.is_blank(response)}


def _is_right(exercise: Exercise, response: object) -> bool:
    return exercise.check(response).outcome is Outcome.RIGHT


def advice(exercise: Exercise, votes: Votes) -> str:
    """Give what to do after the first vote: the advice, never the share it rests on."""
    given = _given(exercise, votes)
    if not given:
        return "Ingen har svart. Åpne avstemningen igjen, eller gå videre."
    if isinstance(exercise, ShortText):
        return "Les gjennom svarene på din egen skjerm. Her vises bare de du slipper fram."
    if not has_key(exercise):
        return "Her finnes det ingen fasit. La dem snakke sammen, eller vis svarene med en gang."
    share = sum(_is_right(exercise, response) for response in given.values()) / len(given)
    if share < FEW_RIGHT:
        return "Få har riktig svar. Forklar mer eller gi et hint før dere stemmer igjen."
    if share > MANY_RIGHT:
        return "De fleste har riktig svar. Gå rett til svarene og forklaringen."
    return "Rommet er delt. La dem diskutere i tre minutter, og stem så igjen."


@dataclass(frozen=True)
class Changed:
    """How many who voted twice came to another answer.

    Attributes
    ----------
    to_right, from_right : how many changed to the right answer, and away from it
    other : how many changed otherwise
    """

    to_right: int
    from_right: int
    other: int

    @property
    def sentence(self) -> str:
        if not self.to_right + self.from_right + self.other:
            return "Ingen byttet svar."
        parts = []
        if self.to_right:
            parts.append(f"{self.to_right} byttet til riktig svar")
        if self.from_right:
            parts.append(f"{self.from_right} byttet bort fra riktig svar")
        if self.other:
            parts.append(f"{self.other} byttet til et annet svar")
        return f"{join(parts)}."


def changed(exercise: Exercise, first: Votes, second: Votes) -> Changed:
    """Count who changed, among those who voted in both rounds."""
    before, after = _given(exercise, first), _given(exercise, second)
    keyed = has_key(exercise)
    to_right = from_right = other = 0
    for voter in before.keys() & after.keys():
        old, new = before[voter], after[voter]
        was, is_now = (keyed and _is_right(exercise, response) for response in (old, new))
        if was != is_now:
            to_right, from_right = to_right + is_now, from_right + was
        elif old != new and not (was and is_now):
            other += 1
    return Changed(to_right, from_right, other)


@dataclass(frozen=True)
class Stand:
    """How the rounds of an exercise stand, in numbers.

    Attributes
    ----------
    answered : how many answered in each round
    right : how many were right in each round; empty where there is no key
    changed : how many came to the right answer, left it, and changed otherwise; empty where
        nobody answered twice
    """

    answered: tuple[int, ...]
    right: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()


def stand(exercise: Exercise, rounds: tuple[Votes, ...]) -> Stand:
    """Count each round and those who changed between them."""
    given = [_given(exercise, votes) for votes in rounds]
    answered = tuple(len(each) for each in given)
    right: tuple[int, ...] = ()
    if has_key(exercise):
        right = tuple(sum(_is_right(exercise, one) for one in each.values()) for each in given)
    if len(rounds) < 2 or not given[0].keys() & given[1].keys():
        return Stand(answered, right)
    found = changed(exercise, *rounds)
    return Stand(answered, right, (found.to_right, found.from_right, found.other))


# ---------------------------------------------------------------- what is shown


def _label(face: dict[str, Any], part: str, name: str) -> str:
    found = next((each["label"] for each in face.get(part, ()) if each["id"] == name), name)
    return str(found)


def _quadrant(face: dict[str, Any], place: str) -> str:
    x, y = (int(number) for number in place.split(","))
    ends = [
        face[axis]["low"] if value < 5 else face[axis]["high"] if value > 5 else "midt på"
        for axis, value in (("x", x), ("y", y))
    ]
    return " / ".join(ends)


def _value(exercise: Exercise, face: dict[str, Any], value: str) -> str:
    match exercise.kind:
        case "single" | "multiple":
            return _label(face, "options", value)
        case "dots":
            return _label(face, "items", value)
        case "classify":
            return _label(face, "boxes", value)
        case "order":
            return f"Plass {value}"
        case "placement":
            return _quadrant(face, value)
        case "number":
            # A column's label carries its unit.
            unit = "" if " " in value else face.get("unit") or ""
            return html(f"{value} {unit}".strip(), inline=True)
        case _:
            return value


def _numbers(exercise: Number, votes: Votes) -> list[float]:
    """Give the numbers of a round; take refuses what is none."""
    return [exercise.read(response)[0] for response in _given(exercise, votes).values()]


def _figure(exercise: Number, rounds: tuple[Votes, ...], *, explained: bool) -> dict[str, Any]:
    """Give the numbers as columns, the same in every round; the key marks its place afterwards."""
    numbers = [_numbers(exercise, votes) for votes in rounds]
    columns = histogram.bins([value for each in numbers for value in each])
    counts = [[sum(map(column.holds, each)) for column in columns] for each in numbers]
    labels = [histogram.label(column, exercise.unit) for column in columns]
    last = counts[-1] if counts else []
    most = max(last, default=0)
    tallest = [name for name, count in zip(labels, last, strict=True) if count == most]
    found = sum(last)
    sentence = ""
    if most:
        where = f"i området {tallest[0]}" if len(tallest) == 1 else f"i områdene {join(tallest)}"
        each = "" if len(tallest) == 1 else "hver "
        low, high = (exercise.written(edge(numbers[-1])) for edge in (min, max))
        unit = f" {exercise.unit}" if exercise.unit else ""
        sentence = (
            f"Alle har svart {low}{unit}."
            if low == high
            else f"Flest svar ligger {where}: {each}{most} av {found}. "
            f"Svarene går fra {low} til {high}{unit}."
        )
    figure = {"labels": labels, "counts": counts, "sentence": sentence}
    if explained:
        written = format_number(exercise.answer, exercise.decimals, unit=exercise.unit)
        figure["key"] = {
            "place": histogram.place(columns, exercise.answer),
            "label": f"Fasit: {written}",
        }
    return figure


def _binned(figure: dict[str, Any]) -> list[dict[str, dict[str, int]]]:
    return [{"": dict(zip(figure["labels"], counts, strict=True))} for counts in figure["counts"]]


def _whole(exercise: Exercise, tally: Tally) -> int:
    """Give what a count is a share of: the people, or the dots they have set."""
    return sum(tally.counts[""].values()) if exercise.kind == "dots" else tally.responses


def results(
    exercise: Exercise,
    rounds: tuple[Votes, ...],
    *,
    explained: bool = False,
    notes: Notes = NOTHING_READ,
) -> dict[str, Any]:
    """Give what the room answered, round by round, as tables; for a room that is revealed."""
    if isinstance(exercise, ShortText):
        return _wall(exercise, rounds[-1], notes)
    tallies = [exercise.tally(list(votes.values())) for votes in rounds]
    sensitive = is_sensitive(exercise)
    if sensitive and any(tally.responses < FEWEST for tally in tallies):
        return {
            "tables": [],
            "sentence": f"Under {FEWEST} har svart. Da vises ingen svar, for ikke å peke på noen.",
        }
    face = exercise.face()
    counts = [tally.counts for tally in tallies]
    figure: dict[str, Any] | None = None
    if isinstance(exercise, Number):
        figure = _figure(exercise, rounds, explained=explained)
        if len({value for each in counts for value in each[""]}) > MOST_VALUES:
            counts = _binned(figure)
        if sensitive:  # columns are counts
            figure = None
    wholes = [_whole(exercise, tally) for tally in tallies]
    tables = []
    for part in dict.fromkeys(part for each in counts for part in each):
        in_rounds = [each.get(part, {}) for each in counts]
        rows: dict[str, dict[str, Any]] = {}
        for value in dict.fromkeys(value for one in in_rounds for value in one):
            label = _value(exercise, face, value)
            row = rows.setdefault(
                label, {"value": value, "label": label, "counts": [0] * len(counts), "shares": []}
            )
            row["counts"] = [
                old + one.get(value, 0) for old, one in zip(row["counts"], in_rounds, strict=True)
            ]
        for row in rows.values():
            row["shares"] = [
                round(100 * count / whole) if whole else 0
                for count, whole in zip(row["counts"], wholes, strict=True)
            ]
            if sensitive:
                row["counts"] = None
        tables.append(
            {"part": part, "label": _label(face, "items", part), "rows": list(rows.values())}
        )
    shown = {"tables": tables, "sentence": _said(exercise, rounds)}
    return shown | ({"histogram": figure} if figure else {})


def _wall(exercise: ShortText, votes: Votes, notes: Notes) -> dict[str, Any]:
    found = wall.entries(_given(exercise, votes).values(), notes)
    shown = wall.on_wall(found)
    ranked = wall.words(shown)
    waiting = sum(entry.status is wall.Status.UNREAD for entry in found)
    sentence = f"{sum(entry.count for entry in found)} har svart."
    if waiting:
        sentence += f" {waiting} svar er ikke lest ennå."
    return {
        "tables": [],
        "sentence": sentence,
        "wall": [{"text": text, "count": count} for text, count in shown],
        "words": [
            {"word": word, "count": count, "size": size}
            for (word, count), size in zip(ranked, wall.sizes(ranked), strict=True)
        ],
    }


def for_reader(exercise: Exercise, rounds: tuple[Votes, ...], room: Room, notes: Notes) -> Any:
    """Give every answer of the last round, for the lecturer's own screen."""
    is_wall = isinstance(exercise, ShortText)
    votes = rounds[max(room.rounds, 1) - 1] if is_wall else {}
    found = wall.entries(_given(exercise, votes).values(), notes)
    return {
        "closed": room.closed,
        "title": html(exercise.title.nb, inline=True),
        "wall": is_wall,
        "entries": [
            {
                "key": entry.key,
                "text": entry.text,
                "count": entry.count,
                "status": entry.status.value,
                "into": entry.into,
            }
            for entry in found
        ],
    }


def _said(exercise: Exercise, rounds: tuple[Votes, ...]) -> str:
    if is_sensitive(exercise):
        return "Svarene vises bare som andeler."
    found = stand(exercise, rounds)
    answered, right = found.answered, found.right
    if not any(answered):
        return "Ingen har svart."
    if not answered[-1]:
        return "Ingen stemte andre gang."
    if not right:
        opening = f"{answered[-1]} har svart."
    elif len(rounds) == 2:
        opening = (
            f"Først svarte {right[0]} av {answered[0]} riktig, så {right[1]} av {answered[1]}."
        )
    else:
        opening = f"{right[0]} av {answered[0]} svarte riktig."
    if not found.changed:
        return opening
    words = Changed(*found.changed).sentence
    if any(is_hand(voter) for votes in rounds for voter in votes):
        words = f"Blant telefonene: {words[0].lower()}{words[1:]}"
    return f"{opening} {words}"


def _mistakes(exercise: Number, votes: Votes) -> list[dict[str, Any]]:
    """Count the known mistakes by name, the most common first."""
    counted: Counter[Mistake | None] = Counter()
    for response in _given(exercise, votes).values():
        if not _is_right(exercise, response):
            counted[exercise.mistake(exercise.read(response))] += 1
    rows = []
    for known, count in counted.most_common():
        if known is None:
            continue
        number = format_number(known.value, exercise.decimals, unit=exercise.unit)
        did = f"{count} {known.did}" if known.did else f"{count} svarte {number}"
        rows.append(
            {"part": number, "label": html(did, inline=True), "sentence": html(known.why.nb)}
        )
    if counted[None]:
        rows.append({"part": "", "label": f"{counted[None]} svarte noe annet", "sentence": ""})
    return rows


def _belongs(exercise: Exercise, shown: dict[str, Any], part: str) -> str:
    """Say where a part should have been put."""
    key = exercise.key()
    if exercise.kind == "order":
        return f"Plass {key.index(part) + 1}"
    if exercise.kind == "classify":
        return _label(shown, "boxes", key[part])
    return _quadrant(shown, ",".join(map(str, key[part])))


def _part_by_part(exercise: Exercise, votes: Votes) -> list[dict[str, Any]]:
    """Say of each part where it belongs, how many put it there, and the author's reason."""
    right: Counter[str] = Counter()
    placed: Counter[str] = Counter()
    given = _given(exercise, votes)
    for response in given.values():
        for remark in exercise.check(response).remarks:
            placed[remark.part] += 1
            right[remark.part] += remark.outcome is Outcome.RIGHT
    shown = exercise.face()
    hidden = is_sensitive(exercise) and len(given) < FEWEST
    rows = []
    for remark in exercise.check(exercise.key()).remarks:
        hits, of = right[remark.part], placed[remark.part]
        said = ""
        if of and not hidden:
            share = f"{round(100 * hits / of)}\u00a0%"
            count = f"{hits or 'Ingen'} av {of} plasserte det riktig"
            said = f"{share} plasserte det riktig." if is_sensitive(exercise) else f"{count}."
            if hits and not is_sensitive(exercise):
                said = f"{count} ({share})."
        rows.append(
            {
                "part": remark.part,
                "label": _label(shown, "items", remark.part),
                "belongs": _belongs(exercise, shown, remark.part),
                "said": said,
                "sentence": html(remark.sentence, inline=True),
            }
        )
    return rows


def explanation(exercise: Exercise, votes: Votes) -> dict[str, Any]:
    """Give the key and the reason for every part; for a room that has come to the explanation.

    `votes` are those of the last round: each part and each known mistake is told with its share.
    """
    sentence = exercise.check(exercise.key()).sentence if has_key(exercise) else ""
    if isinstance(exercise, ShortText):
        sentence = exercise.why.nb
    remarks: list[dict[str, Any]] = []
    if exercise.kind in ("single", "multiple"):
        many = exercise.kind == "multiple"
        remarks = [
            {
                "part": remark.part,
                "label": option["label"],
                "outcome": remark.outcome.value,
                "sentence": html(remark.sentence, inline=True),
            }
            for option in exercise.face()["options"]
            for remark in exercise.check([option["id"]] if many else option["id"]).remarks
            if remark.part == option["id"]
        ]
    elif isinstance(exercise, Number):
        remarks = [] if is_sensitive(exercise) else _mistakes(exercise, votes)
    elif has_key(exercise):
        # «Alt ligger der det skal» is for the one who put it there.
        sentence, remarks = "", _part_by_part(exercise, votes)
    return {
        "sentence": html(sentence, inline=True) if sentence else "",
        "remarks": remarks,
        "solution": html(exercise.solution.nb) if exercise.solution else "",
    }


def guide(exercise: Exercise) -> dict[str, Any]:
    """Give what the lecturer wants beside the stage: the key, the mistakes to expect, the hints."""
    told = explanation(exercise, {})
    remarks = told["remarks"]
    key = ""
    if isinstance(exercise, Number):
        key = html(format_number(exercise.answer, exercise.decimals, unit=exercise.unit))
        remarks = [
            {
                "label": html(
                    format_number(known.value, exercise.decimals, unit=exercise.unit)
                    + (f" – {known.did}" if known.did else ""),
                    inline=True,
                ),
                "sentence": html(known.why.nb),
            }
            for known in exercise.mistakes
        ]
    return {
        "key": key,
        "sentence": told["sentence"],
        "remarks": remarks,
        "hints": [html(hint.nb, inline=True) for hint in exercise.hints],
        "solution": told["solution"],
        "sources": [html(source, inline=True) for source in exercise.sources],
    }


def face(exercise: Exercise) -> dict[str, Any]:
    """Give the exercise as a phone shows it: no hints and no solution to ask for."""
    return exercise.public() | {"hints": 0, "has_solution": False, "room": True}


def asked(exercise: Exercise) -> dict[str, Any]:
    """Give the exercise as the stage shows it."""
    shown = exercise.face()
    return {
        "title": html(exercise.title.nb, inline=True),
        "question": html(exercise.question.nb),
        "options": shown.get("options", []),
        "items": [item["label"] for item in shown.get("items", ())],
        "boxes": [box["label"] for box in shown.get("boxes", ())],
        "sensitive": UNSTORED if is_sensitive(exercise) else "",
        "wall": isinstance(exercise, ShortText),
    }


def _shown(
    room: Room, exercise: Exercise, rounds: tuple[Votes, ...], notes: Notes
) -> dict[str, Any]:
    shown: dict[str, Any] = {"state": room.state.value, "closed": room.closed}
    if room.revealed and not room.closed:
        shown["results"] = results(
            exercise, rounds[: max(room.rounds, 1)], explained=room.explained, notes=notes
        )
    if room.explained and not room.closed:
        shown["explanation"] = explanation(exercise, rounds[max(room.rounds, 1) - 1])
    return shown


def _words(room: Room) -> str:
    if room.closed:
        return CLOSED
    if room.state is State.QUESTION and room.turn > 1:
        return NEXT_ON_PHONE
    return ON_PHONE[room.state]


def left(room: Room, now: float) -> dict[str, int]:
    """Give the seconds that are left to discuss in, as `left`, while somebody does."""
    if room.closed or room.state is not State.DISCUSS:
        return {}
    return {"left": max(0, round(DISCUSSION_SECONDS - (now - room.since)))}


def for_phone(
    room: Room, exercise: Exercise, rounds: tuple[Votes, ...], *, notes: Notes = NOTHING_READ
) -> dict[str, Any]:
    """Give what a phone may know of the room now."""
    return _shown(room, exercise, rounds, notes) | {
        "turn": room.turn,
        "round": room.number,
        "open": bool(room.voting),
        "words": _words(room),
    }


def for_stage(
    room: Room,
    exercise: Exercise,
    rounds: tuple[Votes, ...],
    *,
    inside: int,
    now: float,
    notes: Notes = NOTHING_READ,
) -> dict[str, Any]:
    """Give what the lecturer's screen, which the whole room sees, may show now."""
    shown = _shown(room, exercise, rounds, notes) | {
        "turn": room.turn,
        "asked": asked(exercise),
        "steps": [] if room.closed else [str(road) for road in ROADS[room.state]],
        "inside": inside,
        "answered": len(_given(exercise, rounds[max(room.rounds, 1) - 1])),
    }
    if room.state is State.LOCKED:
        shown["advice"] = advice(exercise, rounds[0])
    return shown | left(room, now)
