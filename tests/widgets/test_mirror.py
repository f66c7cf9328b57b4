"""An assignment in a real kernel: its answer also stands in the notebook, and grading finds it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helseledelse.grading.adapter.notebooks import mirrors
from helseledelse.grading.verdicts import Handed

ASSIGNMENT = Path(__file__).parents[2] / "assignments" / "source" / "samling6"
MIRROR = "application/vnd.helseledelse.svar+json"
VIEW = "application/vnd.jupyter.widget-view+json"


class Kernel:
    """A kernel, and what a front end would have drawn and saved of it."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.manager, self.client = start_new_kernel(cwd=str(folder), env=env)
        self.drawn: dict[str, Any] = {}
        self.outputs: list[Any] = []

    def run(self, code: str) -> None:
        def hear(message: dict[str, Any]) -> None:
            content, sort = message["content"], message["header"]["msg_type"]
            shown = content.get("transient", {}).get("display_id")
            if sort == "update_display_data":
                self.drawn[shown]["data"] = content["data"]
            elif sort in ("display_data", "execute_result"):
                output = new_output("display_data", data=content["data"])
                self.outputs.append(output)
                if shown:
                    self.drawn[shown] = output

        reply = self.client.execute_interactive(code, output_hook=hear, timeout=120)
        assert reply["content"]["status"] == "ok", reply["content"]

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    import os

    (tmp_path / "oppgaver.json").write_bytes((ASSIGNMENT / "oppgaver.json").read_bytes())
    kernels = []

    def begin(**more: str) -> Kernel:
        kernels.append(Kernel(tmp_path, {**os.environ, **more}))
        return kernels[-1]

    yield begin
    for kernel in kernels:
        kernel.stop()


SHOW = 'from helseledelse import exercise\nshown = exercise("samling6-icer")\nshown'


def say(response: str, at: int) -> str:
    message = {"id": "1", "type": "save", "exercise": "samling6-icer", "response": response}
    return f"shown.hear({message | {'at': at, 'version': 1, 'writer': 'fane'}!r})"


def test_a_notebook_alone_carries_the_answer_to_grading(start: Any, tmp_path: Path) -> None:
    kernel = start()
    kernel.run(SHOW)
    kernel.run(say("200 000", 1000))
    kernel.run(say("300 000", 2000))
    assert [VIEW in output.data for output in kernel.outputs].count(True) == 1
    notebook = new_notebook(cells=[new_code_cell(SHOW, outputs=kernel.outputs)])
    handed = Handed.gather(None, mirrors(json_again(notebook)))
    assert handed.answers["samling6-icer"].response == "300 000"
    # Where the file is there as well, the latest typed wins.
    file = (tmp_path / "svar.json").read_bytes().replace(b"2000", b"3000")
    side = file.replace(b"300 000", b"400 000")
    both = Handed.gather(side, mirrors(notebook))
    assert both.answers["samling6-icer"].response == "400 000"


def json_again(notebook: Any) -> Any:
    from nbformat import reads, writes

    return reads(writes(notebook), as_version=4)


@pytest.mark.parametrize("how", ["autograde", "validate"])
def test_nbgrader_gets_a_sentence_and_no_widget(start: Any, tmp_path: Path, how: str) -> None:
    kernel = start(NBGRADER_EXECUTION=how)
    kernel.run(SHOW)
    (output,) = kernel.outputs
    assert set(output.data) == {"text/plain", "text/html"}
    assert "Hva koster et godt leveår?" in output.data["text/html"]
    assert not json.dumps(output).count(MIRROR)
    assert [file.name for file in tmp_path.iterdir()] == ["oppgaver.json"]
