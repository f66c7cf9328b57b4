"""The Word document: what stands in it, that Word can read it, and that everybody can."""

import io
import struct
import time
import zipfile
import zlib
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from docx import Document

from helseledelse.documents.record import (
    Model,
    Paper,
    Piece,
    Prose,
    Question,
    Section,
    Sentence,
    Table,
)
from helseledelse.documents.word import NOT_ANSWERED, NOT_FILLED_IN, SIGNS_LEFT_OUT, write

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WORDS = "Blåbærsyltetøy på økt 3 – «ja» −1 æøå ÆØÅ € 😀"


def png() -> bytes:
    """Give one white dot."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


MODEL = Model(
    "Hvor mange senger trengs?",
    "Fire senger holder",
    f"Setningen {WORDS}",
    png(),
    Table("Tallene bak", ("", "Senger"), (("Mandag", "4"), ("Tirsdag", "5"))),
    "Innstillinger: senger: 4.",
    "Usikkert.",
)


def paper(*pieces: Piece, **changes: Any) -> Paper:
    return replace(
        Paper("Tittel", "Undertittel", (Section(1, "Del", pieces),), 1_773_493_380_000), **changes
    )


def opened(*pieces: Piece) -> Any:
    return Document(io.BytesIO(write(paper(*pieces))))


def read(document: bytes) -> str:
    """Give every word of a document, line breaks and tabs as they are."""
    with zipfile.ZipFile(io.BytesIO(document)) as parts:
        body = ET.fromstring(parts.read("word/document.xml"))  # noqa: S314  written by us
    signs = {f"{W}t": None, f"{W}br": "\n", f"{W}tab": "\t"}
    return "\n".join(
        "".join(signs[part.tag] or part.text or "" for part in line.iter() if part.tag in signs)
        for line in body.iter(f"{W}p")
    )


def styles(document: Any) -> list[tuple[str, str]]:
    return [(line.style.name, line.text) for line in document.paragraphs if line.text]


def test_every_sign_comes_through_and_what_xml_forbids_is_said() -> None:
    said = f"{WORDS}\u0000\u0008\ud83d slutt\ufffe\n\tinnrykk\r\nny linje\n\nnytt avsnitt"
    shown = read(write(paper(Question("Tittel", "Spørsmål", (("Ledd", said),)))))
    assert f"{WORDS} slutt\n\tinnrykk\nny linje\nnytt avsnitt" in shown
    assert SIGNS_LEFT_OUT in shown
    assert SIGNS_LEFT_OUT not in read(write(paper(Question("Tittel", said=(("", WORDS),)))))


def test_the_same_answers_give_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    first = write(paper(MODEL, Question(WORDS, WORDS, (("", WORDS),), WORDS)))
    later = time.time() + 1e7
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert write(paper(MODEL, Question(WORDS, WORDS, (("", WORDS),), WORDS))) == first
    core = Document(io.BytesIO(first)).core_properties
    # 1 773 493 380 seconds after 1970, in UTC.
    assert (core.created, core.modified) == (core.created, core.created)
    assert f"{core.modified:%Y-%m-%d %H:%M}" == "2026-03-14 13:03"
    assert (core.title, core.language, core.author) == ("Tittel", "nb-NO", "")


def test_headings_are_real_and_none_is_skipped() -> None:
    prose = Prose("### Under\n\nTekst\n\n##### Dypere\n\nTekst")
    document = opened(prose, Question("En *oppgave*", "## Nei\n\ntekst"), MODEL)
    levels = [
        int(line.style.name.removeprefix("Heading "))
        for line in document.paragraphs
        if line.style.name.startswith("Heading")
    ]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert ("Title", "Tittel") in styles(document)
    assert ("Heading 2", "En oppgave") in styles(document)


def test_markdown_becomes_paragraphs_lists_and_tables() -> None:
    document = opened(
        Prose(
            "Et **fett** og *skrått* ord, `kode` og &amp; [lenke](https://example.org/å).\n\n"
            "- punkt\n  - underpunkt\n\n1. først\n2. så\n\nmellom\n\n1. igjen\n\n> sitat\n\n"
            "| A | B |\n|---|---|\n| 1 | **2** |\n\n<!-- en merknad -->\n<b>rå</b>\n\n---\n\n"
            "![et bilde](borte.png)\n\n```\nkode\n```"
        )
    )
    shown = styles(document)
    for style, words in [
        ("Normal", "Et fett og skrått ord, kode og & lenke."),
        *(("List Bullet", "punkt"), ("List Bullet 2", "underpunkt")),
        *(("List Number", "først"), ("List Number", "igjen"), ("Quote", "sitat")),
        *(("Normal", "<b>rå</b>"), ("Normal", "Bildet «et bilde» er ikke med i dokumentet.")),
        ("Normal", "kode"),
    ]:
        assert (style, words) in shown
    assert not any("merknad" in words for _, words in shown)
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["A", "B"],
        ["1", "2"],
    ]
    bold = [run.text for line in document.paragraphs for run in line.runs if run.bold]
    assert "fett" in bold
    # Each numbered list counts from 1: they have numbers of their own.
    numbers = {
        line.text: line._p.pPr.numPr.numId.val
        for line in document.paragraphs
        if line.style.name == "List Number"
    }
    assert numbers["først"] == numbers["så"] != numbers["igjen"]


def test_a_picture_has_words_and_a_table_repeats_its_header() -> None:
    document = opened(MODEL, MODEL)
    pictures = document.element.body.xpath(".//wp:docPr")
    assert [picture.get("descr") for picture in pictures] == [MODEL.sentence] * 2
    assert len({picture.get("id") for picture in pictures}) == 2
    for table in document.tables:
        head, *rows = table._tbl.tr_lst
        assert head.xpath("./w:trPr/w:tblHeader")
        assert not any(row.xpath("./w:trPr/w:tblHeader") for row in rows)
        assert table._tbl.xpath("./w:tblPr/w:tblCaption/@w:val") == ["Tallene bak"]
    captions = [words for style, words in styles(document) if style == "Caption"]
    assert captions == ["Tabell 1. Tallene bak", "Tabell 2. Tallene bak"]
    shown = read(write(paper(MODEL)))
    for words in (MODEL.title, MODEL.heading, MODEL.sentence, MODEL.settings, MODEL.note, "Mandag"):
        assert words in shown


def test_answers_stand_apart_and_what_is_missing_is_said() -> None:
    document = opened(
        Question("A", "Spørsmål", (("Ledd", "Svaret"), ("Tomt ledd", "")), "Et **godt** svar."),
        Question("B", "Spørsmål"),
        Question(
            "C", "Spørsmål", (("Under", "Inn"), ("Spør?", "Ut")), chosen=True, notes=("Merk.",)
        ),
        Sentence("En opplysning."),
        Model("Utforsker", sorry="Den svarte ikke."),
    )
    shown = styles(document)
    for pair in [
        *(("Svarledd", "Ledd"), ("Svar", "Svaret"), ("Opplysning", NOT_FILLED_IN)),
        *(("Tilbakemelding", "Tilbakemelding: Et godt svar."), ("Opplysning", NOT_ANSWERED)),
        *(("Valg", "Under: Inn"), ("Valg", "Spør? Ut"), ("Opplysning", "Merk.")),
        *(("Opplysning", "En opplysning."), ("Opplysning", "Den svarte ikke.")),
    ]:
        assert pair in shown
    bar = document.styles["Svar"].element.xpath(".//w:pBdr/w:left")
    assert len(bar) == 1


def test_word_has_nothing_to_ask_about() -> None:
    """No macro, no field to be counted before it opens, no old form; the language is bokmål."""
    document = write(paper(MODEL))
    with zipfile.ZipFile(io.BytesIO(document)) as parts:
        names = parts.namelist()
        settings = parts.read("word/settings.xml").decode()
        shown = {name: parts.read(name).decode() for name in names if name.endswith(".xml")}
    assert names[0] == "[Content_Types].xml"
    assert not [name for name in names if "vba" in name.lower() or "thumbnail" in name]
    assert "updateFields" not in settings
    assert 'w:name="compatibilityMode"' in settings
    assert 'w:val="15"' in settings
    assert 'w:lang w:val="nb-NO"' in shown["word/styles.xml"]
    body, footer = shown["word/document.xml"], shown["word/footer1.xml"]
    assert 'TOC \\o "1-1" \\n \\h' in body
    assert body.count('fldCharType="begin"') == body.count('fldCharType="end"')
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    # Every line of the list of contents leads to a heading that is there.
    tree = ET.fromstring(body)  # noqa: S314  written by us
    anchors = [link.get(f"{W}anchor") for link in tree.iter(f"{W}hyperlink")]
    assert anchors == [mark.get(f"{W}name") for mark in tree.iter(f"{W}bookmarkStart")]


def test_no_words_at_all_is_a_document_too() -> None:
    empty = Paper("Svarene mine", "Ingenting.", (Section(1, "", (Sentence("Tomt."),)),))
    assert "Tomt." in read(write(empty))
    assert "Innhold" not in read(write(empty))


def test_a_hundred_thousand_signs_in_one_answer() -> None:
    long = "a" * 50_000 + "\n" * 1000 + "æ ø å " * 8_000
    assert long.strip() in read(write(paper(Question("T", said=(("", long),))))).replace(
        "\n" * 500, "\n" * 1000
    )


def test_a_level_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        Section(3, "x", ())
