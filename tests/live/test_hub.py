"""The room as a hub's service, and behind a proxy: a real hub, phones as nobody."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from helseledelse.live.extension import Live

SHIPPED = Path(__file__).parents[2] / "hub" / "jupyterhub_config.py"
EXERCISE = "fp-foerste"  # one choice of four
# Only here does everybody who asks come in.
CONFIG = """
import os
exec(compile(open({shipped!r}).read(), {shipped!r}, "exec"))
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {{"leder"}}
c.JupyterHub.load_groups = {{"forelesere": {{"users": ["foreleser", "kollega"]}}}}
c.JupyterHub.default_url = "/hub/home"  # nobody here has a machine user to start a server as
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
"""
# As helseledelse.live does: half of the time to start goes to a part nobody here needs.
START = """
import sys
sys.modules["rfc3987_syntax"] = None
from jupyterhub.app import main
main()
"""
# What a browser says of a page somebody opens, and of what its scripts ask for.
NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
SCRIPT = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}


def free_ports(number: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


class Browser:
    """Somebody's browser: its own cookies."""

    def __init__(self, base: str) -> None:
        self.base, self.cookies = base, CookieJar()
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.cookies))
        self.page: dict[str, Any] = {}
        self.address = ""

    def ask(
        self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        request = Request(self.base + path, body, NAVIGATES | (headers or {}))  # noqa: S310
        try:
            with self.opener.open(request, timeout=20) as reply:
                self.address = reply.url
                return reply.status, reply.read().decode()
        except HTTPError as reply:
            with reply:
                self.address = reply.url
                return reply.code, reply.read().decode()

    def see(self, path: str, headers: dict[str, str] | None = None) -> str:
        """Open a page of ours."""
        status, text = self.ask(path, headers=headers)
        assert status == 200, (path, status, text[:300])
        found = re.search(r'application/json">(.*?)</script>', text, re.DOTALL)
        assert found, text[:300]
        self.page = json.loads(found[1])
        return text

    def send(self, path: str, message: object) -> tuple[int, Any]:
        """Post as the script of the page does."""
        headers = {"X-XSRFToken": self.page.get("xsrf", "")} | SCRIPT
        status, text = self.ask(path, json.dumps(message).encode(), headers)
        return status, json.loads(text)

    def log_in(self, name: str) -> "Browser":
        status, text = self.ask("/hub/login")
        token = re.search(r'name="_xsrf"\s+value="([^"]+)"', text)
        assert token, text[:300]
        form = {"username": name, "password": "x" * 40, "_xsrf": token[1]}
        status, text = self.ask("/hub/login", urlencode(form).encode())
        assert (status, "/hub/login" in self.address) == (200, False), text[-1500:]
        return self

    def open_room(self) -> str:
        self.see("/services/rom/helseledelse/rom")
        form = {"oppgave": EXERCISE, "_xsrf": self.page["xsrf"]}
        status, text = self.ask("/services/rom/helseledelse/rom", urlencode(form).encode())
        found = re.search(r"/services/rom/helseledelse/rom/([A-Z]{4})/scene$", self.address)
        assert found, (status, self.address, text[:500])
        return found[1]


async def talk(phone: Browser, where: str, lecturer: Browser) -> list[Any]:
    """Vote up a phone's socket, and let the lecturer close the room; gives what came down."""
    cookie = "; ".join(f"{each.name}={each.value}" for each in phone.cookies)
    address = f"{phone.base}{where}/samtale".replace("http", "ws", 1)
    foreign = {"Cookie": cookie, "Origin": "http://ond.eksempel.no"}
    with pytest.raises(HTTPClientError, match="403"):
        await websocket_connect(HTTPRequest(address, headers=foreign))
    with pytest.raises(HTTPClientError, match="403"):  # the room's own refusal
        await websocket_connect(HTTPRequest(address, headers={"Origin": phone.base}))
    asked = HTTPRequest(address, headers={"Cookie": cookie, "Origin": phone.base})
    line = await websocket_connect(asked, compression_options={})  # offered, as browsers do
    await line.write_message(json.dumps({"xsrf": phone.page["xsrf"], "turn": 1}))
    said = [await line.read_message()]
    vote = {"id": 1, "what": "stem", "response": "a", "round": 1, "at": 1}
    await line.write_message(json.dumps(vote))
    said.append(await line.read_message())
    assert lecturer.send(f"{where}/scene/steg", {"step": "close"})[0] == 200
    while said[-1] is not None:
        said.append(await asyncio.wait_for(line.read_message(), 20))
    line.close()
    return [json.loads(each) for each in said if each]


@dataclass(frozen=True)
class Hub:
    """A hub's address, and that of its proxy's own interface with the key to it."""

    address: str
    proxy: str
    key: str

    def lead(self, path: str, target: str) -> None:
        """Let the proxy lead a path to a server that is not the hub's."""
        asked = Request(  # noqa: S310
            f"{self.proxy}/api/routes{path}",
            json.dumps({"target": target}).encode(),
            {"Authorization": f"token {self.key}"},
        )
        with build_opener(ProxyHandler({})).open(asked, timeout=10) as reply:
            assert reply.status == 201


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Start the shipped configuration, on ports nobody has."""
    home = tmp_path_factory.mktemp("hub")
    public, inner, api, service = free_ports(4)
    config = home / "jupyterhub_config.py"
    config.write_text(CONFIG.format(shipped=str(SHIPPED), hub=inner, api=api))
    address = f"http://127.0.0.1:{public}"
    environment = {
        **os.environ,
        "HELSELEDELSE_HUB": str(home),
        "HELSELEDELSE_HUB_ADDRESS": address,
        "HELSELEDELSE_ROOM": f"http://127.0.0.1:{service}",
        "CONFIGPROXY_AUTH_TOKEN": "n" * 40,
        "no_proxy": "127.0.0.1",
    }
    with (home / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", START, "--config", str(config)],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=home,
            env=environment,
        )
    try:
        opener = build_opener(ProxyHandler({}))
        for _ in range(300):
            try:
                with opener.open(f"{address}/services/rom/", timeout=5):
                    break
            except (URLError, OSError):
                assert process.poll() is None, (home / "log.txt").read_text()[-3000:]
                time.sleep(0.2)
        else:
            pytest.fail((home / "log.txt").read_text()[-3000:])
        yield Hub(address, f"http://127.0.0.1:{api}", environment["CONFIGPROXY_AUTH_TOKEN"])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.fixture(scope="module")
def hub(started: Hub) -> str:
    return started.address


def test_a_round_through_the_hubs_proxy(hub: str) -> None:
    lecturer = Browser(hub).log_in("foreleser")
    code = lecturer.open_room()
    stage = lecturer.see(f"/services/rom/helseledelse/rom/{code}/scene")
    host = hub.removeprefix("http://")
    assert f"{host}/services/rom<" in stage
    invited = re.search(r"/services/rom/helseledelse/rom/[A-Z]{4}\?n=\w+", stage)
    assert invited

    phone = Browser(hub)
    assert "Koden på skjermen" in phone.ask("/services/rom")[1]
    phone.see(invited[0])
    assert [cookie.path for cookie in phone.cookies if cookie.name == "helseledelse_rom"] == [
        f"/services/rom/helseledelse/rom/{code}"
    ]
    where = f"/services/rom/helseledelse/rom/{code}"
    request = Request(f"{hub}{where}/scene/hendelser", headers=SCRIPT)  # noqa: S310
    with lecturer.opener.open(request, timeout=10) as stream:
        assert json.loads(stream.readline().removeprefix(b"data: "))["answered"] == 0
        with phone.opener.open(f"{hub}{where}/hendelser", timeout=10) as heard:
            assert b"question" in heard.readline()
            status, shown = lecturer.send(f"{where}/scene/steg", {"step": "vote"})
            assert (status, shown["inside"]) == (200, 1)
            heard.readline()
            assert b'"vote"' in heard.readline()
            vote = {"type": "save", "response": "a", "round": 1, "at": 1}
            assert phone.send(f"{where}/stem", vote) == (200, {"saved": {"at": 1}})
            seen: dict[str, Any] = {}
            while seen.get("answered") != 1:
                line = stream.readline()
                seen = json.loads(line[6:]) if line.startswith(b"data: ") else seen
    # The proxy has told the room that the page is closed.
    left = time.monotonic() + 10
    while lecturer.send(f"{where}/scene/steg", {"step": "locked"})[1].get("inside"):
        assert time.monotonic() < left
        lecturer.send(f"{where}/scene/steg", {"step": "vote"})
    assert lecturer.send(f"{where}/scene/steg", {"step": "both"})[1]["results"]


def test_a_socket_through_the_hubs_proxy(hub: str) -> None:
    lecturer, phone = Browser(hub).log_in("foreleser"), Browser(hub)
    where = f"/services/rom/helseledelse/rom/{lecturer.open_room()}"
    lecturer.see(f"{where}/scene")
    phone.see(where)
    lecturer.send(f"{where}/scene/steg", {"step": "vote"})
    first, receipt, *_, last = asyncio.run(talk(phone, where, lecturer))
    assert first["shown"]["state"] == "vote"
    assert receipt == {"id": 1, "saved": {"at": 1}}
    assert last["shown"]["closed"]


def test_the_lecturers_pages_are_the_lecturers(hub: str) -> None:
    leader = Browser(hub).log_in("leder")  # an administrator is not in the group
    code = leader.open_room()
    where = f"/services/rom/helseledelse/rom/{code}"
    pages = ["/services/rom/helseledelse/rom", f"{where}/scene", f"{where}/scene/hendelser"]
    nobody = Browser(hub)
    for path in pages:
        assert "Jupyter" in nobody.ask(path)[1]
        assert "/hub/login" in nobody.address, path
    participant = Browser(hub).log_in("deltaker")
    for path in pages:
        status, text = participant.ask(path)
        assert status == 403, path
        assert "Bare forelesere kan åpne og styre et rom" in text
    for browser in (nobody, participant):
        browser.page = {"xsrf": "x"}
        assert browser.send(f"{where}/scene/steg", {"step": "vote"})[0] == 403
        browser.see(where)  # and everyone may answer
        assert browser.send(f"{where}/scene/steg", {"step": "vote"})[0] == 403
    # Nor does a lecturer's login serve a page of another site.
    other = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "cross-site"}
    assert leader.ask(f"{where}/scene/steg", b'{"step": "vote"}', other)[0] == 403


def test_each_lecturer_has_their_own_rooms(hub: str) -> None:
    one, other = Browser(hub).log_in("foreleser"), Browser(hub).log_in("kollega")
    code = one.open_room()
    where = f"/services/rom/helseledelse/rom/{code}"
    report = re.search(r"/services/rom/helseledelse/referat/[\w-]+", one.see(f"{where}/scene"))
    assert report
    assert code in one.see("/services/rom/helseledelse/rom")
    own = other.see("/services/rom/helseledelse/rom")
    assert code not in own
    assert report[0] not in own
    for path in [f"{where}/scene", f"{where}/scene/hendelser"]:
        status, text = other.ask(path)
        assert status == 403
        assert "er åpnet av en annen foreleser" in text
        assert "Siden er for foreleseren" in text
    assert other.send(f"{where}/scene/steg", {"step": "vote"})[0] == 403
    assert one.ask(report[0])[0] == 200
    assert other.ask(report[0])[0] == other.ask(f"{report[0]}/referat.csv")[0] == 404
    other.see(where)  # and may answer in it, as everyone


def test_the_stage_does_not_give_advice_for_another_way_of_starting(hub: str) -> None:
    stage = Browser(hub).log_in("foreleser")
    text = stage.see(f"/services/rom/helseledelse/rom/{stage.open_room()}/scene")
    assert "--rom" not in text
    assert "gjelder bare på maskinen som kjører huben" in text


def test_behind_https_the_addresses_and_the_cookie_say_so(hub: str) -> None:
    lecturer = Browser(hub).log_in("foreleser")
    code = lecturer.open_room()
    where = f"/services/rom/helseledelse/rom/{code}"
    outside = {"X-Forwarded-Proto": "https", "Host": "hub.eksempel.no"}
    assert f"https://hub.eksempel.no{where}?n=" in lecturer.see(f"{where}/scene", outside)
    phone = Browser(hub)
    phone.see(where, outside)
    (cookie,) = phone.cookies
    assert cookie.secure
    assert cookie.has_nonstandard_attr("HttpOnly")


def test_the_service_has_nothing_but_the_room(hub: str) -> None:
    lecturer = Browser(hub).log_in("foreleser")
    for path in ["api/contents", "api/kernels", "lab", "tree", "files/x", "helseledelse/kurs/1"]:
        assert lecturer.ask(f"/services/rom/{path}")[0] == 404, path


def test_the_room_of_a_persons_own_server_is_the_services(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTERHUB_BASE_URL", "/kurs/")
    own = Live(service="rom")
    own.initialize_handlers()
    ((ours, _, given),) = own.handlers
    there = "/kurs/services/rom/helseledelse/"
    for path in ["rom", "rom/ABCD/scene", "grupper", "referat/x", "kjoreplan/primaer/1"]:
        found = re.fullmatch(ours, f"/helseledelse/{path}")
        assert found, path
        assert given["url"].format(*found.groups()) == there + path
    for path in ["", "romslig", "arbeidsbok/kurs/1"]:
        assert not re.fullmatch(ours, f"/helseledelse/{path}"), path


@pytest.fixture
def behind(serve: Any, started: Hub) -> tuple[Any, str]:
    """Give a server under a prefix, and the address of the proxy before it."""
    config = {"base_url": "/kurs/", "allow_remote_access": True}
    served = serve(config={"ServerApp": config}).log_in()
    assert "/kurs/helseledelse" in served.address
    started.lead("/kurs", f"http://127.0.0.1:{served.port}")
    return served, started.address


def test_a_vote_under_a_prefix_behind_a_proxy(behind: tuple[Any, str]) -> None:
    served, address = behind
    lecturer = Browser(address)
    assert lecturer.ask(f"/kurs/helseledelse?{served.opened.partition('?')[2]}")[0] == 200
    lecturer.see("/kurs/helseledelse/rom")
    form = f"oppgave=p1-valg&_xsrf={lecturer.page['xsrf']}".encode()
    lecturer.ask("/kurs/helseledelse/rom", form)
    found = re.search(r"/kurs/helseledelse/rom/([A-Z]{4})/scene$", lecturer.address)
    assert found, lecturer.address
    assert lecturer.address.startswith(address)
    where = f"/kurs/helseledelse/rom/{found[1]}"
    stage = lecturer.see(f"{where}/scene")
    assert f"{address}{where}?n=" in stage
    phone = Browser(address)
    phone.see(where)
    assert {cookie.path for cookie in phone.cookies} == {where}
    with lecturer.opener.open(f"{address}{where}/scene/hendelser", timeout=10) as stream:
        assert stream.readline().startswith(b"data: ")
        assert lecturer.send(f"{where}/scene/steg", {"step": "vote"})[0] == 200
        vote = {"type": "save", "response": "a", "round": 1, "at": 1}
        assert phone.send(f"{where}/stem", vote) == (200, {"saved": {"at": 1}})
        line = b""
        while b'"answered": 1' not in line:
            line = stream.readline()
    # Two proxies, of which the first has the certificate: tornado alone would read «http».
    outside = {"X-Forwarded-Proto": "https, http", "Host": "kurs.eksempel.no"}
    key = served.opened.partition("?")[2]  # of another name, so the lecturer logs in there
    stage = Browser(address).see(f"{where}/scene?{key}", outside)
    assert f"https://kurs.eksempel.no{where}?n=" in stage
    other = Browser(address)
    other.see(where, outside)
    (cookie,) = other.cookies
    assert cookie.secure
    first, receipt, *_, last = asyncio.run(talk(phone, where, lecturer))
    assert first["shown"]["answer"]["response"] == "a"
    assert receipt == {"id": 1, "saved": {"at": 1}}
    assert last["shown"]["closed"]
