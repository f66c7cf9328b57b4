"""Our own scripts and styles, told apart by version so that a browser may keep them."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """One file as it is sent.

    Attributes
    ----------
    content : the file, byte for byte
    zipped : the same as gzip, a quarter of it on a network that a whole hall shares
    type : the media type
    """

    content: bytes
    zipped: bytes
    type: str


class Static:
    """The files of some folders, by name, read once; later folders win.

    Nothing is opened by a name from outside: a name is looked up among the files there are.
    """

    def __init__(self, *folders: Path) -> None:
        found = {path.name: path for folder in folders for path in sorted(folder.glob("*"))}
        self._files = {
            name: Asset(content, gzip.compress(content, mtime=0), _TYPES[path.suffix])
            for name, path in found.items()
            if path.suffix in _TYPES
            for content in [path.read_bytes()]
        }
        mark = hashlib.sha256()
        for name, asset in sorted(self._files.items()):
            mark.update(f"{name} {hashlib.sha256(asset.content).hexdigest()}\n".encode())
        # A short name for just this content; another when a file is another.
        self.tag = mark.hexdigest()[:12]

    def read(self, name: str) -> Asset | None:
        """Give a file, or None if there is no such file."""
        return self._files.get(name)
