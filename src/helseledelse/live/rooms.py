"""The rooms of one server: rules and store put together, and those who listen told what happens.

Lives in the server's loop. Only what waits for the disk runs in a thread.
"""

import asyncio
import hmac
import secrets
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from helseledelse.exercises.base import Exercise
from helseledelse.exercises.short_text import ShortText
from helseledelse.live import rehearsal, report, rules, wall
from helseledelse.live.plan import Plan
from helseledelse.live.report import Part, Report
from helseledelse.live.rules import Room, RuleError
from helseledelse.live.store import RoomStore, RoomStoreError, Vote
from helseledelse.live.wall import Note, WallError

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which are read as 1 and 0
CODE_LENGTH = 4
# A class of 54 behind one address may misspell the code twice each in a minute.
MOST_MISSES, MISSES_SECONDS = 120, 60
HEARTBEAT_SECONDS = 15.0  # a proxy between may close what is silent for longer
PAUSE_SECONDS = 0.15  # a whole class voting at once gives seven pictures a second, not 200
SESSION_SECONDS = 12 * 3600  # what was shown longer ago belongs to another day's session
REHEARSAL_SECONDS = 8.0  # from the first to the last simulated answer
_LATEST = 253_402_214_400_000  # the last millisecond a date can have

Kept = asyncio.Future[Exception | None]  # why it could not be kept, or None: one for many votes


@dataclass
class Open:
    """A room that is open, with what this server knows of it.

    Attributes
    ----------
    room : where it stands
    exercise : what it is about
    rounds : the votes of the exercise's first and second round
    at : when each vote was typed, by round and voter
    notes : what the lecturer has said of each answer on the wall
    inside : how many pages each voter has open
    ears : one event for each page that listens, under its voter; the stage's under ""
    common : what every phone is shown until the next thing happens, or None where unknown
    rehearsal : the seed of its simulated people; None where people are real and answers are kept
    turning : whether the next exercise is being put in place; then nothing is taken
    changing : held while the room changes, so that steps from two screens come one after the other
    """

    room: Room
    exercise: Exercise
    rounds: tuple[dict[str, Any], dict[str, Any]] = field(default_factory=lambda: ({}, {}))
    at: dict[tuple[int, str], int] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    inside: Counter[str] = field(default_factory=Counter)
    ears: dict[str, set[asyncio.Event]] = field(default_factory=dict)
    common: dict[str, Any] | None = None
    rehearsal: int | None = None
    turning: bool = False
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def kept(self) -> bool:
        """Whether anything of the room goes to the disk."""
        return self.rehearsal is None

    def hear(self, vote: Vote) -> None:
        """Count a vote that is kept; an older one of the same voter changes nothing."""
        if vote.at >= self.at.get((vote.round, vote.voter), 0):
            self.at[vote.round, vote.voter] = vote.at
            self.rounds[vote.round - self.room.first][vote.voter] = vote.response
            self.common = None

    def begin(self, room: Room, exercise: Exercise) -> None:
        """Put the next exercise in place; who is inside, and who listens, stays."""
        self.room, self.exercise = room, exercise
        self.rounds, self.at, self.notes = ({}, {}), {}, {}

    def tell(self) -> None:
        """Wake everyone who listens."""
        self.common = None
        for ears in self.ears.values():
            for ear in ears:
                ear.set()

    def tell_stage(self, *voters: str) -> None:
        """Wake the stage, and the pages of a voter with several: nobody else sees one vote."""
        for ear in self.ears.get("", ()):
            ear.set()
        for voter in voters:
            own = self.ears.get(voter, ())
            if len(own) > 1:  # the page that voted has its receipt
                for ear in own:
                    ear.set()

    @contextmanager
    def enter(self, voter: str) -> Iterator[None]:
        """Count a phone as inside while its page listens."""
        self.inside[voter] += 1
        self.tell_stage()
        try:
            yield
        finally:
            self.inside[voter] -= 1
            if not self.inside[voter]:
                del self.inside[voter]
            self.tell_stage()

    def mine(self, voter: str, number: int) -> dict[str, Any] | None:
        """Give what a voter has said in a round, as a component wants it."""
        given = self.rounds[number - self.room.first]
        if voter not in given:
            return None
        return {
            "response": given[voter],
            "at": self.at[number, voter],
            "checked": False,
            "outdated": False,
            "earlier": [],
        }


