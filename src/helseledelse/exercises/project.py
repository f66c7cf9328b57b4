"""The steps of a development project, in order: a closed set, and exercises tagged with one."""

from collections.abc import Sequence
from dataclasses import dataclass

from helseledelse.exercises.reader import Table, nearest

MARK = "prosjekt:"


@dataclass(frozen=True)
class Step:
    """One step; `id` follows `MARK` in a tag, title and about are what the participant reads."""

    id: str
    title: str
    about: str


STEPS = (
    Step("problem", "Problemet", "Hva er vanskelig i dag, og hvem merker det?"),
    Step("brukere", "Brukerne", "Hvem gjelder det, hva trenger de, og hvordan vet dere det?"),
    Step("maal", "Målet og nullpunktet", "Hva teller dere, og hvor står dere før dere begynner?"),
    Step("forsoek", "Det første lille forsøket", "Hva prøver dere i det små, og hva ser dere da?"),
    Step("gantt", "Tidsplanen", "Hva skjer når, og hva venter på hva?"),
    Step("plan", "Planen", "Hvem gjør hva, innenfor hvilke rammer?"),
    Step("oppfoelging", "Oppfølgingen", "Hvordan ser dere om endringen varer, og hvem følger den?"),
)
IDS = tuple(step.id for step in STEPS)


def step_of(tags: Sequence[str]) -> str:
    """Give the id of the step that tags name, or ""."""
    return next((tag.removeprefix(MARK) for tag in tags if tag.startswith(MARK)), "")


def read_tags(table: Table) -> tuple[str, ...]:
    """Read an exercise's tags; of the project's there is at most one, from the closed set.

    Raises
    ------
    ContentError
        With the nearest valid word.
    """
    tags = table.strings("tags")
    steps = [tag.removeprefix(MARK) for tag in tags if tag.startswith(MARK)]
    for step in steps:
        if step not in IDS:
            raise table.fail(f"«tags» har «{MARK}{step}». {nearest(step, IDS)}")
    if len(steps) > 1:
        raise table.fail(
            f"«tags» har flere steg i utviklingsprosjektet: {', '.join(steps)}. Velg ett av dem."
        )
    return tags
