"""Explorers evaluated beside the server, so that a heavy model never delays a saved answer."""

import asyncio
import gc
import json
import logging
import multiprocessing
import os
import signal
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing.connection import wait
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)

LOG = logging.getLogger("helseledelse")

SORRY = (
    "Utforskeren svarte ikke denne gangen. Endre en verdi for å prøve igjen. "
    "Svarene dine er ikke berørt."
)
_SLOW_SECONDS = 12.0  # the front end waits 15
_SLOW_START_SECONDS = 120.0  # reading the models' libraries on an old machine with much to do
_SLOW_PICTURE_SECONDS = 60.0  # a person who asks for a document waits, and misses each figure
_FEW = 6  # figures that are drawn before a second process has started
_MOST_PICTURES = 150  # of some 60 kB each


def _start() -> None:
    """Prepare a worker: it ends when the server has ended."""
    # Ctrl+C goes to the server, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent  # noqa: S101  a worker has one

    def end_with_server() -> None:
        wait([parent.sentinel])
        os._exit(0)

    threading.Thread(target=end_with_server, daemon=True).start()


def _warm() -> int:
    """Import what every explorer draws with, and draw once; gives the worker's process number."""
    from helseledelse.explorers import explorer, names

    explorer(names()[0]).show({})
    # A drawing leaves thousands of small cycles behind: looking for them in the middle of the next
    # one, among all that was imported, took a fifth of the time from a slider to its figure.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    return os.getpid()


def _describe(
    name: str, kept: Mapping[str, object], profile: Mapping[str, object]
) -> dict[str, Any]:
    """Give what draws an explorer's controls, its settings, and what is of the own workplace."""
    from helseledelse.explorers import explorer
    from helseledelse.explorers.base import SettingError

    try:
        found = explorer(name)
    except SettingError as error:
        return {"error": str(error)}
    settings, own = found.begin(profile, kept)
    return {"explorer": found.public(), "settings": settings, "own": own}


def _prepare() -> None:
    from helseledelse.explorers import prepare

    prepare()


def _show(name: str, settings: Mapping[str, object], width: int) -> dict[str, Any]:
    from helseledelse.explorers import explorer
    from helseledelse.explorers.base import SettingError

    try:
        return {"view": explorer(name).show(settings, width=width)}
    except SettingError as error:
        return {"error": str(error)}


def _picture(
    name: str, kept: Mapping[str, object], profile: Mapping[str, object]
) -> dict[str, Any]:
    from helseledelse.explorers import explorer
    from helseledelse.explorers.base import SettingError

    try:
        found = explorer(name)
        settings, _ = found.begin(profile, kept)
        return {"explorer": found.public(), "settings": settings, "view": found.picture(settings)}
    except SettingError as error:
        return {"error": str(error)}


class SupersededError(Exception):
    """The same card has asked for something newer."""


