"""The closed room in which a participant's code is run, and what closes it.

One bubblewrap lies around a process that has the imports done (`zygote`) and makes a copy of itself
for each submission. Every copy shuts itself in further: a user of its own where the grader is root,
else spaces of its own (`go_apart`), limits and Landlock (`shut_in`). Only the standard library is
used, because the copy reads this module too.
"""

import atexit
import contextlib
import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, Self

_START = 60.0  # seconds: imports on a cold disk
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
# What fonts, names and time need; never the whole of it.
_SETTINGS = (
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/alternatives",
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_LARGEST_COPY = 100_000_000  # bytes of a submission's other files that follow into the room
_FIRST_USER, _USERS = 1_600_000_000, 100_000  # far above what any system gives to people

_NO_NEW_PRIVILEGES, _DIE_WITH_PARENT = 38, 1  # prctl's numbers, as in <linux/prctl.h>
_OWN_USERS, _OWN_PROCESSES = 0x1000_0000, 0x2000_0000  # as in <linux/sched.h>
_CAPABILITIES = 0x2008_0522  # the version of the call, as in <linux/capability.h>


class SandboxError(Exception):
    """Code cannot be run closed in; the message is a sentence for the grader."""


class Mode(StrEnum):
    """How firmly the grader asks for a closed room."""

    REQUIRED = "required"
    AUTO = "auto"
    OFF = "av"


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    memory, file : bytes of memory, and of one file
    files, processes : open at once, and alive at once
    cpu, wall : seconds of the processor, and of the clock
    """

    memory: int = 3 << 30
    file: int = 50 << 20
    files: int = 256
    processes: int = 200
    cpu: int = 300
    wall: int = 600


@dataclass(frozen=True)
class Layers:
    """What closes the room on this machine.

    Attributes
    ----------
    fork : the copied kernel; without it no other layer can be had
    bubblewrap : file system, network and processes of its own
    landlock : the version of Landlock, 0 where there is none
    users : a user of its own for each submission
    spaces : a space of users and one of processes of its own for each submission
    """

    fork: bool
    bubblewrap: bool
    landlock: int
    users: bool
    spaces: bool = False

    @property
    def apart(self) -> bool:
        """Whether submissions that run at the same time cannot reach or crowd each other."""
        return self.users or self.spaces

    @property
    def closed(self) -> bool:
        """Whether code may be run where a closed room is required."""
        return self.fork and self.bubblewrap and self.landlock > 0

    def sentence(self) -> str:
        """Say in bokmål which layers are active, and which are not."""
        if not self.fork:
            return "Koden kjøres uten lukket rom: denne maskinen kan ikke lage et."
        named = {
            "eget filsystem og nett (bubblewrap)": self.bubblewrap,
            f"Landlock, utgave {self.landlock}" if self.landlock else "Landlock": self.landlock > 0,
            f"{'eget navnerom' if self.spaces else 'egen bruker'} for hver besvarelse": self.apart,
            "grenser for minne, tid, filer og prosesser": True,
        }
        on = [name for name, active in named.items() if active]
        off = [name for name, active in named.items() if not active]
        lacking = f" Ikke aktivt: {', '.join(off)}." if off else ""
        return f"Lukket rom for kode: {', '.join(on)}.{lacking}"


def layers(mode: Mode) -> Layers:
    """Find out what this machine can close a room with."""
    if mode is Mode.OFF or not (sys.platform == "linux" and hasattr(os, "fork")):
        return Layers(fork=False, bubblewrap=False, landlock=0, users=False)
    wrapped, root = _wraps("/bin/true"), os.geteuid() == 0
    return Layers(
        fork=True,
        bubblewrap=wrapped,
        landlock=landlock_version(),
        users=wrapped and root,
        spaces=wrapped and not root and _has_spaces(),
    )


def look_over(mode: Mode) -> Layers:
    """Give the layers that will be active.

    Raises
    ------
    SandboxError
        If the room is required closed and cannot be.
    """
    found = layers(mode)
    if mode is Mode.REQUIRED and not found.closed:
        lacking = [
            name
            for name, there in (
                ("bubblewrap", found.bubblewrap),
                ("Landlock", found.landlock > 0),
            )
            if not there
        ]
        raise SandboxError(
            "Oppgavesettet har kode, og kode fra deltakere kjøres bare i et lukket rom. Det kan "
            f"ikke lages på denne maskinen: {' og '.join(lacking)} mangler eller er slått av. "
            "Installer bubblewrap på en Linux-maskin og prøv igjen, eller velg «--sandbox=auto» "
            "og la koden kjøre med det vernet som finnes."
        )
    return found


def _wraps(*words: str) -> bool:
    """Run what `words` end with in a bubblewrap, and see that it goes well."""
    command = shutil.which("bwrap")
    if command is None:
        return False
    tried = [command, *_unshared(), *_system(), "--proc", "/proc", *words]
    try:
        done = subprocess.run(tried, capture_output=True, timeout=10, check=False)  # noqa: S603  fixed words
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _has_spaces() -> bool:
    python = _python()
    trial = "from helseledelse.grading.sandbox import try_apart; try_apart()"
    words = [*_bound(python), sys.executable, "-P", "-s", "-c", trial]
    return _wraps(*_open_to_all(list(map(Path, python))), *words)


def _unshared() -> list[str]:
    shut = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    shut += ["--unshare-cgroup-try", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        # Root gives each submission a user of its own, which no namespace of users would allow;
        # root in a namespace of users is also exempt from the limit on processes.
        return [
            *shut,
            "--cap-add",
            "CAP_SETUID",
            "--cap-add",
            "CAP_SETGID",
            "--cap-add",
            "CAP_KILL",
        ]
    return ["--unshare-user", *shut]


def _system() -> list[str]:
    words: list[str] = []
    for name in _SYSTEM:
        place = Path(name)
        if place.is_symlink():
            words += ["--symlink", str(place.readlink()), name]
        elif place.is_dir():
            words += ["--ro-bind", name, name]
    words += _open_to_all([Path(name) for name in _SETTINGS])
    for name in _SETTINGS:
        words += ["--ro-bind-try", name, name]
    return words


def _bound(folders: Sequence[str]) -> list[str]:
    return [word for folder in folders for word in ("--ro-bind", folder, folder)]


def _open_to_all(places: Sequence[Path]) -> list[str]:
    """Make the folders above, which bubblewrap else makes for its own user alone."""
    above = {folder for place in places for folder in place.parents} - {Path("/")}
    return [word for each in sorted(above) for word in ("--perms", "0755", "--dir", str(each))]


def _python() -> list[str]:
    """Give the folders that Python itself and its libraries lie in, and none of the course."""
    asked = "import json, sys; print(json.dumps([sys.prefix, sys.base_prefix, *sys.path]))"
    done = subprocess.run(  # noqa: S603  fixed words
        [sys.executable, "-P", "-s", "-c", asked],
        capture_output=True,
        text=True,
        env={"PATH": os.defpath},
        check=True,
    )
    folders = [Path(name) for name in json.loads(done.stdout) if Path(name).is_dir()]
    kept: list[Path] = []
    for folder in folders:
        if not any(folder.is_relative_to(each) for each in (*kept, *map(Path, _SYSTEM))):
            kept.append(folder)
    return [str(folder) for folder in kept]


def _give_fonts(arena: Path) -> None:
    """Bring matplotlib's list of fonts along, which takes long to make."""
    import matplotlib as mpl
    from matplotlib import font_manager

    font_manager.findfont("DejaVu Sans")  # makes the list where there is none

    (arena / ".matplotlib").mkdir()
    for file in Path(mpl.get_cachedir()).glob("fontlist-*.json"):
        shutil.copyfile(file, arena / ".matplotlib" / file.name)


@dataclass(frozen=True)
class Job:
    """One submission's place in the room.

    Attributes
    ----------
    folder : all of it; `work` is where its code stands, `sockets` where its kernel listens
    user : the user that runs it, 0 for the grader's own
    """

    folder: Path
    user: int = 0

    @property
    def work(self) -> Path:
        return self.folder / "w"

    @property
    def sockets(self) -> Path:
        return self.folder / "s"

    @property
    def home(self) -> Path:
        return self.folder / "h"

    def environment(self) -> dict[str, str]:
        """Give the whole environment that the code sees; nothing of the grader's is in it."""
        return {
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "MPLCONFIGDIR": str(self.home),
            "IPYTHONDIR": str(self.home),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "NBGRADER_EXECUTION": "autograde",
            **QUIET,
        }

    def hand_over(self, file: Path) -> None:
        """Let the code's user own a file."""
        if self.user:
            os.chown(file, self.user, self.user)


# One thread, because a process with several cannot be copied safely; and the same order of sets
# from run to run.
QUIET = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
}


