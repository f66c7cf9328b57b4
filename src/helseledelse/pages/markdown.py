"""A workbook's Markdown as HTML: nbconvert's parser, nothing active, nothing inline."""

import base64
import mimetypes
import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
_LARGEST_IMAGE = 8_000_000


def inside(folder: Path, relative: str) -> Path | None:
    """Give the file `relative` names, or None where it leads out of `folder` in any way."""
    if "\0" in relative or "\\" in relative:
        return None
    try:
        path = (folder / relative).resolve()
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None


class PageRenderer(IPythonRenderer):
    """Writes what a strict content security policy lets through, and a screen reader can read.

    Parameters
    ----------
    folder : where the workbook lies; images are taken from there and put in the page
    attachments : a cell's attachments by name
    workbook_link : from the name of a workbook beside this one to its page's address, or None
    """

    def __init__(
        self,
        folder: Path,
        attachments: Mapping[str, Mapping[str, str]],
        workbook_link: Callable[[str], str | None],
    ) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
        self._folder = folder
        self._attached = attachments
        self._workbook_link = workbook_link

    def heading(self, text: str, level: int, **_attributes: object) -> str:
        # The page has one h1, the workbook's title, and each block's heading is its h2.
        level = max(3, level) if level > 1 else 2
        return f"<h{level}>{text}</h{level}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002  mistune's
        parts = urlsplit(url)
        if parts.scheme in ("http", "https"):
            return (
                f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{text}'
                '<span class="unseen"> (åpnes i ny fane)</span></a>'
            )
        if parts.scheme == "mailto":
            return f'<a href="{escape(url)}">{text}</a>'
        if not parts.scheme and not parts.netloc and parts.path.endswith(".ipynb"):
            address = self._workbook_link(unquote(parts.path))
            if address:
                return f'<a href="{escape(address)}">{text}</a>'
        return text

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002  mistune's
        source = self._source(url)
        if source is None:
            return f"<em>Bildet «{text or escape(url)}» finnes ikke ved siden av arbeidsboken.</em>"
        return f'<img src="{source}" alt="{escape(text)}" loading="lazy">'

    def _source(self, url: str) -> str | None:
        if url.startswith("attachment:"):
            held = self._attached.get(unquote(url.removeprefix("attachment:")), {})
            for sort in _IMAGES:
                if sort in held:
                    # Written again from its bytes, so that nothing but an image can stand there.
                    try:
                        data = base64.b64decode("".join(held[sort]), validate=False)
                    except ValueError:
                        return None
                    return f"data:{sort};base64,{base64.b64encode(data).decode()}"
            return None
        if urlsplit(url).scheme or url.startswith("/"):
            return None
        path = inside(self._folder, unquote(url))
        found = mimetypes.guess_type(url)[0]
        if path is None or found not in _IMAGES or path.stat().st_size > _LARGEST_IMAGE:
            return None
        return f"data:{found};base64,{base64.b64encode(path.read_bytes()).decode()}"

    def table(self, text: str) -> str:
        # Scrolls by itself on a narrow screen; reached with the keyboard, as what scrolls must be.
        return (
            '<div class="hl-scroll" tabindex="0" role="group" aria-label="Tabell">'
            f"<table>\n{text}</table></div>\n"
        )

    def table_cell(self, text: str, align: str | None = None, *, head: bool = False) -> str:
        place = f' class="hl-{align}"' if align else ""
        if head and text.strip():
            return f'  <th scope="col"{place}>{text}</th>\n'
        return f"  <td{place}>{text}</td>\n"

    def block_math(self, body: str) -> str:
        return _math(body, display="block")

    def inline_math(self, body: str) -> str:
        return _math(body, display="inline")

    def latex_environment(self, name: str, body: str) -> str:
        return _math(f"\\begin{{{name}}}{body}\\end{{{name}}}", display="block")


def _math(latex: str, *, display: str) -> str:
    try:
        formula = convert_to_element(latex.strip(), display=display)
    except Exception:  # noqa: BLE001  its parser has no common error; the formula is shown as typed
        return f"<code>{escape(latex)}</code>"
    # Its own way to text would let HTML inside \text{…} through: signs are entities in the tree,
    # and are taken out of all of it. So make them signs first, and let the tree escape the rest.
    for part in formula.iter():
        part.text = unescape(part.text) if part.text else part.text
    return tostring(formula, encoding="unicode")


def to_html(
    source: str,
    folder: Path,
    *,
    attachments: Mapping[str, Mapping[str, str]] | None = None,
    workbook_link: Callable[[str], str | None] = lambda _name: None,
) -> str:
    """Turn the Markdown of a cell into HTML.

    Raw HTML is shown as text; comments are left out. Formulas become MathML.
    """
    renderer = PageRenderer(folder, attachments or {}, workbook_link)
    return MarkdownWithMath(renderer=renderer).render(_COMMENT.sub("", source)).strip()
