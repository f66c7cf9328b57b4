"""Holds two runs of nbgrader's own tests against each other (`make nbgrader-tests`).

    python tests/grading/nbgrader_compared.py STOCK.xml OURS.xml

Both are pytest's own reports. What passes as it comes must pass on ours, but for what is named in
`ON_PURPOSE`.
"""

import re
import sys
from collections import Counter
from xml.etree import ElementTree as ET

# What differs on purpose, and why.
ON_PURPOSE = {
    "test_side_effects": "what the code writes stays in the room: it could carry the tests out",
}


def states(report: str) -> dict[str, str]:
    """Give "passed", "failure", "error" or "skipped" by ``file.Class::test``."""
    found = {}
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314  our own file
        kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
        place = (case.get("classname") or "").rpartition("test_")
        found[f"test_{place[2]}::{case.get('name')}"] = min(kinds, default="passed")
    return found


def passed(found: dict[str, str]) -> Counter[str]:
    """Count by file what passes."""
    return Counter(re.split(r"\.|::", test)[0] for test, how in found.items() if how == "passed")


def main(stock: str, ours: str) -> int:
    """Print how many of each file's tests pass, and what is lost; gives the exit status."""
    first, second = states(stock), states(ours)
    came, on_ours = passed(first), passed(second)
    lines = ["| file | as it comes | on ours |", "|---|---|---|"]
    lines += [f"| {file} | {came[file]} | {on_ours[file]} |" for file in sorted(came)]
    lines += [f"| all | {came.total()} | {on_ours.total()} |"]
    lines += ["", "| lost | why |", "|---|---|"]
    bad = not first
    for test, state in first.items():
        if state == "passed" != second.get(test):
            why = ON_PURPOSE.get(test.partition("::")[2].partition("[")[0])
            bad = bad or why is None
            lines.append(f"| {test} | {why or 'NOT ON PURPOSE'} |")
    sys.stdout.write("\n".join([*lines, ""]))
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
