"""The widgets: one component each, and the conversation it has with the answers on disk."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self
from weakref import WeakSet

import anywidget
import traitlets
from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle, display

from helseledelse import explorers
from helseledelse.answers.conversation import Conversation, explorer_key, settings_name
from helseledelse.answers.progress import overview, way
from helseledelse.answers.store import ANSWERS, MIRROR, AnswerStore, Document, StoreError
from helseledelse.exercises.bank import bank
from helseledelse.exercises.face import bank_beside
from helseledelse.exercises.programmes import samling
from helseledelse.exercises.workbook import Workbook, read_workbook
from helseledelse.explorers import explorer as explorer_of
from helseledelse.explorers.base import SettingError
from helseledelse.widgets.sentence import Sentence

COMPONENTS = Path(__file__).parent.parent / "components"
_EXPORT = re.compile(r"^export (?=async function|function|const|let|class)", re.MULTILINE)
_IMPORT = re.compile(r"^import \{[^}]*\} from \"\./common\.js\";?\n", re.MULTILINE)


@cache
def module_of(file: Path) -> str:
    """Give a component as one ES module, as anywidget wants it: `common.js` and its own file.

    Raises
    ------
    ValueError
        If the file does not import from `common.js` exactly once.
    """
    common = (COMPONENTS / "common.js").read_text(encoding="utf-8")
    own, imports = _IMPORT.subn("", file.read_text(encoding="utf-8"))
    if imports != 1:
        raise ValueError(f"{file.name} has {imports} imports from common.js, and needs one")
    return f"{_EXPORT.sub('', common)}\n{own}"


@cache
def _style() -> str:
    return (COMPONENTS / "helseledelse.css").read_text(encoding="utf-8")


def conversation(path: Path) -> Conversation:
    """Give the conversation about the answers in a file, with the exercises that lie beside it.

    Raises
    ------
    ContentError
        If the exercises of an assignment beside it cannot be read.
    """
    return Conversation(AnswerStore(path), bank_beside(path.parent, bank()))


def _graded() -> bool:
    """Whether nbgrader runs the notebook: to grade it, or to look whether it runs."""
    return "NBGRADER_EXECUTION" in os.environ


class Component(anywidget.AnyWidget):
    """A component in a notebook; its traits are the model that docs/architecture.md describes."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    scope = traitlets.Unicode().tag(sync=True)
    notice = traitlets.Unicode().tag(sync=True)

    # What is in the kernel now, so that every widget follows what is saved by any of them.
    living: ClassVar[WeakSet["Component"]] = WeakSet()

    def __init__(self, module: Path, sentence: str, **traits: Any) -> None:
        self._sentence = sentence
        self._talk = conversation(Path.cwd() / ANSWERS)
        place = str(self._talk.store.path).encode()
        super().__init__(
            _esm=module_of(module),
            _css=_style(),
            scope=hashlib.sha256(place).hexdigest()[:16],
            **traits,
        )
        self.refresh()
        self.on_msg(lambda _widget, message, _buffers: self.hear(message))
        self.living.add(self)

    # What stands for the widget where no front end draws it, such as a notebook on paper.
    def __repr__(self) -> str:
        return self._sentence

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if _graded():
            # Neither formgrader nor feedback draws a widget, nor the HTML beside one.
            return {
                "text/plain": self._sentence,
                "text/html": Sentence(self._sentence)._repr_html_(),
            }
        return super()._repr_mimebundle_(**kwargs)

    def hear(self, message: dict[str, Any]) -> None:
        """Answer a message from the front end, under the number it came with."""
        self.send({"id": message.get("id"), **self.reply(message)})
        if message.get("type") in ("save", "check"):
            for widget in self.living:
                widget.refresh()

    def reply(self, message: dict[str, Any]) -> dict[str, Any]:
        """Give the reply to a message, as docs/architecture.md has it."""
        return self._talk.reply(message)

    def refresh(self) -> None:
        """Take up what lies on the disk, for a window that opens the widget anew.

        Autograding runs a participant's notebook on another machine, where nothing is to be
        shown and nothing of hers touched.
        """
        if _graded():
            return
        try:
            self.take_up()
            self.notice = self._talk.store.notice()
        except StoreError as error:
            self.notice = str(error)

    def take_up(self) -> None:
        """Set the traits that follow the answers; raises `StoreError` if they cannot be read."""
        raise NotImplementedError


