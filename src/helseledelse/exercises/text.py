"""Text for people: bokmål, and nynorsk where it is written."""

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache, lru_cache
from html import unescape
from typing import Any, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True)
class Text:
    """One text in the languages it is written in.

    Attributes
    ----------
    nb : bokmål, always there
    nn : nynorsk, empty where it is not written yet
    """

    nb: str
    nn: str = ""

    def __post_init__(self) -> None:
        if not self.nb.strip():
            raise ValueError("a text needs its bokmål")

    def to(self, language: str) -> str:
        """Give the text in `language`, in bokmål where it is not written."""
        return self.nn if language == "nn" and self.nn else self.nb

    def __str__(self) -> str:
        return self.nb


_SCROLLED = r'<div class="hl-scroll" tabindex="0" role="group" aria-label="Tabell">\g<0></div>'


@cache
def _markdown() -> Any:
    import mistune

    return mistune.create_markdown(escape=True, plugins=["table"])


@lru_cache(maxsize=8192)  # a page and a document ask for the same texts again and again
def html(text: str, *, inline: bool = False) -> str:
    """Turn an author's Markdown into HTML; raw HTML in it is shown as text, never obeyed.

    With `inline` the paragraph around a single paragraph is left out, so that the text can
    stand in a label or a sentence.
    """
    written = str(_markdown()(text)).strip()
    # The page's content security policy drops styles written in the text.
    written = re.sub(r' style="text-align:(\w+)"', r' class="hl-\1"', written)
    # A corner without words is no heading of anything.
    written = re.sub(r"<th( [^>]*)?></th>", r"<td\1></td>", written)
    # A table wider than a phone is scrolled, by keys too, and never breaks its words.
    written = re.sub(r"<table>.*?</table>", _SCROLLED, written, flags=re.DOTALL)
    if inline and written.startswith("<p>") and written.count("<p>") == 1:
        written = written.removeprefix("<p>").removesuffix("</p>")
    return written


def plain(written: str) -> str:
    """Give the words of HTML that `html` wrote."""
    return unescape(re.sub(r"<[^>]+>", "", written)).strip()


def translated(value: T, language: str) -> T:
    """Give `value` with every `Text` in it, however deep, standing in `language`."""
    if isinstance(value, Text):
        return cast("T", Text(value.to(language), value.nn))
    if isinstance(value, tuple):
        return cast("T", tuple(translated(part, language) for part in value))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: translated(getattr(value, field.name), language) for field in fields(value)
        }
        return cast("T", replace(value, **changed))
    return value
