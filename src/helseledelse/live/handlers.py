"""The addresses of the room and their thin handlers; the rules are in rules.py.

Two kinds of people come here. Phones come without login: all they have is a signed name in a
cookie that this room wrote. The lecturer is the user of the server, as on every other page.
"""

import gc
import io
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

import segno
from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, authenticated

from helseledelse.answers import guard
from helseledelse.documents.word import write
from helseledelse.exercises.short_text import ShortText
from helseledelse.exercises.text import html, plain
from helseledelse.live import groups, rehearsal, report, rules
from helseledelse.live import plan as plans
from helseledelse.live.network import browser_protocol
from helseledelse.live.plan import Line, Plan, PlanError
from helseledelse.live.report import Report
from helseledelse.live.rooms import CODE_LENGTH, Open, Rooms
from helseledelse.live.rules import RuleError, State
from helseledelse.live.store import RoomStoreError
from helseledelse.live.talk import PhoneTalk, asked, view
from helseledelse.live.votes import CODE, COOKIE, NOT_OURS, find, no_room, rooms_of
from helseledelse.live.wall import WallError
from helseledelse.pages.course import NotInCourseError
from helseledelse.pages.handlers import Handler, Page, Public, SentenceError
from helseledelse.pages.words import about

LARGEST_LIST = 60_000  # 400 lines with room for long names
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FOR_LECTURERS = "Siden er for foreleseren"
_NOT_YOURS = (
    "Rommet med koden «{code}» er åpnet av en annen foreleser. Bare den som åpnet det, kan styre "
    "det. Skal du svare, så bruk adressen på skjermen i salen."
)


class _Room(Handler):
    """What the addresses of a room have in common."""

    @property
    def rooms(self) -> Rooms:
        return rooms_of(self.settings)

    def found(self, code: str) -> Open:
        """Give the room with that code; one that is not there is a page that says so."""
        found = self.rooms.get(code)
        if found is None:
            raise no_room(code)
        return found

    @property
    def door_address(self) -> str:
        """What people write; the hub's service has a shorter one."""
        return str(self.settings.get("helseledelse_room_door") or self.address("rom", "inn"))

    def room_address(self, code: str) -> str:
        return self.address("rom", code)

    async def stream(
        self, found: Open, shown: Callable[[], dict[str, Any]], voter: str = ""
    ) -> None:
        """Send what is shown, again each time something happens, until the page is closed."""
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("X-Accel-Buffering", "no")
        last = ""
        try:
            async for _ in self.rooms.listen(found, voter):
                said = json.dumps(shown(), ensure_ascii=False)
                # What is new is sent also where only a sign of life was due: the step that is
                # taken in the same moment would otherwise count as sent, and never be.
                self.write(":\n\n" if said == last else f"data: {said}\n\n")
                last = said
                await self.flush()
        except StreamClosedError:
            return

    def reply(self, reply: dict[str, Any], status: int = 200) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(reply, ensure_ascii=False))


# ------------------------------------------------------------ phones


class Phone(_Room, Public):
    """An address for phones. There is no login to misuse; a vote carries a token of its own."""

    voter = ""
    here: Open | None = None

    @property
    def xsrf_token(self) -> bytes:
        token = self.rooms.token(self.here.room, self.voter) if self.here else ""
        return token.encode()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        if self.request.path.endswith("/hendelser"):
            self.reply({"error": getattr(error, "sentence", "") or NOT_OURS}, status_code)
            return
        self.door(getattr(error, "sentence", ""), status_code)

    def door(self, sentence: str = "", status: int = 200) -> None:
        """Show the page where a code is written."""
        self.set_status(status)
        self.show(
            "room_door.html",
            title="Bli med i rommet",
            sentence=sentence,
            action=self.address("rom", "inn"),
            length=CODE_LENGTH,
        )

    def found(self, code: str) -> Open:
        found, self.voter = find(
            *(self.rooms, code, self.request.remote_ip or ""),
            *(self.get_cookie(COOKIE, "") or "", self.get_query_argument("n", "")),
        )
        return found


