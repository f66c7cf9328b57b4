"""Holds two runs of nbgrader's own tests against each other (`make nbgrader-tests`).

    python tests/grading/nbgrader_compared.py STOCK.xml OURS.xml

Both are pytest's own reports. What passes as it comes must pass on ours, but for what is named in
`ON_PURPOSE`.
"""

import sys
from collections import Counter
from xml.etree import ElementTree as ET

# What differs on purpose, and why.
ON_PURPOSE = {
    "test_side_effects": "what the code writes stays in the room: it could carry the tests out",
}


def states(report: str) -> dict[str, str]:
    found = {}
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314  our own file
        kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
        found[f"{case.get('classname')}::{case.get('name')}"] = min(kinds, default="passed")
    return found


def main(stock: str, ours: str) -> int:
    first, second = states(stock), states(ours)
    for name, found in (("as it comes", first), ("on ours", second)):
        sys.stdout.write(f"{name}: {dict(Counter(found.values()))}\n")
    lost = [name for name, state in first.items() if state == "passed" != second.get(name)]
    bad = 0
    for name in lost:
        why = ON_PURPOSE.get(name.rpartition("::")[2].partition("[")[0])
        bad += why is None
        sys.stdout.write(f"{'LOST' if why is None else 'differs'}: {name} {why or ''}\n")
    return 1 if bad or not first else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
