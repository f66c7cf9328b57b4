"""The page host over HTTP, as a browser meets it: a real server process for each group of tests."""

import json
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

BOOK = "/arbeidsbok/kurs/1-prove"
TALK = "/api/samtale/kurs"
PAGES = ["", BOOK, f"{BOOK}?utskrift=tom", f"{BOOK}?utskrift=svar", "/mine-svar"]


@pytest.fixture(scope="module")
def server(serve_once: Any) -> Any:
    return serve_once().log_in()


@pytest.fixture
def served(server: Any) -> Any:
    return server.forget()


def saying(response: object, *, exercise: str = "p1-kort", at: int = 1_700_000_000_000) -> Any:
    return {
        "type": "save",
        "exercise": exercise,
        "response": response,
        "at": at,
        "version": 1,
        "writer": "prøve",
    }


def test_a_stranger_gets_a_page_in_bokmål_and_nothing_else(served: Any) -> None:
    for path in [*PAGES, "/mine-svar/last-ned", "/hva-som-helst"]:
        reply = served.ask(path, known=False)
        assert reply.status == 403, path
        assert '<html lang="nb">' in reply.text
        assert "Start den på nytt" in reply.text
        assert "økt 3" not in reply.text
    for path in [TALK, "/api/utforsk", "/api/utforsk/beskriv"]:
        reply = served.ask(path, saying("hei"), known=False)
        assert reply.status == 403, path
        assert reply.json()["error"]
    assert not (served.folder / "kurs" / "svar.json").exists()
    # Our own scripts and styles hold nothing of anyone's.
    style = re.search(r'href="([^"]+page\.css)"', served.ask(known=False).text)
    assert style
    assert served.ask(served.base + style[1], known=False).status == 200


def test_every_page_says_what_it_is_and_lets_nothing_foreign_in(served: Any) -> None:
    for path in [*PAGES, "/finnes-ikke"]:
        reply = served.ask(path)
        policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "base-uri 'none'" in policy
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Referrer-Policy"] == "same-origin"
        assert reply.headers["Cache-Control"] == "no-store"
        assert '<html lang="nb">' in reply.text
        assert re.search(r"<title>\S.* – helseledelse</title>", reply.text)
        assert reply.text.count("<h1") == reply.text.count("<main") == 1
        assert " style=" not in reply.text
        assert not re.search(r"<script(?![^>]*(src=|application/json))", reply.text)
        assert "token=" not in reply.address


def test_no_kernel_is_started(served: Any) -> None:
    for path in PAGES:
        assert served.ask(path).status == 200
    assert served.ask(served.base + "/api/kernels").json() == []
    assert served.ask(served.base + "/api/sessions").json() == []


def test_a_workbook_is_words_and_components_without_code(served: Any) -> None:
    page = served.ask(BOOK).text
    mounts = [json.loads(each) for each in re.findall(r"json\">(.*?)</script><p", page)]
    assert [mount["component"] for mount in mounts] == [
        *("progress", "single", "multiple", "number", "classify", "order", "scale"),
        *("placement", "short_text", "reflection", "form", "plan"),
    ]
    assert all("right" not in option for option in mounts[1]["exercise"]["options"])
    assert "<math" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "javascript:" not in page
    assert "en merknad" not in page  # a comment
    for code in ("import", 'exercise("', "print(", "kernel", ".ipynb", str(served.folder)):
        assert code not in page.replace('"progress":', ""), code
    assert "Oppgaven «finnes-ikke» finnes ikke" in page
    assert "bare kan vises i JupyterLab" in page


def test_an_answer_is_saved_read_back_and_counted(served: Any) -> None:
    words = "Blåbærsyltetøy på økt 3 – «ja» −1"
    reply = served.send(TALK, saying(words)).json()
    assert reply["saved"]["at"] == 1_700_000_000_000
    assert reply["newer"] is None
    stored = json.loads((served.folder / "kurs" / "svar.json").read_text(encoding="utf-8"))
    assert stored["answers"]["p1-kort"]["response"] == words
    assert words in served.ask(BOOK).text.encode().decode("unicode_escape", "replace") or (
        json.dumps(words)[1:-1] in served.ask(BOOK).text
    )
    status = served.ask("/api/status/kurs/1-prove").json()
    assert status["progress"]["blocks"][4]["done"] == 1
    front = served.ask().text
    assert "Du var her sist" in front
    assert "Kort svar" in front
    assert "1 av 11 oppgaver besvart" in front
    assert "#p1-kort" in front


