"""Our own scripts and styles, told apart by version so that a browser may keep them."""

import hashlib
from pathlib import Path

_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


class Static:
    """The files of some folders, by name; later folders win.

    Nothing is opened by a name from outside: a name is looked up among the files there are.
    """

    def __init__(self, *folders: Path) -> None:
        self._folders = folders

    def files(self) -> dict[str, Path]:
        """Give every file by its name."""
        return {
            path.name: path
            for folder in self._folders
            for path in sorted(folder.glob("*"))
            if path.suffix in _TYPES
        }

    @property
    def tag(self) -> str:
        """A short name for just this content; changes when a file does."""
        marks = []
        for name, path in self.files().items():
            found = path.stat()
            marks.append(f"{name} {found.st_mtime_ns} {found.st_size}")
        return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:12]

    def read(self, name: str) -> tuple[bytes, str] | None:
        """Give a file's content and its type, or None if there is no such file."""
        path = self.files().get(name)
        return None if path is None else (path.read_bytes(), _TYPES[path.suffix])
