"""What may happen in a room, and what may be seen of it when. No clock, no files, no network."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from helseledelse.exercises.base import Exercise, Outcome, Remark, ResponseError
from helseledelse.exercises.text import html
from helseledelse.norwegian import join

# Texts of strangers on a big screen need somebody who reads them first: they wait for the wall.
KINDS = ("single", "multiple", "number", "classify", "order", "placement", "scale")
SENSITIVE = "sensitiv"  # the tag of an exercise whose answers are never stored
FEWEST = 5  # under so many answers a sensitive result could point at somebody
# Below the first share a discussion has too few to learn from, above the second too little to
# settle: the bounds of peer instruction in Crouch and Mazur (2001), Am. J. Phys. 69(9), 970-977.
FEW_RIGHT, MANY_RIGHT = 0.35, 0.70
MOST_VALUES = 12  # different numbers shown each on its own row
DISCUSSION_SECONDS = 180


class RuleError(ValueError):
    """Something the room does not allow now; the message is a sentence for people."""


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
CLOSED = "Rommet er stengt. Takk for at du var med."
UNSTORED = (
    "Svarene i denne oppgaven lagres ikke. De vises bare som andeler, "
    f"og først når minst {FEWEST} har svart."
)

_VOTING = {State.VOTE: 1, State.REVOTE: 2}
_REVEALED = {State.BOTH, State.EXPLAINED}


@dataclass(frozen=True)
class Room:
    """A live session with one exercise.

    Attributes
    ----------
    id : a name nobody can guess; what is kept belongs to it
    code : four letters that are said aloud
    exercise : the exercise's id
    state : where it stands
    since : when it came there, seconds since 1970
    rounds : how many rounds have been opened
    closed : whether the session is over
    """

    id: str
    code: str
    exercise: str
    state: State = State.QUESTION
    since: float = 0.0
    rounds: int = 0
    closed: bool = False

    @property
    def revealed(self) -> bool:
        """Whether counts may be seen."""
        return self.state in _REVEALED

    @property
    def explained(self) -> bool:
        """Whether the key may be seen."""
        return self.state is State.EXPLAINED


Votes = Mapping[str, Any]  # the accepted response of each voter in one round


def fits(exercise: Exercise) -> bool:
    """Whether the exercise can be put before a room."""
    return exercise.kind in KINDS


def is_sensitive(exercise: Exercise) -> bool:
    """Whether the exercise's answers must never be stored."""
    return SENSITIVE in exercise.tags


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
    if isinstance(number, bool) or number not in (1, 2):
        raise RuleError("Svaret hører ikke til noen avstemning i dette rommet.")
    if _VOTING.get(room.state) != number:
        if number > room.rounds:
            raise RuleError("Avstemningen er ikke åpnet ennå. Svaret er ikke talt med.")
        raise RuleError("Avstemningen var låst da svaret kom fram. Det er ikke talt med.")
    try:
        response = exercise.accept(raw)
        # Letters where a number is asked for are refused while they can still be mended.
        exercise.check(raw)
    except ResponseError as problem:
        raise RuleError(str(problem)) from problem
    return response


def has_key(exercise: Exercise) -> bool:
    """Whether there is something to be right about."""
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
        case "classify":
            return _label(face, "boxes", value)
        case "order":
            return f"Plass {value}"
        case "placement":
            return _quadrant(face, value)
        case "number":
            return html(f"{value} {face.get('unit') or ''}".strip(), inline=True)
        case _:
            return value


def _number_rows(counts: dict[str, int]) -> dict[str, int]:
    kept = sorted(counts, key=lambda value: -counts[value])[:MOST_VALUES]
    shown = {value: count for value, count in counts.items() if value in kept}
    rest = sum(counts.values()) - sum(shown.values())
    return shown | ({"andre svar:": rest} if rest else {})


