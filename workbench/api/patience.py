"""How long we wait for a provider, in each phase of an answer."""

from __future__ import annotations

from dataclasses import dataclass

_UPLOAD_BYTES_PER_S = 100_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait, in seconds. Source: messages-api.md section 17.

    Args:
        connect_s: For a connection.
        write_s: For the network to take the next piece of the request.
        bytes_idle_s: For the answer to begin, and then for its next byte. Pings are bytes.
        progress_idle_s: For the next event that is no ping. Pauses of two minutes are normal
            while a model thinks or a tool's arguments are gathered.
        lifetime_s: For the whole answer, however lively it is.
    """

    connect_s: float = 10.0
    write_s: float = 60.0
    bytes_idle_s: float = 75.0
    progress_idle_s: float = 300.0
    lifetime_s: float = 3600.0

    def head_s(self, request_bytes: int) -> float:
        """For the answer to a request of this size to begin: a slow line has to carry it first."""
        return self.bytes_idle_s + request_bytes / _UPLOAD_BYTES_PER_S


PATIENCE = Patience()
"""How long we wait where nothing else is said."""
