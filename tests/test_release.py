"""What is released: the workbooks and their data, nothing of the lecturer's or a person's."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
# Where the lecturer's keys lie, and what a person's answers are called.
NEVER = re.compile(
    r"(^|/)(assignments|key|gradebook)(/|\.)|svar(-skadet)?[^/]*\.json|\.ipynb_check|\.lock$"
)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build what is released, from a working folder where a lecturer and a tester have been."""
    work = tmp_path_factory.mktemp("kilde")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_bytes((ROOT / name).read_bytes())
    for trace in (
        "assignments/key/eksamen.toml",
        "workbooks/primaer/svar.json",
        "workbooks/primaer/svar-skadet-2026-03-12-101010.json",
        "workbooks/primaer/.svar.json.lock",
        "workbooks/primaer/.ipynb_checkpoints/6-checkpoint.ipynb",
        "src/helseledelse/content/svar.json",
        "src/helseledelse/assignments/key.toml",
    ):
        (work / trace).parent.mkdir(parents=True, exist_ok=True)
        (work / trace).write_text("HEMMELIG")
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(work / "dist"), str(work)],
        check=True,
        capture_output=True,
    )
    (wheel,) = (work / "dist").glob("*.whl")
    (sdist,) = (work / "dist").glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


def contents(path: Path) -> dict[str, bytes]:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist() if not name.endswith("/")}
    with tarfile.open(path) as sdist:
        files = {member.name: sdist.extractfile(member) for member in sdist if member.isfile()}
        return {name.split("/", 1)[1]: file.read() for name, file in files.items() if file}


@pytest.mark.parametrize("sort", ["wheel", "sdist"])
def test_nothing_of_the_lecturers_or_a_persons_is_in_it(
    released: dict[str, Path], sort: str
) -> None:
    found = contents(released[sort])
    assert len(found) > 50
    assert [name for name in found if NEVER.search(name)] == []
    assert [
        name for name, data in found.items() if b"HEMMELIG" in data and "test_" not in name
    ] == []


@pytest.mark.parametrize("sort", ["wheel", "sdist"])
def test_no_notebook_in_it_marks_a_solution(released: dict[str, Path], sort: str) -> None:
    books = {
        name: data
        for name, data in contents(released[sort]).items()
        if name.endswith(".ipynb") and not name.startswith("tests/")
    }
    assert len(books) > 10
    marks = re.compile(rb"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)|nbgrader")
    assert [name for name, data in books.items() if marks.search(data)] == []


@pytest.mark.parametrize("sort", ["wheel", "sdist"])
def test_no_sentence_of_a_key_is_in_it(released: dict[str, Path], sort: str) -> None:
    found = contents(released[sort])
    keys = sorted((ROOT / "assignments" / "key").glob("*.toml"))
    assert keys
    sentences = {
        said.encode()
        for key in keys
        for said in re.findall(
            r'^why\.n[bn] = "(.+)"$', key.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert len(sentences) > 30
    assert [
        (name, said.decode()) for name, data in found.items() for said in sentences if said in data
    ] == []


def test_the_wheel_has_all_that_a_participant_needs(released: dict[str, Path]) -> None:
    found = set(contents(released["wheel"]))

    def files(folder: str, pattern: str = "*") -> set[str]:
        listed = (ROOT / folder).rglob(pattern)
        kept = {path for path in listed if path.is_file() and "__pycache__" not in path.parts}
        return {path.relative_to(ROOT).as_posix() for path in kept}

    books = {f"helseledelse/{name}" for name in files("workbooks", "*.ipynb")}
    assert books
    assert books <= found
    # What docs/drift.md copies from where it was installed.
    assert any(name.endswith("/share/helseledelse/jupyterhub_config.py") for name in found)
    for folder, pattern in [
        ("content", "*.toml"),
        ("components", "*.js"),
        ("components", "*.css"),
        ("datasets", "*.csv"),
        ("pages/templates", "*.html"),
        ("live/templates", "*.html"),
        ("delivery/templates", "*.html"),
        ("pages/static", "*"),
    ]:
        wanted = {
            name.removeprefix("src/") for name in files(f"src/helseledelse/{folder}", pattern)
        }
        assert wanted, folder
        assert wanted <= found, folder
    extension = "etc/jupyter/jupyter_server_config.d/helseledelse.json"
    assert any(name.endswith(extension) for name in found)


def test_the_wheel_alone_makes_the_folder_and_updates_it(
    released: dict[str, Path], tmp_path: Path, serve: Any
) -> None:
    # The wheel in an environment of its own; what it depends on is lent from this one.
    home = tmp_path / "miljø"
    venv.create(home, with_pip=False)
    bin_ = home / ("Scripts" if os.name == "nt" else "bin")
    python = bin_ / ("python.exe" if os.name == "nt" else "python")
    site = Path(
        subprocess.run(
            [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    # --python: pip works on that environment, and never on the one that runs the tests.
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--no-index", str(released["wheel"])], check=True
    )
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"))
    where = subprocess.run(
        [str(python), "-c", "import helseledelse; print(helseledelse.__file__)"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert str(site) in where, "the environment took the working folder, not the wheel"

    command = [str(bin_ / "helseledelse"), "start", "--uten-nettleser"]
    first = serve(tmp_path / "hjem", config={"Pages": {}}, command=command).log_in()
    books = sorted((first.folder / "primaer").glob("*.ipynb"))
    assert books
    link = f"/arbeidsbok/primaer/{books[0].stem}"
    page = first.ask(link).text
    exercise = re.search(r'"id": "([\w-]+)", "kind": "short_text"|"id": "([\w-]+)"', page)
    assert exercise
    name = exercise[1] or exercise[2]
    said = {
        "type": "save",
        "exercise": name,
        "response": "blåbær",
        "at": 1,
        "version": 1,
        "writer": "a",
    }
    assert first.send("/api/samtale/primaer", said).json()["saved"]
    first.stop()
    answers = (first.folder / "primaer" / "svar.json").read_bytes()

    # The person changes her workbook; then a later version of it arrives with a new wheel.
    books[0].write_text(
        books[0].read_text(encoding="utf-8").replace("# ", "# Mitt "), encoding="utf-8"
    )
    shipped = site / "helseledelse" / "workbooks" / "primaer" / books[0].name
    shipped.write_text(
        shipped.read_text(encoding="utf-8").replace("# ", "# Nytt ", 1), encoding="utf-8"
    )
    later = serve(tmp_path / "hjem", config={"Pages": {}}, command=command).log_in()
    assert "Utgaven du hadde endret, ligger her" in later.said
    assert "<h1>Nytt " in later.ask(link).text
    (copy,) = (later.folder / "primaer").glob("*(din utgave *).ipynb")
    assert "# Mitt " in copy.read_text(encoding="utf-8")
    assert (later.folder / "primaer" / "svar.json").read_bytes() == answers
    assert later.stop().rstrip().endswith("Svarene dine er lagret.")
