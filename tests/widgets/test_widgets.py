"""The widgets in a kernel without a front end: what they carry, say and answer."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import helseledelse
from helseledelse import explore, progress, widgets
from helseledelse.answers.store import AnswerStore
from helseledelse.exercises import bank as exercises
from helseledelse.exercises.kinds import KINDS
from helseledelse.exercises.programmes import samling
from helseledelse.explorers import explorer as explorer_of
from helseledelse.explorers.base import Explorer, Slider, Table, View
from helseledelse.widgets import component
from helseledelse.widgets.sentence import Sentence

CONTENT = Path(__file__).parent.parent / "browser" / "notebook" / "oppgaver.toml"
EXTENSION = Path(widgets.__file__).parent / "labextensions" / "helseledelse"


def view(years: float) -> View:
    return View(
        title=f"{years:g} leveår",
        figure="<svg></svg>",
        sentence="Leveårene vises.",
        table=Table("Leveår", ("Tiltak",), (("A",),)),
    )


EXPLORER = Explorer(
    name="leveaar",
    title="Hvor mange leveår?",
    introduction="Flytt på leveårene.",
    controls=(Slider("years", "Leveår", 0, 10, 0.5, 2),),
    view=view,
    formula=(("L = n", "leveår er antall"),),
    sources=("Konstruert for prøvene.",),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a notebook, and a bank of two exercises."""
    bank = exercises.read_bank(CONTENT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(component, "bank", lambda: bank)
    monkeypatch.setattr(component, "explorer_of", lambda name: {"leveaar": EXPLORER}[name])
    # A widget of an earlier test would be told of this one's answers.
    component.Component.living.clear()
    return tmp_path


def hears(widget: component.Component, **message: Any) -> dict[str, Any]:
    """Send a message as a front end does; gives the reply."""
    replies: list[dict[str, Any]] = []
    widget.send = replies.append
    widget.hear({"id": "en", **message})
    (reply,) = replies
    assert reply.pop("id") == "en"
    json.dumps(reply, allow_nan=False)  # what is no JSON never reaches the front end
    return reply


def save(widget: component.Component, name: str, response: Any, at: int = 1) -> dict[str, Any]:
    said = {"exercise": name, "at": at, "version": 1, "writer": "fane"}
    return hears(widget, type="save", response=response, **said)


def test_an_exercise_carries_what_a_component_needs_and_never_the_key() -> None:
    widget = helseledelse.exercise("nl6-kort-tid")
    state = widget.get_state()
    assert state["exercise"]["id"] == "nl6-kort-tid"
    assert state["answer"] is None
    assert state["verdict"] is None
    assert state["notice"] == ""
    assert state["scope"]
    shown = json.dumps({key: state[key] for key in ("exercise", "answer", "verdict")})
    assert "right" not in shown
    assert "leveår" not in shown  # the reasons


def test_what_is_saved_is_in_the_file_and_in_the_next_widget(folder: Path) -> None:
    widget = helseledelse.exercise("nl6-egne-ord")
    reply = save(widget, "nl6-egne-ord", {"hva": "Blåbær «økt 3» – −5"})
    assert reply["newer"] is None
    assert AnswerStore(folder / "svar.json").read()["nl6-egne-ord"].response == {
        "hva": "Blåbær «økt 3» – −5"
    }
    again = helseledelse.exercise("nl6-egne-ord")
    assert again.answer["response"] == {"hva": "Blåbær «økt 3» – −5"}
    assert again.scope == widget.scope
    # A window that opens the first widget anew gets what is stored, not what once was.
    assert widget.answer == again.answer


def test_a_verdict_is_given_and_there_at_the_next_opening() -> None:
    widget = helseledelse.exercise("nl6-kort-tid")
    said = {"exercise": "nl6-kort-tid", "at": 1, "version": 1, "writer": "fane"}
    reply = hears(widget, type="check", response="b", **said)
    assert reply["verdict"]["outcome"] == "right"
    assert helseledelse.exercise("nl6-kort-tid").verdict == reply["verdict"]


def test_showing_an_exercise_writes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helseledelse.exercise("nl6-kort-tid")
    progress("nl6")
    assert list(folder.iterdir()) == []
    # Autograding must not touch even a damaged file, nor show what lies in it.
    (folder / "svar.json").write_text("ødelagt", encoding="utf-8")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    helseledelse.exercise("nl6-kort-tid")
    assert [path.name for path in folder.iterdir()] == ["svar.json"]


def test_a_damaged_file_is_said_and_not_lost(folder: Path) -> None:
    (folder / "svar.json").write_text("ødelagt", encoding="utf-8")
    widget = helseledelse.exercise("nl6-kort-tid")
    (aside,) = folder.glob("svar-skadet-*.json")
    assert aside.name in widget.notice
    assert aside.read_text(encoding="utf-8") == "ødelagt"


def test_answers_that_cannot_be_read_are_said(folder: Path) -> None:
    (folder / "svar.json").mkdir()
    widget = helseledelse.exercise("nl6-kort-tid")
    assert "er en mappe" in widget.notice
    assert "er en mappe" in save(widget, "nl6-kort-tid", "a")["error"]


def test_an_explorer_starts_where_it_is_told_and_then_where_it_was_left() -> None:
    assert explore("leveaar").settings == {"years": 2}
    widget = explore("leveaar", years=3)
    assert widget.settings == {"years": 3}
    asked = {"explorer": "leveaar", "width": 400}
    reply = hears(widget, type="explore", settings={"years": "4,5"}, **asked)
    assert reply["view"]["title"] == "4.5 leveår"
    refused = hears(widget, type="explore", settings={"years": "mange"}, **asked)
    assert "«mange» er ikke et tall" in refused["error"]
    said = {"explorer": widget.keep, "at": 1, "writer": "fane"}
    assert "saved" in hears(widget, type="save", settings={"years": 4.5}, **said)
    assert explore("leveaar", years=3).settings == {"years": 4.5}


def test_what_one_workbook_starts_with_is_not_covered_by_another() -> None:
    # A series pasted in one workbook must not stand where another shows its own.
    own = explore("leveaar")
    said = {"explorer": own.keep, "at": 1, "writer": "fane"}
    hears(own, type="save", settings={"years": 4.5}, **said)
    assert explore("leveaar").settings == {"years": 4.5}
    assert explore("leveaar", years=3).settings == {"years": 3}
    assert own.keep == "leveaar"
    assert explore("leveaar", years=3).keep == explore("leveaar", years=3).keep != own.keep


@pytest.mark.parametrize("left", [{"years": 99}, {"gone": 1}, ["years"]])
def test_settings_an_older_explorer_left_are_passed_over(folder: Path, left: Any) -> None:
    AnswerStore(folder / "svar.json").save("explorer:leveaar", left, at=1, version=1, writer="f")
    assert explore("leveaar", years=3).settings == {"years": 3}


def test_progress_follows_what_is_saved(folder: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# Samling 6\n\n## Først"},
        {"cell_type": "code", "source": 'exercise("nl6-kort-tid")'},
        {"cell_type": "markdown", "source": "## Så"},
        {"cell_type": "code", "source": 'exercise("nl6-egne-ord")'},
    ]
    name = Path(samling("nl6").workbook).name
    (folder / f"{name}.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))

    def blocks() -> list[tuple[str, int, int, float]]:
        return [
            (block["title"], block["done"], block["total"], block["minutes"])
            for block in shown.progress["blocks"]
        ]

    shown = progress("nl6")
    assert shown.progress["title"] == "Samling 6"
    # 2 and 5 minutes, as the content file says.
    assert blocks() == [("Først", 0, 1, 2), ("Så", 0, 1, 5)]
    widget = helseledelse.exercise("nl6-kort-tid")
    save(widget, "nl6-kort-tid", "a")
    assert blocks() == [("Først", 1, 1, 0), ("Så", 0, 1, 5)]
    save(widget, "nl6-egne-ord", {"hva": "Noe"})
    assert blocks()[1] == ("Så", 1, 1, 0)
    save(widget, "nl6-egne-ord", {"hva": " "}, at=2)
    assert blocks()[1] == ("Så", 0, 1, 5)


def test_progress_without_its_notebook_says_so() -> None:
    assert isinstance(progress("nl6"), Sentence)


@pytest.mark.parametrize(
    ("show", "sentence"),
    [
        (lambda: helseledelse.exercise("nl6-kort-tit"), "Mente du «nl6-kort-tid»?"),
        (lambda: progress("nl7"), "Mente du «nl6»?"),
        (lambda: explore("leveaar", years=11), "Velg et tall mellom 0 og 10."),
        (lambda: explore("leveaar", year=1), "«year» kan ikke stilles inn her."),
    ],
)
def test_a_slip_of_the_author_is_a_sentence(show: Any, sentence: str) -> None:
    shown = show()
    assert sentence in repr(shown)
    assert sentence in shown._repr_html_()
    assert "<" not in repr(shown)


def test_a_sentence_never_becomes_html() -> None:
    assert "<script>" not in helseledelse.exercise("<script>alert(1)</script>")._repr_html_()


def test_without_a_front_end_a_sentence_stands_that_never_changes() -> None:
    bundle, _metadata = helseledelse.exercise("nl6-kort-tid")._repr_mimebundle_()
    assert bundle["text/plain"] == (
        "Oppgaven «Hva gir nytte for pengene». Åpne arbeidsboken for å svare."
    )


@pytest.mark.parametrize("name", sorted([*KINDS, "explorer"]))
def test_a_module_is_whole_and_needs_nothing_from_elsewhere(name: str) -> None:
    module = component.module_of(component.COMPONENTS / f"{name}.js")
    assert re.findall(r"^import|\bfrom \"", module, re.MULTILINE) == []
    assert re.findall(r"^export.*", module, re.MULTILINE) == [
        line for line in module.splitlines() if line.startswith("export default")
    ]
    assert module.count("\nexport default") == 1


def test_a_module_that_imports_from_elsewhere_is_refused(tmp_path: Path) -> None:
    stray = tmp_path / "stray.js"
    stray.write_text('import { h } from "./other.js";\nexport default {};\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"stray\.js"):
        component.module_of(stray)


def test_the_extension_carries_the_version_of_the_package() -> None:
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == helseledelse.__version__
    assert (EXTENSION / package["jupyterlab"]["_build"]["load"]).is_file()
    assert str(EXTENSION.parent) in widgets.jupyter_settings()["LabServerApp"]["labextensions_path"]


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import helseledelse", ["numpy", "pandas", "matplotlib", "ipywidgets", "jupyter"]),
        (
            "from helseledelse import widgets; widgets.jupyter_settings()",
            ["numpy", "pandas", "matplotlib", "ipywidgets", "anywidget"],
        ),
        (
            "from helseledelse.widgets.component import ExerciseWidget",
            ["numpy", "pandas", "matplotlib", "scipy"],
        ),
    ],
)
def test_heavy_libraries_wait_until_they_are_needed(code: str, absent: list[str]) -> None:
    listed = f"{code}\nimport sys\nprint(*sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", listed], check=True, capture_output=True, text=True
    ).stdout
    loaded = {name.partition(".")[0] for name in output.split()}
    assert loaded.isdisjoint(absent)


