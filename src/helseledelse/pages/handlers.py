"""The addresses of the page host and their thin handlers; the rules are in course.py."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.httputil import url_concat
from tornado.web import HTTPError, authenticated

from helseledelse import __version__
from helseledelse.answers.store import StoreError
from helseledelse.documents.length import LAYOUT
from helseledelse.documents.record import Paper
from helseledelse.documents.word import NOT_FILLED_IN, write
from helseledelse.explorers import profile
from helseledelse.pages import carried
from helseledelse.pages.course import Course, NotInCourseError, lab_is_installed
from helseledelse.pages.export import Export, Wanted, in_pages
from helseledelse.pages.pool import LOG, ExplorerPool, SupersededError
from helseledelse.pages.project import Project, projects
from helseledelse.pages.static import Static
from helseledelse.pages.view import PaperExplorer
from helseledelse.pages.words import settings_in_words, settings_said

LARGEST_BODY = 4_000_000  # above what the conversation takes, whose sentence says more
_WIDTH = (200, 2000)
_LANGUAGE = "helseledelse-maal"  # the cookie with «nb» or «nn», and nothing else
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

# What a person reads when something is wrong: a heading, what it means, what to do.
_MESSAGES = {
    400: (
        "Det som ble sendt, kunne ikke leses",
        "Last siden på nytt. Det du har skrevet, ligger fortsatt i nettleseren.",
    ),
    403: (
        "Siden er ikke åpnet fra arbeidsboken",
        (
            "For å verne svarene dine kan siden bare åpnes der arbeidsboken ble startet. "
            "Start den på nytt, så åpnes den i nettleseren med alt du har skrevet."
        ),
    ),
    404: (
        "Vi finner ikke siden",
        "Adressen kan være skrevet feil. Gå til forsiden og velg arbeidsboken der.",
    ),
    413: (
        "Svaret er for langt",
        (
            "Det er for langt til å lagres i ett felt, men står fortsatt på siden. "
            "Kort det ned, eller del det på flere felt."
        ),
    ),
    500: (
        "Noe gikk galt i arbeidsboken",
        (
            "Det som er lagret, er ikke berørt. Last siden på nytt. Skjer det igjen, "
            "så steng arbeidsboken og start den på nytt."
        ),
    ),
}


class Handler(JupyterHandler):
    """What all our addresses have in common: headers, sentences for what goes wrong."""

    @property
    def course(self) -> Course:
        course: Course = self.settings["helseledelse_course"]
        return course

    @property
    def pool(self) -> ExplorerPool:
        pool: ExplorerPool = self.settings["helseledelse_pool"]
        return pool

    @property
    def static_files(self) -> Static:
        static: Static = self.settings["helseledelse_static"]
        return static

    @property
    def content_security_policy(self) -> str:
        return HEADERS["Content-Security-Policy"]

    def set_default_headers(self) -> None:
        super().set_default_headers()
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def address(self, *parts: str) -> str:
        """Give the address of one of our pages, under the server's own prefix."""
        return url_path_join(self.base_url, "helseledelse", *parts)

    def show(self, template: str, **values: Any) -> None:
        """Write a page."""
        asset = self.address("static", self.static_files.tag)
        page = {
            "api": self.address("api"),
            "assets": asset,
            "xsrf": self.xsrf_token.decode(),
            **values.pop("page", {}),
        }
        found = self.settings["helseledelse_templates"].get_template(template)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        # Half a surrogate pair, which a browser can send and the store keeps, has no UTF-8.
        self.finish(
            found.render(
                home=self.address(),
                answers_address=self.address("mine-svar"),
                asset=asset,
                xsrf=page["xsrf"],
                page=page,
                version=__version__,
                **values,
            ).encode("utf-8", "replace")
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        heading, sentence = _MESSAGES.get(
            status_code, _MESSAGES[500 if status_code >= 500 else 400]
        )
        error = kwargs.get("exc_info", (None, None, None))[1]
        said, own_heading = getattr(error, "sentence", ""), getattr(error, "heading", "")
        if self.request.path.startswith(self.address("api")):
            self.set_header("Content-Type", "application/json; charset=utf-8")
            self.finish(json.dumps({"error": said or sentence}, ensure_ascii=False))
            return
        try:
            self.show(
                "message.html",
                heading=own_heading or heading,
                sentence=said or sentence,
                title=own_heading or heading,
                # Who has not come from the workbook may not see its front page either.
                way_home=status_code != 403 or bool(own_heading),
            )
        except Exception:  # noqa: BLE001  the page may be what fails; then say it without one
            LOG.exception("the page for an error could not be written")
            self.finish(f"<!doctype html><html lang=nb><title>{heading}</title><p>{sentence}")


class SentenceError(HTTPError):
    """Something the person should read: a status, and words that are not the usual ones."""

    def __init__(self, status: int, sentence: str, heading: str = "") -> None:
        super().__init__(status, "%s", sentence)
        self.sentence, self.heading = sentence, heading


class Public(Handler):
    """An address for everybody: no login is looked up, and what goes well is not logged."""

    def prepare(self) -> None:  # type: ignore[override] # theirs is a coroutine that looks up a login
        # Nothing behind such an address rests on who asks, or by which name for this machine.
        self.current_user = None

    def _log(self) -> None:
        if self.get_status() >= 400:
            super()._log()


class Page(Handler):
    """A page a person opens."""

    async def prepare(self) -> None:  # type: ignore[override] # ours is a coroutine, as theirs is
        await super().prepare(_redirect_to_login=False)
        if self.current_user is None:
            login = self.get_login_url()
            if not login.startswith(url_path_join(self.base_url, "login")):
                # Behind a hub there is a real place to log in.
                # Its address already carries what the hub wants back.
                self.redirect(url_concat(login, {"next": self.request.uri or ""}))
                return
            raise HTTPError(403)
        if self.request.method == "GET" and "token" in self.request.query_arguments:
            # Taken out of the address, so that nobody copies it along with a link.
            kept = {
                key: values
                for key, values in self.request.query_arguments.items()
                if key != "token"
            }
            query = urlencode(kept, doseq=True)
            self.redirect(self.request.path + (f"?{query}" if query else ""))


class FrontPage(Page):
    """Programmes and samlinger, where you were, what is left."""

    @authenticated
    async def get(self) -> None:
        front = await asyncio.to_thread(self.course.front, self.address)
        lab = url_path_join(self.base_url, "lab") if lab_is_installed() else ""
        self.show(
            "front.html",
            title="Arbeidsbøker",
            front=front,
            lab=lab,
            delivery=(
                self.address("arbeidskrav") if "helseledelse_exchange" in self.settings else ""
            ),
            workplace_address=self.address("min-arbeidsplass"),
            saved=self.get_query_argument("lagret", "") == "ja",
        )


class WorkplacePage(Page):
    """«Min arbeidsplass»: a few numbers that explorers start at."""

    @authenticated
    async def get(self) -> None:
        self._form(await asyncio.to_thread(self.course.workplace_written), {})

    @authenticated
    async def post(self) -> None:
        typed = {name: self.get_body_argument(name, "") for name in profile.NAMES}
        try:
            problems = await asyncio.to_thread(self.course.save_workplace, typed)
        except StoreError as problem:
            problems = {"": str(problem)}
        if not problems:
            self.redirect(self.address() + "?lagret=ja")
            return
        self.set_status(422)
        self._form(typed, problems)

    def _form(self, typed: dict[str, str], problems: dict[str, str]) -> None:
        self.show(
            "workplace.html",
            title="Min arbeidsplass",
            fields=profile.FIELDS,
            typed=typed,
            problems=problems,
        )


class WorkbookPage(Page):
    """A workbook as a page, or on paper with ``?utskrift=tom`` or ``?utskrift=svar``."""

    @authenticated
    async def get(self, programme: str, name: str) -> None:
        printed = self.get_query_argument("utskrift", "")
        try:
            if printed:
                await self._print(programme, name, answers=printed == "svar")
                return
            shown = await asyncio.to_thread(
                self.course.workbook, programme, name, self.address, self._language()
            )
        except NotInCourseError as problem:
            raise SentenceError(404, str(problem)) from problem
        self.show(
            "workbook.html",
            title=shown.title,
            book=shown,
            page=shown.page,
            # Only where a lecturer has started it for a class; nobody else is told of it.
            plan=(
                self.address("kjoreplan", programme, name)
                if self.settings.get("helseledelse_room_address")
                else ""
            ),
        )

    def _language(self) -> str:
        """Give the written Norwegian a person wants the exercises in, and remember it."""
        chosen = self.get_query_argument("maal", "")
        if chosen in ("nb", "nn"):
            self.set_cookie(
                _LANGUAGE, chosen, path=self.address(), expires_days=365, samesite="Lax"
            )
            return chosen
        return "nn" if self.get_cookie(_LANGUAGE) == "nn" else "nb"

    async def _print(self, programme: str, name: str, *, answers: bool) -> None:
        views = {
            keep: await self._view(explorer, settings)
            for keep, (explorer, settings) in (
                await asyncio.to_thread(self.course.explorers_to_print, programme, name)
            ).items()
        }
        shown = await asyncio.to_thread(
            self.course.paper,
            *(programme, name, views, self.address),
            answers=answers,
            language=self._language(),
        )
        self.show("print.html", title=shown.title, book=shown, answers=answers)

    async def _view(self, explorer: str, settings: dict[str, Any]) -> PaperExplorer:
        own = await asyncio.to_thread(self.course.workplace)
        known = await self.pool.describe(explorer, settings, own)
        if "error" in known:
            return PaperExplorer(explorer, None, sorry=known["error"])
        shown = await self.pool.show(explorer, known["settings"], 680)
        return PaperExplorer(
            title=known["explorer"]["title"],
            view=shown.get("view"),
            settings=settings_in_words(known["explorer"]["controls"], known["settings"]),
            sorry=shown.get("error", ""),
        )


class AnswersPage(Page):
    """«Mine svar»: see, download and delete all that is kept."""

    @authenticated
    async def get(self) -> None:
        kept = await asyncio.to_thread(self.course.settings_kept)
        models = {
            place: found
            for place, (explorer, settings) in kept.items()
            if "explorer" in (found := await self.pool.describe(explorer, settings, {}))
        }
        mine = await asyncio.to_thread(
            self.course.answers,
            {
                place: (
                    found["explorer"]["title"],
                    settings_said(found["explorer"]["controls"], found["settings"]),
                )
                for place, found in models.items()
            },
        )
        deleted = self.get_query_argument("slettet", "") == "ja"
        self.show(
            "answers.html",
            title="Mine svar",
            mine=mine,
            pages=await asyncio.to_thread(self._pages),
            layout=LAYOUT,
            projects=await asyncio.to_thread(projects, self.course, self.address),
            deleted=deleted,
            carried_address=self.address("ta-med"),
            page={"purge": self.course.scopes if deleted else []},
        )

    def _pages(self) -> str:
        try:
            pages = Export(self.course).pages()
        except StoreError:
            return ""  # the notice on the page says so
        return in_pages(pages) if pages else ""


class ProjectPage(Page):
    """The development project of a programme: what is written, what is missing, own figures."""

    @authenticated
    async def get(self, programme: str) -> None:
        try:
            project = await asyncio.to_thread(Project, self.course, programme)
        except NotInCourseError as problem:
            raise SentenceError(404, str(problem)) from problem
        figures = {}
        for place, (explorer, settings) in (await asyncio.to_thread(project.explorers)).items():
            known = await self.pool.describe(explorer, settings, {})
            if "error" not in known:
                shown = await self.pool.show(explorer, known["settings"], 680)
                figures[place] = {**known, **shown}
        self.show(
            "project.html",
            title="Utviklingsprosjektet",
            project=await asyncio.to_thread(project.page, figures, self.address),
            layout=LAYOUT,
            not_filled_in=NOT_FILLED_IN,
        )


class CarriedPage(Page):
    """Answers from the room, brought along by the person, shown before they are put in."""

    @authenticated
    async def get(self) -> None:
        self._page("")

    @authenticated
    async def post(self) -> None:
        text = self.get_body_argument("tekst", "")
        saved = None
        try:
            if self.get_body_argument("legg", ""):
                chosen = self.get_body_arguments("ta")
                items, number = await asyncio.to_thread(
                    carried.put_in, self.course, text, chosen, self.address
                )
                saved = {0: "Ingenting er lagt inn.", 1: "Svaret er lagt i arbeidsboken."}.get(
                    number, f"{number} svar er lagt i arbeidsboken."
                )
            else:
                items = await asyncio.to_thread(carried.items, self.course, text, self.address)
        except carried.CarriedError as problem:
            self.set_status(422)
            self._page(text[: carried.LARGEST], problem=str(problem))
            return
        self._page(text, items, saved=saved)

    def _page(
        self,
        text: str,
        items: Sequence[carried.Item] = (),
        *,
        problem: str = "",
        saved: str | None = None,
    ) -> None:
        self.show(
            "carried.html",
            title="Ta med svar fra rommet",
            text=text,
            items=items,
            open=any(item.key and not item.kept for item in items),
            problem=problem,
            saved=saved,
        )


class AnswersFile(Page):
    """All that is kept, as one file."""

    @authenticated
    async def get(self) -> None:
        try:
            kept = await asyncio.to_thread(self.course.everything)
        except StoreError as problem:
            raise SentenceError(500, str(problem)) from problem
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_attachment_header("mine-svar.json")
        # Each file byte for byte as it lies on the disk, so that it can be put back.
        parts = (json.dumps(name).encode() + b": " + data.strip() for name, data in kept.items())
        self.finish(b"{" + b",\n".join(parts) + b"}\n")


class _Word(Page):
    """A Word document to download."""

    async def _pictured(self, wanted: Wanted) -> dict[tuple[str, str], dict[str, Any]]:
        own = await asyncio.to_thread(self.course.workplace)
        return await self.pool.pictures(wanted, own)

    async def _send(self, name: str, paper: Paper) -> None:
        # In a thread: other pages must not wait while a long document is written.
        document = await asyncio.to_thread(write, paper)
        self.set_header("Content-Type", _DOCX)
        self.set_attachment_header(f"{name}.docx")
        self.finish(document)


class WordSamling(_Word):
    """A workbook with its answers, as a Word document."""

    @authenticated
    async def get(self, programme: str, name: str) -> None:
        export = Export(self.course)
        try:
            wanted = await asyncio.to_thread(export.explorers, programme, name)
            drawn = await self._pictured(wanted)
            paper = await asyncio.to_thread(export.samling, programme, name, drawn)
        except NotInCourseError as problem:
            raise SentenceError(404, str(problem)) from problem
        except StoreError as problem:
            raise SentenceError(500, str(problem)) from problem
        await self._send(name, paper)


class WordEverything(_Word):
    """All that is answered, as a Word document."""

    @authenticated
    async def get(self) -> None:
        export = Export(self.course)
        try:
            drawn = await self._pictured(await asyncio.to_thread(export.all_explorers))
            paper = await asyncio.to_thread(export.everything, drawn)
        except StoreError as problem:
            raise SentenceError(500, str(problem)) from problem
        await self._send("svarene-mine", paper)


class WordProject(_Word):
    """The development project of a programme, as a Word document."""

    @authenticated
    async def get(self, programme: str) -> None:
        try:
            project = await asyncio.to_thread(Project, self.course, programme)
            drawn = await self._pictured(await asyncio.to_thread(project.explorers))
            paper = await asyncio.to_thread(project.paper, drawn)
        except NotInCourseError as problem:
            raise SentenceError(404, str(problem)) from problem
        except StoreError as problem:
            raise SentenceError(500, str(problem)) from problem
        await self._send("utviklingsprosjektet", paper)


class DeleteAnswers(Page):
    """Deletes all that is kept, once the person has confirmed it."""

    @authenticated
    async def post(self) -> None:
        if self.get_body_argument("bekreft", "") != "ja":
            raise SentenceError(
                400, "Ingenting er slettet. Kryss av for at du vil slette, og prøv igjen."
            )
        try:
            await asyncio.to_thread(self.course.delete_everything)
        except StoreError as problem:
            raise SentenceError(500, str(problem)) from problem
        self.redirect(self.address("mine-svar") + "?slettet=ja")


class Api(Handler):
    """An address that our own pages speak to."""

    async def prepare(self) -> None:  # type: ignore[override] # ours is a coroutine, as theirs is
        await super().prepare(_redirect_to_login=False)
        if self.current_user is None:
            raise HTTPError(403)
        if len(self.request.body) > LARGEST_BODY:
            raise HTTPError(413)

    def message(self) -> dict[str, Any]:
        """Give the message that was sent."""
        try:
            found = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise HTTPError(400, "no JSON") from None
        if not isinstance(found, dict):
            raise HTTPError(400, "a message is an object")
        return found

    def answer(self, reply: dict[str, Any]) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(reply, ensure_ascii=False))


