"""Cache diagnostics: where a request first differs from an earlier one that it names.

Says whether the request changed, not whether the cache was hit. Source: messages-api.md section 22.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.simulator.asked import Asked
from workbench.simulator.prefix import Placed, placed, unmarked
from workbench.wire.events import Json
from workbench.wire.request import compact

BYTES_PER_TOKEN = 4
"""[G] The API calls its figure byte-based and does not tell the ratio."""
_ROOM = 2_000
_REPORTED = ("system", "tools", "messages")
_UNCOMPARED = ("tool_choice", "thinking", "output_config")
_Piece = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a request to compare later ones with: digests and lengths, no words.

    Args:
        model: The model's id, and its speed.
        sections: Of `tools`, `system` and `messages` each block's digest and length in bytes.
        rest: The settings that may cost a hit without any of these having changed.
    """

    model: str
    sections: Mapping[str, Sequence[_Piece]]
    rest: str

    @classmethod
    def of(cls, asked: Asked) -> Fingerprint:
        """The fingerprint of a request; where cache breakpoints stand does not matter."""
        sections: dict[str, list[_Piece]] = {"tools": [], "system": [], "messages": []}
        for block in placed(asked.body):
            sections[block.path.split(".")[0]].append(_piece(block))
        rest = [asked.body.get(name) for name in _UNCOMPARED]
        model = f"{asked.model.id} {asked.body.get('speed') or 'standard'}"
        return cls(model, sections, compact([*rest, sorted(asked.betas)]))

    def reason(self, before: Fingerprint) -> dict[str, Any] | None:
        """Why this request could not read all that `before` had; None where nothing differs."""
        if self.model != before.model:
            return _missed("model_changed", before, "tools", 0)
        for section in _REPORTED:
            was, now = before.sections[section], self.sections[section]
            same = _shared(was, now)
            # Messages may go on; tools and system are what they were, or they changed.
            if same < len(was) or (section != "messages" and len(now) > len(was)):
                return _missed(f"{section}_changed", before, section, same)
        return None if self.rest == before.rest else {"type": "unavailable"}


@dataclass(slots=True)
class Past:
    """The fingerprints of what was answered, by workspace and message id."""

    _kept: dict[tuple[str, str], Fingerprint] = field(default_factory=dict)

    def diagnosis(
        self, workspace: str, message_id: str, body: Json, fingerprint: Fingerprint | None
    ) -> dict[str, Any]:
        """What the answer says about the cache, as fields of the message; remembers the request.

        A request that did not ask for diagnostics gets none, and is not remembered [G].

        Args:
            workspace: Whose messages may be compared with.
            message_id: The id of the message that answers.
            body: The request's.
            fingerprint: The request's, None where it asks for no diagnostics.
        """
        if fingerprint is None:
            return {}
        named = body["diagnostics"].get("previous_message_id")
        before = self._kept.get((workspace, str(named)))
        self._kept[workspace, message_id] = fingerprint
        if len(self._kept) > _ROOM:
            del self._kept[next(iter(self._kept))]
        if named is None:
            return {"diagnostics": None}
        if before is None:
            return _told({"type": "previous_message_not_found"})
        reason = fingerprint.reason(before)
        return {"diagnostics": None} if reason is None else _told(reason)


def _told(reason: Json) -> dict[str, Any]:
    return {"diagnostics": {"cache_miss_reason": reason}}


def _piece(block: Placed) -> _Piece:
    text = f"{block.role} {compact(unmarked(block.block))}".encode()
    return hashlib.sha256(text).digest(), len(text)


def _shared(was: Sequence[_Piece], now: Sequence[_Piece]) -> int:
    """How many blocks both begin with."""
    pairs = enumerate(zip(was, now, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(was), len(now)))


def _missed(kind: str, before: Fingerprint, section: str, same: int) -> dict[str, Any]:
    """A reason with what it cost: all that stood in `before` from the change on."""
    order = tuple(before.sections)
    after = [before.sections[name] for name in order[order.index(section) + 1 :]]
    lost = [*before.sections[section][same:], *(piece for pieces in after for piece in pieces)]
    size = sum(length for _, length in lost)
    return {"type": kind, "cache_missed_input_tokens": size // BYTES_PER_TOKEN}
