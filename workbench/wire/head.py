"""The head of an answer: status and the headers worth keeping.

Source: messages-api.md sections 14 and 24.4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_KEPT = re.compile(
    r"request-id|retry-after|x-should-retry|^content-type$|^date$|^server$|^cf-ray$|^via$|^x-cache$"
    r"|anthropic-|x-simulat|credit|quota|ratelimit|cost",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Head:
    """Status and headers of one answer, read before its body. Header names are lower case."""

    status: int
    headers: Mapping[str, str]

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], *, also: str = "") -> Head:
        """The head with only the headers that say something about request, limits or money.

        Args:
            also: One more header to keep, by its name in lower case.
        """
        named = ((name.lower(), value) for name, value in headers.items())
        return cls(status, {n: v for n, v in named if n == also or _KEPT.search(n)})

    @property
    def simulated(self) -> bool:
        """Whether the answer says of itself that it is made up, as the simulator's do."""
        return "x-simulated" in self.headers

    @property
    def request_id(self) -> str | None:
        """The provider's id of the request."""
        return self.headers.get("request-id") or self.headers.get("x-request-id")
