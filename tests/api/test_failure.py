"""A connection that failed is told in our words: what happened, where, and what to do."""

from __future__ import annotations

import errno
import socket
import ssl

import httpx
import pytest

from tests.traps.stub import REQUEST, SSE_HEAD, chunk, client_of, stub
from workbench.api.failure import failure
from workbench.errors import ApiError, BrokenStream

THEIRS = "Cannot connect to host api.example:443 ssl:default [Connect call failed]"


async def refused(url: str) -> ApiError:
    """Our error for one request to this address."""

    async def asked() -> None:
        async with client_of(url) as client, client.stream(REQUEST) as stream:
            async for _ in stream:
                pass

    with pytest.raises(ApiError) as said:
        await asked()
    return said.value


@pytest.mark.anyio
async def test_each_way_to_fail_is_told_apart() -> None:
    """Over real sockets: nobody there, no answer, no HTTP, a reset, a cut."""
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        error = await refused(nobody)
    assert str(error) == f"cannot reach stub at {nobody}: connection refused"
    assert "running" in error.hint

    async with stub(ending="close") as server:
        assert "it closed the connection without" in str(await refused(server.url))
    async with stub(b"SSH-2.0-OpenSSH_9.6\r\n") as server:
        assert "does not speak HTTP" in str(await refused(server.url))
    async with stub(ending="reset") as server:
        assert "reset by the other side" in str(await refused(server.url))
    async with stub(SSE_HEAD, chunk(b": half\n"), b"400\r\nevent") as server:
        error = await refused(server.url)
    assert isinstance(error, BrokenStream)
    assert str(error) == "the connection broke off in mid-answer: closed before its end"


@pytest.mark.anyio
async def test_a_proxy_that_is_in_the_way_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is not there or says no: else one would look for the fault at the provider."""
    async with stub(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        error = await refused("https://api.example")
    assert str(error).endswith("the proxy on the way does not let it through: 403")
    assert "NO_PROXY" in error.hint
    assert str(await refused("https://api.example")).endswith("through: connection refused")


def test_what_no_socket_of_ours_can_do_is_told_too() -> None:
    """DNS, certificates, timeouts, no route; an unknown mishap is left to the library's words."""
    untrusted = ssl.SSLCertVerificationError(1, "certificate verify failed")
    untrusted.verify_message = "certificate has expired"
    no_tls = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    no_tls.reason = "WRONG_VERSION_NUMBER"

    assert said(socket.gaierror(socket.EAI_NONAME, "x")) == "no address is known for that name"
    assert "looked up" in said(socket.gaierror(socket.EAI_AGAIN, "x"))
    assert said(untrusted) == "its certificate is not trusted (certificate has expired)"
    assert said(no_tls) == "no encrypted connection could be made (wrong version number)"
    assert said(TimeoutError()) == "no connection within 7 s"
    assert said(OSError(errno.EHOSTUNREACH, "x")) == "no route to host"
    assert failure(httpx.ReadError(THEIRS), 7) is None


def said(cause: Exception) -> str:
    """What is told where this stands behind the library's error."""
    error = httpx.TransportError(THEIRS)
    error.__cause__ = cause
    what, hint = failure(error, 7) or ("", "")
    assert hint
    return what
