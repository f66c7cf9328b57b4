"""A document handed in beside the answers: which kinds are taken, by what is in the file.

Its name is ours and never the person's, so nothing of hers stands in a path.
"""

import math
import zipfile
from io import BytesIO

from helseledelse.norwegian import format_number

NAMES = ("besvarelse.pdf", "besvarelse.docx")
LARGEST = 20_000_000  # bytes: forty pages with pictures, and quick to send

_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class AttachedError(ValueError):
    """It is not taken; the message is a sentence for the participant."""


def name_for(data: bytes) -> str:
    """Give the name that a document is kept under.

    Raises
    ------
    AttachedError
        If it is not a whole PDF or a Word document that anybody can open.
    """
    if not data:
        raise AttachedError("Filen er tom. Velg dokumentet en gang til.")
    if len(data) > LARGEST:
        raise AttachedError(
            f"Dokumentet er større enn {LARGEST // 1_000_000} MB. Gjør bildene mindre, og prøv "
            "igjen. I Word heter det «Komprimer bilder»."
        )
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            raise AttachedError("PDF-en er ikke hel. Lagre den på nytt, og prøv igjen.")
        return NAMES[0]
    if data.startswith(_OLD_WORD):
        raise AttachedError(
            "Dokumentet har passord, eller er lagret i et gammelt Word-format. Lagre det uten "
            "passord som Word-dokument (.docx) eller PDF, og prøv igjen."
        )
    if "word/document.xml" not in (inside := _inside(data)):
        raise AttachedError(
            "Filen er verken PDF eller Word-dokument (.docx). Lagre den som en av de to, og prøv "
            "igjen."
        )
    if any(name.casefold().endswith("vbaproject.bin") for name in inside):
        raise AttachedError(
            "Dokumentet har makroer. Lagre det som vanlig Word-dokument (.docx) eller PDF, og prøv "
            "igjen."
        )
    return NAMES[1]


def size(count: int) -> str:
    """Say a size, rounded up.

    Examples
    --------
    >>> size(1_210_000), size(12)
    ('1,3 MB', '0,1 MB')
    """
    return f"{format_number(math.ceil(count / 100_000) / 10, 1)} MB"


def _inside(data: bytes) -> list[str]:
    """Give the names of what is packed in a file; nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            return packed.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return []