def test_a_message_needs_the_key_that_only_our_page_has(served: Any) -> None:
    assert served.ask(TALK, saying("hei")).status == 403
    assert served.ask(TALK, saying("hei"), X_XSRFToken="feil").status == 403
    assert served.ask("/mine-svar/slett", b"bekreft=ja").status == 403
    assert not (served.folder / "kurs" / "svar.json").exists()


@pytest.mark.parametrize(
    "path",
    [
        *("/arbeidsbok/kurs/..%2F..%2Fhemmelig", "/arbeidsbok/..%2F../hemmelig"),
        *("/arbeidsbok/kurs/%2e%2e", "/arbeidsbok/%2e%2e%2f%2e%2e/etc%2fpasswd"),
        *("/arbeidsbok/kurs/3-lenke", "/arbeidsbok/kurs/svar", "/arbeidsbok/kurs/1-prove%00"),
        *("/arbeidsbok/kurs/2-senere", "/arbeidsbok//etc/passwd"),
        *("/static/abc/..%2fcourse.py", "/static/abc/course.py", "/api/status/..%2f/x"),
    ],
)
def test_no_address_leads_out_of_the_workbooks(served: Any, tmp_path: Path, path: str) -> None:
    secret = tmp_path / "hemmelig.ipynb"
    secret.write_text(
        '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "HEMMELIG"}]}'
    )
    link = served.folder / "kurs" / "2-senere.ipynb"
    link.symlink_to(secret)
    try:
        reply = served.ask(path)
    finally:
        link.unlink()
    assert reply.status in (400, 404)
    assert "HEMMELIG" not in reply.text
    assert "root:" not in reply.text


def test_what_cannot_be_understood_gets_a_sentence(served: Any) -> None:
    for body in (b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000):
        reply = served.send(TALK, body)
        assert reply.status == 400
        assert "Last siden på nytt" in reply.json()["error"]
    assert served.send("/api/samtale/finnes-ikke", saying("x")).status == 404
    assert served.send("/api/samtale/..", saying("x")).status in (400, 404, 405)
    for odd in ({}, {"explorer": 1, "settings": {}}, {"explorer": "icer", "settings": []}):
        assert served.send("/api/utforsk", odd).status == 400
    strange = {"explorer": "icer", "settings": {}, "width": "bred"}
    assert served.send("/api/utforsk", strange).status == 400


def test_a_huge_answer_is_refused_with_a_sentence_and_costs_nothing(served: Any) -> None:
    assert served.send(TALK, saying("ferdig")).json()["saved"]
    assert "for langt" in served.send(TALK, saying("x" * 3_000_000, at=1)).json()["error"]
    reply = served.send(TALK, saying("x" * 5_000_000, at=1))
    assert reply.status == 413
    assert "står fortsatt på siden" in reply.json()["error"]
    kept = json.loads((served.folder / "kurs" / "svar.json").read_bytes())
    assert kept["answers"]["p1-kort"]["response"] == "ferdig"


def test_an_explorer_answers_with_figure_sentence_and_table_together(served: Any) -> None:
    known = served.send("/api/utforsk/beskriv", {"explorer": "icer", "settings": {"borte": 1}})
    described = known.json()
    names = [control["name"] for control in described["explorer"]["controls"]]
    assert list(described["settings"]) == names
    request = {"explorer": "icer", "settings": described["settings"], "width": 680, "card": "a"}
    view = served.send("/api/utforsk", request).json()["view"]
    assert view["figure"].startswith("<svg")
    assert " style=" not in view["figure"]
    assert view["sentence"]
    assert view["table"]["rows"]
    wrong = served.send("/api/utforsk", request | {"settings": {"borte": 1}}).json()
    assert "kan ikke stilles inn" in wrong["error"]
    unknown = served.send("/api/utforsk", request | {"explorer": "../icer"}).json()
    assert unknown["error"]


def test_many_explorer_requests_at_once_all_get_an_answer_and_answers_go_first(served: Any) -> None:
    request = {"explorer": "icer", "settings": {}, "width": 680}
    with ThreadPoolExecutor(12) as threads:
        views = [
            threads.submit(served.send, "/api/utforsk", request | {"card": f"k{number}"})
            for number in range(8)
        ]
        same = [
            threads.submit(served.send, "/api/utforsk", request | {"card": "en"}) for _ in range(4)
        ]
        assert served.send(TALK, saying("mens det regnes")).json()["saved"]
        assert {view.result().status for view in views} == {200}
        statuses = [each.result().status for each in same]
    # Of one card's requests the newest is drawn; older ones that waited are dropped.
    assert 200 in statuses
    assert set(statuses) <= {200, 409}


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the worker through /proc")
def test_a_killed_worker_is_replaced(served: Any) -> None:
    request = {"explorer": "icer", "settings": {}, "width": 680, "card": "a"}
    assert "view" in served.send("/api/utforsk", request).json()
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children")
    workers = [
        int(child)
        for child in children.read_text().split()
        if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()
    ]
    assert workers
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    assert "view" in served.send("/api/utforsk", request).json()


