"""Documentation that stays true: every path it names exists, every public name is described."""

import re
from pathlib import Path

import pytest

import helseledelse
from helseledelse.exercises.kinds import KINDS
from helseledelse.explorers import names

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def linked(page: Path) -> list[str]:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
    return [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_link_is_broken(page: Path) -> None:
    assert linked(page) == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_path_in_a_table_exists(page: str) -> None:
    rows = [row for row in (ROOT / page).read_text(encoding="utf-8").splitlines() if "|" in row]
    paths = [
        path
        for row in rows
        for path in re.findall(r"`([\w./-]+)`", row)
        if "/" in path or "." in path
    ]
    assert len(paths) > 7
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_kind_of_exercise_is_described_to_authors() -> None:
    guide = (ROOT / "docs" / "forfatter.md").read_text(encoding="utf-8")
    house = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in guide or f"`{kind}`" not in house] == []


def test_every_public_name_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(helseledelse.__all__) <= 8
    assert [name for name in helseledelse.__all__ if f"{name}(" not in readme] == []


def test_every_explorer_has_a_source_and_a_formula() -> None:
    from helseledelse.explorers import explorer

    for name in names():
        found = explorer(name)
        assert found.name == name
        assert found.sources, name
        assert found.formula, name
        assert found.title.endswith("?"), f"{name}: the title is the decision, as a question"


def test_no_word_of_where_it_was_made() -> None:
    """No machine path and no download address in a committed file."""
    import subprocess

    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    machine = re.compile(
        r"/(?:root|home/\w+|work|tmp/bash_jobs)/|(?:index|extra-index)-url|//cdn\."
    )
    found = []
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in {".png", ".csv"} or path == Path(__file__) or not path.is_file():
            continue
        if machine.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(name)
    assert found == []
