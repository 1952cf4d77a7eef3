"""What the model would say if nothing cut it short."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.wire.events import Json


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: which tool, with what."""

    name: str
    input: Json


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model would say if nothing cut it short: thoughts, then words, then calls."""

    text: str = ""
    thinking: str = ""
    calls: tuple[Call, ...] = ()