class DoorPage(Phone):
    """Where a code is written by hand."""

    @allow_unauthenticated
    async def get(self) -> None:
        code = self.get_query_argument("kode", "").strip()
        if not code:
            self.door()
            return
        # A code with anything but letters in it is no address either.
        self.redirect(self.room_address(self.found(code).room.code))


class PhonePage(Phone):
    """The exercise on a phone."""

    @allow_unauthenticated
    async def get(self, code: str) -> None:
        found = self.found(code)
        if code != found.room.code:
            self.redirect(self.room_address(found.room.code))
            return
        self.here = found
        where = self.room_address(code)
        exercise = asked(found)
        if not self.voter:
            self.voter, cookie = self.rooms.newcomer(found.room)
            self.set_cookie(
                COOKIE,
                cookie,
                path=where,
                httponly=True,
                samesite="Lax",
                secure=browser_protocol(self.request) == "https",
            )
        # Safari before 16 does not take «self» to mean the socket too (w3c/webappsec-csp, issue 7).
        scheme = "wss" if browser_protocol(self.request) == "https" else "ws"
        own = f"connect-src 'self' {scheme}://{self.request.host}"
        policy = self.content_security_policy.replace("connect-src 'self'", own)
        self.set_header("Content-Security-Policy", policy)
        self.show(
            "room_phone.html",
            title=f"Rom {code}",
            code=code,
            sensitive=exercise["sensitive"],
            rehearsal="" if found.kept else rehearsal.WORDS,
            ticket=report.TICKET,
            # On a hub the own workbook is one click away.
            own_address=self.settings.get("helseledelse_room_own", ""),
            page={
                "rehearsal": not found.kept,
                "lapp": f"{where}/lapp",
                "stem": f"{where}/stem",
                "talk": f"{where}/samtale",
                "events": f"{where}/hendelser?oppgave={found.room.turn}",
                "scope": f"rom-{self.rooms.invitation(found.room)}",
                "shown": self.rooms.for_phone(found, self.voter) | {"asked": exercise},
            },
        )


class PhoneEvents(Phone):
    """What happens in the room, for a phone whose socket cannot be opened."""

    @allow_unauthenticated
    async def get(self, code: str) -> None:
        found = self.found(code)
        voter = self.voter
        if not voter:
            raise SentenceError(403, NOT_OURS)
        shown = view(self.rooms, found, voter, self.get_query_argument("oppgave", ""))
        with found.enter(voter):
            await self.stream(found, shown, voter)


# ------------------------------------------------------------ the lecturer


class _Lecturer(_Room, Page):
    """An address for who is logged in; where there are several, each has their own rooms."""

    @property
    def lecturer(self) -> str:
        several = self.settings.get("helseledelse_room_several", False)
        return self.current_user.username if several else ""

    def found(self, code: str) -> Open:
        found = super().found(code)
        if not rules.leads(self.lecturer, found.room.owner):
            raise SentenceError(403, _NOT_YOURS.format(code=found.room.code), FOR_LECTURERS)
        return found


class RoomsPage(_Lecturer):
    """Where a room is opened, and the open ones are found again."""

    @authenticated
    async def get(self) -> None:
        bank = self.course.bank
        groups: dict[str, list[tuple[str, str]]] = {}
        for name in bank:
            if rules.fits(bank[name]):
                title = plain(html(bank[name].title.nb, inline=True))
                groups.setdefault(name.partition("-")[0].upper(), []).append((name, title))
        self.show(
            "room_open.html",
            title="Rommet",
            groups=sorted(groups.items()),
            chosen=self.get_query_argument("oppgave", ""),
            rooms=[
                (
                    each.room.code,
                    html(each.exercise.title.nb, inline=True),
                    self._stage(each),
                    not each.kept,
                )
                for each in self.rooms.all(self.lecturer)
            ],
            action=self.address("rom"),
            plans=[
                (
                    programme.name,
                    [
                        (samling.name, self.address("kjoreplan", samling.workbook))
                        for samling in programme.samlinger
                        if samling.workbook
                    ],
                )
                for programme in self.course.programmes
            ],
            groups_address=self.address("grupper"),
            reports=[
                (self.address("referat", each.room), each.title, each.titles)
                for each in self.rooms.reports(self.lecturer)
            ],
        )

    def _stage(self, found: Open) -> str:
        return f"{self.room_address(found.room.code)}/scene"

    @authenticated
    async def post(self) -> None:
        name = self.get_body_argument("oppgave", "")
        bank = self.course.bank
        if name not in bank:
            raise SentenceError(404, f"Oppgaven «{name[:60]}» finnes ikke. Velg en fra listen.")
        try:
            if code := self.get_body_argument("rom", ""):
                found = self.found(code)
                await self.rooms.turn(found, bank[name])
            else:
                seed = secrets.randbelow(10_000) if self.get_body_argument("prove", "") else None
                found = await self.rooms.open(bank[name], owner=self.lecturer, rehearsal_seed=seed)
        except RuleError as problem:
            raise SentenceError(400, str(problem)) from problem
        except RoomStoreError as problem:
            raise SentenceError(500, str(problem)) from problem
        self.redirect(self._stage(found))


