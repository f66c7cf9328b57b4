import json
from copy import deepcopy
from typing import Any

import pytest

from helseledelse.exercises.normal_form import COMPARED, dumps, normalise, problems

OUTPUT = {
    "output_type": "execute_result",
    "execution_count": 7,
    "data": {"text/plain": "60 000"},
    "metadata": {"widget": 1},
}


def used() -> dict[str, Any]:
    """Give a notebook as Jupyter leaves it after someone has run it."""
    return {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {
            "kernelspec": {"display_name": "min-maskin", "language": "python", "name": "venv"},
            "language_info": {"name": "python", "version": "3.11.2", "mimetype": "text/x-python"},
            "widgets": {"state": {"svar": "hemmelig"}},
        },
        "cells": [
            {"cell_type": "markdown", "metadata": {"editable": True}, "source": "# Æ «ø» – −5\n"},
            {
                "cell_type": "code",
                "metadata": {"scrolled": True},
                "execution_count": 7,
                "outputs": [OUTPUT],
                "source": 'exercise("nl6-icer")',
            },
            {
                "cell_type": "code",
                "id": "proof",
                "metadata": {"tags": [COMPARED]},
                "execution_count": 7,
                "outputs": [OUTPUT],
                "source": "icer(1, 2)",
            },
        ],
    }


def test_nothing_of_a_person_a_run_or_a_machine_is_left() -> None:
    normal = normalise(used())
    assert "hemmelig" not in dumps(normal)
    assert "min-maskin" not in dumps(normal)
    cell = normal["cells"][1]
    assert (cell["outputs"], cell["execution_count"]) == ([], None)
    assert cell["metadata"] == {
        "deletable": False,
        "editable": False,
        "jupyter": {"source_hidden": True},
    }


def test_a_compared_cell_keeps_its_output_without_its_count() -> None:
    cell = normalise(used())["cells"][2]
    assert cell["metadata"]["tags"] == [COMPARED]
    assert cell["outputs"] == [OUTPUT | {"execution_count": None, "metadata": {}}]


def test_it_is_stable_and_leaves_what_it_was_given() -> None:
    notebook = used()
    before = deepcopy(notebook)
    normal = normalise(notebook)
    assert notebook == before
    assert normalise(normal) == normal
    assert problems(normal) == []
    assert json.loads(dumps(normal)) == normal
    assert "Æ «ø» – −5" in dumps(normal)


def test_ids_are_kept_made_from_words_and_never_twice() -> None:
    notebook = used()
    notebook["cells"] += [deepcopy(notebook["cells"][1]), {**notebook["cells"][2], "id": "proof"}]
    ids = [cell["id"] for cell in normalise(notebook)["cells"]]
    assert ids[1:] == ["nl6-icer", "proof", "nl6-icer-2", "proof-2"]
    assert len(ids[0]) == 8
    assert ids == [cell["id"] for cell in normalise(used() | {"cells": notebook["cells"]})["cells"]]


def test_a_notebook_in_normal_form_is_valid() -> None:
    import nbformat

    nbformat.validate(normalise(used()))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"outputs": [OUTPUT]}, "Celle 2 har lagret et resultat"),
        ({"execution_count": 3}, "Celle 2 har et kjøringsnummer"),
        ({"source": ['exercise("a")\n'] * 4}, "Celle 2 har mer enn 3 linjer kode"),
        ({"source": ["import os\n", "os.getcwd()"]}, "Celle 2 er ikke ett kall"),
        ({"metadata": {}}, "Celle 2 er ikke skjult og låst"),
        ({"id": "proof"}, "Celle 3 mangler id, eller har samme id"),
        ({"source": 'exercise("nl6-icer")'}, "Celle 2 er skrevet på en annen måte"),
    ],
)
def test_what_is_not_normal_is_said_with_its_cell(change: dict[str, Any], said: str) -> None:
    notebook = normalise(used())
    notebook["cells"][1] |= change
    assert any(problem.startswith(said) for problem in problems(notebook))


def test_what_is_not_normal_in_the_file_is_said() -> None:
    said = " ".join(problems(used()))
    assert "«metadata»" in said
    assert "eldre eller nyere format" in said
    assert problems(normalise(used()) | {"ekstra": 1}) == [
        "Filen er skrevet på en annen måte enn normalformen."
    ]
