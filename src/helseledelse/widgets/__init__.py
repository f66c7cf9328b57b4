"""Notebook host: the components through anywidget, and JupyterLab made fit for a workbook.

This module itself is free of ipywidgets, so that the command line may ask it for the settings
of JupyterLab without paying for a widget.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from helseledelse.widgets.sentence import Sentence


def exercise(name: str) -> Any:
    """Show an exercise by its id, with the answer that lies in ``svar.json`` beside the notebook.

    Gives a widget, or a sentence for people where there is no exercise of that name.
    """
    from helseledelse.exercises.reader import ContentError

    def build() -> Any:
        from helseledelse.widgets.component import ExerciseWidget

        return ExerciseWidget.of(name)

    return _or_sentence(build, ContentError)


def explore(name: str, **settings: float | str | bool) -> Any:
    """Show a model by its name; `settings` replace its starting values.

    Gives a widget, or a sentence for people where the model or a setting is unknown.
    """
    from helseledelse.explorers.base import SettingError

    def build() -> Any:
        from helseledelse.widgets.component import ExplorerWidget

        return ExplorerWidget.of(name, settings)

    return _or_sentence(build, SettingError)


def progress(samling: str) -> Any:
    """Show how far the participant has come in a samling such as ``nl6``.

    Gives a widget that follows the answers, or a sentence for people where there is no samling
    of that name.
    """
    from helseledelse.exercises.reader import ContentError

    def build() -> Any:
        from helseledelse.widgets.component import ProgressWidget

        return ProgressWidget.of(samling)

    return _or_sentence(build, ContentError)


def _or_sentence(build: Callable[[], Any], wrong: type[ValueError]) -> Any:
    """Give what `build` gives; a participant is never shown a traceback for an author's slip."""
    try:
        return build()
    except wrong as error:
        return Sentence(str(error))


def jupyter_settings() -> dict[str, dict[str, Any]]:
    """Give the traitlets configuration JupyterLab and Notebook need to serve a workbook.

    An installed package has its extension where Jupyter looks for it; a checkout has it here,
    and here it is never older than the code. Lists of other extensions are not fetched from
    the internet.
    """
    from jupyter_core.paths import jupyter_path

    ours = str(Path(__file__).parent / "labextensions")
    return {
        "LabServerApp": {"labextensions_path": [ours, *jupyter_path("labextensions")]},
        "LabApp": {"extension_manager": "readonly"},
    }