class Talk(Api):
    """One message about an answer, one reply."""

    @authenticated
    async def post(self, programme: str) -> None:
        message = self.message()
        try:
            # In a thread: a reply waits for the disk, and other pages must not wait with it.
            reply = await asyncio.to_thread(self.course.reply, programme, message)
        except NotInCourseError as problem:
            raise SentenceError(404, str(problem)) from problem
        self.answer(reply)


class Describe(Api):
    """What draws an explorer's controls; asked for by the page, which does not wait for it."""

    @authenticated
    async def post(self) -> None:
        message = self.message()
        name, settings = message.get("explorer"), message.get("settings")
        if not isinstance(name, str) or not isinstance(settings, dict):
            raise HTTPError(400, "not a request for an explorer")
        own = await asyncio.to_thread(self.course.workplace)
        self.answer(await self.pool.describe(name, settings, own))


class Explore(Api):
    """An explorer at some settings: figure, sentence and table together."""

    @authenticated
    async def post(self) -> None:
        message = self.message()
        name, settings = message.get("explorer"), message.get("settings")
        width, card = message.get("width", 680), message.get("card")
        if (
            not isinstance(name, str)
            or not isinstance(settings, dict)
            or not isinstance(card, str | None)
            or isinstance(width, bool)
            or not isinstance(width, (int, float))
            or not _WIDTH[0] <= width <= _WIDTH[1]
        ):
            raise HTTPError(400, "not a request for an explorer")
        try:
            self.answer(await self.pool.show(name, settings, int(width), card))
        except SupersededError:
            self.set_status(409)
            self.answer({"superseded": True})


