"""How a Word document of ours looks: page, styles, language."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from helseledelse.documents import length
from helseledelse.documents.ooxml import element, field, run

LANGUAGE = "nb-NO"
TEXT_WIDTH = Cm(16)  # A4 less two margins of 2,5 cm
_INK = RGBColor(0x1C, 0x2A, 0x33)


def set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.5)
    section.footer_distance = Cm(1.2)
    footer = section.footer
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]._p  # noqa: SLF001  the element is how the library is extended
    for part in (run("Side "), *field("PAGE", "1"), run(" av "), *field("NUMPAGES", "1")):
        line.append(part)


def _font(style: Any, size: float, *, bold: bool = False, italic: bool = False) -> None:
    properties = style.element.get_or_add_rPr()
    for old in list(properties):
        properties.remove(old)
    style.font.name = length.FONT
    fonts = properties.find(qn("w:rFonts"))
    fonts.set(qn("w:cs"), length.FONT)
    fonts.set(qn("w:eastAsia"), length.FONT)
    style.font.size = Pt(size)
    style.font.bold, style.font.italic = bold, italic
    style.font.color.rgb = _INK


def _space(style: Any, before: float, after: float, line: float, *, keep: bool = False) -> None:
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    shape.line_spacing = line
    shape.keep_with_next = keep


def set_styles(document: Any) -> None:
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
        language.set(qn("w:eastAsia"), LANGUAGE)
    for name, size, before, after, line in (
        ("Normal", 11, 0, 6, 1.15),
        ("List Bullet", 11, 0, 3, 1.15),
        ("List Bullet 2", 11, 0, 3, 1.15),
        ("List Bullet 3", 11, 0, 3, 1.15),
        ("List Number", 11, 0, 3, 1.15),
        ("List Number 2", 11, 0, 3, 1.15),
        ("List Number 3", 11, 0, 3, 1.15),
        ("List Continue", 11, 0, 3, 1.15),
        ("Footer", 9, 0, 0, 1.0),
    ):
        _font(styles[name], size)
        _space(styles[name], before, after, line)
    styles["Footer"].paragraph_format.alignment = 1
    _font(styles["Quote"], 11, italic=True)
    for name, size, before, after in (
        ("Title", 24, 0, 6),
        ("Heading 1", 17, 22, 6),
        ("Heading 2", 14, 16, 4),
        ("Heading 3", 12, 12, 3),
        ("TOC Heading", 14, 12, 4),
    ):
        _font(styles[name], size, bold=name != "Title")
        _space(styles[name], before, after, 1.1, keep=True)
    _font(styles["Subtitle"], 12)
    _space(styles["Subtitle"], 0, 12, 1.15)
    border = styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        styles["Title"].element.pPr.remove(border)
    _font(styles["Caption"], 10, bold=True)
    _space(styles["Caption"], 8, 4, 1.1, keep=True)

    for name, identity, indent in (("toc 1", "TOC1", 0.0), ("toc 2", "TOC2", 0.6)):
        style = _new_style(document, name, identity)
        style.paragraph_format.left_indent = Cm(indent)
        _space(style, 0, 3, 1.15)
    answer = _new_style(document, "Svar", "Svar")
    _font(answer, length.POINTS)
    _space(answer, 0, length.AFTER, length.LINES)
    _bar(answer)
    label = _new_style(document, "Svarledd", "Svarledd")
    _font(label, 11, bold=True)
    _space(label, 6, 2, 1.15, keep=True)
    _bar(label)
    chosen = _new_style(document, "Valg", "Valg")
    _font(chosen, 11)
    _space(chosen, 0, 2, 1.15)
    _bar(chosen)
    said = _new_style(document, "Tilbakemelding", "Tilbakemelding")
    _font(said, 11)
    _space(said, 4, 8, 1.15)
    told = _new_style(document, "Opplysning", "Opplysning")
    _font(told, 10, italic=True)
    _space(told, 2, 6, 1.15)
    heading = _new_style(document, "Figurtittel", "Figurtittel")
    _font(heading, 11, bold=True)
    _space(heading, 4, 4, 1.15, keep=True)
    figure = _new_style(document, "Figur", "Figur")
    _space(figure, 0, 4, 1.0, keep=True)
    for name, bold in (("Tabelltekst", False), ("Tabellhode", True)):
        style = _new_style(document, name, name)
        _font(style, 10, bold=bold)
        _space(style, 2, 2, 1.0)


def _new_style(document: Any, name: str, identity: str) -> Any:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.element.set(qn("w:styleId"), identity)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    return style


def _bar(style: Any) -> None:
    """Draw a bar in the margin, beside what the person wrote."""
    properties = style.element.get_or_add_pPr()
    border = element("pBdr", element("left", val="single", sz=24, space=8, color="0072B2"))
    spacing = properties.find(qn("w:spacing"))
    spacing.addprevious(border)


def set_settings(document: Any) -> None:
    settings = document.settings.element
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # or Word says that the document is in an old form
    settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), LANGUAGE)
    settings.find(qn("w:decimalSymbol")).set(qn("w:val"), ",")
    settings.find(qn("w:listSeparator")).set(qn("w:val"), ";")
