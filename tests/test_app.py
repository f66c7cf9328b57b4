"""The command: one calm sentence for whatever stands in its way."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from helseledelse.app import _why, main

ENGLISH = re.compile(r"\b(usage|error|options|invalid|the|directory|Traceback|argument)\b")


def test_a_second_start_shows_the_first_and_leaves_it_alone(serve: Any, tmp_path: Path) -> None:
    first = serve().log_in()
    second = subprocess.run(
        [sys.executable, "-m", "helseledelse.app", "start", "--uten-nettleser"],
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "USERPROFILE": str(tmp_path),
            "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
            "JUPYTER_DATA_DIR": str(tmp_path / "data"),
            "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
            "PYTHONIOENCODING": "utf-8",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert second.returncode == 0
    assert second.stderr == ""
    assert second.stdout.startswith("Arbeidsboken er åpen fra før.")
    assert first.opened in second.stdout
    assert first.ask().status == 200


def test_where_the_port_is_taken_another_is_used(serve: Any, tmp_path: Path) -> None:
    first = serve()
    other = serve(tmp_path / "annen", port=first.port)
    assert other.port != first.port
    assert other.log_in().ask().status == 200
    assert other.said.startswith("Arbeidsboken er klar.")
    assert not ENGLISH.search(other.said)


@pytest.mark.parametrize(
    ("folder", "why"),
    [("fil", "en fil der en mappe"), ("fil/inni", "en fil der en mappe")],
)
def test_a_folder_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str, why: str
) -> None:
    (tmp_path / "fil").write_text("noe annet", encoding="utf-8")
    assert main(["start", "--uten-nettleser", "--mappe", str(tmp_path / folder)]) == 1
    out, said = capsys.readouterr()
    assert out == ""
    assert why in said
    assert "Velg en annen mappe" in said
    assert not ENGLISH.search(said)
    assert (tmp_path / "fil").read_text(encoding="utf-8") == "noe annet"


@pytest.mark.parametrize(
    "problem",
    [
        PermissionError(13, "Permission denied"),
        FileNotFoundError(2, "No such file or directory"),
        OSError(28, "No space left on device"),
        OSError(5, "Input/output error"),
        OSError("uten nummer"),
    ],
)
def test_the_systems_english_is_said_in_bokmaal(problem: OSError) -> None:
    assert str(problem.strerror) not in _why(problem)
    assert not ENGLISH.search(_why(problem))


@pytest.mark.parametrize("port", ["99999", "65536", "abc", "-1", "", "１２３"])
def test_what_is_no_port_is_said_before_anything_starts(
    capsys: pytest.CaptureFixture[str], port: str
) -> None:
    assert main(["start", "--uten-nettleser", f"--port={port}"]) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert said.startswith(f"«{port}» er ikke en port.")


@pytest.mark.parametrize("words", [["start", "--tull"], ["tull"], ["start", "--port"]])
def test_what_is_not_understood(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    try:
        status = main(words)
    except SystemExit as end:
        status = int(end.code or 0)
    said = capsys.readouterr().err
    assert status == 2
    assert "helseledelse --hjelp" in said
    assert not ENGLISH.search(said)


@pytest.mark.parametrize("words", [["--hjelp"], ["start", "--help"], ["grade", "--hjelp"]])
def test_the_help_is_norwegian(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert "vis denne hjelpen" in said
    assert said.count("Slik skriver du:") == 1
    assert not ENGLISH.search(said)