@dataclass
class Room:
    """A running zygote, closed in; kernels are asked for at `address`.

    Parameters
    ----------
    found : the layers to use
    limits : for each submission
    hidden : folders that are not to be seen even if they lie among Python's own
    """

    found: Layers
    limits: Limits = field(default_factory=Limits)
    hidden: Sequence[Path] = ()
    _base: Path = field(init=False)
    _process: "subprocess.Popen[bytes]" = field(init=False)

    def __post_init__(self) -> None:
        # Sockets' names may be 107 bytes long, so the place must be a short one.
        short = "/tmp" if os.access("/tmp", os.W_OK) else None  # noqa: S108  a new folder in it
        self._base = Path(tempfile.mkdtemp(prefix="hl-", dir=short))
        self.arena.mkdir()
        if self.found.users:
            self._base.chmod(0o711)
            self.arena.chmod(0o711)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.address))
        self.address.chmod(0o600)
        listener.listen(64)
        try:
            self._start(listener)
        except BaseException:
            shutil.rmtree(self._base, ignore_errors=True)
            raise
        finally:
            listener.close()

    @property
    def address(self) -> Path:
        return self._base / "z"

    @property
    def arena(self) -> Path:
        return self._base / "a"

    def _start(self, listener: socket.socket) -> None:
        python = _python()
        _give_fonts(self.arena)
        seen = [*_SYSTEM, *_SETTINGS, *python]
        told = {
            "listener": listener.fileno(),
            "seen": seen,
            "devices": _DEVICES,
            "landlock": self.found.landlock,
            "spaces": self.found.spaces,
            "limits": asdict(self.limits),
        }
        command = [
            *self._wrapping(python),
            sys.executable,
            *("-P", "-s", "-m", "helseledelse.grading.zygote"),
            json.dumps(told),
        ]
        self._process = subprocess.Popen(  # noqa: S603  our own words
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[listener.fileno()],
            env=self._environment(),
            cwd="/",
            start_new_session=True,
        )
        assert self._process.stdout  # noqa: S101  asked for above
        late = threading.Timer(_START, self._process.kill)
        late.start()
        said = self._process.stdout.readline()
        late.cancel()
        if said != b"ready\n":
            self._process.kill()
            raise SandboxError(
                "Det lukkede rommet for kode kom ikke i gang. Prøv igjen, eller velg "
                "«--sandbox=av» om du stoler på koden."
            )

    def _environment(self) -> dict[str, str]:
        fonts = str(self.arena / ".matplotlib")
        place = {"HOME": str(self.arena), "MPLCONFIGDIR": fonts}
        return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **place, **QUIET}

    def _wrapping(self, python: Sequence[str]) -> list[str]:
        if not self.found.bubblewrap:
            return []
        words = [shutil.which("bwrap") or "bwrap", *_unshared(), *_system()]
        words += ["--new-session", "--clearenv", "--hostname", "rom"]
        for name, value in self._environment().items():
            words += ["--setenv", name, value]
        words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108  the room's own
        words += _open_to_all([*map(Path, python), self.arena])
        words += _bound(python)
        for folder in map(str, self.hidden):
            if any(Path(folder).is_relative_to(each) for each in python):
                words += ["--tmpfs", folder]
        return [*words, "--bind", str(self.arena), str(self.arena), "--"]

    def job(self, files: Mapping[str, bytes]) -> Job:
        """Make a place for a submission, with its other files in it.

        Several processes may share a room. A job's folder is named by its user, so that no two of
        those that live have the same one.
        """
        number = secrets.randbelow(_USERS)
        while True:
            number = (number + 1) % _USERS
            folder = self.arena / str(number)
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                break
        job = Job(folder, _FIRST_USER + number if self.found.users else 0)
        for inside in (job.sockets, job.home, job.work):
            inside.mkdir(mode=0o700)
        put(files, job.work)
        for place in (job.folder, *job.folder.rglob("*")):
            job.hand_over(place)
        return job

    def close(self) -> None:
        """End every kernel, and remove all that the submissions have written."""
        if self._process.stdin:
            # The zygote lives as long as this is open, in this process or in a copy of it.
            with contextlib.suppress(OSError):
                self._process.stdin.write(b"end\n")
                self._process.stdin.flush()
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        shutil.rmtree(self._base, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_rooms: dict[tuple[Mode, Path], Room | None] = {}
_opening = threading.Lock()


def open_room(mode: Mode, course: Path) -> Room | None:
    """Give the room of this process and those it starts, opened when it is first asked for.

    Parameters
    ----------
    mode : how firmly it is asked for; None is given where nothing can close it and it need not be
    course : a folder that must not be seen from it

    Raises
    ------
    SandboxError
        If the room is required closed and cannot be.
    """
    with _opening:
        asked = (mode, course)
        if asked not in _rooms:
            found = look_over(mode)
            if not _rooms:
                atexit.register(close_rooms)
            _rooms[asked] = Room(found, hidden=[course]) if found.fork else None
        return _rooms[asked]


def close_rooms() -> None:
    """Close what `open_room` has opened; it can be opened again."""
    with _opening:
        for room in _rooms.values():
            if room:
                room.close()
        _rooms.clear()


def files_of(folder: Path) -> dict[str, bytes]:
    """Read what lies in a folder, by its place in it, to be sent to where code is run.

    Notebooks stay: the one that is run holds tests that nobody is to read. So does what is more
    than a submission may bring.
    """
    found, left = {}, _LARGEST_COPY
    for file in sorted(folder.rglob("*")):
        inside = [file, *(each for each in file.parents if each.is_relative_to(folder))]
        # A link could point at somebody else's answers.
        if any(each.is_symlink() for each in inside[:-1]) or not file.is_file():
            continue
        left -= file.stat().st_size
        if file.suffix != ".ipynb" and left >= 0:
            found[file.relative_to(folder).as_posix()] = file.read_bytes()
    return found


def put(files: Mapping[str, bytes], folder: Path) -> None:
    """Write what `files_of` has read."""
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def end_with_parent() -> None:
    """Let this process end when the one that started it does, and leave Ctrl+C to that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        _prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def go_apart() -> None:
    """Go on in a space of users and one of processes of its own, as the first process there.

    Its processes are counted for themselves, it reaches none outside, and all of them end with it.
    The process that was stays outside, hands signals on, and ends when the new one has ended.

    Raises
    ------
    OSError
        If the system does not allow it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_OWN_USERS | _OWN_PROCESSES):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")  # or no group may be named
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    first = os.fork()
    if first:
        _stand_for(first)
    os.setsid()
    # A new space of users gives all rights within it, and none of them is needed.
    header, none = (ctypes.c_uint32 * 2)(_CAPABILITIES, 0), (ctypes.c_uint32 * 6)()
    if libc.capset(header, none):
        raise OSError(ctypes.get_errno(), "capset")


