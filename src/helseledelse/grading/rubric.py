"""Exams read by people: the task, the criteria A to F and the examiner's guide, from one file.

For authors: ``python -m helseledelse.grading.rubric assignments/exam``. What a candidate sees
before is written to ``oppgave/``; what the examiner sees, and the candidate after grading, to
``veiledning/``.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helseledelse.exercises.reader import Table, read_toml
from helseledelse.exercises.text import Text

LETTERS = "ABCDEF"
LANGUAGES = ("nb", "nn")
GRADES = "karakterer"

_WORDS = {
    "pages": Text("Høyst {} sider", "Høgst {} sider"),
    "hours": Text("{} timer fra oppgaven er lagt ut", "{} timar frå oppgåva er lagd ut"),
    "conditions": Text("Vilkår", "Vilkår"),
    "criteria": Text("Kriterier", "Kriterium"),
    "criterion": Text("Kriterium", "Kriterium"),
    "weight": Text("Vekt", "Vekt"),
    "guide": Text("Sensorveiledning", "Sensorrettleiing"),
    "grades": Text("Karakterene", "Karakterane"),
    "source": Text("Gjengitt med egne ord etter {}.", "Gjengitt med eigne ord etter {}."),
}


@dataclass(frozen=True)
class Criterion:
    """One thing that is judged; `levels` tells of A to F, in that order."""

    id: str
    label: Text
    weight: int
    levels: tuple[Text, ...]


@dataclass(frozen=True)
class Section:
    """One piece of the examiner's guide."""

    heading: Text
    text: Text


@dataclass(frozen=True)
class Exam:
    """An exam: `hours` is 0 where no clock runs, `group` the fewest and most who write together.

    Attributes
    ----------
    workload : hours of work
    group : fewest, most, and most in the top leaders' programme
    deadline : as `Table.moment` gives it
    """

    name: str
    title: Text
    task: Text
    pages: int
    hours: int
    workload: int
    group: tuple[int, int, int]
    conditions: tuple[Text, ...]
    criteria: tuple[Criterion, ...]
    guide: tuple[Section, ...]
    deadline: str = ""


@dataclass(frozen=True)
class Grade:
    """What a letter means in every exam."""

    letter: str
    name: Text
    text: Text


def read_exam(file: Path) -> Exam:
    """Read an exam.

    Raises
    ------
    ContentError
        If something is missing, misspelt or the weights do not make a hundred.
    """
    table = Table(read_toml(file), name=file.stem, file=file.name, noun="eksamen")
    group = table.table("group")
    most = group.whole("most", minimum=1)
    exam = Exam(
        name=file.stem,
        title=table.text("title"),
        task=table.text("task"),
        pages=table.whole("pages", minimum=1),
        hours=table.whole("hours"),
        workload=table.whole("workload", minimum=1),
        group=(group.whole("least", minimum=1), most, group.whole("most_top", default=most)),
        conditions=tuple(part.text("text") for part in table.tables("conditions", at_least=1)),
        criteria=tuple(_criterion(part) for part in table.tables("criteria", at_least=2)),
        guide=tuple(
            Section(part.text("heading"), part.text("text"))
            for part in table.tables("guide", at_least=1)
        ),
        deadline=table.moment("deadline"),
    )
    table.finish()
    table.unique("criteria", [criterion.id for criterion in exam.criteria])
    total = sum(criterion.weight for criterion in exam.criteria)
    if total != 100:
        raise table.fail(f"Vektene blir til sammen {total}, men skal bli 100.")
    return exam


def _criterion(part: Table) -> Criterion:
    levels = part.table("levels")
    return Criterion(
        part.identity(),
        part.text("label"),
        part.whole("weight", minimum=1, maximum=100),
        tuple(levels.text(letter) for letter in LETTERS),
    )


def read_grades(file: Path) -> tuple[str, tuple[Grade, ...]]:
    """Read the general descriptions of A to F, with their source first."""
    table = Table(read_toml(file), name=file.stem, file=file.name, noun="karakterer")
    source = table.string("source")
    grades = tuple(
        Grade(part.string("letter"), part.text("name"), part.text("text"))
        for part in table.tables("grades", at_least=len(LETTERS))
    )
    table.finish()
    if "".join(grade.letter for grade in grades) != LETTERS:
        raise table.fail("Karakterene skal være A til F, i den rekkefølgen.")
    return source, grades


def task_markdown(exam: Exam, language: str) -> str:
    """Give what the candidate sees before: the task, the conditions and what is weighed."""
    limits = [_said("pages", language, exam.pages)]
    if exam.hours:
        limits.append(_said("hours", language, exam.hours))
    heads = (_said("criterion", language), _said("weight", language))
    rows = [(part.label.to(language), f"{part.weight} %") for part in exam.criteria]
    return _joined(
        f"# {exam.title.to(language)}",
        ". ".join(limits) + ".",
        exam.task.to(language),
        f"## {_said('conditions', language)}",
        "\n".join(f"- {text.to(language)}" for text in exam.conditions),
        f"## {_said('criteria', language)}",
        _table(heads, rows),
    )


def guide_markdown(exam: Exam, source: str, grades: tuple[Grade, ...], language: str) -> str:
    """Give what the examiner sees, and the candidate once the grade is set: the same words."""
    return _joined(
        f"# {_said('guide', language)}: {exam.title.to(language)}",
        *(
            f"## {section.heading.to(language)}\n\n{section.text.to(language)}"
            for section in exam.guide
        ),
        f"## {_said('criteria', language)}",
        *(
            f"### {part.label.to(language)} ({part.weight} %)\n\n"
            + "\n".join(
                f"- **{letter}**: {level.to(language)}"
                for letter, level in zip(LETTERS, part.levels, strict=True)
            )
            for part in exam.criteria
        ),
        f"## {_said('grades', language)}",
        "\n".join(
            f"- **{grade.letter}, {grade.name.to(language).lower()}**: {grade.text.to(language)}"
            for grade in grades
        ),
        _said("source", language, source),
    )


def build(folder: Path) -> dict[Path, str]:
    """Give every exam written out, by its place in the folder."""
    source, grades = read_grades(folder / f"{GRADES}.toml")
    written: dict[Path, str] = {}
    for file in sorted(folder.glob("*.toml")):
        if file.stem == GRADES:
            continue
        exam = read_exam(file)
        for language in LANGUAGES:
            name = f"{exam.name}.{language}.md"
            written[Path("oppgave") / name] = task_markdown(exam, language)
            written[Path("veiledning") / name] = guide_markdown(exam, source, grades, language)
    return written


def _said(word: str, language: str, *values: Any) -> str:
    return _WORDS[word].to(language).format(*values)


def _joined(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def _table(heads: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    lines = [heads, ("---", "---:"), *rows]
    return "\n".join(f"| {left} | {right} |" for left, right in lines)


if __name__ == "__main__":
    for place, content in build(Path(sys.argv[1])).items():
        target = Path(sys.argv[1]) / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{target}\n")
