"""Small pieces of a Word document's XML, in the order its schema asks for."""

import re
from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser

from helseledelse.documents.length import wide

# What XML 1.0 cannot hold: control signs, halves of surrogate pairs, and two that are no signs.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_PREFIX = {"w": nsmap["w"]}
_MAIN = f"{{{nsmap['w']}}}"


def clean(text: str) -> str:
    """Give the text without what no Word document can hold."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_clean(text: str) -> bool:
    return not _FORBIDDEN.search(text)


def element(tag: str, /, *children: Any, **attributes: object) -> Any:
    """Build an element; attributes are in the main namespace."""
    # As `OxmlElement`, which looks up the same names again for each of sixty thousand.
    named = {_MAIN + key: str(value) for key, value in attributes.items()}
    built = oxml_parser.makeelement(_MAIN + tag, named, _PREFIX)
    built.extend(children)
    return built


def run(text: str, *, bold: bool = False, italic: bool = False, code: bool = False) -> Any:
    """Build a run of text; line breaks and tabs in it stay what they are."""
    marks = []
    if code:
        marks.append(element("rFonts", ascii="Courier New", hAnsi="Courier New", cs="Courier New"))
    if bold:
        marks.append(element("b"))
    if italic:
        marks.append(element("i"))
    built = element("r", *([element("rPr", *marks)] if marks else []))
    for part in re.split("([\n\t])", clean(text)):
        if part == "\n":
            built.append(element("br"))
        elif part == "\t":
            built.append(element("tab"))
        elif part:
            words = element("t")
            words.text = part
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            built.append(words)
    return built


def paragraph(style: str, *runs: Any, number: tuple[int, int] | None = None) -> Any:
    """Build a paragraph; `number` is a level and the number of a list of its own."""
    properties = element("pPr", element("pStyle", val=style))
    if number:
        level, which = number
        properties.append(element("numPr", element("ilvl", val=level), element("numId", val=which)))
    return element("p", properties, *runs)


def field(instruction: str, shown: str) -> Iterator[Any]:
    """Give the runs of a field with what it shows until Word counts again."""
    yield element("r", element("fldChar", fldCharType="begin"))
    asked = element("instrText")
    asked.text = f" {instruction} "
    asked.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    yield element("r", asked)
    yield element("r", element("fldChar", fldCharType="separate"))
    yield run(shown)
    yield element("r", element("fldChar", fldCharType="end"))


_EDGES = 240  # what a cell's edges take, in twentieths of a point, and a little air


def _shares(rows: list[list[list[Any]]], width: int) -> tuple[list[int], float]:
    """Give each column room for its longest word, and the rest by what there is to read in it.

    Gives the widths, and the size of the letters: smaller where the words would not fit.
    """
    told = [["".join(run.text for run in runs) for runs in row] for row in rows]
    for size in (10, 8.5, 7.5):
        # 1,1: a heading is bold. Twenty parts to the point, a thousand to the letter's size.
        dxa = size * 1.1 * 20 / 1000
        columns = [list(column) for column in zip(*told, strict=True)]
        longest = [
            _EDGES + dxa * max(wide(word) for text in column for word in text.split(" "))
            for column in columns
        ]
        if sum(longest) <= width:
            break
    most = [_EDGES + dxa * max(map(wide, column)) for column in columns]
    more = [max(1.0, whole - least) for whole, least in zip(most, longest, strict=True)]
    rest = width - sum(longest)
    shares = [
        int(least + rest * wanted / sum(more)) if rest > 0 else int(width * least / sum(longest))
        for least, wanted in zip(longest, more, strict=True)
    ]
    return shares, size


def _shrink(runs: list[Any], size: float) -> None:
    for each in runs:
        if each.tag == qn("w:r"):
            each.get_or_add_rPr().append(element("sz", val=int(size * 2)))


def table(
    columns: list[list[Any]], rows: list[list[list[Any]]], *, width: int, caption: str = ""
) -> Any:
    """Build a table from runs, its header row repeated on every page it goes over.

    Parameters
    ----------
    width : twentieths of a point
    caption : said of the table to who cannot see it
    """
    shares, size = _shares([columns, *rows], width)
    if size < 10:
        for runs in (runs for row in (columns, *rows) for runs in row):
            _shrink(runs, size)
    look = element("tblLook", val="04A0", firstRow=1, lastRow=0, firstColumn=1, lastColumn=0)
    properties = element(
        "tblPr", element("tblStyle", val="TableGrid"), element("tblW", w=width, type="dxa"), look
    )
    if caption:
        properties.append(element("tblCaption", val=clean(caption)))
    grid = element("tblGrid", *(element("gridCol", w=share) for share in shares))

    def cell(runs: list[Any], style: str, share: int) -> Any:
        size = element("tcW", w=share, type="dxa")
        shade = [element("shd", val="clear", color="auto", fill="E8EEF2")]
        return element(
            "tc",
            element("tcPr", size, *(shade if style == "Tabellhode" else [])),
            paragraph(style, *runs),
        )

    head = element(
        "tr",
        element("trPr", element("cantSplit"), element("tblHeader")),
        *(cell(runs, "Tabellhode", share) for runs, share in zip(columns, shares, strict=True)),
    )
    body = (
        element(
            "tr",
            element("trPr", element("cantSplit")),
            *(cell(runs, "Tabelltekst", share) for runs, share in zip(row, shares, strict=True)),
        )
        for row in rows
    )
    return element("tbl", properties, grid, head, *body)
