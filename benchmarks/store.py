"""What never losing a word costs: a save of one answer among 300, against a bare ``json.dump``.

Run with ``python benchmarks/store.py``. The bare dump writes over the file where it stands: it is
what a first attempt does, and a kill in the middle of it loses every answer.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from helseledelse.answers.store import Answer, AnswerStore, Document

ANSWERS = 300
ROUNDS = 200
TEXT = "Vi prøver med faste tavlemøter – og ser etter fire uker om ventetiden går ned. " * 5


def milliseconds(action: Callable[[int], object]) -> float:
    """Give the median time of `action` in milliseconds."""
    times = []
    for number in range(ROUNDS):
        start = time.perf_counter()
        action(number)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        store = AnswerStore(Path(folder) / "svar.json")
        answers = {f"nl6-oppgave-{n}": Answer(TEXT, n, 1, "side") for n in range(ANSWERS)}
        store.path.write_bytes(Document(answers, sound=True, extra={}, rest={}).write())
        bare_file = Path(folder) / "bare.json"
        plain = json.loads(store.path.read_bytes())

        def bare(_: int) -> None:
            with bare_file.open("w", encoding="utf-8") as file:
                json.dump(plain, file, ensure_ascii=False, indent=1)

        def save(number: int) -> None:
            store.save("nl6-oppgave-7", f"{TEXT}{number}", at=number + 1000, version=1, writer="a")

        size = store.path.stat().st_size / 1000
        dumped, kept = milliseconds(bare), milliseconds(save)
        with patch("os.fsync"):
            unsynced = milliseconds(save)

    print(f"{ANSWERS} answers, {size:.0f} kB, median of {ROUNDS} saves")
    print(f"bare json.dump          {dumped:6.1f} ms   1,0")
    print(f"save without fsync      {unsynced:6.1f} ms   {unsynced / dumped:.1f}".replace(".", ","))
    print(f"save                    {kept:6.1f} ms   {kept / dumped:.1f}".replace(".", ","))


if __name__ == "__main__":
    main()
