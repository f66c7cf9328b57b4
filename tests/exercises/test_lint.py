import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from helseledelse.exercises.base import Exercise
from helseledelse.exercises.leaks import leaks
from helseledelse.exercises.lint import (
    Finding,
    exercise_findings,
    notebook_findings,
    read_content,
    unused,
)
from helseledelse.exercises.normal_form import dumps, normalise
from helseledelse.exercises.single import Single
from helseledelse.exercises.text import Text

Ask = Callable[..., Exercise]


def write(folder: Path, *cells: str | Mapping[str, Any], name: str = "bok") -> Path:
    """Write a notebook in normal form: a text is words, one with a call of ours is code."""
    made = [
        cell
        if not isinstance(cell, str)
        else {"cell_type": "code" if cell.endswith(")") and "(" in cell[:10] else "markdown",
              "metadata": {}, "source": cell}
        for cell in cells
    ]  # fmt: skip
    path = folder / f"{name}.ipynb"
    path.write_text(dumps(normalise({"cells": made})), encoding="utf-8")
    return path


@pytest.fixture
def look(ask: Ask) -> Callable[[Path], list[str]]:
    def findings(path: Path) -> list[str]:
        found, _ = notebook_findings(
            path,
            exercises={"nl6-icer": ask("number")},
            samlinger=["nl6"],
            explorer_problem=lambda call: "" if call.name == "icer" else "Finnes ikke.",
        )
        assert all(finding.place == path.name for finding in found)
        return [finding.sentence for finding in found]

    return findings


Look = Callable[[Path], list[str]]


def test_a_good_notebook_has_nothing_to_put_right(tmp_path: Path, look: Look) -> None:
    (tmp_path / "fig.png").touch()
    write(tmp_path, "# Andre", "## Et sted å lande", name="andre")
    path = write(
        tmp_path,
        "# Tittel\n\n[ned](#Blokk-en) [andre](andre.ipynb#Et-sted-å-lande) [ut](https://helse.no)",
        "## Blokk en\n\n![Fall per uke](fig.png)\n\n### Under\n\n## Blokk to",
        'exercise("nl6-icer")',
        'explore("icer")',
        'progress("nl6")',
    )
    assert look(path) == []


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('exercise("nl6-iser")', "ingen oppgave som heter «nl6-iser». Mente du «nl6-icer»"),
        ('explore("iser")', "«iser»: Finnes ikke."),
        ('progress("nl7")', "ingen samling som heter «nl7». Mente du «nl6»"),
        ("### Tre", "«Tre» er på nivå 3, rett under nivå 1"),
        ("# To titler", "har 2 titler"),
        ("![](a.png)", "bildet a.png mangler alternativ tekst"),
        ("![a](a.png)", "bildet a.png finnes ikke"),
        ("![a](https://b.no/a.png)", "hentes fra nettet"),
        ("![a](attachment:a.png)", "ikke limt inn"),
        ("[a](borte.ipynb)", "lenken borte.ipynb peker på en fil som ikke finnes"),
        ("[a](#Borte)", "lenken #Borte peker på en overskrift som ikke finnes"),
        ("import os\nos.getcwd()", "er ikke ett kall"),
    ],
)
def test_what_is_wrong_in_a_notebook_is_said(
    tmp_path: Path, look: Look, cell: str, said: str
) -> None:
    kind = "code" if "(" in cell[:10] and cell[0] != "[" and cell[0] != "!" else "markdown"
    kind = "code" if cell.startswith("import") else kind
    found = look(write(tmp_path, "# Tittel", {"cell_type": kind, "metadata": {}, "source": cell}))
    assert any(said in sentence for sentence in found), found


def test_the_same_exercise_twice_in_one_notebook_is_said(tmp_path: Path, look: Look) -> None:
    found = look(write(tmp_path, "# T", 'exercise("nl6-icer")', 'exercise("nl6-icer")'))
    assert found == ["Oppgaven «nl6-icer» står to ganger i arbeidsboken. Behold den ene."]


def test_a_file_not_in_normal_form_is_said(tmp_path: Path, look: Look) -> None:
    path = write(tmp_path, "# T")
    path.write_text(json.dumps(json.loads(path.read_text())), encoding="utf-8")
    assert look(path) == ["Filen er skrevet på en annen måte enn normalformen."]


def test_a_damaged_notebook_is_one_finding(tmp_path: Path, look: Look) -> None:
    path = tmp_path / "bok.ipynb"
    path.write_text("{", encoding="utf-8")
    assert len(look(path)) == 1


def test_one_mistake_in_a_content_file_hides_no_other(tmp_path: Path) -> None:
    good = 'kind="plan"\ntitle="T"\nquestion="Q"\nminutes=1\nsources=["s"]\n'
    (tmp_path / "a.toml").write_text(
        f"fri = 3\n[en]\n{good}[to]\nkind='plan'\n[tre]\nkind='plann'\n", encoding="utf-8"
    )
    (tmp_path / "b.toml").write_text(f"[en]\n{good}", encoding="utf-8")
    (tmp_path / "c.toml").write_text("[", encoding="utf-8")
    bank, places, findings = read_content(tmp_path.glob("*.toml"))
    assert list(bank) == ["en"]
    assert places == {"en": "a.toml"}
    assert [finding.place for finding in findings] == [
        "a.toml [fri]",
        "a.toml [to]",
        "a.toml [tre]",
        "b.toml [en]",
        "c.toml",
    ]


def test_an_exercise_nobody_uses_is_said(tmp_path: Path, ask: Ask) -> None:
    path = write(tmp_path, "# T", 'exercise("nl6-icer")')
    _, book = notebook_findings(path, exercises={}, samlinger=[], explorer_problem=lambda _: "")
    assert book is not None
    found = unused({"nl6-icer": "nl6.toml", "nl6-glemt": "nl6.toml"}, [book])
    assert [finding.place for finding in found] == ["nl6.toml [nl6-glemt]"]


def test_a_picture_without_words_and_a_loose_link_in_an_exercise_are_said(ask: Ask) -> None:
    text = Text("![](a.png) og [her](b.pdf)")
    found = exercise_findings(dataclasses.replace(ask("plan"), question=text), "nl6.toml [x]")
    assert [finding.place for finding in found] == ["nl6.toml [x]"] * 2
    assert exercise_findings(ask("plan"), "x") == []


class Leaky(Single):
    def face(self) -> dict[str, Any]:
        return {
            "options": [{"id": o.id, "right": o.right, "why": str(o.why)} for o in self.options]
        }


def test_a_face_that_shows_the_key_is_caught(ask: Ask) -> None:
    whole = ask("single")
    assert isinstance(whole, Single)
    body = {f.name: getattr(whole, f.name) for f in dataclasses.fields(whole)}
    said = " ".join(leaks(Leaky(**body)))
    assert "«right»" in said
    assert "«why»" in said
    assert "inneholder en begrunnelse: «Ja, måling viser det.»" in said


def test_a_solution_repeated_in_the_question_is_caught(ask: Ask) -> None:
    solution = Text("Del 60 000 på 0,3 og få *200 000* kroner.")
    given_away = dataclasses.replace(ask("number"), solution=solution, question=solution)
    assert "inneholder en begrunnelse" in " ".join(leaks(given_away))


def test_a_finding_is_never_empty() -> None:
    assert str(Finding("nl6.toml", "Rett dette.")) == "nl6.toml: Rett dette."
    for place, sentence in (("", "x"), ("x", "")):
        with pytest.raises(ValueError, match="needs a place"):
            Finding(place, sentence)
