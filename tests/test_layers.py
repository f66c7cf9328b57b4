"""The table of layers in docs/architecture.md is true."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "helseledelse"
EVERYTHING = "everything"
# What our dependencies bring along, or are imported as, and we may use without naming it ourselves.
BROUGHT = {"IPython", "PIL", "docx", "jinja2", "jupyter_core", "nbformat", "tornado", "traitlets"}


def libraries() -> set[str]:
    """Give the names of all libraries that the project file names, as they are imported."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    named = [re.match(r"[\w-]+", each) for group in groups for each in group]
    return {name[0].replace("-", "_").lower() for name in named if name} | BROUGHT


def table() -> dict[str, set[str]]:
    """Give each layer's permitted imports, as the document says."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.split("## Layers", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| (\w+) \| ([^|]*) \|$", section, flags=re.MULTILINE)
    said = {layer: set(re.findall(r"\w+", allowed)) for layer, allowed in rows if layer != "Layer"}
    # The other words of a row are prose; a misspelt name permits nothing, and the files say so.
    names = {EVERYTHING, *said, *libraries()}
    return {layer: allowed & names for layer, allowed in said.items()}


LAYERS = table()


def homes() -> list[tuple[str, str, str]]:
    """Give each layer's libraries that one file or folder alone may import, and which."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| ([^|]*) \|$", text, flags=re.MULTILINE)
    groups = [
        (layer, group)
        for layer, said in rows
        for group in re.split(r"[·;]", said)
        if layer in LAYERS
    ]
    return [
        (layer, library, home)
        for layer, group in groups
        if group.strip().endswith("alone")
        for words, home in re.findall(r"([\w ]+),? in `([\w.]+)/?`", group)
        for library in sorted(set(words.split()) & libraries())
    ]


def imported(source: str, module: str) -> Iterator[str]:
    """Give every module that a source imports, wherever in it; `module` is its own dotted name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = module.split(".")[: -node.level]
                base = ".".join([*above, base] if base else above)
            yield from (f"{base}.{name.name}" for name in node.names)


def needs(name: str) -> str:
    """Give what the table calls an imported module: a layer, a library, or "" for free."""
    first, *rest = name.split(".")
    if first == "helseledelse":
        if rest and rest[0] in ("norwegian", "__version__"):
            return ""
        return rest[0] if rest and rest[0] in LAYERS else "app"
    return "" if first in sys.stdlib_module_names else first


def trespasses(source: str, layer: str, module: str) -> list[str]:
    if EVERYTHING in LAYERS[layer]:
        return []
    allowed = LAYERS[layer] | {layer, ""}
    return sorted({name for name in imported(source, module) if needs(name) not in allowed})


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_imports_only_what_its_layer_may(path: Path) -> None:
    inside = path.relative_to(PACKAGE)
    layer = inside.parts[0] if len(inside.parts) > 1 else "app"
    source = path.read_text(encoding="utf-8")
    if inside.as_posix() == "norwegian.py":
        assert [name for name in imported(source, "helseledelse.norwegian") if needs(name)] == []
    elif layer not in LAYERS:
        assert not list(imported(source, "")), f"{layer} has code but no row in the table"
    else:
        module = ".".join(("helseledelse", *inside.with_suffix("").parts))
        assert trespasses(source, layer, module) == []


@pytest.mark.parametrize(("layer", "library", "home"), homes())
def test_a_library_is_imported_where_the_table_says_and_nowhere_else(
    layer: str, library: str, home: str
) -> None:
    places = {
        path.relative_to(PACKAGE / layer).parts[0]
        for path in (PACKAGE / layer).rglob("*.py")
        if any(needs(name) == library for name in imported(path.read_text("utf-8"), ""))
    }
    assert places == {home}


def test_every_layer_of_the_table_exists() -> None:
    assert len(LAYERS) > 7
    assert all(LAYERS.values()), "a layer that may import nothing has a row that was not read"
    missing = [layer for layer in LAYERS if layer != "app" and not (PACKAGE / layer).is_dir()]
    assert missing == []


@pytest.mark.parametrize(
    ("layer", "source", "found"),
    [
        ("models", "import numpy", []),
        ("models", "import math\nfrom helseledelse.norwegian import join", []),
        ("models", "import matplotlib.pyplot", ["matplotlib.pyplot"]),
        ("models", "def f():\n    from helseledelse.charts import x", ["helseledelse.charts.x"]),
        ("models", "from ..exercises import base", ["helseledelse.exercises.base"]),
        ("models", "from . import flow", []),
        ("exercises", "from helseledelse.models import icer", ["helseledelse.models.icer"]),
        ("exercises", "from helseledelse import exercise", ["helseledelse.exercise"]),
        ("exercises", "import helseledelse.app", ["helseledelse.app"]),
        ("answers", "from helseledelse.exercises.base import Exercise", []),
        ("widgets", "import tornado", ["tornado"]),
        ("app", "import tornado, anything", []),
    ],
)
def test_a_trespass_is_found(layer: str, source: str, found: list[str]) -> None:
    assert trespasses(source, layer, f"helseledelse.{layer}.module") == found
