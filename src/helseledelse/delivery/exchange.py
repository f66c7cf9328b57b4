"""The one place on a participant's side that knows nbgrader: its exchange lists, gives and takes.

What is fetched goes by way of a folder of its own, so that a repaired or released-again assignment
replaces every file but the answers. A receipt is kept where the person can find it.
"""

import errno
import hashlib
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path

from helseledelse.answers import attached
from helseledelse.answers.mirror import mirror
from helseledelse.answers.store import ANSWERS, AnswerStore
from helseledelse.exercises.face import FACES
from helseledelse.exercises.reader import ContentError, is_name
from helseledelse.exercises.workbook import read_workbook

RECEIPTS = "kvitteringer"
_SETTINGS = ("nbgrader_config.py", "nbgrader_config.json", "jupyter_config.py")
_KEPT = (ANSWERS, f".{ANSWERS}.lock")
_NOT_SENT = ("__pycache__", "feedback")  # with what is hidden, what nbgrader leaves behind
_FULL = (errno.ENOSPC, errno.EDQUOT)


class DeliveryError(Exception):
    """It could not be fetched or handed in; the message is a sentence for the participant."""


@dataclass(frozen=True)
class Released:
    """An assignment that is released: its course, and where it lies if that can be seen."""

    course: str
    folder: Path | None


@dataclass(frozen=True)
class About:
    """What is known of an assignment, fetched or not.

    Attributes
    ----------
    title : as it calls itself, else its name
    deadline : milliseconds since 1970, None where none is set
    takes_document : whether a document can be handed in beside the answers
    """

    title: str
    deadline: int | None
    takes_document: bool


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

    @property
    def has_answers(self) -> bool:
        return any(name in self.files for name in (ANSWERS, *attached.NAMES))


