import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helseledelse.exercises.reader import ContentError
from helseledelse.exercises.workbook import (
    ExerciseCall,
    ExplorerCall,
    Markdown,
    Other,
    ProgressCall,
    outline,
    parse_call,
    read_workbook,
    words_in,
)


def words(text: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": text, **more}


def code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": text}


@pytest.mark.parametrize(
    ("source", "piece"),
    [
        ("from helseledelse import exercise, explore, progress", None),
        ("import helseledelse", None),
        ("# bare en merknad", None),
        ("", None),
        ('exercise("nl6-icer")', ExerciseCall("nl6-icer")),
        ("  exercise( 'nl6-icer' )".strip() + "  # først", ExerciseCall("nl6-icer")),
        ('progress("nl6")', ProgressCall("nl6")),
        ('explore("icer")', ExplorerCall("icer")),
        (
            'explore("icer", cost=-60_000, share=0.3, show=True, mode="høy")',
            ExplorerCall("icer", {"cost": -60_000, "share": 0.3, "show": True, "mode": "høy"}),
        ),
    ],
)
def test_a_cell_of_ours_is_understood(source: str, piece: object) -> None:
    assert parse_call(source) == piece


@pytest.mark.parametrize(
    "source",
    [
        'exercise("a"); exercise("b")',
        'exercise("a")\nexercise("b")',
        "exercise(name)",
        "exercise()",
        'exercise("a", "b")',
        'exercise("a", x=1)',
        "exercise(3)",
        'exercise("a" + "b")',
        'exercise(f"{x}")',
        'explore("icer", **settings)',
        'explore("icer", cost=f())',
        'explore("icer", cost=[1])',
        'explore("icer", cost=None)',
        'exec("x")',
        'x = exercise("a")',
        'h.exercise("a")',
        "%matplotlib inline",
        "dette er ikke kode",
        'exercise("a"',
        "\0",
        "(" * 5000,
        '"""' + "\\d" * 3 + '"""',
    ],
)
def test_what_is_not_ours_is_other_and_never_run(source: str) -> None:
    assert parse_call(source) == Other(source)


@given(st.text(max_size=60))
def test_no_cell_can_break_the_outline(source: str) -> None:
    outline({"cells": [code(source), words(source)]})


def test_blocks_are_cut_at_headings_of_level_two() -> None:
    book = outline(
        {
            "cells": [
                words("# Helseøkonomi – «nok»\n\nVelkommen, Åse.\n\n## Hent *fram* ##\n\nTenk."),
                code("from helseledelse import exercise"),
                code('exercise("nl6-a")'),
                words("### Et avsnitt\n\n```\n## ikke en overskrift\n```"),
                {"cell_type": "raw", "source": "## heller ikke"},
                words("## Siste"),
                code('exercise("nl6-b")'),
                code("hei()"),
            ]
        }
    )
    assert book.title == "Helseøkonomi – «nok»"
    assert [block.heading for block in book.blocks] == ["", "Hent *fram*", "Siste"]
    assert book.blocks[0].pieces == (Markdown("Velkommen, Åse."),)
    assert book.blocks[1].pieces == (
        Markdown("Tenk."),
        ExerciseCall("nl6-a"),
        Markdown("### Et avsnitt\n\n```\n## ikke en overskrift\n```"),
    )
    assert book.blocks[2].pieces == (ExerciseCall("nl6-b"), Other("hei()"))
    assert book.exercises == ("nl6-a", "nl6-b")


def test_minutes_are_summed_and_rounded_up_once() -> None:
    def minutes(name: str) -> float:
        if name == "ukjent":
            raise ContentError("finnes ikke")
        return {"nl6-a": 2.5, "icer": 6}[name]

    book = outline(
        {
            "cells": [
                # 75 words at 150 a minute are half a minute.
                words("## Blokk\n\n" + "ord " * 75),
                code('exercise("nl6-a")'),
                code('explore("icer")'),
                code('exercise("ukjent")'),
                words("## Kort\n\n" + "ord " * 15),
            ]
        },
        exercise_minutes=minutes,
        explorer_minutes=minutes,
    )
    assert [block.minutes for block in book.blocks] == [9, 1]
    assert book.minutes == 10


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Åse så «det» – 3,5 av 10.", 6),
        ("[les mer](https://helse.no/en/lang/adresse)", 2),
        ("<!-- til foreleser: ikke les -->ja", 1),
        ("| a | b |\n|---|---|", 2),
        ("", 0),
    ],
)
def test_words_are_those_a_person_reads(text: str, count: int) -> None:
    assert words_in(text) == count


def test_attachments_follow_their_words() -> None:
    held = {"a.png": {"image/png": "AAAA"}}
    book = outline({"cells": [words("![x](attachment:a.png)", attachments=held)]})
    assert book.blocks[0].pieces == (Markdown("![x](attachment:a.png)", held),)


def test_a_notebook_without_a_title_has_its_files_name(tmp_path: Path) -> None:
    path = tmp_path / "6-helse.ipynb"
    path.write_text(json.dumps({"cells": [words(["Æ", "ø\n", "å"])]}), encoding="utf-8")  # type: ignore[arg-type]  # a list of lines is allowed too
    book = read_workbook(path)
    assert book.title == "6-helse"
    assert book.blocks[0].pieces == (Markdown("Æø\nå"),)
    assert outline({"cells": []}).blocks == ()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ikke json",
        "[]",
        "{}",
        '{"cells": 3}',
        '{"cells": [3]}',
        '{"cells": [{"cell_type": "code"}]}',
        '{"cells": [{"source": "x"}]}',
        '{"cells": [{"cell_type": "code", "source": [1]}]}',
        '{"cells": [{"cell_type": "code", "source": "", "metadata": 3}]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_notebook_gets_a_sentence(tmp_path: Path, written: str) -> None:
    path = tmp_path / "bok.ipynb"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(ContentError, match=r"«bok» er skadet.*Svarene dine ligger i en egen fil"):
        read_workbook(path)


def test_bytes_that_are_no_text_and_a_missing_file_get_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "bok.ipynb").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContentError, match="«bok» er skadet"):
        read_workbook(tmp_path / "bok.ipynb")
    with pytest.raises(ContentError, match="«borte» lar seg ikke åpne"):
        read_workbook(tmp_path / "borte.ipynb")