class Rooms:
    """Every room of a server."""

    def __init__(self, store: RoomStore, now: Callable[[], float] = time.time) -> None:
        self._store, self._now = store, now
        self._secret = store.secret()
        self._kept = store.open_rooms()
        self._plans = store.plans()
        self._open: dict[str, Open] = {}
        self._misses: dict[str, deque[float]] = {}
        self._waiting: list[tuple[Open, Vote]] = []
        self._kept_next: Kept | None = None  # told when those that wait are on the disk
        self._writer: asyncio.Task[None] | None = None
        self._rehearsing: set[asyncio.Task[None]] = set()
        self.stopped = False

    # ------------------------------------------------------------ rooms

    def take_up(self, read: Callable[[], Mapping[str, Exercise]]) -> None:
        """Go on with the rooms that were open when the server last stopped, if any are left."""
        if not self._kept:
            return
        kept, self._kept, bank = self._kept, [], read()
        for room in kept:
            if room.exercise in bank:
                found = Open(room, bank[room.exercise])
                for vote in self._store.votes(room.id):
                    found.hear(vote)
                found.notes.update(self._store.notes(room.id))
                self._open[room.code] = found

    def all(self, lecturer: str = "") -> list[Open]:
        """Give the open rooms of a lecturer, the latest first."""
        rooms = list(self._open.values())[::-1]
        return [each for each in rooms if rules.leads(lecturer, each.room.owner)]

    def get(self, code: str) -> Open | None:
        """Give the room with that code, in capitals or not."""
        return self._open.get(code.upper())

    async def open(
        self, exercise: Exercise, *, owner: str = "", rehearsal_seed: int | None = None
    ) -> Open:
        """Open a room; with a seed it is a rehearsal, of which nothing is kept.

        Raises
        ------
        RuleError
            If the exercise is not one for a room.
        RoomStoreError
            If it could not be kept.
        """
        if not rules.fits(exercise):
            raise RuleError(rules.NOT_FOR_A_ROOM)
        code = next(code for code in iter(_code, "") if code not in self._open)
        room = Room(secrets.token_urlsafe(12), code, exercise.id, since=self._now(), owner=owner)
        found = Open(room, exercise, rehearsal=rehearsal_seed)
        if found.kept:
            await asyncio.to_thread(self._store.save_room, room)
            if report.may_report(exercise):
                begun = Report(room.id, code, room.since, owner=owner)
                await asyncio.to_thread(self._store.save_report, begun)
        else:
            found.inside.update(rehearsal.name(person) for person in range(rehearsal.PEOPLE))
        self._open[code] = found
        return found

    async def turn(self, found: Open, exercise: Exercise) -> None:
        """Go on to the next exercise under the same code.

        The last one is counted into the report and its single answers are deleted, as when the
        session ends. Phones that are in the room are shown the next one where they are.

        Raises
        ------
        RuleError
            If the exercise is not one for a room, or the room is closed.
        RoomStoreError
            If it could not be kept; then nothing is changed.
        """
        if found.turning:
            raise RuleError("Neste oppgave er på vei.")
        found.turning = True
        try:
            async with found.changing:
                room = rules.turn(found.room, exercise, self._now())
                await self._written()
                if found.kept:
                    left = self._left(found)
                    if left is None and report.may_report(exercise):
                        left = Report(room.id, room.code, room.since, owner=room.owner)
                    await asyncio.to_thread(self._store.turn, room, left)
                found.begin(room, exercise)
        finally:
            found.turning = False
        found.tell()

    async def _written(self) -> None:
        """Wait until every vote that was taken is on the disk and counted."""
        if self._writer:
            await asyncio.shield(self._writer)

    async def move(self, found: Open, step: str) -> None:
        """Take the lecturer's step; kept before anyone sees it."""
        await self._change(found, lambda room: rules.move(room, step, self._now()))
        if found.rehearsal is not None and found.room.voting:
            task = asyncio.create_task(self._rehearse(found, found.rehearsal))
            self._rehearsing.add(task)
            task.add_done_callback(self._rehearsing.discard)

    async def _rehearse(self, found: Open, seed: int) -> None:
        """Let the simulated people answer one by one, until the vote is locked."""
        number = found.room.voting
        for person in range(rehearsal.PEOPLE):
            await asyncio.sleep(REHEARSAL_SECONDS / rehearsal.PEOPLE)
            if self.stopped or found.room.closed or found.room.voting != number:
                return
            voter, which = rehearsal.name(person), number - found.room.first
            if voter in found.rounds[which]:  # opened again: what was answered stands
                continue
            earlier = found.rounds[0].get(voter) if which else None
            said = rehearsal.answer(found.exercise, person, which + 1, seed=seed, earlier=earlier)
            found.hear(Vote(found.room.id, number, voter, said, int(self._now() * 1000)))
            found.tell_stage()

    async def close(self, found: Open) -> None:
        """End the session; the code means nothing from now on, and single answers are deleted."""
        async with found.changing:
            if found.room.closed:
                return
            before, found.room = found.room, rules.close(found.room)  # from now on nothing is taken
            try:
                await self._written()
                if found.kept:
                    left = self._left(found)
                    if left:
                        left = replace(left, closed=self._now()) if left.says_anything else None
                    await asyncio.to_thread(self._store.end, found.room.id, left)
            except RoomStoreError:
                found.room = before
                raise
        found.tell()
        self._open.pop(found.room.code, None)

    async def mark(self, found: Open, answer: object, status: object, into: object) -> None:
        """Take what the lecturer says of an answer; kept before anyone sees it.

        Raises
        ------
        WallError
            If it cannot be said of that answer.
        RoomStoreError
            If it could not be kept.
        """
        if not isinstance(found.exercise, ShortText):
            raise WallError("Denne oppgaven har ingen vegg.")
        votes = found.rounds[max(found.room.rounds, 1) - 1].values()
        note = wall.mark(wall.entries(votes, found.notes), answer, status, into)
        if found.kept:
            await asyncio.to_thread(self._store.save_note, found.room.id, str(answer), note)
        found.notes[str(answer)] = note
        found.tell()

    async def _change(self, found: Open, change: Callable[[Room], Room]) -> None:
        async with found.changing:
            room = change(found.room)
            if found.kept:
                await asyncio.to_thread(self._store.save_room, room)
            found.room = room
        found.tell()

    async def longer(self, found: Open) -> None:
        """Give a minute more to discuss in."""
        await self._change(found, rules.longer)

    async def hands(self, found: Open, counts: object) -> int:
        """Take raised hands, counted by the lecturer, in place of those of the same round before.

        Gives how many there were.

        Raises
        ------
        RuleError
            If the room does not take them.
        RoomStoreError
            If they could not be kept.
        """
        if found.turning:
            raise RuleError("Neste oppgave er på vei.")
        raised = rules.hands(found.room, found.exercise, counts)
        number, at = found.room.voting, int(self._now() * 1000)
        given = found.rounds[number - found.room.first]
        # A hand that was taken down again has said nothing.
        missing = sum(map(rules.is_hand, given)) - len(raised)
        votes = [
            Vote(found.room.id, number, rules.hand(number, place), said, at)
            for place, said in enumerate([*raised, *[""] * missing])
        ]
        if found.kept:
            await asyncio.to_thread(self._store.save_votes, votes)
        for vote in votes:
            found.hear(vote)
        found.tell_stage()
        return len(raised)

    # ------------------------------------------------------------ the running plan

    def plan(self, name: str) -> Plan | None:
        """Give the running plan of that name, what was shown long ago forgotten."""
        found = self._plans.get(name)
        if found is None:
            return None
        now = self._now()
        recent = {each: at for each, at in found.shown.items() if now - at < SESSION_SECONDS}
        return replace(found, shown=recent)

    async def save_plan(self, name: str, plan: Plan) -> None:
        """Keep a running plan.

        Raises
        ------
        RoomStoreError
            If it could not be kept.
        """
        await asyncio.to_thread(self._store.save_plan, name, plan)
        self._plans[name] = plan

    def planned(self, found: Open) -> tuple[str, Plan] | None:
        """Give the running plan a room follows, and its name."""
        for name, plan in self._plans.items():
            if plan.room == found.room.id:
                return name, plan
        return None

    async def show(
        self, name: str, line: str, bank: Mapping[str, Exercise], *, owner: str = ""
    ) -> Open | None:
        """Go to a line of a running plan; an exercise is put before the room, a new one if need be.

        Gives the room, or None where the line is no exercise.

        Raises
        ------
        RuleError
            If there is no such line.
        RoomStoreError
            If it could not be kept.
        """
        plan = self.plan(name)
        if plan is None or line not in {item.name for item in plan.items}:
            raise RuleError("Linjen står ikke i kjøreplanen. Last siden på nytt.")
        found = None
        if line in bank:
            exercise = bank[line]
            found = next((each for each in self.all(owner) if each.room.id == plan.room), None)
            if found is None:
                found = await self.open(exercise, owner=owner)
            else:
                await self.turn(found, exercise)
            plan = replace(plan, room=found.room.id)
        shown = dict(plan.shown) | {line: self._now()}
        await self.save_plan(name, replace(plan, shown=shown))
        if found:
            found.tell_stage()
        return found

    async def step_aside(self, found: Open, step: int, bank: Mapping[str, Exercise]) -> None:
        """Show the exercise before or after this one in the plan.

        Raises
        ------
        RuleError
            If there is none.
        RoomStoreError
            If it could not be kept.
        """
        planned = self.planned(found)
        item = planned[1].beside(found.exercise.id, step) if planned else None
        if not planned or not item:
            raise RuleError("Det står ingen oppgave der i kjøreplanen.")
        await self.show(planned[0], item.name, bank, owner=found.room.owner)

    def _beside(self, found: Open) -> dict[str, str]:
        planned = self.planned(found)
        titles = {}
        for word, step in (("next", 1), ("previous", -1)):
            item = planned[1].beside(found.exercise.id, step) if planned else None
            if item:
                titles[word] = item.title
        return titles

    # ------------------------------------------------------------ afterwards

    def _left(self, found: Open, *, all_of_it: bool = True) -> Report | None:
        """Give the report of an open room with the answers so far counted, if it leaves one.

        Where not `all_of_it`, the exercise that is shown says no more than its stage does.
        """
        if not found.kept:
            return None
        room = found.room
        begun = next(iter(self._store.reports(room.id)), None)
        if not report.may_report(found.exercise):
            return begun and replace(begun, tickets=self._store.tickets(room.id))
        begun = begun or Report(room.id, room.code, room.since, owner=room.owner)
        part = Part(report.title(found.exercise))
        if all_of_it or room.revealed:
            part = report.counted(room, found.exercise, found.rounds, found.notes)
        parts = (*begun.parts, part) if room.rounds or not all_of_it else begun.parts
        return replace(begun, parts=parts, tickets=self._store.tickets(room.id))

    def reports(self, lecturer: str = "") -> list[Report]:
        """Give every report of a lecturer, the latest first."""
        return [each for each in self._store.reports() if rules.leads(lecturer, each.owner)]

    def report(self, room: str, lecturer: str = "") -> Report | None:
        """Give a lecturer's report of a room; of an open one no more than its stage may show."""
        for found in self.all(lecturer):
            if found.room.id == room:
                return self._left(found, all_of_it=False)
        kept = (each for each in self._store.reports(room) if rules.leads(lecturer, each.owner))
        return next(kept, None)

    async def park(self, kept: Report, questions: tuple[str, ...]) -> None:
        """Keep the questions that were set aside."""
        begun = next(iter(self._store.reports(kept.room)), kept)
        await asyncio.to_thread(self._store.save_report, replace(begun, parked=questions))

    async def ticket(self, found: Open, voter: str, raw: object) -> None:
        """Take an exit ticket.

        Raises
        ------
        RuleError
            If the room does not take it.
        RoomStoreError
            If it could not be kept.
        """
        words = report.ticket(found.room, found.exercise, raw)
        if found.kept:
            await asyncio.to_thread(self._store.save_ticket, found.room.id, voter, words)

    @property
    def now(self) -> float:
        return self._now()

    # ------------------------------------------------------------ voters

    def newcomer(self, room: Room) -> tuple[str, str]:
        """Give a new voter's name, and the signed cookie that carries it."""
        voter = secrets.token_urlsafe(16)
        return voter, f"{voter}.{self._sign('voter', room, voter)}"

    def voter(self, room: Room, cookie: str) -> str:
        """Give the voter a cookie stands for, or "" where we did not write it for this room."""
        voter, _, signature = cookie.partition(".")
        known = voter and hmac.compare_digest(
            signature.encode(), self._sign("voter", room, voter).encode()
        )
        return voter if known else ""

    def token(self, room: Room, voter: str) -> str:
        """Give what a voter's page must send along, so that no other site can vote for it."""
        return self._sign("page", room, voter)

    def invitation(self, room: Room) -> str:
        """Give what the QR code carries beside the code."""
        return self._sign("door", room, "")[:16]

    def _sign(self, what: str, room: Room, voter: str) -> str:
        return hmac.digest(self._secret, f"{what} {room.id} {voter}".encode(), "sha256").hex()

    def missed(self, address: str) -> None:
        """Remember that somebody at an address asked for a room that is not there."""
        now = self._now()
        if len(self._misses) > 1000:  # what is old tells nothing any longer
            self._misses = {
                name: times
                for name, times in self._misses.items()
                if times[-1] > now - MISSES_SECONDS
            }
        self._misses.setdefault(address, deque(maxlen=MOST_MISSES)).append(now)

    def guesses(self, address: str) -> bool:
        """Whether so many codes were wrong from an address that somebody may be guessing."""
        times = self._misses.get(address)
        if times is None or len(times) < MOST_MISSES:
            return False
        return times[0] > self._now() - MISSES_SECONDS

    def vote(self, found: Open, voter: str, message: dict[str, Any]) -> Kept:
        """Take a vote; what is given is done when it is on the disk and counted, or could not be.

        Raises
        ------
        RuleError
            If the room does not take it.
        """
        if found.turning:
            raise RuleError("Foreleseren går videre til neste oppgave. Svaret er ikke talt med.")
        number, at = message.get("round"), message.get("at")
        response = rules.take(found.room, found.exercise, number, message.get("response"))
        if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at <= _LATEST:
            raise RuleError("Svaret lar seg ikke lese. Last siden på nytt.")
        vote = Vote(found.room.id, int(str(number)), voter, response, at)
        if not found.kept or rules.is_sensitive(found.exercise):
            found.hear(vote)
            found.tell_stage(voter)
            kept: Kept = asyncio.get_running_loop().create_future()
            kept.set_result(None)
            return kept
        # Written together with those that come meanwhile: one wait for the disk for all of them.
        self._waiting.append((found, vote))
        if self._kept_next is None:
            self._kept_next = asyncio.get_running_loop().create_future()
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return self._kept_next

    async def _write(self) -> None:
        while self._kept_next:
            batch, self._waiting = self._waiting, []
            kept, self._kept_next = self._kept_next, None
            problem: Exception | None = None
            try:
                await asyncio.to_thread(self._store.save_votes, [vote for _, vote in batch])
            except Exception as error:  # noqa: BLE001  told to everyone who waits for this batch
                problem = error
            else:
                heard: dict[str, tuple[Open, list[str]]] = {}
                for found, vote in batch:
                    found.hear(vote)
                    heard.setdefault(vote.room, (found, []))[1].append(vote.voter)
                for found, voters in heard.values():
                    found.tell_stage(*voters)
            kept.set_result(problem)
        self._writer = None

    # ------------------------------------------------------------ what is seen

    def for_phone(self, found: Open, voter: str) -> dict[str, Any]:
        """Give what one phone shows now."""
        if found.common is None:  # counted once, not once for each phone
            found.common = rules.for_phone(
                found.room, found.exercise, found.rounds, notes=found.notes
            )
        shown = found.common | rules.left(found.room, self._now())
        return shown | {"answer": found.mine(voter, shown["round"])}

    def for_stage(self, found: Open) -> dict[str, Any]:
        """Give what the lecturer's screen shows now."""
        return {"beside": self._beside(found)} | rules.for_stage(
            found.room,
            found.exercise,
            found.rounds,
            inside=len(found.inside),
            now=self._now(),
            notes=found.notes,
        )

    def for_reader(self, found: Open) -> dict[str, Any]:
        """Give what the lecturer's own screen shows of the wall now."""
        shown: dict[str, Any] = rules.for_reader(
            found.exercise, found.rounds, found.room, found.notes
        )
        return shown

    async def listen(self, found: Open, voter: str = "") -> AsyncIterator[bool]:
        """Wake whenever something happened (True) or a sign of life is due (False).

        Without a `voter` it is the stage that listens, which hears of every vote.
        """
        ear = asyncio.Event()
        found.ears.setdefault(voter, set()).add(ear)
        try:
            yield True
            while not (self.stopped or found.room.closed):
                try:
                    await asyncio.wait_for(ear.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield False
                    continue
                await asyncio.sleep(PAUSE_SECONDS)
                ear.clear()
                yield True
        finally:
            found.ears[voter].discard(ear)
            if not found.ears[voter]:
                del found.ears[voter]

    def stop(self) -> None:
        """Let go of everyone who listens, and of the file."""
        self.stopped = True
        for found in self._open.values():
            found.tell()
        self._store.close()


def _code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
