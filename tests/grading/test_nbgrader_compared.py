"""Two runs of nbgrader's own tests held against each other: what may be lost, and what may not."""

from pathlib import Path

import pytest

from tests.grading.nbgrader_compared import main

CASE = '<testcase classname="nbgrader.tests.apps.test_a.TestA" name="{}">{}</testcase>'


def report(file: Path, **tests: str) -> str:
    cases = "".join(CASE.format(name, said) for name, said in tests.items())
    file.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", encoding="utf-8")
    return str(file)


def test_only_what_is_named_may_be_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stock = report(tmp_path / "a", test_side_effects="", test_b="", test_c="<skipped/>")
    ours = report(tmp_path / "b", test_side_effects="<failure/>", test_b="", test_c="<skipped/>")
    assert main(stock, ours) == 0
    said = capsys.readouterr().out
    assert "| test_a | 2 | 1 |" in said
    assert "| test_a.TestA::test_side_effects | what the code writes stays in the room" in said
    for lost in (report(tmp_path / "c", test_side_effects="", test_b="<error/>"), ours):
        other = stock if lost != ours else report(tmp_path / "d", test_gone="")
        assert main(other, lost) == 1
        assert "| NOT ON PURPOSE |" in capsys.readouterr().out
    assert main(report(tmp_path / "e"), ours) == 1  # nothing was run
