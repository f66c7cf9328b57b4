"""The addresses of «Hent» and «Lever»; what they do is in exchange.py."""

import asyncio
import math
import time
from dataclasses import dataclass

from tornado.web import authenticated

from helseledelse.answers.attached import LARGEST, AttachedError, size
from helseledelse.answers.progress import moment
from helseledelse.delivery.exchange import About, DeliveryError, Exchange, Receipt
from helseledelse.pages.handlers import Page, SentenceError

_PATIENCE = 3.0  # seconds to wait for nbgrader before the page says so
_ONLY_READ = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
_DONE = {
    "hent": "Arbeidskravet er hentet.",
    "lever": "Arbeidskravet er levert. Kvitteringen står under.",
    "legg-ved": "Dokumentet er lagt ved. Det er ikke levert før du trykker «Lever».",
    "tilbakemelding": "Tilbakemeldingen er hentet.",
    "ta-bort": "Dokumentet er tatt bort. Det ligger i mappen «kvitteringer».",
}


@dataclass(frozen=True)
class Shown:
    """An assignment as its page shows it; without an address it is not fetched."""

    name: str
    title: str
    state: str
    address: str
    receipts: tuple[tuple[str, Receipt], ...]
    takes_document: bool
    document: str
    feedback: str  # its address


def _state(exchange: Exchange, name: str, about: About, *, fetched: bool) -> str:
    receipts = exchange.receipts(name)
    said = "Hentet, ikke levert." if fetched else "Lagt ut, ikke hentet."
    if receipts:
        said = f"Levert {moment(receipts[0].at)}."
        if not receipts[0].has_answers:
            said += " Det var verken svar eller dokument i det du leverte."
        if exchange.is_changed(name, receipts[0].at):
            said += " Du har endret noe siden da, og det er ikke levert."
    if about.deadline is None:
        return said
    when = moment(about.deadline)
    late = receipts[0].at - about.deadline if receipts else 0
    if late > 0:
        return (
            f"{said} Det var {_span(late)} etter fristen, som var {when}. Besvarelsen er tatt imot."
        )
    if time.time() * 1000 <= about.deadline:
        again = " Du kan levere på nytt fram til da." if receipts else ""
        return f"{said} Fristen er {when}, norsk tid.{again}"
    after = (
        "Leverer du på nytt nå, er det etter fristen."
        if receipts
        else "Du kan fortsatt levere, men det blir for sent."
    )
    return f"{said} Fristen gikk ut {when}, norsk tid. {after}"


def _span(milliseconds: int) -> str:
    """Say a span of time, rounded up: 1 minutt, 3 timer, 2 døgn."""
    minutes = math.ceil(milliseconds / 60_000)
    for unit, several in ((1440, "døgn"), (60, "timer")):
        if minutes >= 2 * unit:
            return f"{minutes // unit} {several}"
    return f"{minutes} {'minutt' if minutes == 1 else 'minutter'}"


class AssignmentsPage(Page):
    """What is released, fetched and handed in."""

    @property
    def exchange(self) -> Exchange:
        exchange: Exchange = self.settings["helseledelse_exchange"]
        return exchange

    @authenticated
    async def get(self) -> None:
        waiting = self.exchange.is_set_up() and not await asyncio.to_thread(
            self.exchange.warm_up, _PATIENCE
        )
        if waiting:
            self.set_header("Refresh", "2")
            self._show([], "", waiting=True)
            return
        await self._page("")

    async def _page(self, problem: str) -> None:
        shown, unreached = await asyncio.to_thread(self._shown)
        self._show(shown, problem or unreached)

    def _show(self, shown: list[Shown], problem: str, *, waiting: bool = False) -> None:
        self.show(
            "coursework.html",
            title="Arbeidskrav",
            assignments=shown,
            problem=problem,
            waiting=waiting,
            done="" if waiting else _DONE.get(self.get_query_argument("gjort", ""), ""),
            action=self.address("arbeidskrav"),
            largest=LARGEST // 1_000_000,
        )

    def _shown(self) -> tuple[list[Shown], str]:
        fetched = {each.id for each in self.course.assignments()}
        problem = ""
        try:
            released = self.exchange.released()
        except DeliveryError as error:
            problem, released = str(error), {}
        rows = []
        for name in sorted(fetched | set(released)):
            about = self.exchange.about(name, released.get(name))
            rows.append(
                Shown(
                    name,
                    about.title,
                    _state(self.exchange, name, about, fetched=name in fetched),
                    self.address("arbeidsbok", name, name) if name in fetched else "",
                    tuple((moment(each.at), each) for each in self.exchange.receipts(name)),
                    about.takes_document,
                    self._document(name),
                    self.address("tilbakemelding", name) if self.exchange.feedback(name) else "",
                )
            )
        return rows, problem

    def _document(self, name: str) -> str:
        """Say which document lies beside the answers, "" for none."""
        file = self.exchange.document(name)
        if file is None:
            return ""
        there = file.stat()
        when = moment(int(there.st_mtime * 1000))
        return f"{file.name}, {size(there.st_size)}, lagt ved {when}"


class Feedback(AssignmentsPage):
    """What graders have sent back: a page of nbgrader's, which may do nothing but be read."""

    @authenticated
    async def get(self, name: str) -> None:
        file = self.exchange.feedback(name)
        if file is None:
            raise SentenceError(404, "Tilbakemeldingen er ikke hentet. Hent den under Arbeidskrav.")
        self.set_header("Content-Security-Policy", _ONLY_READ)
        self.finish(await asyncio.to_thread(file.read_bytes))


class Act(AssignmentsPage):
    """Fetches, hands in, or lays a document beside the answers."""

    @authenticated
    async def get(self, _what: str, _name: str) -> None:
        raise SentenceError(404, "Gå til forsiden og velg arbeidskravet der.")

    @authenticated
    async def post(self, what: str, name: str) -> None:
        try:
            await asyncio.to_thread(self._do, what, name)
        except (DeliveryError, AttachedError) as problem:
            self.set_status(409)
            await self._page(str(problem))
            return
        self.redirect(self.address("arbeidskrav") + f"?gjort={what}")

    def _do(self, what: str, name: str) -> None:
        match what:
            case "hent":
                self.exchange.fetch(name)
            case "lever":
                self.exchange.submit(name)
            case "tilbakemelding":
                self.exchange.fetch_feedback(name)
            case "legg-ved":
                files = self.request.files.get("dokument")
                if not files:
                    raise AttachedError("Velg et dokument først.")
                self.exchange.attach(name, files[0]["body"])
            case _:
                self.exchange.detach(name)


HANDLERS = [
    (r"/helseledelse/arbeidskrav", AssignmentsPage),
    (r"/helseledelse/arbeidskrav/(hent|lever|tilbakemelding|legg-ved|ta-bort)/([a-z0-9_-]+)", Act),
    (r"/helseledelse/tilbakemelding/([a-z0-9_-]+)", Feedback),
]
