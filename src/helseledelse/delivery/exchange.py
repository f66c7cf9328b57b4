"""The one place on a participant's side that knows nbgrader: its exchange lists, gives and takes.

What is fetched goes by way of a folder of its own, so that a repaired or released-again assignment
replaces every file but the answers. A receipt is kept where the person can find it.
"""

import errno
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from helseledelse.exercises.reader import is_name

RECEIPTS = "kvitteringer"
_KEPT = ("svar.json", ".svar.json.lock")
_NOT_SENT = ("__pycache__", "feedback")  # with what is hidden, what nbgrader leaves behind
_FULL = (errno.ENOSPC, errno.EDQUOT)


class DeliveryError(Exception):
    """It could not be fetched or handed in; the message is a sentence for the participant."""


@dataclass(frozen=True)
class Receipt:
    """What was handed in.

    Attributes
    ----------
    assignment, course : as nbgrader has them
    at : when, milliseconds since 1970
    files : SHA-256 by file name
    """

    assignment: str
    course: str
    at: int
    files: dict[str, str]


class Exchange:
    """nbgrader's exchange, as its configuration on this machine says.

    Parameters
    ----------
    root : the person's folder; an assignment is fetched to a folder of its name there, as nbgrader
        itself does
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def released(self) -> dict[str, str]:
        """Give the course of each assignment that is released; none where there is no exchange.

        Raises
        ------
        DeliveryError
            If there is to be an exchange, and it cannot be reached.
        """
        config = self._config(self.root)
        if "root" not in config.Exchange and "course_id" not in config.CourseDirectory:
            return {}
        with _explained("Arbeidskravene kunne ikke listes"):
            listed = self._tool("List", config, "", "").start() or []
            return {
                each["assignment_id"]: each["course_id"]
                for each in listed
                if is_name(each["assignment_id"])
            }

    def fetch(self, assignment: str) -> None:
        """Fetch an assignment, or fetch it anew; the answers stand as they did.

        Raises
        ------
        DeliveryError
            If it could not be fetched.
        """
        course = self._course(assignment)
        with (
            _explained("Arbeidskravet er ikke hentet"),
            tempfile.TemporaryDirectory(prefix=".henter-", dir=self.root) as between,
        ):
            config = self._config(Path(between))
            self._tool("FetchAssignment", config, course, assignment).start()
            got = Path(between) / assignment
            for file in sorted(each for each in got.rglob("*") if each.is_file()):
                name = file.relative_to(got)
                if name.name in _KEPT:
                    continue
                target = self.root / assignment / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.suffix == ".ipynb" and target.exists():
                    self._keep(assignment, target, file)
                file.replace(target)

    def _keep(self, assignment: str, own: Path, new: Path) -> None:
        """Keep a notebook somebody may have written in, away from what is handed in."""
        if own.read_bytes() == new.read_bytes():
            return
        aside = self.root / RECEIPTS / assignment
        aside.mkdir(parents=True, exist_ok=True)
        shutil.copy2(own, aside / f"{own.stem} (din utgave {time.time_ns()}){own.suffix}")

    def submit(self, assignment: str) -> Receipt:
        """Hand in what lies in the folder now, and keep a receipt.

        Raises
        ------
        DeliveryError
            If it was not handed in.
        """
        course = self._course(assignment)
        folder = self.root / assignment
        with _explained("Arbeidskravet er ikke levert"):
            files = {
                file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
                for file in sorted(folder.rglob("*"))
                if file.is_file() and _is_sent(file.relative_to(folder))
            }
            tool = self._tool("Submit", self._config(self.root), course, assignment)
            try:
                tool.start()
            except OSError:
                # Half a submission would be collected as the latest, in place of a whole one.
                half = Path(tool.inbound_path) / tool.assignment_filename
                shutil.rmtree(half, ignore_errors=True)
                raise
        receipt = Receipt(assignment, course, time.time_ns() // 1_000_000, files)
        with _explained("Arbeidskravet er levert, men kvitteringen er ikke lagret"):
            aside = self.root / RECEIPTS / assignment
            aside.mkdir(parents=True, exist_ok=True)
            written = json.dumps(asdict(receipt), ensure_ascii=False, indent=1)
            (aside / f"{receipt.at}.json").write_text(written, encoding="utf-8")
        return receipt

    def receipts(self, assignment: str) -> list[Receipt]:
        """Give the receipts of an assignment, the latest first; a damaged one is passed over."""
        found = []
        for file in (self.root / RECEIPTS / assignment).glob("*.json"):
            try:
                found.append(Receipt(**json.loads(file.read_text(encoding="utf-8"))))
            except (OSError, ValueError, TypeError):
                continue
        return sorted(found, key=lambda receipt: -receipt.at)

    def deadline(self, assignment: str) -> datetime | None:
        """Give the deadline that ``oppgaver.json`` names under ``frist``, if it does."""
        try:
            file = self.root / assignment / "oppgaver.json"
            said = datetime.fromisoformat(json.loads(file.read_text(encoding="utf-8"))["frist"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return said.astimezone()

    def _course(self, assignment: str) -> str:
        released = self.released()
        if assignment not in released:
            raise DeliveryError(
                "Arbeidskravet er ikke lagt ut nå. Gå til forsiden og se hva som ligger der. "
                "Svarene dine er ikke rørt."
            )
        return released[assignment]

    def _config(self, folder: Path) -> Any:
        from nbgrader.apps import NbGrader
        from traitlets.config.loader import PyFileConfigLoader

        app = NbGrader()
        app.load_config_file()
        if (self.root / "nbgrader_config.py").is_file():
            loader = PyFileConfigLoader("nbgrader_config.py", path=str(self.root))
            app.config.merge(loader.load_config())
        app.config.ABCExchange.assignment_dir = str(folder)
        app.config.Exchange.assignment_dir = str(folder)
        return app.config

    def _tool(self, which: str, config: Any, course: str, assignment: str) -> Any:
        from nbgrader.auth import Authenticator
        from nbgrader.coursedir import CourseDirectory
        from nbgrader.exchange import ExchangeFactory

        directory = CourseDirectory(config=config)
        directory.course_id = course or directory.course_id
        directory.assignment_id = assignment
        make = getattr(ExchangeFactory(config=config), which)
        return make(coursedir=directory, authenticator=Authenticator(config=config), config=config)


def _is_sent(name: Path) -> bool:
    return not any(part.startswith(".") or part in _NOT_SENT for part in name.parts)


def _is_full(problem: OSError) -> bool:
    """Tell whether a disk is full; a folder's copying gives many problems in one, as words."""
    if isinstance(problem, shutil.Error):
        return any(f"[Errno {number}]" in str(problem) for number in _FULL)
    return problem.errno in _FULL


@contextmanager
def _explained(failed: str) -> Iterator[None]:
    from nbgrader.exchange import ExchangeError

    try:
        yield
    except ExchangeError as problem:
        raise DeliveryError(
            f"{failed}, fordi utvekslingsmappen ikke er å finne eller ikke kan skrives i. Se etter "
            "at du er koblet til, prøv igjen, og si fra til foreleseren hvis det varer. Svarene "
            "dine ligger der de lå."
        ) from problem
    except RuntimeError as problem:
        raise DeliveryError(
            f"{failed}, fordi mappen er for stor. Flytt store filer du selv har lagt der, og prøv "
            "igjen. Svarene dine ligger der de lå."
        ) from problem
    except OSError as problem:
        why = (
            "disken er full"
            if _is_full(problem)
            else "en fil eller mappe ikke lot seg lese eller skrive"
        )
        raise DeliveryError(
            f"{failed}, fordi {why}. Prøv igjen om litt, og si fra til foreleseren hvis det varer. "
            "Svarene dine ligger der de lå."
        ) from problem
