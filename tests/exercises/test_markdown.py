import pytest

from helseledelse.exercises.markdown import headings, images, images_without_words, links


def test_headings_have_level_and_words() -> None:
    written = "# Æ *ø* `å`\n\ntekst\n\n### Tre\n\n```\n# ikke\n```\n\n> ## Sitat"
    assert list(headings(written)) == [(1, "Æ ø å"), (3, "Tre"), (2, "Sitat")]


def test_links_and_images_are_found_however_deep() -> None:
    written = "- [a](b.ipynb)\n- **[c](https://d.no)**\n\n| x |\n|---|\n| ![bilde](e.png) |"
    assert links(written) == ["b.ipynb", "https://d.no"]
    assert images(written) == ["e.png"]


@pytest.mark.parametrize(
    "written", ["![](a.png)", "![ ](a.png)", '<img src="a.png">', "<img alt=''>"]
)
def test_an_image_without_words_is_found(written: str) -> None:
    assert len(images_without_words(written)) == 1


@pytest.mark.parametrize("written", ["![Fall per uke](a.png)", '<img src="a" alt="Fall">', "tekst"])
def test_an_image_with_words_is_fine(written: str) -> None:
    assert images_without_words(written) == []
