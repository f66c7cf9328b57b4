"""What every explorer is: a model with controls, and a view that moves as one.

An explorer is one file beside this one. Its view is a pure function from settings to a figure,
the sentence that says what the figure shows, and the table behind it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from helseledelse.explorers.pasted import (
    Activities,
    Outline,
    Pairs,
    Plan,
    Rows,
    Series,
    SettingError,
    Tree,
)
from helseledelse.explorers.profile import NAMES as PROFILE
from helseledelse.norwegian import NumberFormatError, format_number, join, parse_number

__all__ = [
    "Activities",
    "Choice",
    "Explorer",
    "Outline",
    "Pairs",
    "Plan",
    "Rows",
    "Series",
    "SettingError",
    "Slider",
    "Switch",
    "Table",
    "Tree",
    "View",
]

Setting = float | str | bool | Rows | Tree | Plan | tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Slider:
    """A number set by a slider and by typing.

    Attributes
    ----------
    name : the settings key, as the model names it (``cost_new``)
    label : what the participant reads
    minimum, maximum, step, default : in `unit`
    unit : shown behind the number, such as ``kr``, ``%`` or ``år``
    decimals : digits behind the comma
    profile : what it is of a person's own workplace, one of `profile.NAMES`, where it is that
    """

    sort: ClassVar[str] = "slider"

    name: str
    label: str
    minimum: float
    maximum: float
    step: float
    default: float
    unit: str = ""
    decimals: int = 0
    profile: str = ""

    def __post_init__(self) -> None:
        _check_profile(self)
        if not self.minimum <= self.default <= self.maximum or self.step <= 0:
            raise ValueError(f"{self.name}: default outside {self.minimum}..{self.maximum}")

    def read(self, raw: object) -> float:
        """Give the setting as a number.

        Raises
        ------
        SettingError
            If it is no number, or outside the slider's range.
        """
        if isinstance(raw, str):
            try:
                value = parse_number(raw, unit=self.unit)
            except NumberFormatError as error:
                raise SettingError(f"{self.label}: {error}") from error
        elif isinstance(raw, (int, float)) and not isinstance(raw, bool):
            value = float(raw)
        else:
            raise SettingError(f"{self.label}: Skriv et tall.")
        if not self.minimum <= value <= self.maximum:
            lowest, highest = (
                format_number(bound, self.decimals, unit=self.unit)
                for bound in (self.minimum, self.maximum)
            )
            raise SettingError(f"{self.label}: Velg et tall mellom {lowest} og {highest}.")
        return value


@dataclass(frozen=True)
class Choice:
    """One of several named values.

    Attributes
    ----------
    options : pairs of value and what the participant reads
    profile : as of a `Slider`
    """

    sort: ClassVar[str] = "choice"

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    default: str
    profile: str = ""

    def __post_init__(self) -> None:
        _check_profile(self)
        if self.default not in dict(self.options):
            raise ValueError(f"{self.name}: default {self.default!r} is no option")

    def read(self, raw: object) -> str:
        """Give the setting as one of the options; raises `SettingError` otherwise."""
        if not isinstance(raw, str) or raw not in dict(self.options):
            raise SettingError(f"{self.label}: Velg et av alternativene i listen.")
        return raw


@dataclass(frozen=True)
class Switch:
    """Something that is on or off."""

    sort: ClassVar[str] = "switch"

    name: str
    label: str
    default: bool = False

    def read(self, raw: object) -> bool:
        """Give the setting as a bool; raises `SettingError` otherwise."""
        if not isinstance(raw, bool):
            raise SettingError(f"{self.label}: Velg av eller på.")
        return raw


def _check_profile(control: Slider | Choice) -> None:
    if control.profile and control.profile not in PROFILE:
        raise ValueError(f"{control.name}: profile {control.profile!r} is none of {PROFILE}")


Control = Slider | Choice | Switch | Series | Pairs | Outline | Activities


@dataclass(frozen=True)
class Table:
    """The numbers behind a figure, written for a person.

    Attributes
    ----------
    columns : the headings; the first column heads each row
    rows : cells as text, numbers written with `format_number`
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row of a table has one cell for each column")


@dataclass(frozen=True)
class View:
    """What a participant is shown for one set of settings.

    Attributes
    ----------
    title : the figure's title, which is its answer
    figure : SVG as `helseledelse.charts` writes it
    sentence : what the figure shows, in words; also its text alternative
    table : the numbers behind it
    note : what is uncertain or left out at these settings
    """

    title: str
    figure: str
    sentence: str
    table: Table
    note: str = ""