class GroupsPage(_Lecturer):
    """Where groups are made of a list that is pasted in; nothing of it is kept."""

    @authenticated
    async def get(self) -> None:
        self.page("", groups.SIZES[0], str(secrets.randbelow(9000) + 1000))

    @authenticated
    async def post(self) -> None:
        text = self.get_body_argument("liste", "")[:LARGEST_LIST]
        size = 4 if self.get_body_argument("antall", "") == "4" else 3
        seed = self.get_body_argument("tall", "")[:6].strip()
        if places := guard.places_within(text):
            self.page("", size, seed, problem=guard.sentence(places))
            return
        try:
            made = groups.make(groups.read(text), size=size, seed=groups.number(seed))
        except groups.GroupError as problem:
            self.page(text, size, seed, problem=str(problem))
            return
        self.page(text, size, seed, made=made)

    def page(
        self,
        text: str,
        size: int,
        seed: str,
        *,
        made: groups.Groups | None = None,
        problem: str = "",
    ) -> None:
        self.show(
            "room_groups.html",
            title="Lag grupper",
            action=self.address("grupper"),
            text=text,
            size=size,
            seed=seed,
            made=made,
            problem=problem,
        )


class ReportPage(_Lecturer):
    """What is left of a room, and the questions that were parked."""

    def kept(self, room: str) -> Report:
        found = self.rooms.report(room, self.lecturer)
        if found is None:
            raise SentenceError(404, "Det finnes ikke noe referat her. Se listen på siden Rommet.")
        return found

    @authenticated
    async def get(self, room: str) -> None:
        found = self.kept(room)
        self.page(found, "\n".join(found.parked))

    @authenticated
    async def post(self, room: str) -> None:
        found = self.kept(room)
        text = self.get_body_argument("parkert", "")
        try:
            await self.rooms.park(found, report.parked(text))
        except (RuleError, RoomStoreError) as problem:
            self.page(found, text, str(problem))
            return
        self.redirect(self.address("referat", room))

    def page(self, found: Report, text: str, problem: str = "") -> None:
        where = self.address("referat", found.room)
        self.show(
            "room_report.html",
            title=found.title,
            report=found,
            minutes=found.minutes(self.rooms.now),
            ticket=report.TICKET,
            columns=report.SUMMARY,
            where=where,
            rooms_address=self.address("rom"),
            text=text,
            problem=problem,
        )


class ReportFile(ReportPage):
    """The report for a spreadsheet or for Word."""

    @authenticated
    async def get(self, room: str, kind: str = "csv") -> None:
        found = self.kept(room)
        if kind == "csv":
            written = report.as_csv(found, self.rooms.now)
            self.set_header("Content-Type", "text/csv; charset=utf-8")
        else:
            written = write(report.as_paper(found, self.rooms.now))
            self.set_header("Content-Type", DOCX)
        self.set_attachment_header(f"referat-{found.code}.{kind}")
        self.finish(written)