class Status(Api):
    """What is answered and what is left in a workbook."""

    @authenticated
    async def get(self, programme: str, name: str) -> None:
        try:
            self.answer(await asyncio.to_thread(self.course.status, programme, name))
        except NotInCourseError as problem:
            raise SentenceError(404, str(problem)) from problem


class StaticFile(Public):
    """Our scripts and styles; there is nothing of anyone's in them."""

    @allow_unauthenticated
    async def get(self, tag: str, name: str) -> None:
        found = self.static_files.read(name)
        if found is None:
            raise HTTPError(404)
        if tag == self.static_files.tag:
            self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.set_header("Content-Type", found.type)
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(found.zipped)
            return
        self.finish(found.content)


class NothingHere(Page):
    """Any other address of ours."""

    @authenticated
    async def get(self) -> None:
        raise HTTPError(404)

    @authenticated
    async def post(self) -> None:
        raise HTTPError(404)


_WORKBOOK = r"([^/]+)/([^/]+)"

HANDLERS = [
    (r"/helseledelse/?", FrontPage),
    (rf"/helseledelse/arbeidsbok/{_WORKBOOK}", WorkbookPage),
    (rf"/helseledelse/word/{_WORKBOOK}", WordSamling),
    (r"/helseledelse/min-arbeidsplass", WorkplacePage),
    (r"/helseledelse/prosjekt/([^/]+)", ProjectPage),
    (r"/helseledelse/prosjekt/([^/]+)/word", WordProject),
    (r"/helseledelse/mine-svar", AnswersPage),
    (r"/helseledelse/ta-med", CarriedPage),
    (r"/helseledelse/mine-svar/word", WordEverything),
    (r"/helseledelse/mine-svar/last-ned", AnswersFile),
    (r"/helseledelse/mine-svar/slett", DeleteAnswers),
    (r"/helseledelse/api/samtale/([^/]+)", Talk),
    (r"/helseledelse/api/utforsk", Explore),
    (r"/helseledelse/api/utforsk/beskriv", Describe),
    (rf"/helseledelse/api/status/{_WORKBOOK}", Status),
    (r"/helseledelse/static/([0-9a-f]+)/([a-z_-]+\.[a-z]+)", StaticFile),
    (r"/helseledelse/.*", NothingHere),
]
