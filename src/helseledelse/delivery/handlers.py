"""The addresses of «Hent» and «Lever»; what they do is in exchange.py."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from tornado.web import authenticated

from helseledelse.answers.progress import clock
from helseledelse.delivery.exchange import DeliveryError, Exchange, Receipt
from helseledelse.pages.handlers import Page, SentenceError


@dataclass(frozen=True)
class Shown:
    """An assignment as its page shows it; without an address it is not fetched."""

    name: str
    title: str
    state: str
    address: str
    receipts: tuple[tuple[str, Receipt], ...]


def _state(exchange: Exchange, name: str, *, fetched: bool) -> str:
    receipts = exchange.receipts(name)
    deadline = exchange.deadline(name)
    if receipts:
        said = f"Levert {clock(receipts[0].at)}."
        if deadline and receipts[0].at / 1000 > deadline.timestamp():
            return f"{said} Det var etter fristen, og besvarelsen er tatt imot."
    else:
        said = "Hentet, ikke levert." if fetched else "Lagt ut, ikke hentet."
    if deadline is None:
        return said
    when = clock(int(deadline.timestamp() * 1000))
    if datetime.now().astimezone() > deadline:
        late = (
            "Leverer du på nytt nå, er det etter fristen."
            if receipts
            else "Du kan fortsatt levere, men det blir for sent."
        )
        return f"{said} Fristen gikk ut {when}. {late}"
    again = " Du kan levere på nytt fram til da." if receipts else ""
    return f"{said} Fristen er {when}.{again}"


class AssignmentsPage(Page):
    """What is released, fetched and handed in."""

    @property
    def exchange(self) -> Exchange:
        exchange: Exchange = self.settings["helseledelse_exchange"]
        return exchange

    @authenticated
    async def get(self) -> None:
        await self._page("")

    async def _page(self, problem: str) -> None:
        shown, unreached = await asyncio.to_thread(self._shown)
        done = self.get_query_argument("gjort", "")
        self.show(
            "coursework.html",
            title="Arbeidskrav",
            assignments=shown,
            problem=problem or unreached,
            done={
                "hent": "Arbeidskravet er hentet.",
                "lever": "Arbeidskravet er levert. Kvitteringen står under.",
            }.get(done, ""),
            action=self.address("arbeidskrav"),
        )

    def _shown(self) -> tuple[list[Shown], str]:
        fetched = {each.id: each.name for each in self.course.assignments()}
        problem = ""
        names = set(fetched)
        try:
            names |= set(self.exchange.released())
        except DeliveryError as error:
            problem = str(error)
        rows = [
            Shown(
                name,
                fetched.get(name, name),
                _state(self.exchange, name, fetched=name in fetched),
                self.address("arbeidsbok", name, name) if name in fetched else "",
                tuple((clock(each.at), each) for each in self.exchange.receipts(name)),
            )
            for name in sorted(names)
        ]
        return rows, problem


class Act(AssignmentsPage):
    """Fetches or hands in."""

    @authenticated
    async def get(self, _what: str, _name: str) -> None:
        raise SentenceError(404, "Gå til forsiden og velg arbeidskravet der.")

    @authenticated
    async def post(self, what: str, name: str) -> None:
        act = self.exchange.fetch if what == "hent" else self.exchange.submit
        try:
            await asyncio.to_thread(act, name)
        except DeliveryError as problem:
            self.set_status(409)
            await self._page(str(problem))
            return
        self.redirect(self.address("arbeidskrav") + f"?gjort={what}")


HANDLERS = [
    (r"/helseledelse/arbeidskrav", AssignmentsPage),
    (r"/helseledelse/arbeidskrav/(hent|lever)/([a-z0-9_-]+)", Act),
]