class StagePage(_Lecturer):
    """The screen that the whole room sees."""

    @authenticated
    async def get(self, code: str) -> None:
        found = self.found(code)
        where = self.room_address(found.room.code)
        outside = self.settings["helseledelse_room_address"]
        own = f"{browser_protocol(self.request)}://{self.request.host}"
        base = outside or own
        invitation = f"{base}{where}?n={quote(self.rooms.invitation(found.room))}"
        here_only = self.request.host.rpartition(":")[0] in ("localhost", "127.0.0.1", "[::1]")
        self.show(
            "room_stage.html",
            title=f"Rom {found.room.code}",
            code=found.room.code,
            qr=_qr(invitation),
            invitation=invitation,
            written=f"{base.partition('://')[2]}{'' if outside else self.door_address}",
            warning=self.settings["helseledelse_room_warning"] if here_only and not outside else "",
            asked=rules.asked(found.exercise),
            rehearsal="" if found.kept else rehearsal.WORDS,
            rooms_address=self.address("rom"),
            report_address=self.address("referat", found.room.id) if found.kept else "",
            wall_address=f"{where}/vegg",
            notes_address=f"{where}/notater",
            page={
                "step": f"{where}/scene/steg",
                "events": f"{where}/scene/hendelser",
                "rooms": self.address("rom"),
                "shown": self.rooms.for_stage(found),
            },
        )


def _qr(address: str) -> str:
    written = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        written, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, light="#fff"
    )
    return written.getvalue().decode()


class _Listened(_Lecturer):
    """A stream the lecturer's page listens to."""

    def check_xsrf_cookie(self) -> None:
        # A hub asks for it from every script, and an EventSource can send none. Nothing changes
        # here, and no other site can read what is said.
        return


class StageEvents(_Listened):
    """What happens in the room, for the stage."""

    @authenticated
    async def get(self, code: str) -> None:
        found = self.found(code)
        await self.stream(found, lambda: self.rooms.for_stage(found))


_ASIDE = {"next": 1, "previous": -1}


class StageStep(_Lecturer):
    """The lecturer's step."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        said = getattr(error, "sentence", "") or "Steget ble ikke tatt. Last siden på nytt."
        self.reply({"error": said}, status_code)

    def message(self) -> dict[str, Any]:
        try:
            message = json.loads(self.request.body)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise HTTPError(400, "no message")
        return message

    @authenticated
    async def post(self, code: str) -> None:
        found = self.found(code)
        step = self.message().get("step")
        if not isinstance(step, str):
            raise HTTPError(400, "no step")
        try:
            if step == "close":
                await self.rooms.close(found)
            elif step == "longer":
                await self.rooms.longer(found)
            elif step in _ASIDE:
                await self.rooms.step_aside(found, _ASIDE[step], self.course.bank)
            else:
                if step in (State.VOTE, State.REVOTE):
                    _tidy()
                await self.rooms.move(found, step)
        except RuleError as problem:
            raise SentenceError(409, str(problem)) from problem
        except RoomStoreError as problem:
            raise SentenceError(503, str(problem)) from problem
        self.reply(self.rooms.for_stage(found))


def _tidy() -> None:
    """Look for garbage before a vote, and leave what stands out of the searches during it.

    A search through all that the server has read takes longer than a whole class's votes.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class NotesPage(_Lecturer):
    """The lecturer's own screen: what the exercise is after, and the same steps as on the stage."""

    @authenticated
    async def get(self, code: str) -> None:
        found = self.found(code)
        where, exercise = self.room_address(found.room.code), found.exercise
        planned = self.rooms.planned(found)
        options = exercise.face()["options"] if rules.by_hand(exercise) else []
        self.show(
            "room_notes.html",
            title=f"Notater til rom {found.room.code}",
            asked=rules.asked(exercise),
            guide=rules.guide(exercise),
            keyed=rules.has_key(exercise),
            few=round(100 * rules.FEW_RIGHT),
            many=round(100 * rules.MANY_RIGHT),
            discussion=rules.DISCUSSION_SECONDS // 60,
            minutes=about(exercise.minutes),
            hands=options,
            most_hands=rules.MOST_HANDS,
            stage=f"{where}/scene",
            wall=f"{where}/vegg",
            report_address=self.address("referat", found.room.id) if found.kept else "",
            plan_address=self.address("kjoreplan", planned[0].partition(" ")[2]) if planned else "",
            page={
                "step": f"{where}/scene/steg",
                "hands": f"{where}/hender",
                "events": f"{where}/scene/hendelser",
                "rooms": self.address("rom"),
                "notes": True,
                "shown": self.rooms.for_stage(found),
            },
        )


