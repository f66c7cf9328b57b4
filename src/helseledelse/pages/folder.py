"""A participant's own folder: gets the workbooks and their updates, and no answer is touched."""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

_RECORD = ".helseledelse.json"


@dataclass(frozen=True)
class Brought:
    """What bringing a folder up to date did.

    Attributes
    ----------
    added, updated : workbooks, as paths inside the folder
    kept : copies of workbooks that the person had changed, as paths inside the folder
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def shipped_workbooks() -> Path:
    """Give the folder with the workbooks of this version."""
    package = Path(str(files("helseledelse")))
    installed = package / "workbooks"
    return installed if installed.is_dir() else package.parents[1] / "workbooks"


def _fingerprint(path: Path) -> str:
    """Tell a workbook by what its cells say: running it in JupyterLab changes only its outputs."""
    data = path.read_bytes()
    try:
        said = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(data)["cells"]]
    except (ValueError, KeyError, TypeError):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _record(folder: Path) -> dict[str, str]:
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _replace(target: Path, data: bytes) -> None:
    """Write a file so that a power cut leaves the old one or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.ny")
    beside.write_bytes(data)
    beside.replace(target)


def _free_name(path: Path, day: date) -> Path:
    copy = path.with_name(f"{path.stem} (din utgave {day.isoformat()}){path.suffix}")
    number = 2
    while copy.exists():
        copy = path.with_name(f"{path.stem} (din utgave {day.isoformat()}-{number}){path.suffix}")
        number += 1
    return copy


def bring_up_to_date(folder: Path, shipped: Path, today: date) -> Brought:
    """Put the workbooks of this version in `folder`.

    A workbook that the person has changed in JupyterLab is kept beside the new one, as a copy
    with the date in its name. Nothing else in the folder is read, changed or removed.

    Raises
    ------
    OSError
        If the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record = _record(folder)
    added, updated, kept = [], [], []
    for source in sorted(shipped.rglob("*.ipynb")):
        if any(part.startswith(".") for part in source.relative_to(shipped).parts):
            continue
        name = source.relative_to(shipped).as_posix()
        target, new, before = folder / name, _fingerprint(source), record.get(name)
        record[name] = new
        if not target.exists():
            _replace(target, source.read_bytes())
            added.append(name)
            continue
        present = _fingerprint(target)
        if present == new or before == new:
            continue  # up to date; or changed by the person, with nothing new to bring
        if present != before:
            copy = _free_name(target, today)
            shutil.copy2(target, copy)
            kept.append(copy.relative_to(folder).as_posix())
        _replace(target, source.read_bytes())
        updated.append(name)
    _replace(folder / _RECORD, json.dumps(record, ensure_ascii=False, indent=1).encode())
    return Brought(tuple(added), tuple(updated), tuple(kept))