def results(exercise: Exercise, rounds: tuple[Votes, ...]) -> dict[str, Any]:
    """Give what the room answered, round by round, as tables; for a room that is revealed."""
    tallies = [exercise.tally(list(votes.values())) for votes in rounds]
    sensitive = is_sensitive(exercise)
    if sensitive and any(tally.responses < FEWEST for tally in tallies):
        return {
            "tables": [],
            "sentence": f"Under {FEWEST} har svart. Da vises ingen svar, for ikke å peke på noen.",
        }
    face = exercise.face()
    counts = [tally.counts for tally in tallies]
    if exercise.kind == "number":
        counts = [{"": _number_rows(each[""])} for each in counts]
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
                round(100 * count / tally.responses) if tally.responses else 0
                for count, tally in zip(row["counts"], tallies, strict=True)
            ]
            if sensitive:
                row["counts"] = None
        tables.append(
            {"part": part, "label": _label(face, "items", part), "rows": list(rows.values())}
        )
    return {"tables": tables, "sentence": _said(exercise, rounds)}


def _said(exercise: Exercise, rounds: tuple[Votes, ...]) -> str:
    given = [_given(exercise, votes) for votes in rounds]
    if is_sensitive(exercise):
        return "Svarene vises bare som andeler."
    if not has_key(exercise):
        opening = f"{len(given[-1])} har svart."
    else:
        right = [sum(_is_right(exercise, one) for one in each.values()) for each in given]
        opening = (
            f"Først svarte {right[0]} av {len(given[0])} riktig, så {right[1]} av {len(given[1])}."
            if len(rounds) == 2
            else f"{right[0]} av {len(given[0])} svarte riktig."
        )
    if len(rounds) == 2:
        return f"{opening} {changed(exercise, *rounds).sentence}"
    return opening


def explanation(exercise: Exercise) -> dict[str, Any]:
    """Give the key and the reason for every part; for a room that has come to the explanation."""
    key = exercise.key()
    remarks: list[Remark] = []
    sentence = ""
    if has_key(exercise):
        verdict = exercise.check(key)
        sentence, remarks = verdict.sentence, list(verdict.remarks)
    if exercise.kind in ("single", "multiple"):
        many = exercise.kind == "multiple"
        remarks = [
            remark
            for option in exercise.face()["options"]
            for remark in exercise.check([option["id"]] if many else option["id"]).remarks
            if remark.part == option["id"]
        ]
    face = exercise.face()
    parts = face.get("options", face.get("items", ()))
    labelled = {each["id"]: each["label"] for each in parts}
    return {
        "sentence": html(sentence, inline=True) if sentence else "",
        "remarks": [
            {
                "part": remark.part,
                "label": labelled.get(remark.part, remark.part),
                "outcome": remark.outcome.value,
                "sentence": html(remark.sentence, inline=True),
            }
            for remark in remarks
        ],
        "solution": html(exercise.solution.nb) if exercise.solution else "",
    }


def face(exercise: Exercise) -> dict[str, Any]:
    """Give the exercise as a phone shows it: no hints and no solution to ask for."""
    return exercise.public() | {"hints": 0, "has_solution": False, "room": True}


def _shown(room: Room, exercise: Exercise, rounds: tuple[Votes, ...]) -> dict[str, Any]:
    shown: dict[str, Any] = {"state": room.state.value, "closed": room.closed}
    if room.revealed and not room.closed:
        shown["results"] = results(exercise, rounds[: max(room.rounds, 1)])
    if room.explained and not room.closed:
        shown["explanation"] = explanation(exercise)
    return shown


def for_phone(room: Room, exercise: Exercise, rounds: tuple[Votes, ...]) -> dict[str, Any]:
    """Give what a phone may know of the room now."""
    return _shown(room, exercise, rounds) | {
        "round": max(room.rounds, 1),
        "open": room.state in _VOTING and not room.closed,
        "words": CLOSED if room.closed else ON_PHONE[room.state],
    }


def for_stage(
    room: Room, exercise: Exercise, rounds: tuple[Votes, ...], *, inside: int, now: float
) -> dict[str, Any]:
    """Give what the lecturer's screen, which the whole room sees, may show now."""
    shown = _shown(room, exercise, rounds) | {
        "steps": [] if room.closed else [str(road) for road in ROADS[room.state]],
        "inside": inside,
        "answered": len(_given(exercise, rounds[max(room.rounds, 1) - 1])),
    }
    if room.state is State.LOCKED:
        shown["advice"] = advice(exercise, rounds[0])
    if room.state is State.DISCUSS:
        shown["left"] = max(0, round(DISCUSSION_SECONDS - (now - room.since)))
    return shown
