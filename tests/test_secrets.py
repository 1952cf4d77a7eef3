"""The key appears in nothing that we write or print, after a run of everything.

The server here is a hostile one: it repeats the key that it was sent wherever it can.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.answers import frames, start, stop, text
from workbench.api.client import Client
from workbench.api.endpoint import Endpoint
from workbench.catalog.catalog import catalog
from workbench.catalog.profile import Profile
from workbench.cli.main import main
from workbench.errors import ApiError
from workbench.run import Run, RunEvent
from workbench.wire.request import MessagesRequest
from workbench.workbench.crash import crash_line

KEY = "sk-ant-api03-Zx9Qw7Rt5Yp3Lm1Kd8Vb6Nc4-SECRET"
PARTS = (KEY, KEY[:20], KEY[-20:])
"""The key, and halves of it that no cut by a width or a limit may leave over."""

SSE = {"content-type": "text/event-stream"}
JSON = {"content-type": "application/json"}
Answer = tuple[int, dict[str, str], bytes]


def block(begun: dict[str, Any], delta: dict[str, Any]) -> bytes:
    """A whole answer of one block."""
    events = [
        {"type": "content_block_start", "index": 0, "content_block": begun},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
    ]
    return frames(start(), *events, *stop())


def refused(key: str) -> bytes:
    """A refusal in the API's shape whose every field has the key."""
    error = {"type": f"{key}_error", "message": f"x-api-key {key} is wrong", "code": key}
    return json.dumps({"type": "error", "error": error, "request_id": f"req_{key}"}).encode()


def echoed(key: str) -> dict[str, Answer]:
    """Every way to repeat a key: status, headers and body, by what the user asks for."""
    call = {"type": "tool_use", "id": "toolu_1", "name": key, "input": {}}
    arguments = {"type": "input_json_delta", "partial_json": json.dumps({"key": key})}
    thinking = {"type": "thinking", "thinking": "", "signature": ""}
    thought = {"type": "thinking_delta", "thinking": f"So: {key}"}
    novelty = {"type": key, key: [key]}
    error = {"type": "error", "error": {"type": "overloaded_error", "message": f"busy, {key}"}}
    ids = {"request-id": f"req_{key}", "x-ratelimit-limit": key}
    return {
        "says it": (200, SSE, frames(start(), *text("Your key is", f" {key}!"), *stop())),
        "spells it": (200, SSE, frames(start(), *text("It is ", *key, "!"), *stop())),
        "calls a tool with it": (200, SSE, block(call, arguments)),
        "thinks it": (200, SSE, block(thinking, thought)),
        "unknown event": (200, SSE, frames(start(), novelty, *text("x"), *stop(key))),
        "error event": (200, SSE, frames(start(), *text("x")[:2], error)),
        "401": (401, JSON, refused(key)),
        "400": (400, JSON, refused(key)),
        "500 in html": (500, {"content-type": "text/html"}, f"<p>bad key {key}</p>".encode()),
        "header": (429, ids, b"{}"),
        "redirect": (307, {"location": f"http://127.0.0.1:9/?key={key}"}, b""),
        "not a stream": (200, JSON, json.dumps({"k": key}).encode()),
        "broken json": (200, SSE, f"event: {key}\ndata: {{{key}\n\n".encode()),
        "cut": (200, {**SSE, "content-length": "9999"}, frames(start(), *text(key)[:2])),
    }


EVERYTHING = tuple(echoed(""))


class Parrot(BaseHTTPRequestHandler):
    """Does what the user's text says, with the key that came in the head."""

    keys: set[str]

    def do_POST(self) -> None:
        """Answer a message or a count."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = self.headers.get("x-api-key", "")
        self.keys.add(key)
        act = "401" if "count" in self.path else body["messages"][-1]["content"]
        status, headers, answer = echoed(key)[act]
        self.send_response(status)
        headers = {"content-length": str(len(answer)), "retry-after": "0", **headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def parrot() -> Iterator[ThreadingHTTPServer]:
    """The hostile server."""
    handler = type("OwnParrot", (Parrot,), {"keys": set()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def desk(
    parrot: ThreadingHTTPServer, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A user's folder: a provider of his own with its key in the environment, and prompts."""
    variants = {
        act.replace(" ", "-"): {"messages": [{"role": "user", "content": act}]}
        for act in EVERYTHING
    }
    document = {
        "model": "claude-haiku-4-5",
        "max_tokens": 50,
        "messages": [{"role": "user", "content": "says it"}],
        "variants": variants,
    }
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "all.prompt.yaml").write_text(json.dumps(document))
    config = own_home / "config"
    config.mkdir(exist_ok=True)
    port = parrot.server_address[1]
    (config / "config.yaml").write_text(
        f"providers:\n  parrot:\n    base_url: http://127.0.0.1:{port}\n"
        "    key_env: PARROT_KEY\n    prices_from: anthropic\n    count_tokens: true\n"
    )
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("PARROT_KEY", KEY)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(tmp_path)
    catalog.cache_clear()
    yield tmp_path
    catalog.cache_clear()


def leaks(*folders: Path, printed: str = "") -> list[str]:
    """Where the key, or half of it, stands: files by their path, or `printed` with the line."""
    found = [
        f"{path}: {part}"
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
        for part in PARTS
        if part.encode() in path.read_bytes() or part in path.name
    ]
    return found + [line for line in printed.splitlines() if any(part in line for part in PARTS)]