class ExerciseWidget(Component):
    """One exercise."""

    exercise = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict(None, allow_none=True).tag(sync=True)
    verdict = traitlets.Dict(None, allow_none=True).tag(sync=True)

    @classmethod
    def of(cls, name: str) -> Self:
        """Give the widget of an exercise; raises `ContentError` where there is none."""
        exercise = bank_beside(Path.cwd(), bank())[name]
        sentence = f"Oppgaven «{exercise.title}». Åpne arbeidsboken for å svare."
        return cls(COMPONENTS / f"{exercise.kind}.js", sentence, exercise=exercise.public())

    def __init__(self, *args: Any, **traits: Any) -> None:
        self._mirror: DisplayHandle | None = None
        self._mirrored: object = None
        super().__init__(*args, **traits)

    def take_up(self) -> None:
        name = self.exercise["id"]
        stored = self._talk.open([name])[name]
        self.answer, self.verdict = stored["answer"], stored["verdict"]
        if "later" in self.exercise and get_ipython() is not None:
            self._reflect(name)

    def _reflect(self, name: str) -> None:
        """Keep a copy of an assignment's answer in the notebook, for one who hands in no more.

        In an output of its own: to show the widget anew would take the field from who writes.
        """
        answer = self._talk.store.read().get(name)
        if answer == self._mirrored and self._mirror is not None:
            return
        kept = {} if answer is None else {name: answer}
        written = Document(kept, sound=True, extra={}, rest={}).write()
        copy = {MIRROR: json.loads(written)}
        if self._mirror is None:
            self._mirror = display(copy, raw=True, display_id=True)
        else:
            self._mirror.update(copy, raw=True)
        self._mirrored = answer


def _workplace() -> Mapping[str, object]:
    """Give «Min arbeidsplass», which the front page keeps beside the programme's folder."""
    path = Path.cwd().parent / "min-arbeidsplass.json"
    if not path.exists():
        return {}
    found = AnswerStore(path).read().get("min-arbeidsplass")
    return found.response if found is not None and isinstance(found.response, dict) else {}


class ExplorerWidget(Component):
    """One explorer, evaluated here in the kernel."""

    explorer = traitlets.Dict().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    own = traitlets.Unicode().tag(sync=True)
    keep = traitlets.Unicode().tag(sync=True)

    @classmethod
    def of(cls, name: str, settings: Mapping[str, object]) -> Self:
        """Give the widget of an explorer that starts at `settings`.

        Raises
        ------
        SettingError
            If there is no such explorer, or a setting cannot be used.
        """
        found = explorer_of(name)
        found.settings(settings)
        sentence = f"Utforskeren «{found.title}». Åpne arbeidsboken for å prøve den."
        return cls(
            COMPONENTS / "explorer.js",
            sentence,
            explorer=found.public(),
            settings=dict(settings),
            keep=settings_name(name, settings),
        )

    def __init__(self, *args: Any, **traits: Any) -> None:
        self._start: Mapping[str, object] = traits.pop("settings")
        started = explorer_of(traits["explorer"]["name"]).start(self._start)
        super().__init__(*args, settings=started, **traits)

    def take_up(self) -> None:
        stored = self._talk.store.read().get(explorer_key(self.keep))
        kept = stored.response if stored is not None and isinstance(stored.response, dict) else {}
        explorer = explorer_of(self.explorer["name"])
        self.settings, self.own = explorer.begin(_workplace(), self._start, kept)

    def reply(self, message: dict[str, Any]) -> dict[str, Any]:
        if message.get("type") != "explore":
            return super().reply(message)
        # A front end has one request on its way at a time, so there is no queue to clear.
        try:
            shown = explorer_of(self.explorer["name"])
            return {"view": shown.show(message["settings"], width=int(message["width"]))}
        except SettingError as error:
            return {"error": str(error)}


class ProgressWidget(Component):
    """How far one has come in a workbook; follows every answer that is saved in the same kernel."""

    progress = traitlets.Dict().tag(sync=True)

    @classmethod
    def of(cls, name: str) -> Self:
        """Give the widget of a samling: of the notebook it stands in, or else the one shipped.

        Raises
        ------
        ContentError
            If there is no such samling, or the notebook cannot be read.
        """
        shipped = Path.cwd() / f"{Path(samling(name).workbook).name}.ipynb"
        # A lecturer may have saved it by another name; Jupyter tells a kernel which it serves.
        own = Path.cwd() / Path(os.environ.get("JPY_SESSION_NAME", shipped.name)).name
        book = read_workbook(
            own if own.suffix == ".ipynb" and own.exists() else shipped,
            exercise_minutes=lambda exercise: bank()[exercise].minutes,
            explorer_minutes=explorers.minutes,
        )
        sentence = "Her ser du hvor langt du er kommet, når arbeidsboken er åpen."
        return cls(book, sentence)

    def __init__(self, book: Workbook, sentence: str) -> None:
        self._book = book
        module = COMPONENTS / "progress.js"
        super().__init__(module, sentence, progress=overview(book, way(book, {}, bank())))

    def take_up(self) -> None:
        road = way(self._book, self._talk.store.read(), bank())
        self.progress = overview(self._book, road)
