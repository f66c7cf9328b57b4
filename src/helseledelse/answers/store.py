"""Where answers lie: one file beside the workbooks, which never loses a word.

A save is lock, read, merge, temporary file, fsync, replace. The lock keeps two processes apart,
the merge two open pages, the replacement a reader from half a file, and the fsync a power cut
from an acknowledged answer. What cannot be read is copied aside before anything is written.
"""

import errno
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from filelock import FileLock, Timeout

SCHEMA = 1
MOST_EARLIER = 20
ANSWERS = "svar.json"
"""What the file is called, in a programme's folder and in an assignment's."""
MIRROR = "application/vnd.helseledelse.svar+json"
"""The type of a notebook's output that holds a copy of answers, in the form of the file itself."""
# The last millisecond that `datetime` can say: a later one was never a time somebody typed.
_LATEST = 253_402_214_400_000

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class StoreError(Exception):
    """Answers could not be kept, read or deleted; the message is a sentence for the participant."""


@dataclass(frozen=True)
class Earlier:
    """What a page had stored before another page's answer took its place.

    Attributes
    ----------
    response : as in `Answer`
    at : when it was typed, milliseconds since 1970
    writer : the page that wrote it, or "" where several wrote the same
    """

    response: Any
    at: int
    writer: str

    def __post_init__(self) -> None:
        _require(_is_time(self.at), f"at is {self.at!r}, not milliseconds since 1970")
        _require(isinstance(self.writer, str), f"writer is {self.writer!r}, not a name")


@dataclass(frozen=True)
class Answer:
    """What one person said.

    Attributes
    ----------
    response : JSON in the kind's shape, or as it was typed where the kind refuses it
    at : when it was typed, milliseconds since 1970
    version : of the exercise, from 1
    writer : a random name per open page
    checked : whether it has been judged
    earlier : what other pages had stored, newest first, at most 20, none blank, no two alike.
        The present response may stand here too: it is then safe when its page types over it.
    """

    response: Any
    at: int
    version: int = 1
    writer: str = ""
    checked: bool = False
    earlier: tuple[Earlier, ...] = ()

    def __post_init__(self) -> None:
        _require(_is_time(self.at), f"at is {self.at!r}, not milliseconds since 1970")
        _require(_is_whole(self.version) and self.version >= 1, f"version is {self.version!r}")
        _require(isinstance(self.writer, str), f"writer is {self.writer!r}, not a name")
        _require(isinstance(self.checked, bool), f"checked is {self.checked!r}, not true or false")


@dataclass(frozen=True)
class Saved:
    """The receipt of a save.

    Attributes
    ----------
    at : when the saved response was typed, never later than now
    newer : the stored answer where another page has said something else since, else None
    """

    at: int
    newer: Answer | None


def is_blank(response: object) -> bool:
    """Whether a response of any kind holds nothing: no text, no choice, no filled box."""
    if isinstance(response, str):
        return not response.strip()
    if isinstance(response, dict):
        return all(is_blank(part) for part in response.values())
    if isinstance(response, list):
        return all(is_blank(part) for part in response)
    return response is None


def merge(stored: Answer | None, said: Answer) -> Answer:
    """Give the answer that stands when `said` meets what is stored.

    The latest typed wins; ties fall to the greater writer, then to the greater response, so that
    any order of arrival ends with the same winner. A page replaces its own answer. What
    one page loses to another goes to `earlier`.
    """
    if stored is None:
        return said
    winner, loser = (said, stored) if _rank(said) >= _rank(stored) else (stored, said)
    earlier = stored.earlier
    if winner.writer != loser.writer:
        earlier = _put_by(earlier, loser, arriving=loser is said)
    # The same words for the same exercise stand judged, whichever message came last.
    same = winner.response == loser.response and winner.version == loser.version
    checked = winner.checked or (same and loser.checked)
    return replace(winner, checked=checked, earlier=earlier)


def _put_by(earlier: tuple[Earlier, ...], answer: Answer, *, arriving: bool) -> tuple[Earlier, ...]:
    """Put a lost answer among the earlier ones.

    A page whose clock is behind loses with every save: what arrives then replaces what
    the same page lost before, or twenty half sentences would push out everything else.
    """
    if is_blank(answer.response):
        return earlier
    kept = list(earlier)
    if arriving:
        own = [put for put in kept if put.writer == answer.writer and answer.writer]
        if any(_rank(put) >= _rank(answer) for put in own):
            return earlier
        if own:
            kept.remove(max(own, key=_rank))
    new = Earlier(answer.response, answer.at, answer.writer)
    for alike in [put for put in kept if put.response == new.response]:
        kept.remove(alike)
        # Words that two pages have said belong to neither, so neither can replace them.
        shared = new.writer if alike.writer == new.writer else ""
        new = Earlier(new.response, max(new.at, alike.at), shared)
    return tuple(sorted([*kept, new], key=_rank, reverse=True)[:MOST_EARLIER])


