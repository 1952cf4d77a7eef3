"""Requests as code, run by the official SDK itself, newest 1.x and newest 2.x."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.answers import frames, start, stop, text
from tests.sdk.environments import MAJORS, sdk_pythons
from tests.telling.test_code import BODY
from workbench.telling.code import Place, code
from workbench.wire.request import MessagesRequest

ANSWER = frames(start(), *text("Hello ", "wörld."), *stop())


@contextmanager
def listening() -> Iterator[tuple[str, list[tuple[dict[str, str], Any]]]]:
    """A server that keeps what it is sent, and answers with a stream."""
    sent: list[tuple[dict[str, str], Any]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            sent.append(({k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("content-length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", sent
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("major", MAJORS)
def test_the_official_sdk_sends_the_same_request(
    major: int, request: pytest.FixtureRequest
) -> None:
    """To the field, and in our version of the API; the answer is printed as it comes."""
    assert request.config.cache is not None
    python = sdk_pythons(request.config.cache.mkdir("official-sdk"))[major]
    with listening() as (url, sent):
        program = code(MessagesRequest.of(BODY), "python", Place(url, "2023-06-01", "MY_KEY"))
        env = {"MY_KEY": "secret-key", "NO_PROXY": "*", "PYTHONUTF8": "1"}
        done = subprocess.run(
            [str(python), "-W", "ignore", "-c", program],
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            encoding="utf-8",
        )

    assert done.returncode == 0, done.stderr
    assert done.stdout == "Hello wörld.\n"
    ((headers, body),) = sent
    assert body == BODY
    assert headers["anthropic-version"] == "2023-06-01"
    assert "secret-key" in headers.get("x-api-key", "") + headers.get("authorization", "")