class ExplorerPool:
    """Evaluates explorers in processes of their own; the latest request of a card wins.

    Parameters
    ----------
    workers : processes; each takes some 100 MB
    """

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._executor: ProcessPoolExecutor | None = None
        self._started: Future[int] = Future()  # of the executor that runs: its worker's number
        self._places = asyncio.Semaphore(workers)
        self._newest: dict[object, object] = {}
        self._pictures: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._many = asyncio.Lock()
        self._helper: ExplorerPool | None = None  # while many figures are drawn

    def _running(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self._workers,
                # A forked copy of a server with threads may hang; spawn works on every system.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_start,
            )
            self._started = self._executor.submit(_warm)
        return self._executor

    def _discard(self, executor: ProcessPoolExecutor) -> None:
        if self._executor is executor:
            self._executor = None
        # A model that never ends would keep its process, and the server, alive.
        for process in list((executor._processes or {}).values()):  # noqa: SLF001 -- no public way
            process.kill()
        executor.shutdown(wait=False, cancel_futures=True)

    async def warm(self) -> int:
        """Start a worker and its imports; gives the worker's process number."""
        self._running()
        return await asyncio.wrap_future(self._started)

    def warm_quietly(self) -> None:
        """Start warming without waiting for it; a failure shows when an explorer is asked for."""

        async def attempt() -> None:
            try:
                await self.warm()
            except Exception:
                LOG.exception("the workers could not be warmed")

        self._warming = asyncio.ensure_future(attempt())

    async def show(
        self, name: str, settings: Mapping[str, object], width: int, card: str | None = None
    ) -> dict[str, Any]:
        """Give ``{"view": …}`` for an explorer, or ``{"error": sentence}``.

        Parameters
        ----------
        name : the explorer's name
        settings : its settings as the page has them
        width : CSS pixels there are for the figure
        card : a random name of the card that asks, on whichever page; nothing overtakes what none
            asks for, such as a page to be printed

        Raises
        ------
        SupersededError
            If the card asked again before this request had its turn.
        """
        ticket = object()
        key = ticket if card is None else card
        self._newest[key] = ticket
        try:
            async with self._places:
                if self._newest.get(key) is not ticket:
                    raise SupersededError
                view = await self._evaluate(partial(_show, name, dict(settings), width))
            if self._executor is not None:
                self._executor.submit(_prepare)  # nobody waits for it
            return view
        finally:
            if self._newest.get(key) is ticket:
                del self._newest[key]

    async def describe(
        self, name: str, kept: Mapping[str, object], profile: Mapping[str, object]
    ) -> dict[str, Any]:
        """Give what a front end needs of an explorer, or ``{"error": sentence}``.

        That is ``{"explorer": public, "settings": a full set, "own": sentence}``.
        """
        return await self._evaluate(partial(_describe, name, dict(kept), dict(profile)))

    async def pictures(
        self,
        wanted: Mapping[Key, tuple[str, Mapping[str, object]]],
        profile: Mapping[str, object],
    ) -> dict[Key, dict[str, Any]]:
        """Draw many explorers, each a name and what is kept of its settings, with figures as PNG.

        Each gives ``{"explorer": public, "settings": a full set, "view": …}``, or
        ``{"error": sentence}``. A second process helps with many, and a slider on another page
        waits for one figure at most.
        """
        drawn: dict[Key, dict[str, Any]] = {}
        left = iter(wanted.items())

        async def draw(by: ExplorerPool) -> None:
            for key, (name, kept) in left:
                drawn[key] = await self._picture(name, kept, profile, by)

        async with self._many:  # who asks for the same at the same time finds it drawn
            new = {self._drawn_as(*each, profile) for each in wanted.values()} - set(self._pictures)
            if len(new) <= _FEW:
                await draw(self)
            else:
                self._helper = ExplorerPool()
                try:
                    await asyncio.gather(draw(self), draw(self._helper))
                finally:
                    self._helper.close()
                    self._helper = None
        return {key: drawn[key] for key in wanted}

    @staticmethod
    def _drawn_as(name: str, kept: Mapping[str, object], profile: Mapping[str, object]) -> str:
        return json.dumps([name, kept, profile], sort_keys=True)

    async def _picture(
        self,
        name: str,
        kept: Mapping[str, object],
        profile: Mapping[str, object],
        by: "ExplorerPool",
    ) -> dict[str, Any]:
        # An explorer gives the same for the same settings, so what was drawn lately is kept.
        key = self._drawn_as(name, kept, profile)
        if (known := self._pictures.get(key)) is None:
            task = partial(_picture, name, dict(kept), dict(profile))
            async with by._places:  # noqa: SLF001 -- another of this class
                drawn = await by._evaluate(task, _SLOW_PICTURE_SECONDS)  # noqa: SLF001
            if "error" in drawn:
                return drawn
            self._pictures[key] = known = drawn
            while len(self._pictures) > _MOST_PICTURES:
                self._pictures.popitem(last=False)
        else:
            self._pictures.move_to_end(key)
        return known

    async def _evaluate(
        self, task: "partial[dict[str, Any]]", patience: float = _SLOW_SECONDS
    ) -> dict[str, Any]:
        for _ in range(2):  # a worker that was killed is replaced, once
            executor = self._running()
            # A worker that is still starting is not one that is stuck: ended, it would start again
            # and be ended again, and a slow machine would never see an explorer.
            await asyncio.wait({asyncio.wrap_future(self._started)}, timeout=_SLOW_START_SECONDS)
            try:
                return await asyncio.wait_for(
                    asyncio.get_running_loop().run_in_executor(executor, task), patience
                )
            except asyncio.CancelledError:
                # Another's worker was ended, and took along what waited behind it: try again.
                # Where it is we who are to end, we end.
                waiting = asyncio.current_task()
                if waiting is None or waiting.cancelling():
                    raise
            except TimeoutError:
                # Its name alone: what a person has pasted has no place in a log.
                LOG.exception("an explorer took more than %s s: %s", patience, task.args[0])
                self._discard(executor)
                break
            except BrokenExecutor:
                LOG.warning("a worker ended on its own; starting another")
                self._discard(executor)
            except Exception:
                LOG.exception("an explorer failed: %s", task.args[0])
                break
        return {"error": SORRY}

    def close(self) -> None:
        """End the workers."""
        if self._helper is not None:
            self._helper.close()
        if self._executor is not None:
            self._discard(self._executor)
