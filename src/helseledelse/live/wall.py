"""Short texts from a class: nobody sees one before somebody has read it. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from helseledelse.exercises.short_text import plain

LONGEST = 200  # characters: what can be read on a wall
MOST_WORDS = 30
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")

# The small words of bokmål and nynorsk, written down by us from the word classes that carry no
# subject: pronouns, prepositions, conjunctions, auxiliaries and the like.
_SMALL = """
jeg eg meg du deg han ham hun ho henne seg vi me oss dere de dykk dei dem den det dette denne
disse desse min mi mitt mine din di ditt dine hans hennes sin si sitt sine vår vårt våre deres
dykkar deira en ei et ein eit ett man selv sjølv hverandre kvarandre noe noko noen nokon nokre
ingen ingenting inkje alt alle hver kvar hvert kvart hva kva hvem kven hvor hvordan korleis
hvorfor kvifor hvilken hvilke når om å i på til fra frå av med uten utan for mot etter før under
over ved mellom gjennom hos blant inn ut opp ned innen innan mens medan siden sidan og eller men
fordi at som enn da då så hvis dersom både verken enten også òg bare berre ikke ikkje aldri alltid
her der hit dit nå no enda jo vel kanskje være vere er var vært vore bli blir ble vart blei blitt
blive ha har hadde hatt få får fikk fekk fått kan kunne kunnet skal skulle vil ville må måtte bør
burde gjør gjer gjøre gjere gjorde gjort går gå gikk gjekk mer meir mest mye mykje mange flere
fleire flest litt lite mindre svært veldig ganske samme same annen annet andre anna annan slik
sånn slike derfor difor likevel altså
"""
STOP_WORDS = frozenset(_SMALL.split())


class Status(StrEnum):
    """Where an answer stands with the one who reads them."""

    UNREAD = "unread"
    SHOWN = "shown"
    HIDDEN = "hidden"
    JOINED = "joined"  # counts with another answer, whose words are shown


class WallError(ValueError):
    """What cannot be done with an answer; the message is a sentence for people."""


@dataclass(frozen=True)
class Note:
    """What the lecturer has said of an answer; `into` is the one it counts with."""

    status: Status
    into: str = ""


@dataclass(frozen=True)
class Entry:
    """Answers that say the same, whatever the case and the punctuation around them.

    Attributes
    ----------
    key : what they have in common
    text : the most common way of writing it
    count : how many wrote it
    status, into : as in `Note`; an answer that counts with one no longer shown is unread again
    """

    key: str
    text: str
    count: int
    status: Status = Status.UNREAD
    into: str = ""


Notes = Mapping[str, Note]


def key(response: str) -> str:
    """Give what equal answers have in common."""
    return plain(response) or response.strip()


def entries(responses: Iterable[str], notes: Notes) -> tuple[Entry, ...]:
    """Give every different answer, in the order they first came."""
    written: dict[str, Counter[str]] = {}
    for response in responses:
        if response.strip():
            written.setdefault(key(response), Counter())[" ".join(response.split())] += 1
    found = []
    for name, forms in written.items():
        note = notes.get(name, Note(Status.UNREAD))
        if note.status is Status.JOINED:
            lead = notes.get(note.into)
            if note.into not in written or lead is None or lead.status is not Status.SHOWN:
                note = Note(Status.UNREAD)
        # Of spellings equally common, always the same one, in whatever order votes are read back.
        text = min(forms, key=lambda form: (-forms[form], form))
        found.append(Entry(name, text, forms.total(), note.status, note.into))
    return tuple(found)


def mark(found: Sequence[Entry], name: object, status: object, into: object = "") -> Note:
    """Give what is to be remembered of the answer `name`.

    Raises
    ------
    WallError
        If there is no such answer, or it cannot count with the one named.
    """
    known = {entry.key: entry for entry in found}
    if not isinstance(name, str) or name not in known:
        raise WallError("Svaret finnes ikke lenger. Den som skrev det, har endret det.")
    if status not in set(Status):
        raise WallError("Velg om svaret skal vises, skjules eller slås sammen med et annet.")
    if status != Status.JOINED:
        return Note(Status(str(status)))
    lead = known.get(into) if isinstance(into, str) else None
    if lead is None or lead.status is not Status.SHOWN or lead.key == name:
        raise WallError("Et svar kan bare slås sammen med et annet svar som vises.")
    return Note(Status.JOINED, lead.key)


def on_wall(found: Sequence[Entry]) -> list[tuple[str, int]]:
    """Give the texts that may be seen and how many stand behind each, the most first."""
    joined = Counter({entry.key: 0 for entry in found})
    for entry in found:
        if entry.status is Status.JOINED:
            joined[entry.into] += entry.count
    shown = [
        (entry.text, entry.count + joined[entry.key])
        for entry in found
        if entry.status is Status.SHOWN
    ]
    return sorted(shown, key=lambda pair: (-pair[1], pair[0].casefold()))


def words(wall: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Give the words of the wall by how many answers they stand in, small words left out."""
    counted: Counter[str] = Counter()
    for text, count in wall:
        for word in {word.casefold() for word in _WORD.findall(text)} - STOP_WORDS:
            if len(word) > 1:
                counted[word] += count
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]


def sizes(ranked: Sequence[tuple[str, int]], steps: int = 5) -> list[int]:
    """Give how large each word is drawn, from 1 to `steps`, by its count."""
    if not ranked:
        return []
    most, least = ranked[0][1], ranked[-1][1]
    reach = max(1, most - least)
    return [1 + round((steps - 1) * (count - least) / reach) for _, count in ranked]
