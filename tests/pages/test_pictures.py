"""Many figures are drawn beside the server's own worker, with the own workplace's numbers."""

import asyncio
from typing import Any

from helseledelse.pages import pool as under_test
from helseledelse.pages.pool import ExplorerPool


def test_many_are_drawn_by_others_and_kept_and_begin_at_the_own_workplace() -> None:
    wanted: dict[str, tuple[str, dict[str, Any]]] = {
        **{f"span-{staff}": ("span", {"staff": staff}) for staff in range(30, 37)},
        "untouched": ("span", {}),
        "borte": ("borte", {}),
    }
    assert len(wanted) > under_test._FEW

    async def drawn() -> tuple[dict[str, Any], dict[str, Any], bool]:
        pool = ExplorerPool()
        try:
            first = await pool.pictures(wanted, {"headcount": 44})
            # The server's own worker was left to the sliders, and the others have ended.
            busy = pool._executor is not None or pool._drawers is not None
            return first, await pool.pictures(wanted, {"headcount": 44}), busy
        finally:
            pool.close()

    first, again, busy = asyncio.run(drawn())
    assert list(first) == list(wanted)
    assert all(first[key]["view"]["picture"].startswith(b"\x89PNG") for key in [*wanted][:-1])
    assert first["span-33"]["settings"]["staff"] == 33
    assert first["untouched"]["settings"]["staff"] == 44
    assert "borte" in first["borte"]["error"]
    assert all(again[key]["view"] is first[key]["view"] for key in [*wanted][:-1])
    assert not busy
