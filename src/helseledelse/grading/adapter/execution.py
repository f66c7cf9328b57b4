"""A participant's code run in the closed room, nbgrader's way, with an eye on what it does."""

import contextlib
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from helseledelse.grading.adapter.notebooks import is_exercise, is_test
from helseledelse.grading.provisioner import RoomManager
from helseledelse.grading.sandbox import Job, Mode, Room, open_room, put

_MOST_SAID = 1_000_000  # characters of output that are kept of a cell
_TO_BE_HEARD = 120  # seconds for what a cell has said to come in, when it has ended: it may be much
_INTERRUPTED = 4  # seconds for the same when it was interrupted, and is perhaps deaf to it


@dataclass(frozen=True)
class Code:
    """A notebook whose code is to be run, as it can be sent to another process.

    Attributes
    ----------
    notebook : itself, as JSON
    files : what lies beside it, by place
    settings : nbgrader's for running notebooks
    mode : how firmly a closed room is asked for
    course : the course folder, which the code is not to see
    """

    notebook: str
    files: Mapping[str, bytes]
    settings: Mapping[str, Any]
    mode: Mode
    course: Path


def run(nb: NotebookNode, code: Code) -> "RunCode":
    """Run a notebook in place, as `code` says; whatever its kernel dies of is raised.

    Raises
    ------
    SandboxError
        If a closed room that is required cannot be had.
    """
    settings = {"shutdown_kernel": "immediate", "iopub_timeout": _TO_BE_HEARD, **code.settings}
    with _place(code) as (room, job, folder):
        run = RunCode(room, job, config=Config({"Execute": settings}))
        try:
            run.preprocess(nb, {"metadata": {"path": str(folder)}})
        finally:
            for cell in nb.cells:
                if cell.cell_type == "code":
                    cell.outputs = _shown(cell.outputs)
    return run


@contextlib.contextmanager
def _place(code: Code) -> Iterator[tuple[Room | None, Job | None, Path]]:
    """Give a folder with the submission's files, in a closed room where there is one."""
    room = open_room(code.mode, code.course)
    if room is None:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            put(code.files, Path(folder))
            yield None, None, Path(folder)
        return
    job = room.job(code.files)
    try:
        yield room, job, job.work
    finally:
        shutil.rmtree(job.folder, ignore_errors=True)


_WARNED = re.compile(r"Warning\b")
_PICTURE = re.compile(r"[A-Za-z0-9+/=\s]*")