class Hands(StageStep):
    """Raised hands, counted by the lecturer."""

    @authenticated
    async def post(self, code: str) -> None:
        found, message = self.found(code), self.message()
        try:
            count = await self.rooms.hands(found, message.get("counts"))
        except RuleError as problem:
            raise SentenceError(409, str(problem)) from problem
        except RoomStoreError as problem:
            raise SentenceError(503, str(problem)) from problem
        self.reply({"hands": count})


class PlanPage(_Lecturer):
    """The running plan of a workbook's session."""

    def offered(self, programme: str, book: str) -> tuple[str, tuple[Line, ...]]:
        """Give the workbook's title and what it offers a session."""
        try:
            workbook = self.course.opened(programme, book)[3]
        except NotInCourseError as problem:
            raise SentenceError(404, str(problem)) from problem
        return plain(html(workbook.title, inline=True)), plans.lines(workbook, self.course.bank)

    def name(self, programme: str, book: str) -> str:
        """Name the plan; each lecturer has their own."""
        return f"{self.lecturer} {programme}/{book}"

    def room(self, plan: Plan) -> Open | None:
        """Give the open room the plan is run in."""
        mine = self.rooms.all(self.lecturer)
        return next((each for each in mine if each.room.id == plan.room), None)

    def current(self, name: str, offered: tuple[Line, ...]) -> Plan:
        """Give the plan as it is kept, without lines the workbook no longer has."""
        kept = self.rooms.plan(name)
        if kept:
            there = {line.name for line in offered}
            items = tuple(item for item in kept.items if item.name in there)
            kept = replace(kept, items=items)
        if kept is None or not kept.items:
            return Plan.of(offered, int(self.clock(self.rooms.now)))
        return kept

    @staticmethod
    def clock(at: float) -> float:
        """Give a time of day, in minutes after midnight where the room is."""
        local = datetime.fromtimestamp(at).astimezone()
        return local.hour * 60 + local.minute + (local.second + at % 1) / 60

    @authenticated
    async def get(self, programme: str, book: str) -> None:
        self.page(programme, book)

    @authenticated
    async def post(self, programme: str, book: str) -> None:
        _, offered = self.offered(programme, book)
        name = self.name(programme, book)
        kept = self.current(name, offered)
        line, typed = self.get_body_argument("vis", ""), None
        try:
            if line:
                if self.rooms.plan(name) != kept:
                    await self.rooms.save_plan(name, kept)
                new = self.room(kept) is None
                found = await self.rooms.show(name, line, self.course.bank, owner=self.lecturer)
                if found and new:
                    self.redirect(f"{self.room_address(found.room.code)}/scene")
                    return
            elif self.get_body_argument("igjen", ""):
                await self.rooms.save_plan(name, replace(kept, shown={}))
            else:
                typed = self.typed()
                read = plans.read(offered, *typed)
                await self.rooms.save_plan(name, replace(read, room=kept.room, shown=kept.shown))
        except (PlanError, RuleError, RoomStoreError) as problem:
            self.page(programme, book, str(problem), typed)
            return
        self.redirect(self.address("kjoreplan", programme, book))

    def typed(self) -> tuple[str, str, dict[str, tuple[str, bool]]]:
        """Give the form as it was filled in."""
        chosen = {
            name: (
                self.get_body_argument(f"minutter-{name}", ""),
                bool(self.get_body_argument(f"kan-{name}", "")),
            )
            for name in self.get_body_arguments("med")
        }
        begins, ends = (self.get_body_argument(word, "") for word in ("begynner", "slutter"))
        return begins, ends, chosen

    def page(
        self,
        programme: str,
        book: str,
        problem: str = "",
        typed: tuple[str, str, dict[str, tuple[str, bool]]] | None = None,
    ) -> None:
        title, offered = self.offered(programme, book)
        plan = self.current(self.name(programme, book), offered)
        shown = {name: self.clock(at) for name, at in plan.shown.items()}
        now = self.clock(self.rooms.now)
        table = plans.timetable(plan, shown, now)
        known = {line.name: line for line in offered}
        room = self.room(plan)
        self.show(
            "room_plan.html",
            title=f"Kjøreplan: {title}",
            now=plans.clock(now),
            said=plans.sentence(table, {line.name: line.title for line in offered}),
            rows=[(known[slot.item.name], slot, plans.clock(slot.start)) for slot in table.slots],
            plan=plan,
            begins=plans.clock(plan.begins),
            ends=plans.clock(plan.ends),
            offered=offered,
            form=typed
            or (
                plans.clock(plan.begins),
                plans.clock(plan.ends),
                {item.name: (str(item.minutes), item.optional) for item in plan.items},
            ),
            code=room.room.code if room else "",
            stage=f"{self.room_address(room.room.code)}/scene" if room else "",
            notes=f"{self.room_address(room.room.code)}/notater" if room else "",
            workbook=self.address("arbeidsbok", programme, book),
            rooms_address=self.address("rom"),
            where=self.address("kjoreplan", programme, book),
            problem=problem,
        )


