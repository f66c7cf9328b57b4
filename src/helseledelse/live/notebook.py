"""`poll("id")` in a notebook: the way from a cell to the room."""

import json
import os
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from helseledelse.exercises.text import html


@dataclass(frozen=True)
class Door:
    """What a cell shows of the room.

    Attributes
    ----------
    title : the exercise's title, or "" where there is no such exercise
    sentence : what the lecturer should know or do
    address : of the page that opens the room, or "" where no server runs
    """

    title: str
    sentence: str
    address: str = ""

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        heading = f"<p><strong>{html(self.title, inline=True)}</strong></p>" if self.title else ""
        link = (
            f'<p><a href="{escape(self.address)}" target="_blank" rel="noopener">'
            "Vis oppgaven i rommet</a></p>"
            if self.address
            else ""
        )
        return f"{heading}{link}<p>{escape(self.sentence)}</p>"


def poll(name: str) -> Door:
    """Put an exercise before the room: gives a link to the page that opens it.

    The room opens in the browser with a code and a QR code for the participants' phones. Gives a
    sentence for people where the exercise is unknown, is not for a room, or no server runs.
    """
    from helseledelse.exercises.bank import bank
    from helseledelse.exercises.reader import ContentError
    from helseledelse.live.rules import fits

    try:
        exercise = bank()[name]
    except ContentError as problem:
        return Door("", str(problem))
    title = exercise.title.nb
    if not fits(exercise):
        return Door(
            title, "Denne oppgaven er laget for å skrives alene og kan ikke vises i rommet."
        )
    server = _server()
    if not server:
        return Door(
            title,
            "Rommet trenger arbeidsbokens egen tjener. Start den med «helseledelse start --rom», "
            "og velg oppgaven under «Rommet».",
        )
    return Door(
        title,
        "Lenken åpner siden der du starter avstemningen. Deltakerne svarer på telefonen, uten "
        "å logge inn.",
        f"{server.rstrip('/')}/helseledelse/rom?oppgave={quote(name)}",
    )


def _server() -> str:
    """Give the address of the server this kernel belongs to, or ""."""
    hub = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    if hub:
        return hub
    from jupyter_core.paths import jupyter_runtime_dir

    running = []
    for file in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        try:
            info = json.loads(file.read_text(encoding="utf-8"))
            running.append((info["pid"] == os.getppid(), file.stat().st_mtime, str(info["url"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a file somebody is writing or has left behind speaks of no server
    return max(running, default=(False, 0.0, ""))[2]
