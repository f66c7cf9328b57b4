"""What waits behind an explorer that never ends is answered all the same."""

import asyncio
import time
from functools import partial
from typing import Any, cast

import pytest

from helseledelse.pages.pool import SORRY, ExplorerPool, SupersededError

# What the workers' own processes can import: they do not know this file.
NEVER = cast("partial[dict[str, Any]]", partial(time.sleep, 600))
AT_ONCE: "partial[dict[str, Any]]" = partial(dict, [("said", "Å")])


def test_the_end_of_one_explorer_does_not_end_those_that_wait() -> None:
    async def both() -> list[dict[str, Any]]:
        pool = ExplorerPool()
        try:
            await pool.warm()
            return await asyncio.gather(
                pool._evaluate(NEVER, patience=1),
                *(pool._evaluate(AT_ONCE, patience=120) for _ in range(4)),
            )
        finally:
            pool.close()

    never, *waiting = asyncio.run(both())
    assert never == {"error": SORRY}
    assert waiting == [{"said": "Å"}] * 4


def test_who_gives_up_waiting_is_let_go() -> None:
    async def given_up() -> None:
        pool = ExplorerPool()
        try:
            await pool.warm()
            waiting = asyncio.ensure_future(pool._evaluate(NEVER, patience=120))
            await asyncio.sleep(0.1)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        finally:
            pool.close()

    asyncio.run(given_up())


def test_a_worker_that_is_still_starting_is_waited_for() -> None:
    async def cold() -> dict[str, Any]:
        pool = ExplorerPool()
        try:
            # Reading the libraries alone takes longer than this patience.
            return await pool._evaluate(AT_ONCE, patience=0.2)
        finally:
            pool.close()

    assert asyncio.run(cold()) == {"said": "Å"}


def test_a_card_overtakes_itself_and_nobody_else() -> None:
    async def asked() -> list[Any]:
        pool = ExplorerPool()
        try:
            await pool.warm()
            cards = ["først", "en", "to", "en", None, None]
            requests = [pool.show("span", {"staff": 10 + n}, 680, c) for n, c in enumerate(cards)]
            given: list[Any] = await asyncio.gather(*requests, return_exceptions=True)
            return given
        finally:
            pool.close()

    given = asyncio.run(asked())
    assert [isinstance(each, SupersededError) for each in given] == [False, True, *[False] * 4]
    assert all("view" in each for each in given if isinstance(each, dict))
