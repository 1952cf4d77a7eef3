"""A connection that failed, in our words: those of the libraries beneath tell of themselves.

What happened is told by Python's own errors, which stand behind httpx's as their causes.
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Iterator, Mapping

from workbench.api.library import httpx

NETWORK = "Is the network up, and the base URL right?"

_RUNNING = "Is it running there, and are host and port right?"
_NAME = "Is the name spelled right, and the network up?"
_PROXY = "HTTPS_PROXY or HTTP_PROXY names that proxy; NO_PROXY leaves it out for a host."
_TRUST = "Behind a proxy with certificates of its own, SSL_CERT_FILE names the file that has them."
_SCHEME = "Is it http:// rather than https://?"
_SPEAKS = "Is the base URL that of a Messages API, and http or https right?"

_CODES = {
    errno.ECONNREFUSED: ("connection refused", _RUNNING),
    errno.ECONNRESET: ("reset by the other side", _SPEAKS),
    errno.EPIPE: ("closed by the other side", _SPEAKS),
}
_KINDS: Mapping[type[Exception], tuple[str, str]] = {
    httpx.ReadError: ("closed before its end", NETWORK),
    httpx.RemoteProtocolError: ("what answers there does not speak HTTP", _SPEAKS),
    httpx.NetworkError: ("it closed the connection without an answer", _SPEAKS),
}


def failure(error: Exception, connect_s: float) -> tuple[str, str] | None:
    """What happened, and what to do; None where httpx's words are all there is.

    Args:
        error: httpx's error, as raised.
        connect_s: How long a connection was waited for.
    """
    causes = list(_causes(error))  # what lies deepest says most
    found = next(filter(None, (_told(cause, connect_s) for cause in reversed(causes))), None)
    if isinstance(error, httpx.ProxyError):
        what = found[0] if found else str(error).partition(",")[0]  # which is its status
        return f"the proxy on the way does not let it through: {what}", _PROXY
    if found is None and causes:
        found = next((told for kind, told in _KINDS.items() if isinstance(error, kind)), None)
    return found


def _causes(error: BaseException) -> Iterator[BaseException]:
    while (cause := error.__cause__) is not None:
        yield cause
        error = cause


def _told(error: BaseException, connect_s: float) -> tuple[str, str] | None:
    match error:
        case socket.gaierror(errno=socket.EAI_AGAIN):
            return "its name could not be looked up just now", _NAME
        case socket.gaierror():
            return "no address is known for that name", _NAME
        case ssl.SSLCertVerificationError(verify_message=why):
            return f"its certificate is not trusted ({why})", _TRUST
        case ssl.SSLError(reason=why):
            words = f" ({why.replace('_', ' ').lower()})" if why else ""
            return f"no encrypted connection could be made{words}", _SCHEME
        case TimeoutError(errno=None):
            return f"no connection within {connect_s:.3g} s", NETWORK
        case OSError(errno=int(code)) if code in _CODES:
            return _CODES[code]
        case OSError(errno=int(code)) if code in errno.errorcode:
            return os.strerror(code).lower(), NETWORK
    return None
