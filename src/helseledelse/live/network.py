"""The room on the room's own network: a door of its own, through which nothing else is reached.

The workbook's server listens to this machine only. Where the lecturer asks for it, a second door
listens to the network and leads to the phones' addresses and our scripts, and nowhere else.
"""

import re
import socket
import sys
from contextlib import suppress
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.netutil import bind_sockets
from tornado.routing import Router
from tornado.web import Application, ErrorHandler, RedirectHandler

PORT = 8478
ONLY_HERE = (
    "Telefonene når ikke denne adressen, for arbeidsboken svarer bare på denne maskinen. Lukk den, "
    "og start den på nytt med «helseledelse start --rom»."
)
ONLY_HERE_ON_HUB = (
    "Telefonene når ikke denne adressen, for den gjelder bare på maskinen som kjører huben. Åpne "
    "huben på adressen deltakerne bruker, så blir adressen og QR-koden riktige."
)
_FEW = (
    "Maskinen har bare plass til omtrent {phones} telefoner i rommet på én gang. Er dere flere, så "
    "øk grensen for åpne filer («ulimit -n») og start på nytt."
)
_LARGEST_BODY = 100_000
WAITING = 1024  # phones that may stand at the door at once, while the server does something else
_A_PHONE = 6  # connections: the most a browser opens to one server
_MOST_FILES = 65_536
_A_CLASS = 250
_PATHS = re.compile(
    r"/helseledelse/(rom/inn|rom/[^/]+(/stem|/lapp|/samtale|/hendelser)?|static/[0-9a-f]+/[a-z_-]+\.[a-z]+)"
)


class PhonesOnly(Router):
    """Leads phones to their addresses, and answers everything else with «not here»."""

    def __init__(self, application: Application, base: str) -> None:
        self._application, self._base = application, base.rstrip("/")
        self._nothing = Application(
            [
                (r"/", RedirectHandler, {"url": f"{base}helseledelse/rom/inn", "permanent": False}),
                (r".*", ErrorHandler, {"status_code": 404}),
            ]
        )

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate | None:
        path = request.path.removeprefix(self._base)
        leads = request.path.startswith(f"{self._base}/") and _PATHS.fullmatch(path)
        return (self._application if leads else self._nothing).find_handler(request, **kwargs)


def listen(application: Application, base: str, port: int) -> tuple[HTTPServer, str]:
    """Open the door on every network of this machine; gives it, and the address phones write.

    A `port` that is taken gives way to a free one.
    """
    try:
        sockets = bind_sockets(port, "0.0.0.0", socket.AF_INET, WAITING)  # noqa: S104  the task
    except OSError:
        sockets = bind_sockets(0, "0.0.0.0", socket.AF_INET, WAITING)  # noqa: S104  as above
    server = HTTPServer(PhonesOnly(application, base), max_body_size=_LARGEST_BODY)
    server.add_sockets(sockets)
    return server, f"http://{own_address()}:{sockets[0].getsockname()[1]}"


def make_room() -> str:
    """Let this process have as many connections as the machine gives it.

    Gives a sentence where that is too few for a class, and "" where it is enough.
    """
    if sys.platform == "win32":
        return ""  # which has no such limit
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):  # macOS promises more than it gives
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY or soft >= _A_PHONE * _A_CLASS:
        return ""
    return _FEW.format(phones=soft // _A_PHONE)


def browser_protocol(request: HTTPServerRequest) -> str:
    """Give what the browser speaks, also where several proxies stand between.

    The first one named is the one nearest to the browser; tornado takes the last. Who makes it up
    changes nothing but the addresses and the cookie they are given themselves.
    """
    said = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    return said if said in ("http", "https") else str(request.protocol)


def own_address() -> str:
    """Give this machine's address on the network it uses; sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            # A connected datagram socket has only chosen its way; 192.0.2.1 is for examples.
            asked.connect(("192.0.2.1", 9))
            return str(asked.getsockname()[0])
        except OSError:
            return "127.0.0.1"
