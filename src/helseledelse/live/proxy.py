"""The pure-Python proxy of a hub, made to let through what never ends.

`configurable-http-proxy` from PyPI answers JupyterHub as the one from npm does, but reads every
answer to its end before it gives any of it away, and forgets that the browser came by https. The
room's pages listen to an answer that has no end. ``python -m helseledelse.live.proxy`` takes the
same arguments and passes each piece on as it comes. Nor does it close a browser's socket when the
server behind has closed its own, so that the page would never know.
"""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from configurable_http_proxy import cli, configproxy
from configurable_http_proxy.handlers import ProxyHandler
from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream, StreamClosedError
from tornado.tcpclient import TCPClient
from tornado.websocket import WebSocketClosedError, websocket_connect

from helseledelse.live.network import browser_protocol

# Said of one connection, not of what it carries (RFC 9110, 7.6.1).
_ONE_CONNECTION = (
    "Connection",
    "Keep-Alive",
    "Transfer-Encoding",
    "TE",
    "Trailer",
    "Proxy-Connection",
)
_PIECE = 65536
_PING_SECONDS = 30.0


class _Answer(HTTPMessageDelegate):
    """What the server behind answers, passed on as it comes."""

    def __init__(self, handler: "PassingHandler") -> None:
        self._handler = handler

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        assert isinstance(start_line, ResponseStartLine)  # noqa: S101  it is an answer
        if start_line.code >= 200:  # before it there is only «go on»
            self._handler.begin(start_line, headers)

    async def data_received(self, chunk: bytes) -> None:
        self._handler.write(chunk)
        await self._handler.flush()

    def on_connection_close(self) -> None:
        return


class PassingHandler(ProxyHandler):  # type: ignore[misc] # it has no types
    """Passes a request on, and each piece of the answer back when it is there."""

    behind: IOStream | None = None
    begun = False
    ws_client: Any
    ping_interval = ping_timeout = _PING_SECONDS  # a browser that has left without a word

    def _get_proxy_request(self, url: str) -> HTTPRequest:
        request: HTTPRequest = super()._get_proxy_request(url)
        headers = HTTPHeaders(self.request.headers)
        came = [headers.get("X-Forwarded-For", ""), self.request.remote_ip or ""]
        headers["X-Forwarded-For"] = ", ".join(filter(None, came))
        headers["X-Forwarded-Proto"] = browser_protocol(self.request)
        headers["X-Forwarded-Host"] = headers.get("X-Forwarded-Host") or self.request.host
        request.headers = headers
        return request

    async def call_proxy(self, path: str | None = None) -> None:
        url = await self.get_target_url(path)
        if url is None:
            return
        headers = self._get_proxy_request(url).headers
        for name in _ONE_CONNECTION:
            headers.pop(name, None)
        headers["Connection"] = "close"
        if self.request.body:
            headers["Content-Length"] = str(len(self.request.body))
        parts = urlsplit(url)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            self.behind = await TCPClient().connect(parts.hostname or "", parts.port or 80)
            connection = HTTP1Connection(
                self.behind, is_client=True, params=HTTP1ConnectionParameters(chunk_size=_PIECE)
            )
            await connection.write_headers(
                RequestStartLine(self.request.method or "GET", address, ""),
                headers,
                self.request.body,
            )
            connection.finish()
            await connection.read_response(_Answer(self))
        except (OSError, StreamClosedError) as problem:
            if not self._headers_written and not self.request.connection.stream.closed():
                await self.handle_proxy_error(503, problem)
            return
        finally:
            if self.behind:
                self.behind.close()
        if not self.begun:
            await self.handle_proxy_error(502, None)
        elif not self._finished:
            await self.finish()

    def begin(self, start: ResponseStartLine, headers: HTTPHeaders) -> None:
        self.begun = True
        self.clear()
        for name in ("Server", "Content-Type", "Date"):
            self.clear_header(name)
        self.set_status(start.code, start.reason)
        for name, value in headers.get_all():
            if name not in _ONE_CONNECTION:
                self.add_header(name, value)

    async def start_ws_client(self, path: str | None = None) -> None:
        url = await self.get_target_url(path)
        if url is None:
            return
        request = self._get_proxy_request(url.replace("http", "ws", 1))
        request.headers.pop("Sec-WebSocket-Extensions", None)  # the browser's, not ours
        try:
            self.ws_client = await websocket_connect(request, on_message_callback=self.pass_on)
        except HTTPClientError as refused:
            self.set_status(refused.code)
            await self.finish()
        except (OSError, StreamClosedError) as problem:
            await self.handle_proxy_error(503, problem)

    def pass_on(self, message: str | bytes | None) -> None:
        """Pass a message on to the browser; None is that the server behind has closed."""
        self.proxy.update_last_activity(self.target["prefix"])
        with suppress(WebSocketClosedError):
            if message is None:
                self.close()
            else:
                self.write_message(message, binary=isinstance(message, bytes))

    def on_message(self, message: str | bytes) -> None:
        self.proxy.update_last_activity(self.target["prefix"])
        with suppress(WebSocketClosedError):
            self.ws_client.write_message(message, binary=isinstance(message, bytes))

    def compute_etag(self) -> None:
        """Leave the answer as it came: an etag of ours could turn it into «not modified»."""

    def on_connection_close(self) -> None:
        super().on_connection_close()
        if self.behind:
            self.behind.close()  # so that the room knows at once that the page is closed


def main() -> None:
    """Run the proxy with the arguments that JupyterHub gives."""
    configproxy.ProxyHandler = PassingHandler
    cli.main()


if __name__ == "__main__":
    main()
