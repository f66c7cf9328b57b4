"""A Word document from records: real headings, lists, tables and pictures with words for them."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.shape import CT_Inline
from docx.shared import Cm, Emu

from helseledelse.documents.ooxml import clean, element, field, is_clean, paragraph, run, table
from helseledelse.documents.record import (
    Model,
    Paper,
    Piece,
    Prose,
    Question,
    Said,
    Section,
    Sentence,
)
from helseledelse.documents.style import LANGUAGE, TEXT_WIDTH, set_page, set_settings, set_styles
from helseledelse.exercises.markdown import tokens

_TEXT_WIDTH_DXA = 9071
_TALLEST = Cm(20)
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)

NOT_ANSWERED = "Ikke besvart ennå."
NOT_FILLED_IN = "Ikke fylt ut ennå."
SIGNS_LEFT_OUT = (
    "Noen usynlige tegn i svaret kan ikke stå i et Word-dokument og er utelatt her. "
    "I arbeidsboken ligger svaret slik du skrev det."
)
_NO_PICTURE = "Bildet «{}» er ikke med i dokumentet."


def write(paper: Paper) -> bytes:
    """Write the document; the same paper gives the same bytes.

    Parameters
    ----------
    paper : what stands in it
    """
    return _Writer(paper).written()


class _Writer:
    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._document: Any = Document()
        self._part: Any = self._document.part
        self._body: Any = self._document.element.body
        self._end: Any = self._body.sectPr
        self._pictures = 0
        self._tables = 0
        self._level = 0
        self._bookmarks: list[tuple[int, str, str]] = []
        set_page(self._document)
        set_styles(self._document)
        set_settings(self._document)
        _set_core(self._document, paper)

    def written(self) -> bytes:
        self._add(paragraph("Title", run(self._paper.title)))
        self._add(paragraph("Subtitle", run(self._paper.subtitle)))
        start = len(self._body)
        for section in self._paper.sections:
            self._section(section)
        if self._bookmarks:
            for number, part in enumerate(self._contents()):
                self._body.insert(start - 1 + number, part)
        written = io.BytesIO()
        self._document.save(written)
        return _without_clock(written.getvalue())

    def _add(self, part: Any) -> None:
        self._end.addprevious(part)

    # ------------------------------------------------------------ headings and contents

    def _heading(self, level: int, runs: Sequence[Any], words: str) -> None:
        # No level is skipped on the way down: a screen reader would look for what is missing.
        level = self._level = min(level, self._level + 1)
        if level > self._paper.contents:
            self._add(paragraph(f"Heading{level}", *runs))
            return
        name = f"_Toc{len(self._bookmarks) + 1:06}"
        number = len(self._bookmarks) + 1
        self._bookmarks.append((level, name, words))
        self._add(
            paragraph(
                f"Heading{level}",
                element("bookmarkStart", id=number, name=name),
                *runs,
                element("bookmarkEnd", id=number),
            )
        )

    def _contents(self) -> Iterator[Any]:
        """Give the list of contents: a field that is filled in, so that Word asks nobody.

        It has no page numbers: only Word knows them, and it would have to ask to count them.
        """
        yield paragraph("TOCHeading", run("Innhold"))
        for number, (level, name, words) in enumerate(self._bookmarks):
            link = element("hyperlink", run(words), anchor=name, history=1)
            opening = []
            if number == 0:
                opening = list(field(f'TOC \\o "1-{self._paper.contents}" \\n \\h \\z \\u', ""))[:3]
            yield paragraph(f"TOC{level}", *opening, link)
        yield paragraph("TOC1", element("r", element("fldChar", fldCharType="end")))

    # ------------------------------------------------------------ what stands below a heading

    def _section(self, section: Section) -> None:
        if section.title:
            self._heading(section.level, [run(section.title)], clean(section.title))
        for piece in section.pieces:
            self._piece(piece, section.level)

    def _piece(self, piece: Piece, level: int) -> None:
        match piece:
            case Prose():
                self._blocks(tokens(piece.markdown), piece.pictures, level)
            case Sentence():
                self._add(paragraph("Opplysning", run(piece.text)))
            case Question():
                self._question(piece, level)
            case Model():
                self._model(piece, level)

    def _question(self, piece: Question, level: int) -> None:
        runs = list(self._inline(_first_line(piece.title)))
        self._heading(level + 1, runs, "")
        if piece.question:
            self._blocks(tokens(piece.question), {}, level + 1)
        if piece.said:
            self._answer(piece.said, chosen=piece.chosen)
        else:
            self._add(paragraph("Opplysning", run(NOT_ANSWERED)))
        for note in piece.notes:
            self._add(paragraph("Opplysning", run(note)))
        if piece.verdict:
            runs = list(self._inline(_first_line(piece.verdict)))
            self._add(paragraph("Tilbakemelding", run("Tilbakemelding: ", bold=True), *runs))

    def _answer(self, said: Sequence[Said], *, chosen: bool) -> None:
        alone = len(said) == 1 and bool(said[0][0])
        if not alone and (chosen or not any(label for label, _ in said)):
            self._add(paragraph("Svarledd", run("Svar")))
        for label, text in said:
            if chosen and not alone:
                sign = "" if label.endswith((".", "?", "!", ":")) else ":"
                before = [run(f"{label}{sign} ", bold=True)] if label else []
                self._add(paragraph("Valg", *before, run(text)))
            else:
                self._written(label, text)
        if not all(is_clean(words) for pair in said for words in pair):
            self._add(paragraph("Opplysning", run(SIGNS_LEFT_OUT)))

    def _written(self, label: str, text: str) -> None:
        if label:
            self._add(paragraph("Svarledd", run(label)))
        if not text.strip():
            self._add(paragraph("Opplysning", run(NOT_FILLED_IN)))
            return
        # An empty line parts two paragraphs, as the person meant it.
        for part in clean(text).split("\n\n"):
            self._add(paragraph("Svar", run(part)))

    def _model(self, piece: Model, level: int) -> None:
        self._heading(level + 1, [run(piece.title)], "")
        if piece.heading:
            self._add(paragraph("Figurtittel", run(piece.heading)))
        if piece.picture:
            self._picture(piece.picture, piece.sentence or piece.title)
        for words in (piece.sentence, piece.note, piece.settings, piece.sorry):
            if words:
                self._add(
                    paragraph("Normal" if words == piece.sentence else "Opplysning", run(words))
                )
        if piece.table:
            self._tables += 1
            shown = piece.table
            counted = field("SEQ Tabell \\* ARABIC", str(self._tables))
            self._add(paragraph("Caption", run("Tabell "), *counted, run(f". {shown.caption}")))
            self._table(
                [[run(words)] for words in shown.columns],
                [[[run(cell)] for cell in row] for row in shown.rows],
                shown.caption,
            )

    def _table(self, columns: list[list[Any]], rows: list[list[list[Any]]], caption: str) -> None:
        self._add(table(columns, rows, width=_TEXT_WIDTH_DXA, caption=caption))
        self._add(paragraph("Tabelltekst"))  # Word joins tables that touch

    def _picture(self, image: bytes, sentence: str) -> None:
        self._add(paragraph("Figur", self._picture_run(image, sentence)))

    def _picture_run(self, image: bytes, sentence: str) -> Any:
        relation, shown = self._part.get_or_add_image(io.BytesIO(image))
        wide, tall = shown.px_width, shown.px_height
        # Never larger than the page, nor than 96 dots to the inch make it.
        width = min(TEXT_WIDTH, int(wide * Emu(914400 // 96)), int(_TALLEST * wide / tall))
        self._pictures += 1
        inline = CT_Inline.new_pic_inline(
            self._pictures,
            relation,
            f"figur-{self._pictures}",
            Emu(width),
            Emu(int(width * tall / wide)),
        )
        inline.docPr.set("descr", clean(sentence))
        inline.docPr.set("name", f"Figur {self._pictures}")
        drawing: Any = OxmlElement("w:drawing")
        drawing.append(inline)
        return element("r", drawing)

    # ------------------------------------------------------------ Markdown

    def _blocks(
        self,
        parts: Iterable[Mapping[str, Any]],
        pictures: Mapping[str, bytes],
        level: int,
        *,
        style: str = "Normal",
    ) -> None:
        for part in parts:
            match part["type"]:
                case "paragraph" | "block_text":
                    self._add(paragraph(style, *self._inline(part["children"], pictures)))
                case "heading":
                    runs = list(self._inline(part["children"], pictures))
                    self._heading(min(level + 1, 3), runs, "")
                case "list":
                    self._list(part, pictures, 1)
                case "table":
                    self._markdown_table(part)
                case "block_quote":
                    self._blocks(part["children"], pictures, level, style="Quote")
                case "block_code" | "block_math":
                    self._add(paragraph(style, run(part["raw"].rstrip("\n"), code=True)))
                case "block_html" if not part["raw"].lstrip().startswith("<!--"):
                    self._add(paragraph(style, run(part["raw"].strip())))
                case "block_html" | "thematic_break" | "blank_line":
                    pass
                case _:
                    raise ValueError(f"Markdown of a sort nobody has thought of: {part['type']}")

    def _list(self, part: Mapping[str, Any], pictures: Mapping[str, bytes], depth: int) -> None:
        ordered = part["attrs"]["ordered"]
        style = ("ListNumber" if ordered else "ListBullet") + (
            str(min(depth, 3)) if depth > 1 else ""
        )
        number = (0, self._new_numbering(style)) if ordered else None
        for item in part["children"]:
            first = True
            for inside in item["children"]:
                if inside["type"] == "list":
                    self._list(inside, pictures, depth + 1)
                elif inside["type"] in ("paragraph", "block_text"):
                    runs = self._inline(inside["children"], pictures)
                    self._add(
                        paragraph(style, *runs, number=number)
                        if first
                        else paragraph("ListContinue", *runs)
                    )
                    first = False
                else:
                    self._blocks([inside], pictures, 3)

    def _new_numbering(self, style: str) -> int:
        """Let a numbered list begin at 1, whatever was counted before it."""
        numbering = self._part.numbering_part.element
        like = self._document.styles.element.get_by_id(style).pPr.numPr.numId.val
        abstract = numbering.num_having_numId(like).abstractNumId.val
        new = numbering.add_num(abstract)
        new.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(new.numId)

    def _markdown_table(self, part: Mapping[str, Any]) -> None:
        head, *bodies = part["children"]
        columns = [list(self._inline(cell["children"])) for cell in head["children"]]
        rows = [
            [list(self._inline(cell["children"])) for cell in row["children"]]
            for body in bodies
            for row in body["children"]
        ]
        self._table(columns, rows, "")

    def _inline(
        self,
        parts: Iterable[Mapping[str, Any]],
        pictures: Mapping[str, bytes] | None = None,
        *,
        bold: bool = False,
        italic: bool = False,
    ) -> Iterator[Any]:
        for part in parts:
            children = part.get("children") or ()
            match part["type"]:
                case "strong":
                    yield from self._inline(children, pictures, bold=True, italic=italic)
                case "emphasis":
                    yield from self._inline(children, pictures, bold=bold, italic=True)
                case "link":
                    runs = list(self._inline(children, pictures, bold=bold, italic=italic))
                    yield from self._link(part["attrs"]["url"], runs)
                case "image":
                    words = "".join(str(child.get("raw", "")) for child in children)
                    url = part["attrs"]["url"]
                    if pictures and url in pictures:
                        yield self._picture_run(pictures[url], words)
                    else:
                        yield run(_NO_PICTURE.format(words or url), italic=True)
                case _:
                    yield _leaf(part, bold=bold, italic=italic)

    def _link(self, url: str, runs: list[Any]) -> Iterator[Any]:
        if not url.startswith(("http://", "https://", "mailto:")):
            yield from runs
            return
        relation = self._part.relate_to(clean(url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        for each in runs:
            properties = each.get_or_add_rPr()
            properties.append(element("color", val="0B5394"))
            properties.append(element("u", val="single"))
        link = element("hyperlink", *runs)
        link.set(qn("r:id"), relation)
        yield link


def _leaf(part: Mapping[str, Any], *, bold: bool, italic: bool) -> Any:
    """Give the run of a part that has no parts of its own."""
    match part["type"]:
        case "text":
            return run(unescape(part["raw"]), bold=bold, italic=italic)
        case "codespan" | "inline_math":
            return run(unescape(part["raw"]), bold=bold, italic=italic, code=True)
        case "softbreak":
            return run(" ")
        case "linebreak":
            return run("\n")
        case "inline_html":  # shown as text, as in the pages; a comment is for authors
            words = "" if part["raw"].startswith("<!--") else part["raw"]
            return run(words, bold=bold, italic=italic)
    raise ValueError(f"Markdown of a sort nobody has thought of: {part['type']}")


def _first_line(markdown: str) -> list[Mapping[str, Any]]:
    """Give what stands in the paragraphs of a short text, as one line."""
    found: list[Mapping[str, Any]] = []
    for part in tokens(markdown):
        if part["type"] == "blank_line":
            continue
        if part.get("children") and part["type"] in ("paragraph", "heading"):
            if found:
                found.append({"type": "text", "raw": " "})
            found += part["children"]
        else:
            found.append({"type": "text", "raw": markdown})
            break
    return found


def _set_core(document: Any, paper: Paper) -> None:
    then = datetime.fromtimestamp(paper.at // 1000, tz=UTC) if paper.at else _NO_DATE
    core = document.core_properties
    core.title, core.subject = clean(paper.title)[:255], clean(paper.subtitle)[:255]
    core.author, core.last_modified_by, core.comments, core.keywords = "", "", "", ""
    core.language = LANGUAGE
    core.created = core.modified = then
    core.revision = 1
    package = document.part.package
    for relation in [each for each in package.rels.values() if each.reltype.endswith("thumbnail")]:
        del package.rels[relation.rId]  # a picture of somebody else's document


def _without_clock(document: bytes) -> bytes:
    """Write the parts again without the time of writing, so that the same is the same."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.create_system = 0
            # A PNG is packed already.
            packed = name.endswith((".png", ".jpg", ".jpeg"))
            part.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return written.getvalue()