def _shown(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Give outputs that a grader can look at, and that nbgrader can read points from.

    No markup, which would be obeyed in the grader's browser. A warning is not an error. Errors come
    first, because nbgrader pays by the first result it finds.
    """
    kept = []
    for output in outputs:
        if output.output_type == "stream" and _WARNED.search(output.text):
            output.name = "stdout"
        if "data" in output:
            output.metadata = NotebookNode()
            output.data = NotebookNode(
                {
                    kind: data
                    for kind, data in output.data.items()
                    if kind == "text/plain"
                    or (
                        kind in ("image/png", "image/jpeg")
                        and isinstance(data, str)
                        and _PICTURE.fullmatch(data)
                    )
                }
            )
        kept.append(output)
    return sorted(kept, key=lambda output: output.output_type != "error")


# Evaluated in the kernel before the first cell and after the last: whatever decides how a cell is
# run. The figures' own hooks come with the first figure.
_MACHINERY = """(lambda ip, sys, b: repr([
    [len(x) for x in (ip.input_transformer_manager.cleanup_transforms,
     ip.input_transformer_manager.line_transforms,
     ip.input_transformer_manager.token_transformers, ip.ast_transformers)],
    [(k, sum(not (getattr(f, '__module__', 0) in ('matplotlib.pyplot',
        'matplotlib_inline.backend_inline') and getattr(sys.modules[f.__module__],
        f.__name__, 0) is f) for f in v))
     for k, v in sorted(ip.events.callbacks.items())],
    [(n, n in vars(ip), id(getattr(type(ip), n)))
     for n in ('run_cell', 'run_cell_async', 'run_ast_nodes', 'run_code', 'showtraceback',
               '_showtraceback', 'transform_cell', 'should_run_async')],
    [(n, n in vars(ip.kernel), id(getattr(type(ip.kernel), n)))
     for n in ('do_execute', 'execute_request')],
    id(type(ip)), id(type(ip.kernel)), sys.gettrace() is None, sys.getprofile() is None,
    hash(tuple(sorted((k, id(v)) for k, v in vars(b).items() if k != '_'))),
]))(__import__('IPython').get_ipython(), __import__('sys'), __import__('builtins'))"""


class RunCode(Execute):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's own way of running a notebook, in a room, with an eye on what the code does."""

    def __init__(self, room: Room | None, job: Job | None, **traits: Any) -> None:
        super().__init__(**traits)
        self.room, self.job, self.suspect = room, job, False
        self._fresh = ""
        self._said: dict[int, int] = {}

    def create_kernel_manager(self) -> Any:
        if self.room is None or self.job is None:
            return super().create_kernel_manager()
        name = self.nb.metadata.get("kernelspec", {}).get("name", "python3")
        self.km = RoomManager(self.room, self.job, kernel_name=name, config=self.config)
        return self.km

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if index == 0:
            self._fresh = self._machinery()
        if cell.cell_type == "code" and not is_exercise(cell):
            super().preprocess_cell(cell, resources, index)
        if index == len(self.nb.cells) - 1:
            self.suspect = not self._canary_dies() or self._machinery() != self._fresh
        return cell, resources

    async def _async_handle_timeout(
        self,
        timeout: int,  # noqa: ASYNC109  nbclient's
        cell: NotebookNode | None = None,
    ) -> Any:
        self.iopub_timeout = _INTERRUPTED
        return await super()._async_handle_timeout(timeout, cell)

    def _machinery(self) -> str:
        asked = {"it": _MACHINERY}
        sent = self.kc.execute("", silent=True, store_history=False, user_expressions=asked)
        reply = self._reply(sent)
        return str(reply.get("user_expressions", {}).get("it", {}).get("data", reply))

    def _canary_dies(self) -> bool:
        """Run a test that must fail, in the company of a real one, and see that it does."""
        nonce, number = secrets.token_hex(12), secrets.randbelow(900) + 100
        tests = [cell.source for cell in self.nb.cells if is_test(cell)]
        failing = secrets.choice(
            [
                f"assert {number} == {number + 1}, '{nonce}'",
                f"assert not {number}, '{nonce}'",
                f"if {number}:\n    raise AssertionError('{nonce}')",
            ]
        )
        company = secrets.choice(tests) if tests else ""
        # Nothing after the failing line is reached. A kernel refuses for a moment what comes after
        # an error, unless told that errors are expected: then honest code would look tampered with.
        sent = self.kc.execute(
            f"{failing}\n{company}", silent=False, store_history=False, stop_on_error=False
        )
        reply = self._reply(sent)
        return reply.get("ename") == "AssertionError" and nonce in str(reply.get("evalue"))

    def _reply(self, sent: str) -> dict[str, Any]:
        reply = run_sync(self.kc._async_recv_reply)(sent, timeout=10)  # noqa: SLF001  has no other name
        content: dict[str, Any] = reply["content"]
        return content

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Take up what a cell says, up to a limit."""
        content, kind = msg["content"], msg["msg_type"]
        left = max(0, _MOST_SAID - self._said.get(cell_index, 0))
        if kind in ("stream", "display_data", "execute_result", "update_display_data", "error"):
            self._said[cell_index] = self._said.get(cell_index, 0) + len(str(content))
        if kind == "stream":
            content["text"] = content["text"][:left]
        elif kind == "error" and not left:
            content["traceback"] = content["traceback"][-1:]
        elif "data" in content and len(str(content)) > left:
            plain = str(content["data"].get("text/plain", ""))[:1000]
            content["data"] = {"text/plain": plain}
        return super().process_message(msg, cell, cell_index)
