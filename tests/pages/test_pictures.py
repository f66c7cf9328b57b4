"""Many figures are drawn by two processes, with the own workplace's numbers."""

import asyncio
from typing import Any

import pytest

from helseledelse.pages import pool as under_test
from helseledelse.pages.pool import ExplorerPool

Pictures = dict[str, dict[str, Any]]


def test_many_are_drawn_by_two_and_kept_and_begin_at_the_own_workplace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted: dict[str, tuple[str, dict[str, Any]]] = {
        **{f"span-{staff}": ("span", {"staff": staff}) for staff in range(30, 37)},
        "untouched": ("span", {}),
        "borte": ("borte", {}),
    }
    assert len(wanted) > under_test._FEW
    helpers: list[ExplorerPool] = []

    class Noted(ExplorerPool):
        def __init__(self) -> None:
            super().__init__()
            helpers.append(self)

    async def drawn() -> tuple[Pictures, Pictures, bool]:
        pool = ExplorerPool()
        monkeypatch.setattr(under_test, "ExplorerPool", Noted)
        try:
            own = await pool.warm()
            first = await pool.pictures(wanted, {"headcount": 44})
            again = await pool.pictures(wanted, {"headcount": 44})
            return first, again, await pool.warm() == own
        finally:
            pool.close()

    first, again, stayed = asyncio.run(drawn())
    assert list(first) == list(wanted)
    assert all(first[key]["view"]["picture"].startswith(b"\x89PNG") for key in [*wanted][:-1])
    assert first["span-33"]["settings"]["staff"] == 33
    assert first["untouched"]["settings"]["staff"] == 44
    assert "borte" in first["borte"]["error"]
    assert all(again[key]["view"] is first[key]["view"] for key in [*wanted][:-1])
    # One helped, and has ended; the server's own worker has not.
    assert len(helpers) == 1
    assert helpers[0]._executor is None
    assert stayed


def test_a_slider_waits_for_one_figure_and_not_for_all() -> None:
    many = {number: ("span", {"staff": number}) for number in range(5, 25)}

    async def moved() -> tuple[bool, dict[str, Any]]:
        pool = ExplorerPool()
        try:
            await pool.warm()
            asked = asyncio.create_task(pool.pictures(many, {}))
            await asyncio.sleep(0.05)
            shown = await pool.show("span", {"staff": 30}, 680)
            early = not asked.done()
            await asked
            return early, shown
        finally:
            pool.close()

    early, shown = asyncio.run(moved())
    assert early
    assert "view" in shown
