"""How many pages a text fills: an estimate, line by line, from how wide each letter is.

The layout is A4 with margins of 2,5 cm, Arial, 11 points and one and a half line's spacing, with
6 points after each paragraph.
"""

import math
from collections.abc import Iterable

FONT = "Arial"
POINTS = 11
LINES = 1.5
AFTER = 6.0
LAYOUT = "A4, marger på 2,5 cm, Arial 11 punkt og halvannen linjeavstand"

_WIDTH = 16 / 2.54 * 72
_HEIGHT = 24.7 / 2.54 * 72
# A line of Arial is 1,149 times its size: ascent 0.905, descent 0.212 and line gap 0.033 of the
# font's own table (Arial, hhea).
_PITCH = 1.149

# Thousandths of the size, from the font's own table (Arial, the same as Helvetica's AFM).
_LETTERS = {
    222: "ijl'|",
    278: " \u00a0ft.,:;!/\\()[]I",
    333: 'r-“”"`()',
    389: "*",
    500: "ckJsvxyz",
    556: "abdeghnopquå0123456789«»–?$#_§èéêëàáâäòóôöùúûü",
    584: "+−=<>~",
    611: "øFTZ",
    667: "ABEKPSVXYÅ&",
    722: "CDHNRUw",
    778: "GOQØ",
    833: "mM",
    889: "æ%",
    944: "W",
    1000: "—…Æ",
}
_WIDE = {letter: width for width, letters in _LETTERS.items() for letter in letters}
_OTHER = 600


def wide(word: str) -> int:
    """Give how wide a word is, in thousandths of the letters' size."""
    return sum(_WIDE.get(letter, _OTHER) for letter in word)


def lines(text: str, points: float = POINTS) -> int:
    """Count the lines a paragraph breaks into; a line break in it begins a new one."""
    room = _WIDTH / points * 1000
    space = _WIDE[" "]
    count = 0
    for line in text.split("\n"):
        count += 1
        used = 0
        for word in line.split(" "):
            width = wide(word)
            if used and used + space + width > room:
                count, used = count + 1, 0
            if width > room:  # broken where the line ends
                more = math.ceil(width / room) - 1
                count, used = count + more, width - int(more * room)
            else:
                used += width + (space if used else 0)
    return count


def pages(texts: Iterable[str], points: float = POINTS) -> float:
    """Estimate how many pages the texts fill, one after another.

    Parameters
    ----------
    texts : what a person wrote; an empty line parts two paragraphs
    points : size of the letters
    """
    height = 0.0
    for text in texts:
        for part in text.replace("\r\n", "\n").split("\n\n"):
            if part.strip():
                height += lines(part, points) * points * _PITCH * LINES + AFTER
    return height / _HEIGHT
