"""The copy of an assignment's answers in its notebook."""

import json
from pathlib import Path
from typing import Any

import pytest

from helseledelse.answers.mirror import mirror
from helseledelse.answers.store import MIRROR, AnswerStore


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    """Give the store beside a notebook of which JupyterLab has run one cell."""
    (tmp_path / "krav").mkdir()
    shown = {"output_type": "stream", "name": "stdout", "text": "hei"}
    copied = {"output_type": "display_data", "metadata": {}, "data": {MIRROR: {"answers": {}}}}
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "source": "# Krav"},
        {"cell_type": "code", "source": "import helseledelse", "outputs": [shown]},
        {"cell_type": "code", "source": 'exercise("a")', "outputs": [copied]},
    ]
    file = tmp_path / "krav" / "krav.ipynb"
    file.write_text(json.dumps({"cells": cells, "metadata": {}}), encoding="utf-8")
    file.chmod(0o644)
    return AnswerStore(tmp_path / "krav" / "svar.json")


def book(store: AnswerStore) -> Path:
    return store.path.parent / "krav.ipynb"


def copies(store: AnswerStore) -> list[dict[str, Any]]:
    cells = json.loads(book(store).read_bytes())["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [each["data"][MIRROR]["answers"] for each in outputs if MIRROR in each.get("data", {})]


def save(store: AnswerStore, response: str) -> None:
    store.save("a", response, at=1, version=1, writer="fane")
    mirror(store)


def test_the_copy_follows_the_answers_and_is_one(store: AnswerStore) -> None:
    for response in ("blåbær", "half a pair \ud800"):
        save(store, response)
        ours, jupyterlabs = copies(store)
        assert ours["a"]["response"] == response
        assert jupyterlabs == {}
    assert book(store).stat().st_mode & 0o777 == 0o644
    assert [each.name for each in store.path.parent.glob(".krav*")] == []
    assert '"hei"' in book(store).read_text(encoding="utf-8")


def test_what_has_not_changed_is_not_written(store: AnswerStore) -> None:
    save(store, "ja")
    before = book(store).stat().st_mtime_ns
    mirror(store)
    assert book(store).stat().st_mtime_ns == before


def test_where_all_is_deleted_no_copy_is_left(store: AnswerStore) -> None:
    save(store, "ja")
    store.delete_all()
    mirror(store)
    assert copies(store) == []


@pytest.mark.parametrize(
    "damaged", ["", "{", "[]", '{"cells": 1}', '{"cells": [1]}', '{"cells": []}']
)
def test_a_damaged_notebook_is_left_as_it_is(store: AnswerStore, damaged: str) -> None:
    book(store).write_text(damaged, encoding="utf-8")
    save(store, "ja")
    assert book(store).read_text(encoding="utf-8") == damaged
    book(store).unlink()
    save(store, "nei")
    assert not book(store).exists()