def test_an_explorer_starts_at_the_own_workplace(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "kurs").mkdir()
    monkeypatch.chdir(folder / "kurs")
    monkeypatch.setattr(component, "explorer_of", explorer_of)
    store = AnswerStore(folder / "min-arbeidsplass.json")
    kept = {"headcount": 85.0, "municipality": "1804"}
    store.save("min-arbeidsplass", kept, at=1, version=1, writer="forsiden")
    widget = explore("span")
    assert widget.settings["staff"] == 85
    assert "hentet fra Min arbeidsplass" in widget.own
    assert explore("span", staff=200).settings["staff"] == 200


def test_an_assignment_beside_the_notebook_is_shown_and_not_judged(folder: Path) -> None:
    released = Path(__file__).parents[2] / "assignments" / "source" / "samling6" / "oppgaver.json"
    assert "oppgaver.json" in repr(helseledelse.exercise("samling6-icer"))
    (folder / "oppgaver.json").write_bytes(released.read_bytes())
    widget = helseledelse.exercise("samling6-icer")
    assert "blir vurdert når du har levert" in widget.exercise["later"]
    assert save(widget, "samling6-icer", "300 000")["saved"]
    said = {"exercise": "samling6-icer", "at": 2, "version": 1, "writer": "fane"}
    assert "refused" in hears(widget, type="check", response="300 000", **said)
    assert widget.answer["response"] == "300 000"
    (folder / "oppgaver.json").write_text("{")
    assert isinstance(helseledelse.exercise("samling6-icer"), Sentence)
    assert AnswerStore(folder / "svar.json").read()["samling6-icer"].response == "300 000"
