"""The server: a page, what it needs to paint a terminal, and a web socket for each tab."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from aiohttp import WSCloseCode, web

from workbench.errors import ServeError
from workbench.serve.gate import Gate
from workbench.serve.tab import Delivery, Tab

_HERE = Path(__file__).parent
_STATIC: Mapping[str, Path | str] = {
    "page.js": _HERE / "page.js",
    "textual.js": "js/textual.js",
    "xterm.css": "css/xterm.css",
    "mono.ttf": "fonts/RobotoMono-VariableFont_wght.ttf",
    "mono-italic.ttf": "fonts/RobotoMono-Italic-VariableFont_wght.ttf",
}
_FRAMES = "http://127.0.0.1:* http://localhost:*"
_GRACE_S = 15.0
_HEARTBEAT_S = 20.0
_FONT_SIZES = range(6, 73)


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """What is served, and where.

    Args:
        command: What each tab runs: a program that paints by Textual's web driver.
        port: The port on 127.0.0.1; 0 takes any free one.
        framed: Whether another page of this machine, such as a notebook, may show it in a frame.
        kept_s: How long a workbench goes on after its tab is gone, in seconds.
    """

    command: Sequence[str]
    port: int = 8000
    framed: bool = False
    kept_s: float = 60.0


def assets() -> Path:
    """The folder of what the browser needs.

    Raises:
        ServeError: textual-serve is not installed.
    """
    spec = find_spec("textual_serve")
    if spec is None or not spec.submodule_search_locations:
        raise ServeError(
            "serving in a browser needs textual-serve, which is not installed",
            hint='pip install "workbench[serve]"',
        )
    return Path(spec.submodule_search_locations[0]) / "static"


@asynccontextmanager
async def serving(config: ServeConfig, link: Callable[[str], None]) -> AsyncIterator[None]:
    """Serve inside the block; leaving it ends every tab, each of which saves what it has.

    Args:
        config: What is served, and where.
        link: Told the link that lets a browser in, once; when it has been used, the next one.

    Raises:
        ServeError: The port is taken, or what the browser needs is not installed.
    """
    server = _Server(config, assets(), link)
    runner = web.AppRunner(server.app, access_log=None, shutdown_timeout=_GRACE_S)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", config.port).start()
        except OSError as error:
            raise ServeError(
                f"nothing can be served on port {config.port}: {error.strerror}",
                hint="Another program may be using it; --port 0 takes any free one.",
            ) from error
        server.opened(runner.addresses[0][1])
        yield
    finally:
        await runner.cleanup()


class _Server:
    def __init__(self, config: ServeConfig, static: Path, link: Callable[[str], None]) -> None:
        self._config, self._static, self._link = config, static, link
        self._gate = Gate(self._told)
        self._url = ""
        self._sockets: set[web.WebSocketResponse] = set()
        self._tabs: dict[str, Tab] = {}
        self._deliveries: dict[str, Delivery] = {}
        self.app = web.Application(middlewares=[self._guarded()])
        self.app.add_routes(
            [
                web.get("/", self._page),
                web.get("/ws/{tab}", self._socket),
                web.get("/static/{name}", self._file),
                web.get("/download/{key}", self._download),
            ]
        )
        self.app.on_response_prepare.append(self._headers)
        self.app.on_shutdown.append(self._close)

    def opened(self, port: int) -> None:
        """The server listens on this port: give the first link out."""
        self._url = f"http://127.0.0.1:{port}"
        self._told(self._gate.token)

    def _told(self, token: str) -> None:
        self._link(f"{self._url}/?token={token}")

    def _guarded(self) -> Callable[..., Awaitable[web.StreamResponse]]:
        @web.middleware
        async def guard(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            return self._gate.check(request) or await handler(request)

        return guard

    async def _headers(self, request: web.Request, response: web.StreamResponse) -> None:
        frames = _FRAMES if self._config.framed else "'none'"
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            f" font-src 'self'; img-src 'self' data:; connect-src 'self' ws://{request.host};"
            f" base-uri 'none'; form-action 'none'; frame-ancestors {frames}"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"

    async def _page(self, request: web.Request) -> web.Response:
        size = request.query.get("fontsize", "")
        if not (size.isascii() and size.isdigit() and int(size) in _FONT_SIZES):
            size = "15"
        page = (_HERE / "page.html").read_text("utf-8")
        page = page.replace("{socket}", f"ws://{request.host}/ws").replace("{size}", size)
        return web.Response(text=page, content_type="text/html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        place = _STATIC.get(request.match_info["name"])
        if place is None:
            raise web.HTTPNotFound
        return web.FileResponse(self._static / place)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_S)
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            width, height = (_number(request.query.get(name, "")) for name in ("width", "height"))
            tab = self._tab(request.match_info["tab"])
            await tab.show_in(socket, width or 80, height or 24)
        finally:
            self._sockets.discard(socket)
        return socket

    def _tab(self, key: str) -> Tab:
        """The tab of this key; a new one where there is none, or another page shows it."""
        while key in self._tabs and self._tabs[key].seen:
            key += "+"  # a copy of a tab has its key, too
        if key not in self._tabs:
            self._tabs[key] = Tab(
                self._config.command, self._config.kept_s, self._deliveries, self._ended
            )
        return self._tabs[key]

    def _ended(self, tab: Tab) -> None:
        self._tabs = {key: other for key, other in self._tabs.items() if other is not tab}

    async def _download(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        delivery = self._deliveries.pop(key, None)
        if delivery is None:
            raise web.HTTPNotFound(text="workbench: there is no such file any more\n")
        self._deliveries[key] = delivery
        name = quote(Path(str(delivery.about.get("path", ""))).name or "file")
        response = web.StreamResponse()
        # Saved, never shown: a page of data must not become a page of ours.
        response.content_type = "application/octet-stream"
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        await response.prepare(request)
        try:
            while chunk := await delivery.tab.want(key, delivery):
                await response.write(chunk)
        finally:
            self._deliveries.pop(key, None)
        await response.write_eof()
        return response

    async def _close(self, _: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server was stopped")
        await asyncio.gather(*(tab.end() for tab in self._tabs.values()))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
