"""The prefix cache: what may be read, what gets written, and what that is billed as.

Source: messages-api.md section 21.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from workbench.simulator.prefix import Position
from workbench.tokens import Ttl

LOOKBACK = 20
LIFETIME_S = {"5m": 300.0, "1h": 3600.0}
_ROOM = 20_000
_Key = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class CacheUse:
    """What one request reads from the cache and will write to it; disjoint counts of tokens.

    Args:
        read: Tokens read.
        write_5m: Tokens written for five minutes.
        write_1h: Tokens written for an hour.
        fresh: Tokens that are neither, `usage.input_tokens`.
        writes: The entries to make, and when each runs out.
    """

    read: int
    write_5m: int
    write_1h: int
    fresh: int
    writes: tuple[tuple[_Key, float, Ttl], ...] = ()

    @property
    def written(self) -> int:
        """All tokens written."""
        return self.write_5m + self.write_1h


@dataclass(slots=True)
class _Entry:
    expires_s: float
    ttl: Ttl
    readable_s: float


@dataclass(slots=True)
class PrefixCache:
    """Which prefixes of which prompts are warm, for how long. Moments in seconds of one clock."""

    _entries: dict[_Key, _Entry] = field(default_factory=dict)

    def plan(
        self,
        scope: str,
        positions: Sequence[Position],
        total: int,
        *,
        minimum: int,
        now_s: float,
    ) -> CacheUse:
        """What a request reads and writes. Reading refreshes what it reads.

        Args:
            scope: Whose cache; prompts of another scope are never seen.
            positions: The prompt's positions, in order.
            total: Tokens of the whole prompt.
            minimum: Breakpoints on shorter prefixes are ignored.
            now_s: When the request arrived: what others wrote is read only where their answers
                had begun by then, however long we took to count this one.
        """
        marked = [i for i, p in enumerate(positions) if p.ttl and p.tokens >= minimum]
        if not marked:
            return CacheUse(0, 0, 0, total)
        hit = self._hit(scope, positions, marked, now_s)
        if hit is not None:
            self._refresh(scope, [positions[i] for i in marked if i < hit], now_s)
            self._refresh(scope, [positions[hit]], now_s)
        read = 0 if hit is None else positions[hit].tokens
        new = [positions[i] for i in marked if hit is None or i > hit]
        hour = max((p.tokens for p in new if p.ttl == "1h"), default=read)
        last = max((p.tokens for p in new), default=read)
        writes = tuple(
            ((scope, p.digest), now_s + LIFETIME_S[p.ttl], p.ttl) for p in new if p.ttl is not None
        )
        return CacheUse(read, last - hour, hour - read, total - last, writes)

    def begun(self, use: CacheUse, now_s: float = float("-inf")) -> None:
        """The answer has begun: who arrives from now on may read what it wrote."""
        for key, expires_s, ttl in use.writes:
            held = self._entries.get(key)
            if held is None or held.expires_s <= expires_s:
                warm = held is not None and held.expires_s > now_s
                readable_s = min(held.readable_s, now_s) if held and warm else now_s
                self._entries[key] = _Entry(expires_s, ttl, readable_s)
        if len(self._entries) > _ROOM:
            oldest = sorted(self._entries, key=lambda key: self._entries[key].expires_s)
            for key in oldest[: _ROOM // 2]:
                del self._entries[key]

    def _hit(
        self, scope: str, positions: Sequence[Position], marked: Sequence[int], now_s: float
    ) -> int | None:
        for start in reversed(marked):
            for i in range(start, max(-1, start - LOOKBACK), -1):
                entry = self._entries.get((scope, positions[i].digest))
                if entry is not None and entry.readable_s <= now_s < entry.expires_s:
                    return i
        return None

    def _refresh(self, scope: str, read: Sequence[Position], now_s: float) -> None:
        for position in read:
            entry = self._entries.get((scope, position.digest))
            if entry is not None and entry.expires_s > now_s:
                entry.expires_s = now_s + LIFETIME_S[entry.ttl]