def _stand_for(process: int) -> NoReturn:
    """Be what is outside of a process in a space of its own, as long as it lasts."""
    _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: os.kill(process, number))
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    os._exit(code if code >= 0 else 128 - code)


def try_apart() -> None:
    """Go apart, and see that processes are counted apart there; raises OSError if they are not."""
    import resource  # as below

    go_apart()
    # The one outside, this and one more. The user has more than three in all.
    resource.setrlimit(resource.RLIMIT_NPROC, (3, 3))
    if os.fork() == 0:
        os._exit(0)


def shut_in(
    job: Job, seen: Sequence[str], devices: Sequence[str], limits: Limits, abi: int
) -> None:
    """Shut this process in, for good; called in the copy, before anything of a submission."""
    import resource  # not on Windows, where the rest of this module can be read

    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))
    if job.user:
        os.setgroups([])
        os.setresgid(job.user, job.user, job.user)
        os.setresuid(job.user, job.user, job.user)
    # After the change of user, which takes the signal away.
    _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    _prctl(_NO_NEW_PRIVILEGES, 1)
    if abi:
        # Not by its own number: it may be another one in its own space.
        own = [f"/proc/{os.readlink('/proc/self')}"]  # noqa: PTH115  a number, not a path
        own += ["/proc/cpuinfo", "/proc/meminfo", "/proc/stat"]
        _landlock([*seen, *own], [str(job.folder)], devices, abi)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


