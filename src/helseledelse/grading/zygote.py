"""A process with a kernel's imports done, which copies itself for each submission.

Started by `sandbox.Room`. A request is a line of JSON on a connection of its own; the answers are
lines too: ``{"ready"}`` when the kernel listens, or ``{"failed"}``, and at last ``{"exit"}``. The
connection also takes signals, because the kernel may be in a space of processes that the asker
cannot see.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helseledelse.grading.sandbox import Job, Limits, go_apart, shut_in

_SUBREAPER = 36  # prctl's number, as in <linux/prctl.h>
_SWEEPS = 1000
_GARBAGE = (50_000, 20, 20)  # a copy lives for seconds, and looking for garbage copies memory


def main(told: dict[str, Any]) -> None:
    """Import, say that all is ready, and serve until the one who started this goes away."""
    _import()
    _prctl(_SUBREAPER)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    # Copying a process with several threads copies their locks, and not the threads.
    assert len(list(Path("/proc/self/task").iterdir())) == 1  # noqa: S101
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    _Zygote(told).serve()


def _import() -> None:
    """Do once what every kernel would have done for itself."""
    # Not wanted, and the slowest of a kernel's imports.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    for name in _OF_A_KERNEL:
        importlib.import_module(name)
    _draw()
    _fail()


# What a kernel imports when it starts, draws or fails for the first time. Never
# `matplotlib_inline`, nor anything of it: it ties itself to IPython once, when it is imported, and
# copies made after that draw nothing.
_OF_A_KERNEL = (
    "faulthandler",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.interactiveshell",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "matplotlib.pyplot",
    "pandas",
    "pdb",
    "sqlite3",
    "tornado.platform.asyncio",
    "tornado.queues",
)


def _draw() -> None:
    """Find fonts and the writer of pictures, and show a table."""
    import numpy as np
    import pandas as pd
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(title="a", xlabel="b", ylabel="c")
    axes.plot([1, 2], label="d")
    axes.hist([1, 2])
    axes.legend()
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  a name, not a path
        figure.savefig(nowhere, format="png", bbox_inches="tight")
    str(pd.DataFrame({"a": [1, 2], "b": np.ones(2)}).groupby("a").sum().to_html())


def _fail() -> None:
    """Show an error as a kernel does: the first time, every module's file is looked up."""
    from IPython.core.ultratb import AutoFormattedTB

    shown: Any = AutoFormattedTB  # untyped
    shown = shown(mode="Context", theme_name="linux")
    for wrong in ("assert 1 == 2", "1 +"):
        try:
            exec(compile(wrong, "<>", "exec"), {})  # noqa: S102  our own words
        except (AssertionError, SyntaxError):
            shown.structured_traceback(*sys.exc_info())


def _kernel(connection: str) -> Any:
    """Give a kernel that listens where `connection` says, and is as it comes for the rest.

    The reader of a kernel's words and the settings' files are a fifth of what it takes to start.
    """
    from ipykernel.kernelapp import IPKernelApp

    class Kernel(IPKernelApp):
        def parse_command_line(self, argv: object = None) -> None:
            """Leave it: all is said below."""

        def load_config_file(self, *_: object, **__: object) -> None:
            """Leave it: the room has none."""

    app: Any = Kernel.instance(connection_file=connection)
    app.config.HistoryManager.enabled = False  # nothing is kept from kernel to kernel
    return app


def _prctl(option: int) -> None:
    import ctypes

    ctypes.CDLL(None).prctl(option, 1, 0, 0, 0)


@dataclass
class _Kernel:
    connection: socket.socket
    pid: int
    user: int
    deadline: float