def _rank(said: Answer | Earlier) -> tuple[int, str, str]:
    return said.at, said.writer, _encode(said.response)


def _require(condition: object, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_time(value: object) -> bool:
    return _is_whole(value) and 0 <= value <= _LATEST  # type: ignore[operator]  # whole: an int


@dataclass(frozen=True)
class Document:
    """What stands in an answer file.

    Attributes
    ----------
    answers : by exercise id or ``explorer:NAME``
    sound : whether everything in the file was understood; if not, the file is worth keeping
    extra : what a later edition may have added to each answer, kept as it stood
    rest : what a later edition may have added beside the answers, kept as it stood
    """

    answers: dict[str, Answer]
    sound: bool
    extra: dict[str, dict[str, Any]]
    rest: dict[str, Any]

    @classmethod
    def read(cls, data: bytes) -> "Document":
        """Understand as much as can be understood; touches no file, so a grader may use it too.

        Raises
        ------
        StoreError
            If a later edition wrote it in a form this one does not know.
        """
        try:
            # A word that is no JSON number, such as NaN, is kept as the word it is.
            top = json.loads(data.decode("utf-8-sig"), parse_constant=str)
        except (ValueError, RecursionError):
            return cls({}, sound=False, extra={}, rest={})
        schema = top.get("schema", SCHEMA) if isinstance(top, dict) else None
        if isinstance(schema, int) and schema > SCHEMA:
            raise StoreError(
                "Svarfilen er skrevet av en nyere utgave av arbeidsboken enn den du har her, og "
                "er ikke rørt. Oppdater arbeidsboken, så er svarene på plass igjen."
            )
        entries = top.get("answers") if isinstance(top, dict) else None
        if schema != SCHEMA or not isinstance(entries, dict):
            return cls({}, sound=False, extra={}, rest={})
        answers, extra, sound = {}, {}, True
        for key, entry in entries.items():
            try:
                answers[key], extra[key], whole = _read_entry(entry)
            except (ValueError, TypeError, KeyError):
                whole = False
            sound = sound and whole
        rest = {key: value for key, value in top.items() if key not in ("schema", "answers")}
        return cls(answers, sound=sound, extra=extra, rest=rest)

    def write(self) -> bytes:
        """Give the file: one line for every field, so that a person can read it."""
        entries = (
            f"  {_encode(key)}: {_entry(answer, self.extra.get(key, {}))}"
            for key, answer in self.answers.items()
        )
        rest = (f" {_encode(key)}: {_encode(value)}" for key, value in self.rest.items())
        answers = ",\n".join(entries)
        parts = [f' "schema": {SCHEMA}', *rest, f' "answers": {{\n{answers}\n }}']
        # Half a surrogate pair, which a browser can send, has no UTF-8; JSON's own escape has
        # the form that this error handler writes, so it comes back as it was.
        return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8", "backslashreplace")


_FIELDS = {"response", "at", "version", "writer", "checked", "earlier"}


def _entry(answer: Answer, extra: dict[str, Any]) -> str:
    # Written out, because every answer of the file is written at every save, and the standard
    # library's own indentation takes four times as long.
    earlier = [{"response": e.response, "at": e.at, "writer": e.writer} for e in answer.earlier]
    more = "".join(f",\n   {_encode(key)}: {_encode(value)}" for key, value in extra.items())
    return (
        f'{{\n   "response": {_encode(answer.response)},\n'
        f'   "at": {answer.at},\n'
        f'   "version": {answer.version},\n'
        f'   "writer": {_encode(answer.writer)},\n'
        f'   "checked": {"true" if answer.checked else "false"},\n'
        f'   "earlier": {_encode(earlier) if earlier else "[]"}{more}\n  }}'
    )


def _read_entry(entry: Any) -> tuple[Answer, dict[str, Any], bool]:
    """Give an answer, what else its entry holds, and whether all of the entry was understood."""
    if not isinstance(entry, dict):
        raise TypeError(f"{entry!r} is no answer")
    listed = entry.get("earlier", [])
    earlier, whole = [], isinstance(listed, list)
    for put in listed if whole else ():
        try:
            earlier.append(Earlier(put["response"], put["at"], put["writer"]))
        except (ValueError, TypeError, KeyError):
            whole = False
    answer = Answer(
        entry["response"],
        entry["at"],
        entry.get("version", 1),
        entry.get("writer", ""),
        entry.get("checked", False),
        tuple(earlier),
    )
    extra = {key: value for key, value in entry.items() if key not in _FIELDS}
    return answer, extra, whole


class AnswerStore:
    """Answers in one file.

    Every method opens the file anew, so that several processes and threads may share it.

    Parameters
    ----------
    path : the file, usually ``svar.json``; its folder must exist
    """

    patience: ClassVar[float] = 10.0  # seconds to wait for another process that is writing

    def __init__(self, path: Path) -> None:
        # Followed once: a link in place of the file is written through, not replaced by a file,
        # and a notebook may change its working folder.
        self.path = Path(os.path.realpath(path))

    def read(self) -> dict[str, Answer]:
        """Give every answer; none where nothing has been saved.

        A damaged file is set aside first, and what could be read of it goes on.

        Raises
        ------
        StoreError
            If the file cannot be opened, or a later edition wrote it.
        """
        with self._explained(_NOT_READ):
            document = self._document()
            if document.sound:
                return document.answers
            with self._locked():
                document = self._understood()
                self._replace(document)
                return document.answers

    def save(
        self, key: str, response: Any, *, at: int, version: int, writer: str, checked: bool = False
    ) -> Saved:
        """Keep a response; when this returns, it stands on the disk.

        Parameters
        ----------
        key : exercise id or ``explorer:NAME``
        response : JSON
        at : when it was typed, milliseconds since 1970; a time to come counts as now
        version : of the exercise
        writer : a random name per open page
        checked : whether it has been judged

        Raises
        ------
        StoreError
            If it could not be kept; the file is then as it was.
        """
        with self._explained(_NOT_SAVED), self._locked():
            now = time.time_ns() // 1_000_000
            said = Answer(response, min(at, now), version, writer, checked)
            document = self._understood()
            stored = document.answers.get(key)
            if stored and stored.at > now:
                # The clock has been put back since. Nobody types in the future, so what is typed
                # now is the later of the two.
                stored = replace(stored, at=max(said.at - 1, 0))
            standing = merge(stored, said)
            self._replace(replace(document, answers=document.answers | {key: standing}))
        other = standing.writer != said.writer and standing.response != said.response
        return Saved(said.at, standing if other else None)

    def delete_all(self) -> None:
        """Delete every answer, what was set aside, and what an interrupted save may have left.

        Raises
        ------
        StoreError
            If something could not be deleted.
        """
        with self._explained(_NOT_DELETED):
            if not self.path.parent.is_dir():
                return
            with self._locked():
                for path in [self.path, *self._set_aside(), *self._unfinished()]:
                    path.unlink(missing_ok=True)
                self._settle_folder()

    def export(self) -> bytes:
        """Give all that is stored about the person, in the form of the file itself.

        What is downloaded can therefore be put back, here or on another machine.

        Raises
        ------
        StoreError
            As `read`.
        """
        self.read()
        with self._explained(_NOT_READ):
            return self._document().write()

    def notice(self) -> str:
        """Give a sentence where a damaged file has been set aside, else ""."""
        try:
            aside = self._set_aside()
        except OSError:
            return ""
        if not aside:
            return ""
        return (
            "Noe i svarfilen lot seg ikke lese. Det som kunne leses, er her, og en kopi av hele "
            f"filen ligger i samme mappe med navnet «{aside[-1].name}». Mangler du noe, "
            "så spør foreleseren om hjelp til å hente det fram. Flytt kopien når du ikke trenger "
            "den, så forsvinner denne beskjeden."
        )

    # What follows touches the disk, and expects to be called inside `_explained`.

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # The lock would make a missing folder, and answers would gather where nobody looks, as
        # when a network disk has dropped out. So see that the folder is there.
        os.scandir(self.path.parent).close()
        lock = self.path.with_name(f".{self.path.name}.lock")
        with FileLock(str(lock), timeout=self.patience, poll_interval=0.01):
            for left in self._unfinished():
                with suppress(OSError):  # another person's, perhaps; it harms nobody
                    left.unlink()
            yield

    def _document(self) -> Document:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Document({}, sound=True, extra={}, rest={})
        return Document.read(data)

    def _understood(self) -> Document:
        """Read, and keep a copy of what was not understood; needs the lock."""
        document = self._document()
        if not document.sound:
            data = self.path.read_bytes()
            if all(path.read_bytes() != data for path in self._set_aside()):
                self._copy_aside(data)
        return document

    def _copy_aside(self, data: bytes) -> None:
        day = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        number = 1
        while True:
            again = f"-{number}" if number > 1 else ""
            name = self.path.with_name(f"{self.path.stem}-skadet-{day}{again}{self.path.suffix}")
            try:
                where = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o644)
                break
            except FileExistsError:
                number += 1
        try:
            write_through(where, data)
        except BaseException:
            name.unlink(missing_ok=True)
            raise

    def _replace(self, document: Document) -> None:
        """Put a whole new file in the place of the old; needs the lock."""
        try:
            mode = self.path.stat().st_mode & 0o777
        except FileNotFoundError:
            mode = 0o644  # a grader reads what a participant wrote
        data = document.write()
        where, name = tempfile.mkstemp(dir=self.path.parent, prefix=self._prefix, suffix=".tmp")
        try:
            write_through(where, data)
            Path(name).chmod(mode)
            self._put_in_place(name)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        self._settle_folder()

    def _put_in_place(self, name: str) -> None:
        # On Windows a virus scanner, an indexer or a reader that has the file open for
        # a moment makes the replacement fail; half a second of patience is enough for them.
        for pause in (0.01, 0.03, 0.06, 0.1, 0.3) if sys.platform == "win32" else ():
            try:
                os.replace(name, self.path)  # noqa: PTH105  # beside os.open, os.write, os.fsync
            except PermissionError:
                time.sleep(pause)
            else:
                return
        os.replace(name, self.path)  # noqa: PTH105  # as above

    def _settle_folder(self) -> None:
        """Make the file's name as lasting as its contents, where the system can."""
        with suppress(OSError):  # Windows, and some network disks, cannot
            where = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(where)
            finally:
                os.close(where)

    @property
    def _prefix(self) -> str:
        return f".{self.path.name}."

    def _unfinished(self) -> list[Path]:
        return self._beside(self._prefix, ".tmp")

    def _set_aside(self) -> list[Path]:
        return self._beside(f"{self.path.stem}-skadet-", self.path.suffix)

    def _beside(self, start: str, end: str) -> list[Path]:
        with os.scandir(self.path.parent) as listed:
            names = [entry.name for entry in listed]
        return [
            self.path.with_name(name)
            for name in sorted(names)
            if name.startswith(start) and name.endswith(end)
        ]

    @contextmanager
    def _explained(self, failed: tuple[str, str]) -> Iterator[None]:
        what, comfort = failed
        try:
            yield
        except OSError as error:
            raise StoreError(f"{what}, fordi {self._why(error)} {comfort}".strip()) from error

    def _why(self, error: OSError) -> str:
        folder = self.path.parent.name
        if isinstance(error, Timeout):
            return (
                "et annet vindu eller program holder svarfilen. Vent litt, og lukk andre vinduer "
                "med arbeidsboken hvis det varer."
            )
        if os.path.isdir(self.path):  # noqa: PTH112  # Path.is_dir fails where the name is too long
            return f"«{self.path.name}» er en mappe. Gi den mappen et annet navn."
        if error.errno in _FULL:
            return (
                "disken er full. Slett noe du ikke trenger, eller be IKT-avdelingen om mer plass."
            )
        if error.errno in _REFUSED:
            return (
                f"du ikke har lov til å lese og skrive i mappen «{folder}». Flytt arbeidsboken til "
                "en mappe som er din egen, for eksempel Dokumenter, og åpne den der."
            )
        if error.errno == errno.ENAMETOOLONG:
            return (
                "mappen ligger så dypt at navnet blir for langt for maskinen. Flytt arbeidsboken "
                "til en mappe høyere opp, for eksempel Dokumenter, og åpne den der."
            )
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return (
                f"mappen «{folder}» ikke er å finne. Er den flyttet, så flytt den tilbake; ligger "
                "den på en nettverksdisk, så se etter at du er koblet til."
            )
        return (
            "disken meldte en feil. Prøv igjen om litt, og si fra til IKT-avdelingen hvis det "
            "gjentar seg."
        )


# What did not happen, and what the person may rest assured of.
_NOT_SAVED = (
    "Svaret er ikke lagret ennå",
    "Det du har skrevet, blir stående i vinduet til det kan lagres.",
)
_NOT_READ = ("Svarene dine kunne ikke hentes", "Ingenting er slettet.")
_NOT_DELETED = ("Svarene er ikke slettet", "")

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would write two characters for a line's end
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def write_through(where: int, data: bytes) -> None:
    """Write all of `data` to an open file, make it last, and close the file."""
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(where, left) :]
        os.fsync(where)
    finally:
        os.close(where)
