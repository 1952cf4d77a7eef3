"""The HTTP client under the API client: httpx's interface, aiohttp's sockets.

httpx's own transport spends more on each read of a socket than everything we do with an event
(`python -m tests.bench.stream` shows both), and a paced stream is one read an event. The package
httpx-aiohttp puts aiohttp's transport under httpx's interface, proxies from the environment
included, so that the rest of the room names httpx only.
"""

from __future__ import annotations

from httpx_aiohttp import HttpxAiohttpClient
from httpx_aiohttp import transport as _beneath

from workbench.api.endpoint import Endpoint
from workbench.api.library import httpx

# The package takes a connection that failed for a timeout, whatever happened, and does not
# translate what is no HTTP at all. Of those that fit, a later one counts if it is a finer one.
_aiohttp = _beneath.aiohttp  # type: ignore[attr-defined]
_beneath.AIOHTTP_EXC_MAP |= {
    _aiohttp.ClientConnectionError: httpx.TransportError,
    _aiohttp.ClientConnectorError: httpx.TransportError,
    _aiohttp.ServerDisconnectedError: httpx.NetworkError,
    _aiohttp.ClientError: httpx.RemoteProtocolError,
}

LIMITS = httpx.Limits(max_connections=128, max_keepalive_connections=64)


def http_client(
    endpoint: Endpoint,
    *,
    headers: dict[str, str],
    timeout: httpx.Timeout,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """One pool of connections to one endpoint, shared by all of its runs.

    Args:
        endpoint: Where requests will go.
        headers: Sent with each of them.
        timeout: For connecting, reading, writing.
        transport: Stands in for the network, in tests and in comparisons.
    """
    # Building a TLS context takes 20 ms, and no proxy may stand before loopback.
    verify, trust_env = endpoint.base_url.startswith("https:"), not endpoint.local
    if transport is not None:
        return httpx.AsyncClient(transport=transport, headers=headers, timeout=timeout)
    return HttpxAiohttpClient(
        headers=headers, timeout=timeout, limits=LIMITS, verify=verify, trust_env=trust_env
    )


def plain(endpoint: Endpoint) -> httpx.AsyncBaseTransport:
    """httpx's own transport, to be compared with."""
    return httpx.AsyncHTTPTransport(verify=endpoint.base_url.startswith("https:"), limits=LIMITS)