def test_it_works_behind_a_prefix(serve: Any) -> None:
    served = serve(config={"ServerApp": {"base_url": "/bruker/kari/"}}).log_in()
    assert "/bruker/kari/helseledelse" in served.address
    for path in PAGES:
        page = served.ask(path)
        assert page.status == 200
        assert not re.search(r'(href|src|action)="/(?!bruker/kari/)', page.text)
    assert served.send(TALK, saying("hei")).json()["saved"]
    assert served.ask(served.base.split("/bruker")[0] + "/helseledelse").status == 404


def test_my_answers_are_seen_downloaded_and_deleted(served: Any) -> None:
    first = saying({"hos-meg": "Først «dette»", "videre": ""}, exercise="p1-tanke")
    served.send(TALK, first)
    other = {**first, "response": {"hos-meg": "Så dette"}, "at": first["at"] + 1, "writer": "to"}
    served.send(TALK, other)
    served.send(TALK, saying("b", exercise="p1-valg"))
    served.send(TALK, saying("på eksamen", exercise="p1-kort"))
    page = served.ask("/mine-svar").text
    for words in ("Så dette", "Først «dette»", "Det andre", "på eksamen", "Hos meg"):
        assert words in page, words
    kept = served.ask("/mine-svar/last-ned")
    assert "attachment" in kept.headers["Content-Disposition"]
    assert kept.json()["kurs"] == json.loads((served.folder / "kurs" / "svar.json").read_bytes())
    token = next(cookie.value for cookie in served.cookies if cookie.name == "_xsrf")
    unsure = served.ask("/mine-svar/slett", f"_xsrf={token}".encode())
    assert unsure.status == 400
    assert "Ingenting er slettet" in unsure.text
    assert "Så dette" in served.ask("/mine-svar").text
    gone = served.ask("/mine-svar/slett", f"_xsrf={token}&bekreft=ja".encode())
    assert gone.status == 200
    assert "Alt er slettet" in gone.text
    assert not (served.folder / "kurs" / "svar.json").exists()
    assert "Så dette" not in served.ask("/mine-svar").text
    assert "Du var her sist" not in served.ask().text


def test_paper_has_lines_to_write_on_or_the_answers(served: Any) -> None:
    served.send(TALK, saying("Mine egne ord", exercise="p1-kort"))
    served.send(TALK, saying("a", exercise="p1-valg"))
    empty = served.ask(f"{BOOK}?utskrift=tom").text
    filled = served.ask(f"{BOOK}?utskrift=svar").text
    assert "Mine egne ord" not in empty
    assert "Mine egne ord" in filled
    assert empty.count('class="lines"') == filled.count('class="lines"') + 1
    assert 'aria-label="valgt"' not in empty
    assert filled.count('aria-label="valgt"') == 1
    assert "Svar i kr" in empty


def test_the_real_workbook_opens_and_prints_with_its_figures(serve: Any) -> None:
    served = serve(config={"Pages": {}}).log_in()
    links = re.findall(r'href="(/helseledelse/arbeidsbok/[^"#]+)"', served.ask().text)
    assert links
    for link in links:
        page = served.ask(served.base + link)
        assert page.status == 200
        assert "finnes ikke i denne utgaven" not in page.text
        printed = served.ask(f"{served.base}{link}?utskrift=tom").text
        assert printed.count("<figure><svg") == page.text.count('"component": "explorer"') > 0


def test_something_that_fails_is_a_sentence_and_the_log_keeps_the_rest(serve: Any) -> None:
    served = serve()
    (served.folder / "kurs" / "1-prove.ipynb").write_text("{ødelagt")
    (served.folder / "kurs" / "svar.json").mkdir()
    served.log_in()
    for path in ["", BOOK, "/mine-svar"]:
        page = served.ask(path)
        assert "Traceback" not in page.text
        assert page.status in (200, 404)
    assert "skadet" in served.ask(BOOK).text
    reply = served.send(TALK, saying("hei")).json()
    assert "ikke lagret ennå" in reply["error"]
    assert served.ask("/mine-svar/last-ned").status == 500
    said = served.stop()
    assert "Traceback" not in said
    log = (served.home / "data" / "helseledelse" / "logg.txt").read_text(encoding="utf-8")
    assert "GET /helseledelse" in log
    assert not re.search(r"token=[0-9a-f]", log)