# Landlock, as in <linux/landlock.h>. The numbers of the calls are the same on every processor.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_READ = 1 << 0 | 1 << 2 | 1 << 3  # run, read, list
_OF_FILES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_NETWORK, _SCOPES = 0b11, 0b11  # bind and connect; sockets without a place, and signals
_ABI_NETWORK, _ABI_SCOPES = 4, 6


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def landlock_version() -> int:
    """Give the version of Landlock that the system has, 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None).syscall(_CREATE, None, 0, 1)))


def _landlock(read: Sequence[str], write: Sequence[str], devices: Sequence[str], abi: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    everything = _ALL_BY_ABI.get(abi, (1 << 16) - 1)
    rules = (ctypes.c_uint64 * 3)(everything, _NETWORK, _SCOPES)
    size = 24 if abi >= _ABI_SCOPES else 16 if abi >= _ABI_NETWORK else 8
    ruleset = libc.syscall(_CREATE, ctypes.byref(rules), size, 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    allowed = [*((name, _READ) for name in read), *((name, everything) for name in write)]
    allowed += [(name, 1 << 1 | 1 << 2) for name in devices]
    for name, access in allowed:
        try:
            place = os.open(name, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # not every system has them all
        granted = access if Path(name).is_dir() else access & _OF_FILES
        rule = _Beneath(granted & everything, place)
        failed = libc.syscall(_ADD, ruleset, 1, ctypes.byref(rule), 0)
        os.close(place)
        if failed:
            raise OSError(ctypes.get_errno(), name)
    if libc.syscall(_RESTRICT, ruleset, 0):
        raise OSError(ctypes.get_errno(), "landlock")
    os.close(ruleset)
