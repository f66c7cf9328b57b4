import pytest

from helseledelse.exercises.text import Text, html, translated


def test_a_text_falls_back_to_bokmaal() -> None:
    assert Text("ikke", "ikkje").to("nn") == "ikkje"
    assert Text("ikke").to("nn") == "ikke"
    assert Text("ikke", "ikkje").to("sme") == "ikke"


def test_a_text_needs_bokmaal() -> None:
    with pytest.raises(ValueError, match="bokmål"):
        Text("  ", "ikkje")


def test_translation_reaches_however_deep() -> None:
    assert translated(((Text("hva", "kva"), "id"), 3), "nn") == ((Text("kva", "kva"), "id"), 3)


@pytest.mark.parametrize(
    ("written", "inline", "given"),
    [
        ("Æ *ø* «å» – −5", False, "<p>Æ <em>ø</em> «å» – −5</p>"),
        ("Æ *ø*", True, "Æ <em>ø</em>"),
        ("<b onclick=x>fet</b>", True, "&lt;b onclick=x&gt;fet&lt;/b&gt;"),
        ("a\n\nb", True, "<p>a</p>\n<p>b</p>"),
        ("- a", True, "<ul>\n<li>a</li>\n</ul>"),
    ],
)
def test_markdown_becomes_html_and_html_stays_text(written: str, inline: bool, given: str) -> None:
    assert html(written, inline=inline) == given


def test_a_script_address_is_never_a_link() -> None:
    assert "javascript:" not in html("[trykk](javascript:alert(1))")


def test_a_table_is_a_table() -> None:
    assert "<table>" in html("| a | b |\n|---|---|\n| 1 | 2 |")


def test_an_empty_corner_of_a_table_is_no_heading() -> None:
    written = html("| | Ja | Nei |\n|:--|---|---|\n| Ny | 1 | 2 |")
    assert '<td class="hl-left"></td>' in written
    assert written.count("<th") - written.count("<thead") == 2


def test_a_table_scrolls_by_keys_and_aligns_without_styles() -> None:
    written = html("Før\n\n| a | b |\n|---|--:|\n| æ | −2 |\n\nEtter")
    assert '<div class="hl-scroll" tabindex="0" role="group" aria-label="Tabell"><table>' in written
    assert '<td class="hl-right">−2</td>' in written
    assert "style=" not in written