class Exchange:
    """nbgrader's exchange, as its configuration on this machine says.

    Parameters
    ----------
    root : the person's folder; an assignment is fetched to a folder of its name there, as nbgrader
        itself does
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._import = threading.Thread(target=_import_nbgrader, daemon=True)
        self._lock = threading.Lock()

    def is_set_up(self) -> bool:
        """Tell whether somebody has said where the exchange is; nbgrader need not be asked."""
        folders = [Path.cwd(), self.root, *map(Path, jupyter_config_path())]
        return any((folder / name).is_file() for folder in folders for name in _SETTINGS)

    def warm_up(self, patience: float = 0) -> bool:
        """Have nbgrader imported, which takes seconds; gives whether it is.

        Parameters
        ----------
        patience : seconds to wait for it
        """
        with self._lock:
            if self._import.ident is None:
                self._import.start()
        self._import.join(patience)
        return not self._import.is_alive()

    def released(self) -> dict[str, Released]:
        """Give the assignments that are released, by name; none where there is no exchange.

        Raises
        ------
        DeliveryError
            If there is to be an exchange, and it cannot be reached.
        """
        if not self.is_set_up():
            return {}
        config = self._config(self.root)
        if "root" not in config.Exchange and "course_id" not in config.CourseDirectory:
            return {}
        with _explained("Arbeidskravene kunne ikke listes"):
            tool = self._tool("List", config, "", "")
            listed = tool.start() or []
            shared = Path(getattr(tool, "root", ""))
        found = {}
        for each in listed:
            name, course = each["assignment_id"], each["course_id"]
            if is_name(name):
                folder = shared / course / "outbound" / name
                found[name] = Released(course, folder if folder.is_dir() else None)
        return found

    def about(self, assignment: str, released: Released | None = None) -> About:
        """Give what is known of an assignment; what is released now is newer than what is here."""
        own = self.root / assignment
        folder = (released and released.folder) or own
        file = next(
            (each for each in (folder, own) if (each / f"{assignment}.ipynb").is_file()), own
        )
        try:
            title = read_workbook(file / f"{assignment}.ipynb").title
        except ContentError:
            title = assignment
        said = _faces(folder) or _faces(own)
        try:
            deadline = datetime.fromisoformat(said["frist"])
            due = int(deadline.astimezone().timestamp() * 1000)
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            due = None
        return About(title, due, said.get("dokument") is True)

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
        mirror(AnswerStore(self.root / assignment / ANSWERS))

    def _keep(self, assignment: str, own: Path, new: Path) -> None:
        """Keep a notebook somebody may have written in, away from what is handed in."""
        if _written(own) == _written(new):
            return
        shutil.copy2(own, self._aside(assignment, own))

    def _aside(self, assignment: str, own: Path) -> Path:
        aside = self.root / RECEIPTS / assignment
        aside.mkdir(parents=True, exist_ok=True)
        return aside / f"{own.stem} (din utgave {time.time_ns()}){own.suffix}"

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

    def document(self, assignment: str) -> Path | None:
        """Give the document that lies beside the answers, if one does."""
        files = (self.root / assignment / name for name in attached.NAMES)
        return next((file for file in files if file.is_file()), None)

    def attach(self, assignment: str, data: bytes) -> None:
        """Lay a document beside the answers, in place of the one before, which is kept.

        Raises
        ------
        AttachedError
            If it is not a document that is taken.
        DeliveryError
            If the assignment takes none, or it could not be kept.
        """
        folder = self.root / assignment
        if not (folder.is_dir() and self.about(assignment).takes_document):
            raise DeliveryError(
                "Dette arbeidskravet tar ikke imot dokumenter, eller er ikke hentet. Hent det "
                "først, eller skriv svarene på siden."
            )
        name = attached.name_for(data)
        with _explained("Dokumentet er ikke lagt ved"):
            between = self._aside(assignment, folder / name)
            between.write_bytes(data)
            self.detach(assignment)
            between.replace(folder / name)

    def detach(self, assignment: str) -> None:
        """Take the document away from what is handed in, and keep it with the receipts.

        Raises
        ------
        DeliveryError
            If it could not be moved.
        """
        with _explained("Dokumentet er ikke flyttet"):
            while (file := self.document(assignment)) is not None:
                file.replace(self._aside(assignment, file))

    def fetch_feedback(self, assignment: str) -> None:
        """Fetch what graders have sent back on what was handed in, in place of what was here.

        Raises
        ------
        DeliveryError
            If there is none yet, or it could not be fetched.
        """
        course = self._course(assignment)
        with _explained("Tilbakemeldingen er ikke hentet"):
            tool = self._tool("FetchFeedback", self._config(self.root), course, assignment)
            if (Path(tool.root) / course / "feedback").is_dir():
                tool.start()
        if self.feedback(assignment) is None:
            raise DeliveryError(
                "Det er ikke lagt ut noen tilbakemelding på det du har levert. Se etter igjen når "
                "sensor er ferdig."
            )

    def feedback(self, assignment: str) -> Path | None:
        """Give the feedback on what was handed in last, if it is fetched."""
        # nbgrader names a folder by the time of the submission, which sorts as it should.
        files = sorted((self.root / assignment / "feedback").glob(f"*/{assignment}.html"))
        return files[-1] if files else None

    def is_changed(self, assignment: str, at: int) -> bool:
        """Tell whether answers or document have changed since `at`, milliseconds since 1970."""
        files = (self.root / assignment / name for name in (ANSWERS, *attached.NAMES))
        return any(file.is_file() and file.stat().st_mtime * 1000 > at for file in files)

    def _course(self, assignment: str) -> str:
        released = self.released()
        if assignment not in released:
            raise DeliveryError(
                "Arbeidskravet er ikke lagt ut nå. Gå til forsiden og se hva som ligger der. "
                "Svarene dine er ikke rørt."
            )
        return released[assignment].course

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


def _import_nbgrader() -> None:
    # Whatever is wrong with it is raised again, and explained, by what needs it.
    with suppress(Exception):
        import nbgrader.apps
        import nbgrader.exchange  # noqa: F401  the import is all that is wanted


def _faces(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / FACES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _written(notebook: Path) -> object:
    """Give what may be somebody's own words in a notebook: all but the outputs, if it is sound."""
    data = notebook.read_bytes()
    try:
        return [(cell["cell_type"], cell["source"]) for cell in json.loads(data)["cells"]]
    except (ValueError, LookupError, TypeError):
        return data


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
