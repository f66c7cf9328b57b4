"""How many pages a text fills."""

import pytest

from helseledelse.documents.length import lines, pages


def test_lines_by_hand() -> None:
    # 16 cm are 453,5 points. At 11 points an "a" is 0,556 × 11 = 6,116 points: 74 on a line.
    assert lines("a" * 74) == 1
    assert lines("a" * 75) == 2
    # "aaa " is 3 × 6,116 + 3,058 = 21,4 points: 21 words and their 20 spaces are 446,5.
    assert lines(" ".join(["aaa"] * 21)) == 1
    assert lines(" ".join(["aaa"] * 22)) == 2
    assert lines("a\nb\n\nc") == 4


def test_pages_by_hand() -> None:
    # 24,7 cm are 700,2 points; a line is 11 × 1,149 × 1,5 = 18,96 points, a paragraph 6 more.
    assert pages(["a"] * 28) == pytest.approx(28 * 24.96 / 700.2, rel=1e-3)
    assert pages([]) == pages(["", " \n\n "]) == 0
    # With 12 points a line is 20,68.
    assert pages(["a"], points=12) == pytest.approx(26.68 / 700.2, rel=1e-3)


def test_more_words_are_never_fewer_pages() -> None:
    text = ""
    before = 0.0
    for word in ["Blåbærsyltetøy", "på", "økt", "x" * 200, "–", "«ja»"] * 30:
        text = f"{text} {word}"
        assert pages([text]) >= before
        before = pages([text])
