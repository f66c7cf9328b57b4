"""The documents over HTTP, as a browser meets them."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from docx import Document

from .test_word import read

SAMLING = "/word/kurs/1-prove"
ALL = "/mine-svar/word"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(scope="module")
def server(serve_once: Any) -> Any:
    return serve_once().log_in()


@pytest.fixture
def served(server: Any) -> Any:
    return server.forget()


def save(served: Any, response: object, exercise: str = "p1-kort") -> None:
    message = {"type": "save", "exercise": exercise, "response": response}
    said = message | {"at": 1_700_000_000_000, "version": 1, "writer": "prøve"}
    assert served.send("/api/samtale/kurs", said).json()["saved"]


def test_buttons_lead_to_the_documents(served: Any) -> None:
    words = "Blåbærsyltetøy på økt 3 – «ja» −1 \ud83d"
    assert "Last ned alt som Word" not in served.ask("/mine-svar").text
    save(served, words)
    page = served.ask("/arbeidsbok/kurs/1-prove").text
    link = re.search(r'href="([^"]+)">Last ned som Word', page)
    assert link
    everything = re.search(r'href="([^"]+)">Last ned alt som Word', served.ask("/mine-svar").text)
    assert everything
    for address, name in ((link[1], "1-prove"), (everything[1], "svarene-mine")):
        reply = served.ask(served.base + address)
        assert reply.status == 200
        assert reply.headers["Content-Type"] == DOCX
        assert f"{name}.docx" in reply.headers["Content-Disposition"]
        assert words.removesuffix("\ud83d").strip() in read(reply.body)
        assert served.ask(served.base + address).body == reply.body
    assert "under en halv av 12 sider" in served.ask("/mine-svar").text
    assert "under en halv av 40 sider" in served.ask("/mine-svar").text


def test_a_stranger_gets_no_document(served: Any) -> None:
    for path in (SAMLING, ALL):
        reply = served.ask(path, known=False)
        assert reply.status == 403
        assert not zipfile.is_zipfile(io.BytesIO(reply.body))


def test_what_cannot_be_given_is_a_sentence(served: Any) -> None:
    assert "Her er ingen svar ennå" in read(served.ask(ALL).body)
    reply = served.ask("/word/kurs/finnes-ikke")
    assert reply.status == 404
    assert "Arbeidsboken finnes ikke her" in reply.text
    file = served.folder / "kurs" / "svar.json"
    file.write_text(json.dumps({"schema": 99, "answers": {}}))
    for path in (SAMLING, ALL):
        reply = served.ask(path)
        assert reply.status == 500
        assert "nyere utgave av arbeidsboken" in reply.text
    assert served.ask("/mine-svar").status == 200


def test_a_real_samling_has_its_figures_with_words_for_them(serve: Any) -> None:
    served = serve(config={"Pages": {}}).log_in()
    reply = served.ask("/word/primaer/6-helseokonomi-styring-og-forbedring")
    assert reply.status == 200
    document = Document(io.BytesIO(reply.body))
    pictures = document.element.body.xpath(".//wp:docPr")
    assert len(pictures) == 8
    assert all(len(picture.get("descr")) > 40 for picture in pictures)
    for shape in document.inline_shapes:
        image = document.part.related_parts[
            shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        ].image
        # At least 200 dots to the inch, as it stands on the page.
        assert image.px_width / shape.width.inches >= 200
