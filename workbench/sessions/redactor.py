"""Recording redacted: a round is masked on its way to the file, and nothing else gets there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from workbench.run import Happening
from workbench.sessions.mask import FIELD_OF, FIELDS, MASK, Mask
from workbench.sessions.round import RoundInfo
from workbench.wire.events import (
    BlockDelta,
    BlockStart,
    InputJsonDelta,
    TextDelta,
    ThinkingDelta,
    read_event,
)

_PIECES = {kind.field: kind for kind in (TextDelta, ThinkingDelta, InputJsonDelta)}


@dataclass(frozen=True, slots=True)
class Redaction:
    """What of a round is masked.

    Args:
        values: Run id -> the values that are masked in what it sends and gets.
        tools: Whether what tools were given, and what they gave, is masked, too.
    """

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tools: bool = False


class Redactor:
    """Masks one round. A text that runs on over deltas is left to who writes it: see `mask`."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._masks: dict[frozenset[str], Mask] = {}
        self._called: set[tuple[str, int]] = set()
        self._all = frozenset[str]().union(*redaction.values.values())

    def mask(self, run_id: str) -> Mask:
        """The mask of a run; of a run that was never planned, all values of the round."""
        values = self._redaction.values.get(run_id, self._all)
        if values not in self._masks:
            self._masks[values] = Mask(values, tools=self._redaction.tools)
        return self._masks[values]

    def info(self, info: RoundInfo) -> RoundInfo:
        """What the round is."""
        return self.mask("").info(info)

    def happenings(self, run_id: str, what: Happening) -> Iterator[Happening]:
        """What happened, masked; all that adds to a text comes as plain deltas.

        A delta with something beside its text comes without it: there may be a piece of the text
        in it.
        """
        match what:
            case TextDelta() | ThinkingDelta() | InputJsonDelta():
                yield self._piece(run_id, what)
            case BlockStart(content_block={"type": str(name)} as block) if isinstance(
                text := block.get(name) if name in FIELDS else None, str
            ):
                empty = {**what.data, "content_block": {**block, name: ""}}
                yield self.mask(run_id).happening(read_event(empty))
                if text:
                    yield self._piece(run_id, _PIECES[name](what.index, text))
            case BlockDelta(delta={"type": str(kind)} as delta) if isinstance(
                text := delta.get(FIELD_OF[kind]) if kind in FIELD_OF else None, str
            ):
                yield self._piece(run_id, _PIECES[FIELD_OF[kind]](what.index, text))
            case _:
                yield self.mask(run_id).happening(what)

    def _piece(
        self, run_id: str, piece: TextDelta | ThinkingDelta | InputJsonDelta
    ) -> TextDelta | ThinkingDelta | InputJsonDelta:
        """A delta; of the arguments of a tool call nothing but the mask, in its first one."""
        if not (self._redaction.tools and isinstance(piece, InputJsonDelta)):
            return piece
        call = run_id, piece.index
        first = "" if call in self._called else json.dumps(MASK)
        self._called.add(call)
        return InputJsonDelta(piece.index, first)