class _Zygote:
    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self.limits = Limits(**told["limits"])
        self.listener = socket.socket(fileno=told["listener"])
        self.kernels: dict[int, _Kernel] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self.selector.register(sys.stdin, selectors.EVENT_READ, self._end)

    def serve(self) -> None:
        while True:
            for key, _ in self.selector.select(1):
                key.data(key.fileobj)
            now = time.monotonic()
            for kernel in list(self.kernels.values()):
                if now > kernel.deadline:
                    self._signal(kernel, signal.SIGKILL)

    def _end(self, _: object) -> None:
        for kernel in self.kernels.values():
            self._signal(kernel, signal.SIGKILL)
            self._sweep(kernel.user)
        os._exit(0)

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        # The whole request comes at once, from the grader's own process.
        with connection.makefile("rb") as lines:
            request = json.loads(lines.readline() or b"null")
        if request is None:
            connection.close()
            return
        pid = os.fork()
        if pid == 0:
            try:
                self._child(request, connection)
            except BaseException:  # noqa: BLE001  there is nobody above a copy to tell
                with contextlib.suppress(OSError):
                    connection.sendall(json.dumps({"failed": traceback.format_exc()}).encode())
            finally:
                os._exit(1)
        kernel = _Kernel(connection, pid, request["user"], time.monotonic() + self.limits.wall)
        self.kernels[pid] = kernel
        self.selector.register(connection, selectors.EVENT_READ, lambda _: self._told(kernel))
        ended = os.pidfd_open(pid)
        self.selector.register(ended, selectors.EVENT_READ, lambda _: self._ended(kernel, ended))

    def _told(self, kernel: _Kernel) -> None:
        try:
            said = kernel.connection.recv(4096)
        except OSError:
            said = b""
        if not said:
            # The asker is gone, so nobody wants the kernel.
            self.selector.unregister(kernel.connection)
            self._signal(kernel, signal.SIGKILL)
            return
        for line in said.split():
            self._signal(kernel, int(line))

    def _signal(self, kernel: _Kernel, number: int) -> None:
        try:
            os.killpg(kernel.pid, number)
        except ProcessLookupError:
            # Before it has a group of its own.
            with contextlib.suppress(ProcessLookupError):
                os.kill(kernel.pid, number)

    def _ended(self, kernel: _Kernel, ended: int) -> None:
        self.selector.unregister(ended)
        os.close(ended)
        _, status = os.waitpid(kernel.pid, 0)
        del self.kernels[kernel.pid]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(kernel.pid, signal.SIGKILL)
        self._sweep(kernel.user)
        with contextlib.suppress(KeyError):
            self.selector.unregister(kernel.connection)
        with contextlib.suppress(OSError):
            code = os.waitstatus_to_exitcode(status)
            kernel.connection.sendall(json.dumps({"exit": code}).encode() + b"\n")
        kernel.connection.close()

    def _left(self) -> list[int]:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        return [int(child) for child in children if int(child) not in self.kernels]

    def _sweep(self, user: int) -> None:
        """End what a kernel has left behind: its processes' processes come to this one.

        They have come when it has ended, so where there is none nothing is left.
        """
        if user and self._left():
            # As that user, because then none of them can have more children in between.
            helper = os.fork()
            if helper == 0:
                try:
                    os.setresuid(user, user, user)
                    os.kill(-1, signal.SIGKILL)
                finally:
                    os._exit(0)
            os.waitpid(helper, 0)
        for _ in range(_SWEEPS):
            left = self._left()
            if not left:
                return
            for child in left:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)

    def _child(self, request: dict[str, Any], connection: socket.socket) -> None:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for kernel in self.kernels.values():
            kernel.connection.close()
        self.selector.close()
        self.listener.close()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        job = Job(Path(request["folder"]), request["user"])
        os.environ.clear()
        os.environ.update(request["env"])
        os.umask(0o077)
        if self.told["spaces"]:
            go_apart()
        shut_in(job, self.told["seen"], self.told["devices"], self.limits, self.told["landlock"])
        os.chdir(job.work)
        import numpy as np

        # Otherwise every submission would draw the same numbers.
        np.random.seed()  # noqa: NPY002  it is the old generator that is copied
        sys.argv = ["ipykernel_launcher.py", "-f", request["connection"]]
        sys.path.insert(0, "")
        app = _kernel(request["connection"])
        app.initialize()
        # Its sockets are bound now, so whoever connects need not wait and try again.
        connection.sendall(b'{"ready": true}\n')
        connection.close()
        app.start()
        os._exit(0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
