"""The room as a service of a JupyterHub: phones without login, lecturers by the hub's.

A participant's phone cannot pass the login of somebody else's server. The hub starts this module
beside the servers, with the same handlers, and nothing else: no files, no kernels, no answers.
"""

import argparse
import asyncio
import hashlib
import logging
import os
import signal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.auth import AllowAllAuthorizer, User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from jupyterhub.services.auth import HubOAuth
from jupyterhub.singleuser.extension import (
    JupyterHubIdentityProvider,
    JupyterHubLogoutHandler,
    JupyterHubOAuthCallbackHandler,
)
from tornado.httpserver import HTTPServer
from tornado.web import Application, RedirectHandler
from traitlets.config import Config

from helseledelse.exercises.bank import CONTENT, read_bank
from helseledelse.exercises.programmes import read_programmes
from helseledelse.live.handlers import FOR_LECTURERS, HANDLERS
from helseledelse.live.network import ONLY_HERE_ON_HUB, WAITING, make_room
from helseledelse.live.rooms import Rooms
from helseledelse.live.store import RoomStore
from helseledelse.live.votes import take_votes
from helseledelse.pages.course import Course
from helseledelse.pages.extension import own_static, own_templates
from helseledelse.pages.folder import shipped_workbooks
from helseledelse.pages.handlers import SentenceError, StaticFile

GROUP = "forelesere"
_NOT_A_LECTURER = (
    "Bare forelesere kan åpne og styre et rom. Skal du svare, så skriv koden fra skjermen i "
    "salen. Skal du undervise, så be den som driver huben, om å legge deg i gruppen «{group}»."
)
_LARGEST_BODY = 100_000


class Lecturers(JupyterHubIdentityProvider):  # type: ignore[misc] # it has no types
    """Knows the lecturers: the members of a group of the hub, and its administrators."""

    group = GROUP

    async def get_user(self, handler: JupyterHandler) -> User | None:
        user: Any = await super().get_user(handler)
        if user is None:
            return None
        if user.hub_user.get("admin") or self.group in user.hub_user.get("groups", ()):
            return user  # type: ignore[no-any-return] # as above

        def refuse() -> str:
            raise SentenceError(403, _NOT_A_LECTURER.format(group=self.group), FOR_LECTURERS)

        # Whoever is already logged in is not sent to log in, again and again.
        handler.get_login_url = refuse  # type: ignore[method-assign]
        return None


def application(base: str, rooms: Rooms, identity: Lecturers, secret: bytes) -> Application:
    """Give everything the service answers, under the address the hub has given it."""
    content = Path(CONTENT)
    hub = identity.hub_auth
    home = hub.hub_host + url_path_join(hub.hub_prefix, "user-redirect/helseledelse")
    door = url_path_join(base, "helseledelse/rom/inn")
    leads: list[tuple[Any, ...]] = [
        (r"/helseledelse/static/([0-9a-f]+)/([a-z_-]+\.[a-z]+)", StaticFile),
        *HANDLERS,
        (r"/oauth_callback", JupyterHubOAuthCallbackHandler, {"hub_auth": hub}),
        (r"/logout", JupyterHubLogoutHandler),
        (r"/?", RedirectHandler, {"url": door, "permanent": False}),
        # The links of our pages lead to the lecturer's own server.
        (r"/helseledelse/?", RedirectHandler, {"url": home, "permanent": False}),
        (
            r"/helseledelse(/mine-svar|/arbeidsbok/.+)",
            RedirectHandler,
            {"url": home + "{0}", "permanent": False},
        ),
    ]
    made = Application(
        [(url_path_join(base, path), *rest) for path, *rest in leads],
        base_url=base,
        config=Config(),
        cookie_secret=secret,
        xsrf_cookies=False,  # jupyter_server asks for it itself, after it knows who is there
        identity_provider=identity,
        authorizer=AllowAllAuthorizer(parent=identity, identity_provider=identity),
        login_url=hub.login_url,
        allow_remote_access=True,
        # The lecturer's pages send who is not logged in to the hub, instead of a bare 403.
        allow_unauthenticated_access=True,
        helseledelse_course=Course(
            shipped_workbooks(), read_programmes(content / "programmes.toml"), read_bank(content)
        ),
        helseledelse_templates=own_templates(),
        helseledelse_static=own_static(),
        helseledelse_rooms=rooms,
        helseledelse_room_address="",
        helseledelse_room_warning=ONLY_HERE_ON_HUB,
        helseledelse_room_several=True,
        helseledelse_room_own=home + "/ta-med",
        helseledelse_room_door=base.rstrip("/"),
    )
    take_votes(made)
    return made


async def serve(folder: Path, journal: str, group: str) -> None:
    """Answer until the hub asks us to stop."""
    base = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    at = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    store = RoomStore(folder / "rom-hub.sqlite", journal=journal)
    identity = Lecturers(hub_auth=HubOAuth())
    identity.group = group
    rooms = Rooms(store)
    # Kept over a restart, as the voters' names are, but of no use where those are used.
    secret = hashlib.sha256(b"hub" + store.secret()).digest()
    server = HTTPServer(
        application(base, rooms, identity, secret),
        xheaders=True,
        trusted_downstream=["127.0.0.1", "::1"],
        max_body_size=_LARGEST_BODY,
    )
    if few := make_room():
        logging.getLogger(__name__).warning(few)
    server.listen(at.port or 80, at.hostname or "127.0.0.1", backlog=WAITING)
    stopped = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    await stopped.wait()
    server.stop()
    rooms.stop()
    await server.close_all_connections()


def main() -> None:
    """Run the service; the hub says where."""
    parser = argparse.ArgumentParser(prog="python -m helseledelse.live", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(), help="where rooms and votes lie")
    parser.add_argument("--journal", default="WAL", help="DELETE on a network disk")
    parser.add_argument("--group", default=GROUP, help="the hub's group of lecturers")
    asked = parser.parse_args()
    asyncio.run(serve(asked.folder, asked.journal, asked.group))
