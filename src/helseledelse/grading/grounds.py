"""What a grader marks free text by: from the key and from the exam, as Markdown."""

from pathlib import Path

from helseledelse.exercises.bank import read_bank
from helseledelse.grading.rubric import LETTERS, read_exam


def grounds(root: Path, assignment: str) -> dict[str, str]:
    """Give the grounds for each cell that a person marks, by the cell's id.

    Parameters
    ----------
    root : the course folder

    Raises
    ------
    ContentError
        If key or exam is wrong.
    """
    key = read_bank(root / "key" / f"{assignment}.toml")
    found = {name: each.solution.nb for name, each in key.items() if each.solution}
    file = root / "exam" / f"{assignment}.toml"
    if not file.is_file():
        return found
    exam = read_exam(file)
    guide = "\n\n".join(f"**{each.heading.nb}.** {each.text.nb}" for each in exam.guide)
    levels = {
        f"{assignment}-{part.id}": "\n".join(
            f"- **{letter}**: {level.nb}"
            for letter, level in zip(LETTERS, part.levels, strict=True)
        )
        for part in exam.criteria
    }
    return found | dict.fromkeys(key, guide) | levels