@dataclass(frozen=True)
class Explorer:
    """A model put before a person.

    Attributes
    ----------
    name : the same in the notebook and as this file's name
    title : the decision it is about, as a question
    introduction : what to try, in a sentence or two
    view : from a value for every control's name to a `View`; pure, and the same every time
    formula : pairs of LaTeX and the same in words
    sources : where formula and numbers come from
    minutes : how long a participant stays
    constructed : whether the numbers are made up to teach; shown as «konstruert» on the figure
    way_of_thinking : whether the model has no published numbers, said beside the figure
    """

    name: str
    title: str
    introduction: str
    controls: tuple[Control, ...]
    view: Callable[..., View]
    formula: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    minutes: float = 8
    constructed: bool = False
    way_of_thinking: bool = False

    def settings(self, raw: Mapping[str, object]) -> dict[str, Setting]:
        """Give a value for every control, the default where `raw` has none.

        Raises
        ------
        SettingError
            With a sentence that names the control, or the name nobody knows.
        """
        known = {control.name: control for control in self.controls}
        for name in raw:
            if name not in known:
                raise SettingError(f"«{name}» kan ikke stilles inn her.")
        return {
            name: control.read(raw.get(name, control.default)) for name, control in known.items()
        }

    def start(self, *kept: Mapping[str, object]) -> dict[str, object]:
        """Give what every control shows at first: from the last of `kept` that fits, else default.

        Numbers as numbers; what was pasted stays the text it was, for the field it came from.
        """
        shown: dict[str, object] = {}
        for control in self.controls:
            shown[control.name] = control.default
            for settings in kept:
                try:
                    value = control.read(settings[control.name])
                except (KeyError, SettingError):
                    continue
                pasted = isinstance(control, Series | Pairs | Outline | Activities)
                shown[control.name] = settings[control.name] if pasted else value
        return shown

    def begin(
        self, profile: Mapping[str, object], *kept: Mapping[str, object]
    ) -> tuple[dict[str, object], str]:
        """Give what every control shows at first, and a sentence on what is of the own workplace.

        What a workbook or the person has set goes before the profile, the profile before the
        default. A number of the profile that the control cannot show is said, and left out.
        """
        own: dict[str, object] = {}
        used, beyond = [], []
        for control in self.controls:
            name = control.profile if isinstance(control, Slider | Choice) else ""
            if name not in profile or any(control.name in settings for settings in kept):
                continue
            try:
                own[control.name] = control.read(profile[name])
                used.append(f"«{control.label}»")
            except SettingError:
                beyond.append(f"«{control.label}»")
        sentences = []
        if used:
            service = profile.get("service")
            whose = f" ({service})" if isinstance(service, str) and service else ""
            sentences.append(f"{join(used)} er hentet fra Min arbeidsplass{whose}.")
        if beyond:
            sentences.append(
                f"Tallet ditt fra Min arbeidsplass er utenfor det {join(beyond)} kan vise her, så "
                "modellens eget tall står i stedet."
            )
        return self.start(own, *kept), " ".join(sentences)

    def show(self, raw: Mapping[str, object], *, width: int = 680) -> dict[str, Any]:
        """Give the view for these settings as JSON for a front end `width` CSS pixels wide.

        Raises
        ------
        SettingError
            If a setting cannot be used.
        """
        from helseledelse.charts import drawn_for

        settings = self.settings(raw)
        with drawn_for(width):
            view = self.view(**settings)
        return {
            "title": view.title,
            "figure": view.figure,
            "sentence": view.sentence,
            "note": view.note,
            "table": {
                "caption": view.table.caption,
                "columns": view.table.columns,
                "rows": view.table.rows,
            },
        }

    def picture(self, raw: Mapping[str, object]) -> dict[str, Any]:
        """Give the view as `show` does, and its figure as PNG under ``picture``.

        Raises
        ------
        SettingError
            If a setting cannot be used.
        """
        from helseledelse.charts import pictured

        with pictured() as taken:
            shown = self.show(raw)
        return {**shown, "picture": taken[-1] if taken else b""}

    def public(self) -> dict[str, Any]:
        """Give what a front end needs to draw the controls."""
        from dataclasses import asdict

        from latex2mathml.converter import convert

        return {
            "name": self.name,
            "title": self.title,
            "introduction": self.introduction,
            "controls": [{"sort": control.sort, **asdict(control)} for control in self.controls],
            "formula": [{"math": convert(latex), "words": words} for latex, words in self.formula],
            "sources": self.sources,
            "minutes": self.minutes,
            "constructed": self.constructed,
            "way_of_thinking": self.way_of_thinking,
        }
