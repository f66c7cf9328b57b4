"""A JupyterHub on one machine, with the room. See docs/drift.md (in Norwegian).

Who may log in is yours to say: without `c.JupyterHub.authenticator_class` the hub asks for the
machine's own users. Members of the group `forelesere`, and the hub's administrators, lead rooms.
"""

import os
import sys
from pathlib import Path

c = get_config()  # type: ignore[name-defined]  # noqa: F821  JupyterHub gives it to this file

_KEPT = Path(
    os.environ.get("HELSELEDELSE_HUB", "")
).resolve()  # rooms, votes, and what the hub knows

c.JupyterHub.bind_url = os.environ.get("HELSELEDELSE_HUB_ADDRESS", "http://127.0.0.1:8000")
c.JupyterHub.db_url = f"sqlite:///{_KEPT}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{_KEPT}/jupyterhub_cookie_secret"

# The proxy from PyPI needs no npm. It speaks no https itself: put a web server with the certificate
# before it. With another proxy, such as the one from npm or Traefik, leave these two lines out.
c.ConfigurableHTTPProxy.command = [sys.executable, "-m", "helseledelse.live.proxy"]
c.ConfigurableHTTPProxy.pid_file = f"{_KEPT}/jupyterhub-proxy.pid"

c.Spawner.default_url = "/helseledelse"
c.Spawner.http_timeout = 120  # a whole class may log in at once, and wait for one machine

# ------------------------------------------------------------ the room

c.JupyterHub.services = [
    {
        "name": "rom",
        "url": os.environ.get("HELSELEDELSE_ROOM", "http://127.0.0.1:8479"),
        "command": [sys.executable, "-m", "helseledelse.live", "--folder", str(_KEPT)],
        # It is the hub's own service: nobody is asked whether it may know who they are.
        "oauth_no_confirm": True,
        "display": False,
    }
]
# «Rommet» on a person's own server, and poll() in a notebook, lead to the service.
c.Spawner.args = ["--Live.service=rom"]
c.JupyterHub.load_groups = {"forelesere": {"users": []}}
# Everyone may ask; the service itself says no, in a sentence, to who is not a lecturer.
c.JupyterHub.load_roles = [{"name": "user", "scopes": ["self", "access:services!service=rom"]}]
