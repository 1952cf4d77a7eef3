"""What the model would say if nothing cut it short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.wire.events import Json

Stop = Literal["end_turn", "pause_turn", "refusal"]
STOPS: tuple[Stop, ...] = ("end_turn", "pause_turn", "refusal")
CATEGORIES = ("cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms")
"""Of refusals; another one is told as null."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: which tool, with what."""

    name: str
    input: Json


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model would say if nothing cut it short: thoughts, then words, then calls.

    Args:
        text: The words.
        thinking: The thoughts.
        calls: The tool calls.
        stop: Why it stops, where that does not follow from the rest.
        category: Of a refusal.
        explanation: Of a refusal.
    """

    text: str = ""
    thinking: str = ""
    calls: tuple[Call, ...] = ()
    stop: Stop | None = None
    category: str | None = None
    explanation: str | None = None

    @property
    def stop_details(self) -> Json | None:
        """What is told about a refusal."""
        if self.stop != "refusal":
            return None
        category = self.category if self.category in CATEGORIES else None
        return {"type": "refusal", "category": category, "explanation": self.explanation}
