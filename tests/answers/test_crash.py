"""Kills, full disks, closed folders and crowds: real ones, in real processes."""

import errno
import json
import os
import random
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path

import pytest

from helseledelse.answers.store import AnswerStore, Document, StoreError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")

NOBODY = 65534
_whole: dict[str, Callable[..., None]] = {}


def in_a_small_process(test: Callable[..., None]) -> Callable[..., None]:
    """Let a test that forks often run in an interpreter of its own.

    One that has imported every test is so large that a copy of it takes three times as long.
    """
    _whole[test.__name__] = test

    @wraps(test)
    def run(tmp_path: Path, **given: object) -> None:
        command = [sys.executable, __file__, test.__name__, str(tmp_path), json.dumps(given)]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0, done.stderr

    return run


def forked(work: Callable[[], None]) -> int:
    """Start `work` in a process of its own, which never returns to pytest."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001  # nothing of the child may reach the parent's tests
        os._exit(99)


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def told(work: Callable[[], str]) -> str:
    """Give what `work` says in a process of its own."""
    out, into = os.pipe()

    def tell() -> None:
        os.write(into, work().encode())

    pid = forked(tell)
    os.close(into)
    with os.fdopen(out, encoding="utf-8") as pipe:
        text = pipe.read()
    assert ended(pid) == 0
    return text


def outcome(store: AnswerStore, response: str, at: int) -> str:
    """Save, and say how it went."""
    try:
        store.save("nl6-icer", response, at=at, version=1, writer="a")
    except StoreError as error:
        return str(error)
    return "lagret"


# --- kills --------------------------------------------------------------------------------------

KILLS = 1000
EXERCISES = 40


@in_a_small_process
def test_a_thousand_kills_cost_no_acknowledged_word(tmp_path: Path) -> None:
    """A child types and saves without pause; it is killed at a random moment, a thousand times.

    The moment is counted from one of its first messages, so that a slow machine is tried as hard
    as a fast one. The child tells of every save before it starts and after it is done. What it
    called done must be in the file, and nothing else of the file may have changed.
    """
    store = AnswerStore(tmp_path / "svar.json")
    chance = random.Random(20261122)  # noqa: S311  # a test wants the same moments each time
    expected: dict[str, str] = {}
    killed = acknowledged = in_the_middle = 0
    for life in range(KILLS):
        key = f"nl6-oppgave-{life % EXERCISES}"
        out, into = os.pipe()

        def type_and_save(key: str = key, life: int = life, into: int = into) -> None:
            for number in range(1, 100_000):
                os.write(into, struct.pack("<i", -number))
                store.save(
                    key,
                    f"økt {life}, forsøk {number} «–»",
                    at=life * 100_000 + number,
                    version=1,
                    writer=f"side {life}",
                )
                os.write(into, struct.pack("<i", number))

        pid = forked(type_and_save)
        os.close(into)
        with os.fdopen(out, "rb") as pipe:
            data = pipe.read(4 * chance.randint(1, 5))
            time.sleep(chance.uniform(0, 0.006))
            os.kill(pid, signal.SIGKILL)
            data += pipe.read()
        killed += ended(pid) == -signal.SIGKILL
        numbers = [number for (number,) in struct.iter_unpack("<i", data)]
        done, started = max(0, *numbers), -min(0, *numbers)
        acknowledged += done
        in_the_middle += started > done

        answers = store.read()
        if life % EXERCISES:
            assert {name: answers[name].response for name in expected if name != key} == {
                name: response for name, response in expected.items() if name != key
            }
        standing = answers[key].response if key in answers else ""
        allowed = {f"økt {life}, forsøk {number} «–»" for number in (done, started) if number}
        assert standing in (allowed if done else allowed | {expected.get(key, "")})
        if standing:
            expected[key] = standing
    assert killed == KILLS
    assert acknowledged > KILLS
    assert in_the_middle > KILLS / 4, "the kills must land inside saves, or they prove nothing"
    assert list(tmp_path.glob("svar-skadet-*")) == []
    store.save("nl6-siste", "a", at=1, version=1, writer="a")
    assert list(tmp_path.glob(".*.tmp")) == [], "what the killed left is cleared"
    print(f"{killed} kills, {in_the_middle} inside a save, {acknowledged} saves acknowledged")  # noqa: T201


def _at_every_step(reached: Callable[[str], object]) -> None:
    """Have `reached` told before every change to the disk, and bytes written one by one.

    Only in a forked child: the functions are not put back.
    """
    real_write, real_fsync, real_replace = os.write, os.fsync, os.replace
    real_unlink, real_chmod = Path.unlink, Path.chmod

    def write(where: int, data: bytes) -> int:
        reached("write")
        return real_write(where, data[:1])

    def fsync(where: int) -> None:
        reached("fsync")
        real_fsync(where)

    def replace(source: str, target: str) -> None:
        reached("replace")
        real_replace(source, target)

    def unlink(self: Path, missing_ok: bool = False) -> None:
        reached("unlink")
        real_unlink(self, missing_ok=missing_ok)

    def chmod(self: Path, mode: int) -> None:
        reached("chmod")
        real_chmod(self, mode)

    os.write, os.fsync, os.replace = write, fsync, replace  # type: ignore[assignment]  # a child's
    Path.unlink, Path.chmod = unlink, chmod  # type: ignore[method-assign,assignment]  # as above


def dies_at(step: int, action: Callable[[], object]) -> bool:
    """Whether a process that does `action` reaches `step`, counted from 0, where it dies."""

    def doomed() -> None:
        count = 0

        def reached(_: str) -> None:
            nonlocal count
            if count == step:
                os._exit(9)
            count += 1

        _at_every_step(reached)
        action()

    return ended(forked(doomed)) == 9


@pytest.mark.parametrize("damaged", [False, True], ids=["whole", "one bad entry"])
@in_a_small_process
def test_a_power_cut_at_every_byte_leaves_the_old_file_or_the_new(
    tmp_path: Path, damaged: bool
) -> None:
    """Die before every single step of a save: the first byte, the hundredth, the replacement."""
    store = AnswerStore(tmp_path / "svar.json")
    store.save("nl6-icer", "gammel «–»", at=1, version=1, writer="a")
    before = store.path.read_bytes()
    if damaged:
        before = before.replace(b'"answers": {', b'"answers": {"feil": 7,')

    def outcome_of(step: int) -> tuple[bool, bool]:
        """Whether the save was cut short, and whether the new answer is in the file."""
        for left in tmp_path.glob("svar-skadet-*"):
            left.unlink()
        store.path.write_bytes(before)
        died = dies_at(step, lambda: store.save("nl6-annen", "ny", at=2, version=1, writer="b"))
        now = store.path.read_bytes()
        answers = Document.read(now).answers
        assert answers["nl6-icer"].response == "gammel «–»"
        assert "nl6-annen" in answers or now == before
        if damaged and now != before:
            assert [path.read_bytes() for path in tmp_path.glob("svar-skadet-*")] == [before]
        return died, "nl6-annen" in answers

    tried = [outcome_of(0)]
    while tried[-1][0]:
        tried.append(outcome_of(len(tried)))
    old = tried.count((True, False))
    assert old > len(before), "every byte was tried"
    assert tried[old:] == [(True, True), (False, True)]  # before the folder's fsync, and whole
    assert store.read()["nl6-annen"].response == "ny"
    assert list(tmp_path.glob(".*.tmp")) == []


# --- crowds -------------------------------------------------------------------------------------


def answer_many(path: Path, who: str, number: int) -> None:
    store = AnswerStore(path)
    for each in range(number):
        store.save(f"{who}-{each}", f"{who} «{each}»", at=each, version=1, writer=who)


def many(who: str, number: int) -> dict[str, str]:
    return {f"{who}-{each}": f"{who} «{each}»" for each in range(number)}


def test_two_processes_lose_none_of_a_thousand_answers(tmp_path: Path) -> None:
    path = tmp_path / "svar.json"
    processes = [forked(partial(answer_many, path, who, 500)) for who in "ab"]
    assert [ended(pid) for pid in processes] == [0, 0]
    kept = {key: answer.response for key, answer in AnswerStore(path).read().items()}
    assert kept == many("a", 500) | many("b", 500)


def test_four_threads_of_one_process_lose_none_of_four_hundred_answers(tmp_path: Path) -> None:
    path = tmp_path / "svar.json"
    threads = [threading.Thread(target=answer_many, args=(path, who, 100)) for who in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = {key: answer.response for key, answer in AnswerStore(path).read().items()}
    assert kept == many("a", 100) | many("b", 100) | many("c", 100) | many("d", 100)


def test_two_pages_that_write_the_same_exercise_both_keep_their_words(tmp_path: Path) -> None:
    path = tmp_path / "svar.json"

    def answer(who: str) -> None:
        store = AnswerStore(path)
        for number in range(200):
            store.save("nl6-icer", f"{who} {number}", at=number, version=1, writer=who)

    assert [ended(pid) for pid in [forked(lambda: answer("a")), forked(lambda: answer("b"))]] == [
        0,
        0,
    ]
    standing = AnswerStore(path).read()["nl6-icer"]
    assert standing.response == "b 199"
    assert "a 199" in [put.response for put in standing.earlier]


# --- full disks and closed folders ----------------------------------------------------------------


@pytest.mark.parametrize("damaged", [False, True], ids=["whole", "damaged"])
def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, damaged: bool) -> None:
    """The system refuses the write half-way, as a full disk or a used-up quota does."""
    store = AnswerStore(tmp_path / "svar.json")
    store.save("nl6-icer", "gammel " * 50, at=1, version=1, writer="a")
    if damaged:
        store.path.write_bytes(store.path.read_bytes()[:-10])
    before = store.path.read_bytes()

    def on_a_full_disk() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))
        return outcome(store, "ny " * 500, 2)

    sentence = told(on_a_full_disk)
    assert sentence.startswith("Svaret er ikke lagret ennå, fordi disken er full.")
    assert sentence.endswith("blir stående i vinduet til det kan lagres.")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "svar.json": before,
        ".svar.json.lock": b"",
    }
    assert outcome(store, "ny", 2) == "lagret"


@pytest.mark.parametrize("mode", [0o555, 0o000], ids=["read-only", "closed"])
def test_a_folder_that_is_not_ones_own(mode: int) -> None:
    """As an ordinary user, since a folder's mode does not bind the administrator."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "Økt 6"
        folder.mkdir()
        Path(name).chmod(0o755)
        store = AnswerStore(folder / "svar.json")
        store.save("nl6-icer", "gammel", at=1, version=1, writer="a")
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        folder.chmod(mode)

        def as_nobody(work: Callable[[], str]) -> Callable[[], str]:
            def worked() -> str:
                if os.geteuid() == 0:
                    os.setgid(NOBODY)
                    os.setuid(NOBODY)
                return work()

            return worked

        def read() -> str:
            try:
                return str(store.read()["nl6-icer"].response)
            except StoreError as error:
                return str(error)

        refused = told(as_nobody(lambda: outcome(store, "ny", 2)))
        reading = told(as_nobody(read))
        notice = told(as_nobody(store.notice))
        folder.chmod(0o755)
        assert "ikke har lov til å lese og skrive i mappen «Økt 6»" in refused
        assert reading == "gammel" if mode else "kunne ikke hentes" in reading
        assert notice == ""
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disken er full"),
        (errno.EDQUOT, "disken er full"),
        (errno.EROFS, "ikke har lov"),
        (errno.EIO, "disken meldte en feil"),
    ],
)
def test_whatever_the_disk_says_the_file_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """Errors that take a broken disk to provoke, raised where the system would raise them."""
    store = AnswerStore(tmp_path / "svar.json")
    store.save("nl6-icer", "gammel", at=1, version=1, writer="a")
    before = store.path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(number, "as the system says it")

    for step in ("write", "fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, step, fail)
            sentence = outcome(store, "ny", 2)
        assert words in sentence
        assert store.path.read_bytes() == before
        assert list(tmp_path.glob(".*.tmp")) == []
    assert outcome(store, "ny", 2) == "lagret"


if __name__ == "__main__":
    _whole[sys.argv[1]](Path(sys.argv[2]), **json.loads(sys.argv[3]))
