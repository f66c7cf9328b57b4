"""Deadlines, late deliveries, and an exchange that is full, shut or gone."""

import errno
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from helseledelse.delivery.exchange import DeliveryError, Exchange
from helseledelse.delivery.handlers import _span, _state

RELEASED = Path(__file__).parents[2] / "assignments" / "source" / "samling6"
NAME = "samling6"
INBOUND = ("utveksling", "helseledelse", "inbound")

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and SQLAlchemy's to each other


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where an assignment is fetched and something is answered."""
    box, home = tmp_path / "utveksling", tmp_path / "deltaker"
    tmp_path.joinpath(*INBOUND).mkdir(parents=True)
    box.chmod(0o777)
    shutil.copytree(RELEASED, box / "helseledelse" / "outbound" / NAME)
    home.mkdir()
    for each in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(each, str(tmp_path / each))
    monkeypatch.chdir(home)
    setting = "c = get_config()\nc.CourseDirectory.course_id = 'helseledelse'\n"
    setting += f"c.Exchange.root = {str(box)!r}\n"
    (home / "nbgrader_config.py").write_text(setting)
    Exchange(home).fetch(NAME)
    (home / NAME / "svar.json").write_text("{}")
    return home


def due(home: Path, said: str) -> None:
    file = home / NAME / "oppgaver.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"nb": {}, "frist": said}))


def received(home: Path, at: datetime) -> None:
    folder = home / "kvitteringer" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    stamp = int(at.timestamp() * 1000)
    written = {"assignment": NAME, "course": "helseledelse", "at": stamp, "files": {}}
    (folder / f"{stamp}.json").write_text(json.dumps(written))


def test_the_page_says_what_the_deadline_means_now(tmp_path: Path) -> None:
    exchange, now, day = Exchange(tmp_path), datetime.now(UTC), timedelta(days=1)

    def state() -> str:
        return _state(exchange, NAME, exchange.about(NAME), fetched=True)

    assert state() == "Hentet, ikke levert."
    due(tmp_path, "om en uke")
    assert state() == "Hentet, ikke levert."
    due(tmp_path, (now + 3 * day).isoformat())
    assert state().startswith("Hentet, ikke levert. Fristen er ")
    assert "på nytt" not in state()
    due(tmp_path, (now - 3 * day).isoformat())
    assert state().endswith("Du kan fortsatt levere, men det blir for sent.")
    received(tmp_path, now - 4 * day)
    assert state().endswith("Leverer du på nytt nå, er det etter fristen.")
    received(tmp_path, now)
    assert "Det var 3 døgn etter fristen, som var" in state()
    assert state().endswith("Besvarelsen er tatt imot.")
    due(tmp_path, (now + 3 * day).isoformat())
    assert state().endswith("Du kan levere på nytt fram til da.")


def test_late_is_received_too(home: Path) -> None:
    due(home, "2026-01-01T12:00+01:00")
    exchange = Exchange(home)
    receipt = exchange.submit(NAME)
    said = _state(exchange, NAME, exchange.about(NAME), fetched=True)
    assert "etter fristen, som var torsdag 1. januar 2026 kl. 12.00." in said
    (inbound,) = home.parent.joinpath(*INBOUND).iterdir()
    own = {"timestamp.txt", "submission_secret.txt"}  # written by nbgrader beside what is sent
    assert set(receipt.files) == {file.name for file in inbound.iterdir()} - own


def test_the_title_and_the_deadline_are_known_before_it_is_fetched(home: Path) -> None:
    shutil.rmtree(home / NAME)
    outbound = home.parent / "utveksling" / "helseledelse" / "outbound"
    due(outbound, "2027-01-15T23:59+01:00")
    exchange = Exchange(home)
    about = exchange.about(NAME, exchange.released()[NAME])
    assert about.title == "Arbeidskrav etter samling 6: Helseøkonomi, styring og forbedring"
    said = _state(exchange, NAME, about, fetched=False)
    # 22:59 UTC: the clock is Norwegian wherever the server stands.
    assert said == ("Lagt ut, ikke hentet. Fristen er fredag 15. januar 2027 kl. 23.59, norsk tid.")
    due(outbound, "2027-06-15T10:00+00:00")
    about = exchange.about(NAME, exchange.released()[NAME])
    assert "tirsdag 15. juni 2027 kl. 12.00" in _state(exchange, NAME, about, fetched=False)


@pytest.mark.parametrize(
    ("late", "said"),
    [(1, "1 minutt"), (61_000, "2 minutter"), (7_200_000, "2 timer"), (2 * 86_400_000, "2 døgn")],
)
def test_how_late_is_said(late: int, said: str) -> None:
    assert _span(late) == said


def test_what_is_written_after_it_was_handed_in_is_said_not_to_be_handed_in(home: Path) -> None:
    exchange = Exchange(home)
    receipt = exchange.submit(NAME)
    assert not exchange.is_changed(NAME, receipt.at)
    os.utime(home / NAME / "svar.json", (receipt.at / 1000 + 5, receipt.at / 1000 + 5))
    said = _state(exchange, NAME, exchange.about(NAME), fetched=True)
    assert said.endswith("Du har endret noe siden da, og det er ikke levert.")


def test_who_hands_in_nothing_is_told(home: Path) -> None:
    exchange = Exchange(home)

    def said() -> str:
        exchange.submit(NAME)
        return _state(exchange, NAME, exchange.about(NAME), fetched=True)

    assert "verken svar eller dokument" not in said()
    (home / NAME / "svar.json").unlink()
    assert said().endswith("Det var verken svar eller dokument i det du leverte.")


def test_a_receipt_names_only_what_was_sent(home: Path) -> None:
    for folder in (".ipynb_checkpoints", "__pycache__"):
        (home / NAME / folder).mkdir()
        (home / NAME / folder / "eldre.txt").write_text("eldre")
    assert set(Exchange(home).submit(NAME).files) == {
        "oppgaver.json",
        "samling6.ipynb",
        "svar.json",
    }


def test_a_full_exchange_keeps_no_half_submission(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[Any] = []
    copy = shutil.copyfile

    def fills(source: Any, target: Any, **options: Any) -> Any:
        copied.append(target)
        if len(copied) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return copy(source, target, **options)

    monkeypatch.setattr(shutil, "copyfile", fills)
    with pytest.raises(DeliveryError, match=r"ikke levert, fordi disken er full\. .*der de lå"):
        Exchange(home).submit(NAME)
    assert len(copied) > 1
    assert list(home.parent.joinpath(*INBOUND).iterdir()) == []
    assert Exchange(home).receipts(NAME) == []
    assert (home / NAME / "svar.json").read_text() == "{}"


def test_a_shut_exchange_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked of nbgrader rather than set on the folder: who runs the tests may write everywhere.
    shut = "nbgrader.exchange.default.exchange.check_directory"
    monkeypatch.setattr(shut, lambda *_, **__: False)
    exchange = Exchange(home)
    with pytest.raises(DeliveryError, match=r"ikke kan skrives i\. .* Svarene dine"):
        exchange.submit(NAME)
    with pytest.raises(DeliveryError, match="Arbeidskravene kunne ikke listes"):
        exchange.released()
    assert exchange.receipts(NAME) == []


def test_a_folder_that_is_too_big_is_told(home: Path) -> None:
    with (home / "nbgrader_config.py").open("a") as file:
        file.write("c.CourseDirectory.max_dir_size = 0\n")
    with pytest.raises(DeliveryError, match="mappen er for stor"):
        Exchange(home).submit(NAME)
    assert list(home.parent.joinpath(*INBOUND).iterdir()) == []