FORMS = ("md", "csv", "jsonl", "html", "cast")
COMMANDS = [
    ["run", "all", "--json"],
    ["run", "all"],
    ["run", "all", "--no-save", "--json"],
    ["sessions", "list", "--json"],
    ["sessions", "list"],
    ["sessions", "show", "last", "--json"],
    ["sessions", "show", "last"],
    ["replay", "last", "--json"],
    ["replay", "last", "--speed", "0"],
    ["doctor"],
    ["check", "--provider", "parrot"],
    ["count", "all", "--provider", "parrot"],
    ["count", "all", "--provider", "parrot", "--ask"],
    ["sessions", "search", "key"],
    *(["sessions", "export", "last", "--to", f"out.{form}"] for form in FORMS),
    *(["sessions", "export", "last", "--as", form] for form in FORMS),
    ["sessions", "fork", "last", "--to", "forked"],
    ["sessions", "rerun", "last", "--provider", "parrot", "--json"],
    ["sessions", "rerun", "last", "--provider", "parrot", "--no-save"],
    ["sessions", "note", "last", "what a parrot"],
    ["sessions", "verify"],
    ["sessions", "trash", "last"],
    ["sessions", "restore", "last"],
]


def test_the_key_is_nowhere_after_a_run_of_everything(
    desk: Path, own_home: Path, parrot: ThreadingHTTPServer, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every command against a server that repeats the key: no file and no line has it."""
    for command in COMMANDS:
        code = main([*command, *(["--provider", "parrot"] if command[0] == "run" else [])])
        out, err = capfd.readouterr()

        assert leaks(printed=out + err) == [], command
        assert "Traceback" not in out + err
        assert code in (0, 1, 2)
    assert parrot.RequestHandlerClass.keys == {KEY}  # type: ignore[attr-defined]
    assert list(desk.glob("sessions/*.jsonl"))
    assert leaks(desk, own_home) == []


def test_a_key_for_a_server_given_by_hand_is_a_secret_too(
    desk: Path,
    own_home: Path,
    parrot: ThreadingHTTPServer,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """WORKBENCH_API_KEY goes to --base-url, and nowhere else."""
    monkeypatch.delenv("PARROT_KEY")
    monkeypatch.setenv("WORKBENCH_API_KEY", KEY)

    main(["run", "all", "--json", "--base-url", f"http://127.0.0.1:{parrot.server_address[1]}"])

    out, err = capfd.readouterr()
    assert parrot.RequestHandlerClass.keys == {KEY}  # type: ignore[attr-defined]
    assert leaks(desk, own_home, printed=out + err) == []


@pytest.mark.parametrize("tail", ["\n", "\r\nx-more: 1", "\x07", "é", "\u2028"])
def test_a_key_that_no_header_can_carry_is_not_quoted(
    desk: Path,
    own_home: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tail: str,
) -> None:
    """A key pasted with a line end or worse is said to be no key; the library's words have it."""
    monkeypatch.setenv("PARROT_KEY", KEY + tail)

    main(["run", "all", "--json", "--variant", "says-it", "--provider", "parrot"])

    out, err = capfd.readouterr()
    assert leaks(desk, own_home, printed=out + err) == []
    assert "Traceback" not in out + err


def test_a_crash_leaves_no_key(desk: Path, own_home: Path) -> None:
    """A bug in mid-round that quotes the key: neither its last words nor its files have it."""
    bug = (
        "import sys\n"
        "from workbench.cli.main import main\n"
        "from workbench.api import client\n"
        f"def bug(*a, **k): raise RuntimeError('a bug, {KEY}')\n"
        "client.Head.of = bug\n"
        "sys.exit(main(['run', 'all', '--provider', 'parrot', '--json']))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", bug],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
        timeout=60,
    )

    assert done.returncode != 0
    assert "a bug in workbench" in done.stderr
    (crashed,) = (desk / "tmp").glob("workbench-crash-*")
    assert "a bug, [secret]" in crashed.read_text()
    assert leaks(desk, own_home, printed=done.stdout + done.stderr) == []


def test_the_crash_file_of_the_screen_has_no_key(desk: Path) -> None:
    """Even where an error of a library quotes the key."""
    try:
        try:
            raise ValueError(f"Illegal header value {KEY!r}")
        except ValueError as error:
            raise RuntimeError(f"x-api-key: {KEY}") from error
    except RuntimeError as error:
        said = crash_line(error)

    assert list((desk / "tmp").glob("workbench-crash-*"))
    assert leaks(desk, printed=said) == []


@pytest.mark.anyio
@pytest.mark.parametrize("act", EVERYTHING)
async def test_no_error_carries_the_key(act: str) -> None:
    """Not in its words, its repr, nor in its traceback with everything that caused it.

    And no face is given a run that has it: the key is gone from the answer as it comes.
    """
    status, headers, body = echoed(KEY)[act]

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=headers, content=body)

    endpoint = Endpoint(Profile("parrot"), "http://127.0.0.1:9", KEY)
    request = MessagesRequest.of({"model": "m", "max_tokens": 1, "messages": [], "stream": True})
    client = Client(endpoint, transport=httpx.MockTransport(answer))
    run = Run("a")
    try:
        async with client, client.stream(request) as stream:
            async for what in stream:
                run = run.after(RunEvent("a", 0.0, what))
        assert run.blocks
        assert leaks(printed=json.dumps(run.content)) == []
    except ApiError as error:
        told = [str(error), repr(error), error.hint, str(error.request_id), str(error.error_code)]
        told += [error.type, *traceback.format_exception(error)]
        assert leaks(printed="\n".join(told)) == []
    assert leaks(printed=f"{client!r} {endpoint!r} {vars(client)}") == []