class WallPage(_Lecturer):
    """The lecturer's own screen, where the answers are read before the room sees them."""

    @authenticated
    async def get(self, code: str) -> None:
        found = self.found(code)
        if not isinstance(found.exercise, ShortText):
            raise SentenceError(404, "Denne oppgaven har ingen vegg.")
        where = self.room_address(found.room.code)
        self.show(
            "room_wall.html",
            title=f"Les svarene i rom {found.room.code}",
            stage=f"{where}/scene",
            page={
                "mark": f"{where}/vegg/merk",
                "events": f"{where}/vegg/hendelser",
                "rooms": self.address("rom"),
                "shown": self.rooms.for_reader(found),
            },
        )


class WallEvents(_Listened):
    """What comes in to be read."""

    @authenticated
    async def get(self, code: str) -> None:
        found = self.found(code)
        await self.stream(found, lambda: self.rooms.for_reader(found))


class WallMark(StageStep):
    """What the lecturer says of one answer."""

    @authenticated
    async def post(self, code: str) -> None:
        found, message = self.found(code), self.message()
        said = (message.get(name) for name in ("key", "status", "into"))
        try:
            await self.rooms.mark(found, *said)
        except WallError as problem:
            raise SentenceError(409, str(problem)) from problem
        except RoomStoreError as problem:
            raise SentenceError(503, str(problem)) from problem
        self.reply(self.rooms.for_reader(found))


HANDLERS = [
    (r"/helseledelse/rom/?", RoomsPage),
    (r"/helseledelse/grupper", GroupsPage),
    (r"/helseledelse/rom/inn", DoorPage),
    (r"/helseledelse/referat/([\w-]+)", ReportPage),
    (r"/helseledelse/referat/([\w-]+)/referat\.(csv|docx)", ReportFile),
    (rf"/helseledelse/rom/{CODE}/samtale", PhoneTalk),
    (rf"/helseledelse/rom/{CODE}/hendelser", PhoneEvents),
    (rf"/helseledelse/rom/{CODE}/scene", StagePage),
    (rf"/helseledelse/rom/{CODE}/scene/hendelser", StageEvents),
    (rf"/helseledelse/rom/{CODE}/scene/steg", StageStep),
    (rf"/helseledelse/rom/{CODE}/notater", NotesPage),
    (rf"/helseledelse/rom/{CODE}/hender", Hands),
    (r"/helseledelse/kjoreplan/([^/]+)/([^/]+)", PlanPage),
    (rf"/helseledelse/rom/{CODE}/vegg", WallPage),
    (rf"/helseledelse/rom/{CODE}/vegg/hendelser", WallEvents),
    (rf"/helseledelse/rom/{CODE}/vegg/merk", WallMark),
    (r"/helseledelse/rom/([^/]+)", PhonePage),
]
