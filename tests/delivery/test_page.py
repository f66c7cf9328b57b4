"""The page of «Hent» and «Lever» over HTTP, with an exchange that lies in a folder."""

import hashlib
import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from nbgrader.utils import notebook_hash

from helseledelse.answers.attached import LARGEST, AttachedError, name_for

SOURCE = Path(__file__).parents[2] / "assignments" / "source"
PDF = b"%PDF-1.7\nsider\n%%EOF\n"


def packed(*names: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


WORD = packed("[Content_Types].xml", "word/document.xml")


def token(served: Any) -> str:
    return str(next(cookie.value for cookie in served.cookies if cookie.name == "_xsrf"))


def post(served: Any, path: str) -> Any:
    return served.ask(path, urlencode({"_xsrf": token(served)}).encode())


def lay_beside(served: Any, path: str, data: bytes, name: str = "min besvarelse.pdf") -> Any:
    parts = [
        f'--grense\r\nContent-Disposition: form-data; name="_xsrf"\r\n\r\n{token(served)}\r\n',
        f'--grense\r\nContent-Disposition: form-data; name="dokument"; filename="{name}"\r\n\r\n',
    ]
    body = "".join(parts).encode() + data + b"\r\n--grense--\r\n"
    return served.ask(path, body, Content_Type="multipart/form-data; boundary=grense")


def opened(served: Any) -> str:
    """Give the page once nbgrader is imported: 33 s measured on a busy machine."""
    page = str(served.ask("/arbeidskrav").text)
    while "Forbindelsen til utvekslingen åpnes" in page:
        page = str(served.ask("/arbeidskrav").text)  # the server itself waits before it says so
    return page


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Path:
    box = tmp_path_factory.mktemp("utveksling")
    (box / "helseledelse" / "inbound").mkdir(parents=True)
    box.chmod(0o777)
    for name in ("samling6", "hjemmeeksamen"):
        shutil.copytree(SOURCE / name, box / "helseledelse" / "outbound" / name)
    return box


@pytest.fixture(scope="module")
def served(serve_once: Any, box: Path) -> Any:
    served = serve_once().log_in()
    setting = "c = get_config()\nc.CourseDirectory.course_id = 'helseledelse'\n"
    setting += f"c.Exchange.root = {str(box)!r}\n"
    assert "Det er ikke lagt ut noe arbeidskrav." in served.ask("/arbeidskrav").text
    (served.folder / "nbgrader_config.py").write_text(setting)
    return served


def test_an_assignment_is_fetched_and_handed_in_by_the_page(served: Any, box: Path) -> None:
    assert "Hent og lever arbeidskrav" in served.ask().text
    page = opened(served)
    assert "Lagt ut, ikke hentet." in page
    assert "Arbeidskrav etter samling 6: Helseøkonomi, styring og forbedring</h2>" in page
    assert "Arbeidskravet er hentet." in post(served, "/arbeidskrav/hent/samling6").text
    there = "/arbeidsbok/samling6/samling6"
    assert "Vis oppgåvene på nynorsk" in served.ask(there).text
    assert "Kva kostar eit godt leveår?</h2>" in served.ask(f"{there}?maal=nn").text
    for address in (there, f"{there}?utskrift=tom"):  # remembered
        page = served.ask(address).text
        assert "Tre måtar å følgje opp på</h2>" in page
        assert "kroner per vunne godt leve" in page
    page = served.ask(f"{there}?maal=nb").text
    assert "Hva koster et godt leveår?</h2>" in page
    assert "per vunne godt leve" not in page
    page = post(served, "/arbeidskrav/lever/samling6").text
    assert "Arbeidskravet er levert." in page
    assert "Lever på nytt" in page
    page = post(served, "/arbeidskrav/tilbakemelding/samling6")
    assert page.status == 409
    assert "ikke lagt ut noen tilbakemelding" in page.text
    assert "Les tilbakemeldingen" not in page.text
    assert served.ask("/tilbakemelding/samling6").status == 404
    (handed,) = (box / "helseledelse" / "inbound").glob("*+samling6+*")
    secret = (handed / "submission_secret.txt").read_text()
    (box / "helseledelse" / "feedback").mkdir()
    returned = (
        box
        / "helseledelse"
        / "feedback"
        / f"{notebook_hash(secret=secret, notebook_id='samling6')}.html"
    )
    returned.write_text("<script>alert(1)</script><p>Godt tenkt – «ja» æøå</p>", encoding="utf-8")
    page = post(served, "/arbeidskrav/tilbakemelding/samling6").text
    assert "Tilbakemeldingen er hentet." in page
    assert 'href="/helseledelse/tilbakemelding/samling6"' in page
    read = served.ask("/tilbakemelding/samling6")
    assert "Godt tenkt – «ja» æøå" in read.text
    assert read.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "feedback" not in post(served, "/arbeidskrav/lever/samling6").text  # not sent back
    assert served.ask("/tilbakemelding/samling6", known=False).status == 403
    assert served.ask("/arbeidskrav", known=False).status == 403
    reply = post(served, "/arbeidskrav/lever/finnes-ikke")
    assert reply.status == 409
    assert "ikke lagt ut nå" in reply.text


def test_an_exam_is_handed_in_as_a_document(served: Any, box: Path) -> None:
    opened(served)
    there = "/arbeidskrav/legg-ved/hjemmeeksamen"
    assert "er ikke hentet" in lay_beside(served, there, PDF).text
    post(served, "/arbeidskrav/hent/hjemmeeksamen")
    folder = served.folder / "hjemmeeksamen"
    assert served.ask("/arbeidsbok/hjemmeeksamen/hjemmeeksamen").status == 200
    assert "ikke levert før du trykker" in lay_beside(served, there, PDF).text
    assert (folder / "besvarelse.pdf").read_bytes() == PDF
    # Another takes its place, whatever it is called; the first is kept and not handed in.
    page = lay_beside(served, there, WORD, name="../../svar.json").text
    assert "Dokument: besvarelse.docx, 0,1 MB, lagt ved" in page
    assert {each.name for each in folder.iterdir()} == {
        *("hjemmeeksamen.ipynb", "oppgaver.json", "besvarelse.docx")
    }
    assert len(list((served.folder / "kvitteringer" / "hjemmeeksamen").glob("*.pdf"))) == 1
    refused = lay_beside(served, there, b"<script>")
    assert refused.status == 409
    assert "verken PDF eller Word" in refused.text
    assert (folder / "besvarelse.docx").read_bytes() == WORD
    post(served, "/arbeidskrav/hent/hjemmeeksamen")
    assert (
        hashlib.sha256(WORD).hexdigest()[:16]
        in post(served, "/arbeidskrav/lever/hjemmeeksamen").text
    )
    (handed,) = (box / "helseledelse" / "inbound").glob("*+hjemmeeksamen+*")
    assert (handed / "besvarelse.docx").read_bytes() == WORD
    (receipt,) = (served.folder / "kvitteringer" / "hjemmeeksamen").glob("*.json")
    assert "besvarelse.docx" in json.loads(receipt.read_text(encoding="utf-8"))["files"]
    page = post(served, "/arbeidskrav/ta-bort/hjemmeeksamen").text
    assert "Dokumentet er tatt bort." in page
    assert not (folder / "besvarelse.docx").exists()
    other = lay_beside(served, "/arbeidskrav/legg-ved/samling6", PDF)
    assert other.status == 409
    assert "tar ikke imot dokumenter" in other.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "tom"),
        (b"%PDF-1.7\nhalv", "ikke hel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "passord"),
        (b"PK\x03\x04ikke en pakke", "verken PDF eller Word"),
        (packed("mimetype", "content.xml"), "verken PDF eller Word"),
        (packed("word/document.xml", "word/vbaProject.bin"), "makroer"),
        (b"%PDF-" + bytes(LARGEST), "større enn 20 MB"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(AttachedError, match=said):
        name_for(data)
