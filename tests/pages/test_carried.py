"""Answers brought along from the room: what a line holds, and what is put in where."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.pages.carried import MOST, Carried, CarriedError, read

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda each: st.lists(each), max_leaves=5
)


@given(response=JSON | st.dictionaries(st.text(), JSON), version=st.integers(1, 999_999))
def test_a_line_holds_what_the_phone_wrote(response: Any, version: int) -> None:
    line = f"nl6-hent-koe {version} {json.dumps(response, ensure_ascii=False)}"
    assert read(line) == Carried("nl6-hent-koe", version, response)


@pytest.mark.parametrize("typed", ["b", "«b»", "“b”", "  b  ", '"b'])
def test_a_text_may_be_typed_as_people_type(typed: str) -> None:
    assert read(f" nl6-hent-koe  1 {typed}\n") == Carried("nl6-hent-koe", 1, "b")


NO_LINES = [
    *("", "b", "nl6-icer", "nl6-icer 1", "nl6-icer b 1", "../x 1 b", "nl6-icer -1 b"),
    *('x 1 ["a"', "x 1 {", "nl6-icer 1 " + "[" * 100_000, "NL6 1 b", "nl6-icer 9999999 b"),
]


@pytest.mark.parametrize("line", NO_LINES)
def test_what_is_no_line_is_said(line: str) -> None:
    with pytest.raises(CarriedError, match="ikke en linje fra telefonsiden"):
        read(line)


@pytest.fixture(scope="module")
def served(serve_once: Any) -> Any:
    return serve_once().log_in()


def post(served: Any, text: str, *chosen: str) -> tuple[int, str]:
    token = next(cookie.value for cookie in served.cookies if cookie.name == "_xsrf")
    said = [("_xsrf", token), ("tekst", text), *(("ta", key) for key in chosen)]
    said += [("legg", "ja")] if chosen else []
    reply = served.ask("/ta-med", urlencode(said).encode())
    return reply.status, unescape(reply.text)


def answer(served: Any, exercise: str) -> Any:
    message = {"type": "load", "exercise": exercise}
    return served.send("/api/samtale/kurs", message).json()["answer"]


def keys(page: str) -> list[str]:
    return re.findall(r'name="ta" value="([^"]+)"', page)


def test_nothing_is_put_in_before_the_person_says_so(served: Any) -> None:
    status, page = post(served, 'p1-valg 1 "b"')
    assert status == 200
    assert "Blåbærsyltetøy på økt 3" in page
    assert "Det andre" in page
    assert answer(served, "p1-valg") is None
    (key,) = keys(page)
    assert f'value="{key}" checked' in page
    _, page = post(served, 'p1-valg 1 "b"', key)
    assert "Svaret er lagt i arbeidsboken." in page
    assert 'arbeidsbok/kurs/1-prove#p1-valg"' in page
    assert answer(served, "p1-valg")["response"] == "b"


def test_an_answer_that_is_there_is_shown_beside_and_kept_among_the_earlier(served: Any) -> None:
    own = {"type": "save", "exercise": "p1-flere", "at": 1, "version": 1, "writer": "egen"}
    assert "saved" in served.send("/api/samtale/kurs", own | {"response": ["a"]}).json()
    _, page = post(served, 'p1-flere 1 ["b"]')
    assert "Svaret du har i arbeidsboken" in page
    assert page.index("<dd>To</dd>") < page.index("<dd>En</dd>")
    (key,) = keys(page)
    assert f'value="{key}" checked' not in page  # theirs stands unless they choose
    # Changed in another tab since it was shown: then it is shown again.
    assert (
        "saved" in served.send("/api/samtale/kurs", own | {"response": ["a", "b"], "at": 2}).json()
    )
    _, page = post(served, 'p1-flere 1 ["b"]', key)
    assert "er endret siden du så det" in page
    assert answer(served, "p1-flere")["response"] == ["a", "b"]
    (key,) = keys(page)
    _, page = post(served, 'p1-flere 1 ["b"]', key)
    assert "Svaret er lagt i arbeidsboken." in page
    assert answer(served, "p1-flere")["response"] == ["b"]
    assert "1 tidligere utgave" in served.ask("/mine-svar").text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('finnes-ikke 1 "b"', "finnes ikke i arbeidsboken din"),
        ('p1-valg 2 "b"', "nyere utgave av oppgaven"),
        ('p1-valg 1 ["b"]', "Svaret"),
        ('p1-valg 1 ""', "Svaret er tomt"),
        ('p1-kort 1 "Ring 01010112377"', "fødselsnummer"),
        ("<b>hei</b>", "ikke en linje fra telefonsiden"),
    ],
)
def test_what_cannot_be_put_in_is_said_and_has_no_box(served: Any, line: str, said: str) -> None:
    status, page = post(served, line)
    assert status == 200
    assert said in page
    assert not keys(page)
    assert "<b>hei" not in served.ask("/ta-med").text


def test_a_stranger_puts_nothing_in_and_a_flood_is_refused(served: Any) -> None:
    body = b"tekst=p1-tall+1+12&legg=ja&ta=kurs/p1-tall/0"
    assert served.ask("/ta-med", body).status == 403  # no token
    assert served.ask("/ta-med", body, known=False).status == 403
    assert answer(served, "p1-tall") is None
    for text in ["", "x 1 b\n" * (MOST + 1), "a" * 30_000]:
        assert post(served, text)[0] == 422


def test_several_lines_are_put_in_at_once_and_the_last_of_each_counts(served: Any) -> None:
    text = 'p1-tall 1 "11"\np1-tall 1 "12"\np1-rekke 1 ["tre","to","en"]'
    _, page = post(served, text)
    chosen = keys(page)
    assert len(chosen) == 2
    _, page = post(served, text, *chosen)
    assert "2 svar er lagt i arbeidsboken." in page
    assert answer(served, "p1-tall")["response"] == "12"
