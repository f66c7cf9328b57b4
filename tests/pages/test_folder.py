"""A participant's folder: workbooks come and are updated, and nothing of hers is lost."""

import json
from datetime import date
from pathlib import Path

import pytest

from helseledelse.pages.folder import bring_up_to_date, shipped_workbooks

DAY = date(2026, 3, 12)


def book(path: Path, *words: str, outputs: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [{"cell_type": "markdown", "metadata": {}, "source": word} for word in words]
    if outputs:
        cells.append({"cell_type": "code", "metadata": {}, "source": "", "outputs": []})
    path.write_text(
        json.dumps({"cells": cells, "metadata": {}}, ensure_ascii=False), encoding="utf-8"
    )
    return path


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    book(tmp_path / "ny" / "primaer" / "6-økonomi.ipynb", "# Første utgave")
    return tmp_path / "ny"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Kåres mappe"


def test_a_new_folder_gets_the_workbooks(folder: Path, shipped: Path) -> None:
    done = bring_up_to_date(folder, shipped, DAY)
    assert done.added == ("primaer/6-økonomi.ipynb",)
    assert "Første" in (folder / done.added[0]).read_text(encoding="utf-8")


def test_the_second_start_changes_nothing(folder: Path, shipped: Path) -> None:
    bring_up_to_date(folder, shipped, DAY)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.ipynb")}
    done = bring_up_to_date(folder, shipped, DAY)
    assert done == type(done)()
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.ipynb")} == before


def test_a_later_version_replaces_an_untouched_workbook_and_no_answer(
    folder: Path, shipped: Path
) -> None:
    bring_up_to_date(folder, shipped, DAY)
    answers = folder / "primaer" / "svar.json"
    answers.write_bytes(b'{"schema": 1, "answers": {}}')
    own = book(folder / "primaer" / "notater.ipynb", "mine")
    book(shipped / "primaer" / "6-økonomi.ipynb", "# Andre utgave")
    done = bring_up_to_date(folder, shipped, DAY)
    assert done.updated == ("primaer/6-økonomi.ipynb",)
    assert done.kept == ()
    assert "Andre" in (folder / done.updated[0]).read_text(encoding="utf-8")
    assert answers.read_bytes() == b'{"schema": 1, "answers": {}}'
    assert "mine" in own.read_text(encoding="utf-8")


def test_a_changed_workbook_is_kept_beside_with_the_date(folder: Path, shipped: Path) -> None:
    bring_up_to_date(folder, shipped, DAY)
    target = book(folder / "primaer" / "6-økonomi.ipynb", "# Min egen utgave")
    assert bring_up_to_date(folder, shipped, DAY).kept == ()  # nothing new to bring: hers stays
    assert "Min egen" in target.read_text(encoding="utf-8")
    book(shipped / "primaer" / "6-økonomi.ipynb", "# Andre utgave")
    done = bring_up_to_date(folder, shipped, DAY)
    assert done.kept == ("primaer/6-økonomi (din utgave 2026-03-12).ipynb",)
    assert "Min egen" in (folder / done.kept[0]).read_text(encoding="utf-8")
    assert "Andre" in target.read_text(encoding="utf-8")
    book(target, "# Endret igjen")
    book(shipped / "primaer" / "6-økonomi.ipynb", "# Tredje utgave")
    again = bring_up_to_date(folder, shipped, DAY)
    assert again.kept == ("primaer/6-økonomi (din utgave 2026-03-12-2).ipynb",)
    assert "Min egen" in (folder / done.kept[0]).read_text(encoding="utf-8")


def test_running_a_workbook_in_jupyterlab_is_no_change(folder: Path, shipped: Path) -> None:
    bring_up_to_date(folder, shipped, DAY)
    target = folder / "primaer" / "6-økonomi.ipynb"
    run = json.loads(target.read_text(encoding="utf-8"))
    run["metadata"]["widgets"] = {"state": "…"}
    target.write_text(json.dumps(run), encoding="utf-8")
    book(shipped / "primaer" / "6-økonomi.ipynb", "# Andre utgave")
    assert bring_up_to_date(folder, shipped, DAY).kept == ()


@pytest.mark.parametrize("record", ["", "[]", "{ødelagt", '{"primaer/6-økonomi.ipynb": 3}'])
def test_without_its_record_it_keeps_what_may_be_changed(
    folder: Path, shipped: Path, record: str
) -> None:
    bring_up_to_date(folder, shipped, DAY)
    (folder / ".helseledelse.json").write_text(record, encoding="utf-8")
    (folder / "primaer" / "6-økonomi.ipynb").write_bytes(b"not json \xff")
    done = bring_up_to_date(folder, shipped, DAY)
    assert len(done.kept) == 1
    assert (folder / done.kept[0]).read_bytes() == b"not json \xff"


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path, shipped: Path) -> None:
    (tmp_path / "fil").write_text("en fil")
    with pytest.raises(OSError, match="fil"):
        bring_up_to_date(tmp_path / "fil" / "mappe", shipped, DAY)


def test_the_shipped_workbooks_are_found() -> None:
    assert list(shipped_workbooks().rglob("*.ipynb"))
