"""Whoever has the link is let in and gets a workbench of their own; nobody else gets anything."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType
from aiohttp.client_exceptions import WSServerHandshakeError

from workbench.cli.main import main
from workbench.errors import ServeError
from workbench.serve.server import ServeConfig, assets, serving

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(find_spec("textual_serve") is None, reason="textual-serve is not installed"),
]

PROGRAM = """
import json, os, signal, sys
def say(kind, load):
    sys.stdout.buffer.write(kind + len(load).to_bytes(4, "big") + load); sys.stdout.flush()
def hung_up(*_):
    open(f"{sys.argv[1]}/{os.getpid()}", "w").close(); os._exit(0)
signal.signal(signal.SIGHUP, hung_up)
sys.stdout.write("a warning of somebody's\\n__GANGLION__\\n")
say(b"D", f"{os.getpid()} {os.environ['COLUMNS']}x{os.environ['ROWS']}".encode())
while head := sys.stdin.buffer.read(5):
    load = sys.stdin.buffer.read(int.from_bytes(head[1:], "big"))
    if load == b"file":
        about = {"type": "deliver_file_start", "key": "k1", "path": "/x/a\\n\\".svg", "name": None}
        say(b"M", json.dumps(about).encode())
    elif b"deliver_chunk_request" in load:
        piece = b"" if sys.argv[2:] else b"pic:ture"
        sys.argv.append("sent")
        say(b"P", b"ts13:deliver_chunks2:k1%d:%se" % (len(piece), piece))
    elif load == b"crash":
        say(b"M", b'{"type": "exit"}')
        sys.exit("" if print("a bug\\x1b[31m, told", flush=True) else 0)
    else:
        say(b"D", head[:1] + load)
"""
"""Stands in for the workbench: echoes what it is sent, and leaves a file when it is hung up on."""


class Served:
    """A server of the test's own, and a browser's worth of cookies."""

    def __init__(self, client: ClientSession, links: list[str]) -> None:
        self.client, self.links = client, links
        self.home = links[0].partition("/?")[0]

    async def status(self, path: str, headers: Mapping[str, str] = {}) -> int:
        """What a request is answered with."""
        url = path if "://" in path else self.home + path
        async with self.client.get(url, headers=headers, allow_redirects=False) as answer:
            return answer.status

    async def tab(self, key: str = "a", **headers: str) -> ClientWebSocketResponse:
        """Open a web socket, as the page does."""
        url = f"{self.home}/ws/{key}?width=90&height=20"
        return await self.client.ws_connect(url, headers={"Origin": self.home, **headers})


@pytest.fixture
def kept_s() -> float:
    """How long a workbench goes on unseen."""
    return 0.0


@pytest.fixture
async def served(tmp_path: Path, kept_s: float) -> AsyncIterator[Served]:
    """The server with the program above in every tab."""
    links: list[str] = []
    config = ServeConfig([sys.executable, "-c", PROGRAM, str(tmp_path)], port=0, kept_s=kept_s)
    jar = CookieJar(unsafe=True)
    async with serving(config, links.append), ClientSession(cookie_jar=jar) as client:
        yield Served(client, links)


async def painted(tab: ClientWebSocketResponse) -> bytes:
    """The next of what is painted."""
    message = await tab.receive(timeout=30)
    assert message.type == WSMsgType.BINARY, message
    return bytes(message.data)


async def test_a_link_lets_one_browser_in_once(served: Served) -> None:
    """Without it nothing is given; used, it is worth nothing to others, and another is out."""
    assert [await served.status(path) for path in ("/", "/static/textual.js", "/ws/a")] == [403] * 3
    assert await served.status("/?token=guessed") == 403
    async with served.client.head(served.links[0]) as looked:
        assert looked.status == 403

    async with served.client.get(served.links[0]) as answer:
        page = await answer.text()
        assert str(answer.url) == f"{served.home}/"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    async with ClientSession() as somebody, somebody.get(served.links[0]) as again:
        assert again.status == 403

    assert 'src="/static/textual.js"' in page
    assert len(served.links) == 2
    assert await served.status("/static/textual.js") == await served.status("/") == 200
    assert await served.status("/static/..%2ftextual.js") == 404


async def test_other_pages_and_names_are_refused_even_with_the_cookie(served: Served) -> None:
    """A page of elsewhere, or one whose name was rebound to this machine, gets nothing."""
    await served.status(served.links[0])
    port = served.home.rpartition(":")[2]

    assert await served.status("/", {"Host": f"workbench.example:{port}"}) == 403
    assert await served.status("/", {"Origin": "http://evil.example"}) == 403
    for origin in (
        "http://evil.example",
        "null",
        "http://127.0.0.1:1",
        f"https://127.0.0.1:{port}",
    ):
        with pytest.raises(WSServerHandshakeError, match="403"):
            await served.tab(Origin=origin)
    with pytest.raises(WSServerHandshakeError, match="403"):
        await served.client.ws_connect(f"{served.home}/ws/a")


async def test_each_tab_is_a_process_of_its_own_that_ends_with_it(
    served: Served, tmp_path: Path
) -> None:
    """It gets keys and sizes, and is hung up on, which lets it save, when its tab is closed."""
    await served.status(served.links[0])
    one, two = await served.tab(), await served.tab()
    first, second = await painted(one), await painted(two)
    assert first.endswith(b" 90x20")
    assert first.split()[0] != second.split()[0]

    await one.send_json(["stdin", "é"])
    assert await painted(one) == "Dé".encode()
    await one.send_json(["resize", {"width": 10**9, "height": 0}])
    assert await painted(one) == b'M{"type": "resize", "width": 1000, "height": 1}'
    await one.send_str("no JSON")
    await one.send_json({"stdin": 1})
    await one.send_json(["stdin", "on"])
    assert await painted(one) == b"Don"
    await one.close()
    await two.send_json(["stdin", "crash"])

    assert b"a bug, told" in await painted(two)
    assert (await two.receive(timeout=30)).type == WSMsgType.CLOSE
    while not (tmp_path / first.split()[0].decode()).exists():
        await served.status("/")


@pytest.mark.parametrize("kept_s", [600.0])
async def test_a_page_that_is_loaded_again_finds_its_workbench(
    served: Served, tmp_path: Path
) -> None:
    """It is told its size and to paint all again; a copy of the tab has a workbench of its own."""
    await served.status(served.links[0])
    first = await served.tab()
    process = await painted(first)
    copy = await served.tab()
    assert await painted(copy) != process
    await first.close()

    again = await served.tab()
    assert await painted(again) == b'M{"type": "resize", "width": 90, "height": 20}'
    assert await painted(again) == b'M{"type": "shown_again"}'
    await again.send_json(["stdin", "on"])
    assert await painted(again) == b"Don"
    assert os.listdir(tmp_path) == []


async def test_a_file_reaches_the_browser_as_a_file(served: Served) -> None:
    """It is saved under its own name and never shown, whatever is in it."""
    await served.status(served.links[0])
    tab = await served.tab()
    await painted(tab)

    await tab.send_json(["stdin", "file"])
    assert await tab.receive_json(timeout=30) == ["deliver_file_start", "k1"]
    async with served.client.get(f"{served.home}/download/k1") as answer:
        assert await answer.read() == b"pic:ture"
        assert answer.content_type == "application/octet-stream"
        name = answer.headers["Content-Disposition"]

    assert name == "attachment; filename*=UTF-8''a%0A%22.svg"
    assert await served.status("/download/k1") == 404


async def test_stopping_the_server_ends_every_tab(tmp_path: Path) -> None:
    """Each is told, and its process is gone, having saved, once the server is."""
    links: list[str] = []
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
        async with serving(ServeConfig(command, port=0), links.append):
            served = Served(client, links)
            await served.status(links[0])
            tab = await served.tab()
            process = (await painted(tab)).split()[0].decode()
        assert (await tab.receive(timeout=30)).type == WSMsgType.CLOSE

    assert os.listdir(tmp_path) == [process]
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)


async def test_what_stands_in_the_way_is_one_clear_line(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A port that is taken, a place that is not there, a package that is missing."""
    port = int(served.home.rpartition(":")[2])
    with pytest.raises(ServeError, match=f"port {port}"):
        async with serving(ServeConfig(["x"], port), lambda _: None):
            pass
    assert main(["serve", "nowhere"]) == 2
    assert "nowhere: no such command, file or folder" in capsys.readouterr().err
    monkeypatch.setattr("workbench.serve.server.find_spec", lambda _: None)
    with pytest.raises(ServeError, match="textual-serve") as error:
        assets()
    assert error.value.hint == 'pip install "workbench[serve]"'
