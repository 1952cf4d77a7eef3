"""How often the very same request has been answered: above temperature 0 each time is another."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush

from workbench.simulator.refusal import Refusal


class Tally:
    """Numbers equal requests from 0, in the order in which they are answered.

    One that is refused gives its number back: a client that was sent away and comes again finds
    the answers that it would have found otherwise.
    """

    def __init__(self) -> None:
        self._answered: Counter[bytes] = Counter()
        self._given_back: defaultdict[bytes, list[int]] = defaultdict(list)

    @contextmanager
    def asked(self, request: bytes) -> Iterator[int]:
        """The number of this request; inside the block it is answered, or refused."""
        digest = hashlib.sha256(request).digest()
        number = self._next(digest)
        try:
            yield number
        except Refusal:
            heappush(self._given_back[digest], number)
            raise

    def _next(self, digest: bytes) -> int:
        if digest in self._given_back:
            number = heappop(self._given_back[digest])
            if not self._given_back[digest]:
                del self._given_back[digest]
            return number
        self._answered[digest] += 1
        return self._answered[digest] - 1
