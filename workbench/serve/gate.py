"""Who is let in: whoever asks by a loopback name, from our own page, and has had the link."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web

NAMES = ("127.0.0.1", "localhost", "::1")
"""What this machine is called by itself; a page that was rebound to it calls it otherwise."""


class Gate:
    """Trades each link once for a cookie, and from then on asks for the cookie.

    Args:
        used: Called each time a link has been used, with the token of the next one.
    """

    def __init__(self, used: Callable[[str], None]) -> None:
        self.token = secrets.token_urlsafe(24)
        self._cookie = secrets.token_urlsafe(24)
        self._used = used

    def check(self, request: web.BaseRequest) -> web.Response | None:
        """What is answered instead of what was asked for; None where that may be given."""
        try:
            name = urlsplit(f"//{request.host}").hostname
        except ValueError:
            name = None
        if name not in NAMES:
            return _refused("This workbench is reached as 127.0.0.1 or localhost only.")
        origin = request.headers.get("Origin")
        if origin is None and "Upgrade" in request.headers:
            return _refused("A web socket is opened from the workbench's own page only.")
        if origin not in (None, f"http://{request.host}"):
            return _refused("Another page asks; only the workbench's own page may.")
        if self._has_cookie(request):
            return _home() if "token" in request.query else None
        if "token" not in request.query:
            return _refused("Open the link that `workbench serve` printed.")
        return self._traded(request)

    def _traded(self, request: web.BaseRequest) -> web.Response | None:
        """The cookie for a link, where it is the one that is out."""
        if request.method != "GET" or not _same(request.query["token"], self.token):
            return _refused(
                "This link has been used, or never was one."
                " `workbench serve` has printed a new one."
            )
        self.token = secrets.token_urlsafe(24)
        answer = _home()
        answer.set_cookie(
            self._name(request), self._cookie, httponly=True, samesite="Lax", path="/"
        )
        self._used(self.token)
        return answer

    def _has_cookie(self, request: web.BaseRequest) -> bool:
        return _same(request.cookies.get(self._name(request), ""), self._cookie)

    @staticmethod
    def _name(request: web.BaseRequest) -> str:
        """Cookies are the host's, whatever the port; two workbenches must not share one."""
        port = urlsplit(f"//{request.host}").port
        return f"workbench-{port or 80}"


def _same(told: str, known: str) -> bool:
    return secrets.compare_digest(told.encode("utf-8", "replace"), known.encode())


def _home() -> web.Response:
    """The page, without the link's token in its address."""
    return web.Response(status=303, headers={"Location": "/"})


def _refused(why: str) -> web.Response:
    return web.Response(status=403, text=f"workbench: {why}\n")
