"""A copy of an assignment's answers in its notebook, for whoever hands in no more than that.

In JupyterLab a cell's output holds the copy of its answer. A page runs no cell, so there the first
cell of code holds a copy of them all.
"""

import json
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from helseledelse.answers.store import MIRROR, AnswerStore, Document, StoreError, write_through

_one_at_a_time = threading.Lock()


def mirror(store: AnswerStore) -> None:
    """Bring the copy in the notebook that has its folder's name up to date.

    A notebook that cannot be read or written is left as it is: the answers lie in their own file,
    whatever becomes of the copy.
    """
    folder = store.path.parent
    file = folder / f"{folder.name}.ipynb"
    with _one_at_a_time, suppress(OSError, ValueError, LookupError, TypeError, StoreError):
        notebook = json.loads(file.read_bytes())
        if _renewed([cell for cell in notebook["cells"] if "outputs" in cell], store):
            # Half a surrogate pair, which a browser can send and the store keeps, has no UTF-8.
            _replace(file, json.dumps(notebook, indent=1, sort_keys=True).encode("ascii") + b"\n")


def _renewed(cells: list[dict[str, Any]], store: AnswerStore) -> bool:
    """Put a copy of what is stored in the first cell; gives whether that changed anything."""
    before = json.dumps(cells, sort_keys=True)
    answers = store.read()
    # Where all is deleted, so are the copies that JupyterLab has left.
    for cell in cells[:1] if answers else cells:
        cell["outputs"] = [each for each in cell["outputs"] if MIRROR not in each.get("data", {})]
    if answers:
        copy = json.loads(Document(answers, sound=True, extra={}, rest={}).write())
        shown = {"output_type": "display_data", "data": {MIRROR: copy}, "metadata": {}}
        cells[0]["outputs"].append(shown)
    return json.dumps(cells, sort_keys=True) != before


def _replace(file: Path, data: bytes) -> None:
    where, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        write_through(where, data)
        Path(name).chmod(file.stat().st_mode)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
