"""What `import helseledelse` costs over a bare Python: pairs of processes, one after the other.

python benchmarks/importing.py
"""

import subprocess
import sys
import time
from statistics import median

PAIRS = 15


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main() -> None:
    seconds("import helseledelse")  # byte code and disk are warm
    pairs = [(seconds("pass"), seconds("import helseledelse")) for _ in range(PAIRS)]
    bare, ours = (median(column) for column in zip(*pairs, strict=True))
    extra = median(after - before for before, after in pairs)
    print(f"bare Python {bare * 1000:.0f} ms, with helseledelse {ours * 1000:.0f} ms, ", end="")
    print(f"more: {extra * 1000:.1f} ms (goal: at most 50)")


if __name__ == "__main__":
    main()
