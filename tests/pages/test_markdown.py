"""Markdown as our pages show it: nothing active, nothing from elsewhere, formulas read aloud."""

import base64
from pathlib import Path

import pytest

from helseledelse.pages.markdown import inside, to_html

# The smallest PNG: one transparent pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def test_a_formula_is_mathml(tmp_path: Path) -> None:
    said = to_html("Prisen er $\\frac{a}{b}$.\n\n$$x^2$$", tmp_path)
    assert said.count("<math") == 2
    assert 'display="block"' in said
    assert "$" not in said


def test_a_broken_formula_is_shown_as_typed(tmp_path: Path) -> None:
    assert "\\frac{" in to_html("$\\frac{$", tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b onclick=x>a</b>"),
        *("[a](javascript:alert(1))", "[a](data:text/html,x)", "![a](javascript:alert(1))"),
        *("$\\text{<script>alert(1)</script>}$", "[a](vbscript:x)", "<style>p{}</style>"),
        *("![a](https://example.org/x.png)", "![a](//example.org/x.png)", "<iframe src=//x>"),
        *('[a](https://x.no/"onmouseover="alert(1))', '![a" onerror="x](b.png)'),
    ],
)
def test_nothing_active_comes_through(tmp_path: Path, text: str) -> None:
    said = to_html(text, tmp_path)
    for tag in ("<script", "<img", "<b", "<style", "<iframe", "javascript:", "vbscript:", "data:"):
        assert tag not in said.replace("&lt;", "").replace("<em>", ""), said
    assert ' onmouseover="' not in said
    assert " style=" not in said


def test_a_table_can_be_read_aloud_and_scrolled(tmp_path: Path) -> None:
    said = to_html("| | Pris |\n|---|---:|\n| A | 5 |", tmp_path)
    assert '<th scope="col" class="hl-right">Pris</th>' in said
    assert said.count("<th") == 1 + said.count("<thead")
    assert 'tabindex="0"' in said
    assert " style=" not in said


def test_headings_keep_their_place_below_the_page(tmp_path: Path) -> None:
    assert to_html("### Under", tmp_path) == "<h3>Under</h3>"


def test_an_image_beside_the_workbook_stands_in_the_page(tmp_path: Path) -> None:
    (tmp_path / "bilde på øy.png").write_bytes(PIXEL)
    said = to_html("![En øy](bilde%20p%C3%A5%20%C3%B8y.png)", tmp_path)
    assert said.startswith('<p><img src="data:image/png;base64,')
    assert 'alt="En øy"' in said


def test_an_attachment_stands_in_the_page(tmp_path: Path) -> None:
    held = {"a.png": {"image/png": base64.b64encode(PIXEL).decode()}}
    assert "data:image/png" in to_html("![a](attachment:a.png)", tmp_path, attachments=held)
    bad = {"a.png": {"image/png": '"><script>'}}
    assert "<script" not in to_html("![a](attachment:a.png)", tmp_path, attachments=bad)
    assert "finnes ikke" in to_html("![a](attachment:b.png)", tmp_path, attachments=held)


def test_links_lead_where_they_say(tmp_path: Path) -> None:
    def beside(name: str) -> str | None:
        return "/bok/2" if name == "2-neste.ipynb" else None

    said = to_html(
        "[ut](https://x.no) [neste](2-neste.ipynb) [borte](x.ipynb)", tmp_path, workbook_link=beside
    )
    assert 'rel="noopener noreferrer"' in said
    assert "åpnes i ny fane" in said
    assert '<a href="/bok/2">neste</a>' in said
    assert "x.ipynb" not in said


@pytest.mark.parametrize(
    "name", ["../hemmelig.png", "/etc/passwd", "lenke.png", "a\\b", "a\0b", "", "."]
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "mappe"
    folder.mkdir()
    (tmp_path / "hemmelig.png").write_bytes(PIXEL)
    (folder / "lenke.png").symlink_to(tmp_path / "hemmelig.png")
    assert inside(folder, name) is None
